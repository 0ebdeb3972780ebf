package dev.jacobi.compile;

import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Function;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The functions that the objects Jacobi makes implement, so that code that calls them can be differentiated. A function lives as long as
 * the class that was made for it.
 */
final class DerivedCode {
    private static final ClassValue<AtomicReference<@Nullable Supplier<Function>>> CODE = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Supplier<Function>> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private DerivedCode() {}

    /**
     * Remembers what an object does.
     *
     * @param object of a class made for it alone
     * @param function with the checks of its arguments; not changed from now on
     */
    static <T> T register(T object, Function function) {
        return register(object, () -> function);
    }

    /** As above; the function is made when it is asked for. */
    static <T> T register(T object, Supplier<Function> function) {
        CODE.get(object.getClass()).set(function);
        return object;
    }

    /** What the one method of an object does, if the object was registered. */
    static Optional<Function> of(Object object) {
        if (!object.getClass().isHidden()) {
            return Optional.empty();
        }
        Dependencies.obstacle("an object that lives");
        return Optional.ofNullable(CODE.get(object.getClass()).get()).map(Supplier::get);
    }
}
