package dev.jacobi.runtime.library;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for those methods of {@link Optional} that take functions. */
@SuppressWarnings({"OptionalUsedAsFieldOrParameterType", "unchecked"})
public final class OptionalMethods {
    private OptionalMethods() {}

    public static Optional<?> map(Optional<Object> optional, Function<Object, @Nullable Object> function) {
        Objects.requireNonNull(function);
        return optional.isPresent() ? Optional.ofNullable(function.apply(optional.get())) : Optional.empty();
    }

    public static Optional<?> flatMap(Optional<Object> optional, Function<Object, Optional<?>> function) {
        Objects.requireNonNull(function);
        return optional.isPresent() ? Objects.requireNonNull(function.apply(optional.get())) : Optional.empty();
    }

    public static Optional<?> filter(Optional<Object> optional, Predicate<Object> predicate) {
        Objects.requireNonNull(predicate);
        return optional.isEmpty() || predicate.test(optional.get()) ? optional : Optional.empty();
    }

    public static Optional<?> or(Optional<Object> optional, Supplier<Optional<?>> other) {
        Objects.requireNonNull(other);
        return optional.isPresent() ? optional : Objects.requireNonNull(other.get());
    }

    public static @Nullable Object orElse(Optional<Object> optional, @Nullable Object other) {
        return optional.isPresent() ? optional.get() : other;
    }

    public static @Nullable Object orElseGet(Optional<Object> optional, Supplier<@Nullable Object> other) {
        return optional.isPresent() ? optional.get() : other.get();
    }

    public static Object orElseThrow(Optional<Object> optional, Supplier<Throwable> exception) throws Throwable {
        if (optional.isPresent()) {
            return optional.get();
        }
        throw exception.get();
    }

    public static void ifPresent(Optional<Object> optional, Consumer<Object> action) {
        if (optional.isPresent()) {
            action.accept(optional.get());
        }
    }

    public static void ifPresentOrElse(Optional<Object> optional, Consumer<Object> action, Runnable otherwise) {
        if (optional.isPresent()) {
            action.accept(optional.get());
        } else {
            otherwise.run();
        }
    }
}
