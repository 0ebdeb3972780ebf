package dev.jacobi.runtime.library;

import java.util.OptionalDouble;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Stands in for methods of {@link OptionalDouble}. */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public final class OptionalDoubleMethods {
    private OptionalDoubleMethods() {}

    public static double orElse(OptionalDouble optional, double other) {
        return optional.isPresent() ? optional.getAsDouble() : other;
    }

    public static double orElseGet(OptionalDouble optional, DoubleSupplier other) {
        return optional.isPresent() ? optional.getAsDouble() : other.getAsDouble();
    }

    public static double orElseThrow(OptionalDouble optional) {
        return optional.getAsDouble();
    }

    public static double orElseThrow(OptionalDouble optional, Supplier<Throwable> exception) throws Throwable {
        if (optional.isPresent()) {
            return optional.getAsDouble();
        }
        throw exception.get();
    }

    public static void ifPresent(OptionalDouble optional, DoubleConsumer action) {
        if (optional.isPresent()) {
            action.accept(optional.getAsDouble());
        }
    }

    public static void ifPresentOrElse(OptionalDouble optional, DoubleConsumer action, Runnable otherwise) {
        if (optional.isPresent()) {
            action.accept(optional.getAsDouble());
        } else {
            otherwise.run();
        }
    }
}
