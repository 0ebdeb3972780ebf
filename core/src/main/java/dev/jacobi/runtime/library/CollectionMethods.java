package dev.jacobi.runtime.library;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Stands in for methods of {@link Collection}. */
public final class CollectionMethods {
    private CollectionMethods() {}

    public static @Nullable Object[] toArray(Collection<@Nullable Object> collection, @Nullable Object[] array) {
        @Nullable Object[] elements = collection.toArray();
        @Nullable Object[] filled = array.length < elements.length ? Arrays.copyOf(array, elements.length) : array;
        System.arraycopy(elements, 0, filled, 0, elements.length);
        if (filled.length > elements.length) {
            filled[elements.length] = null;
        }
        return filled;
    }
}
