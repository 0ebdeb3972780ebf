package dev.jacobi.conformance.random;

import java.lang.reflect.Array;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a call did, as text that is the same exactly if the bits are the same: the result or the class of the exception, and what the
 * arguments hold afterwards.
 *
 * <p>All NaN count as the same. Which one an arithmetic operation gives is left to the JVM, and on x86 it differs between HotSpot's
 * interpreter, its compilers, and javac's constants.
 */
public record Outcome(String result, String arguments) {
    /** Something that can be called. */
    public interface Callable {
        @Nullable
        Object call(@Nullable Object[] arguments) throws Throwable;
    }

    /** Calls with a copy of the arguments. */
    public static Outcome of(Callable callable, @Nullable Object[] arguments) {
        return of(callable, false, arguments);
    }

    /** As {@link #of}, the result of an exception with its message. */
    public static Outcome withMessage(Callable callable, @Nullable Object[] arguments) {
        return of(callable, true, arguments);
    }

    private static Outcome of(Callable callable, boolean withMessage, @Nullable Object[] arguments) {
        @Nullable Object[] copy = Arguments.copy(arguments);
        String result;
        try {
            result = describe(callable.call(copy));
        } catch (Throwable thrown) {
            if (thrown instanceof InternalError error) {
                throw error;
            }
            result = "throws " + thrown.getClass().getName();
            if (withMessage || thrown instanceof LinkageError || thrown instanceof dev.jacobi.JacobiException) {
                result += ": " + thrown.getMessage();
            }
        }
        return new Outcome(result, describe(copy));
    }

    /** Bits as text. */
    public static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> number + "#" + Long.toHexString(Double.doubleToLongBits(number));
            case Float number -> number + "f#" + Integer.toHexString(Float.floatToIntBits(number));
            case Long number -> number + "L";
            case Character character -> "'" + (int) character;
            case Byte number -> number + "b";
            case Short number -> number + "s";
            case Object array
            when array.getClass().isArray() -> {
                StringJoiner joiner = new StringJoiner(", ", array.getClass().getSimpleName() + "{", "}");
                for (int i = 0; i < Array.getLength(array); i++) {
                    joiner.add(describe(Array.get(array, i)));
                }
                yield joiner.toString();
            }
            default -> value.toString();
        };
    }

    @Override
    public String toString() {
        return result + "\n          arguments then: " + arguments;
    }
}
