package dev.jacobi.runtime;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shadow of a set or a queue by priority: the shadow of each element that was ever added, found by the element itself. So it need not know how elements are
 * compared, nor in which order they come, nor when they leave.
 */
final class SetShadow {
    private final Collection<?> primal;
    private final Map<@Nullable Object, @Nullable Object> shadows;

    SetShadow(Collection<?> primal) {
        this(primal, new IdentityHashMap<>());
    }

    private SetShadow(Collection<?> primal, Map<@Nullable Object, @Nullable Object> shadows) {
        this.primal = primal;
        this.shadows = shadows;
    }

    /** The shadow of a set that shows a part of this one, or it in another order. */
    SetShadow part(Collection<?> part) {
        return new SetShadow(part, shadows);
    }

    void add(@Nullable Object element, @Nullable Object shadow) {
        shadows.put(element, shadow);
    }

    @Nullable
    Object get(@Nullable Object element) {
        return shadows.get(element);
    }

    /** The shadows of the elements, in the order of the set. */
    Iterator<@Nullable Object> iterator() {
        Iterator<?> elements = primal.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public @Nullable Object next() {
                return shadows.get(elements.next());
            }
        };
    }
}
