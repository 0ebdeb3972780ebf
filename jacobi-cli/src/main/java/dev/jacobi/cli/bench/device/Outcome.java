package dev.jacobi.cli.bench.device;

import dev.jacobi.examples.parallel.WellKnownKernel.Bits;
import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a call has given, and its arguments afterwards.
 *
 * @param result a number or an array of numbers, or null
 * @param arguments numbers and arrays of numbers
 */
record Outcome(@Nullable Object result, Object[] arguments) {
    /** How far apart results may be where sums are in another order, or {@link Math} is another: of the largest number of each array. */
    static final double MOST_ROUNDING = 1e-11;

    /** The largest difference to what is right, over the largest number of the same array; 0 for the same bits, infinity for other lengths and for NaN on one side only. */
    double error(Outcome right) {
        double error = error(result, right.result);
        for (int index = 0; index < arguments.length; index++) {
            error = Math.max(error, error(arguments[index], right.arguments[index]));
        }
        return error;
    }

    static boolean isRight(double error, Bits bits) {
        return error <= (bits == Bits.SAME ? 0 : MOST_ROUNDING);
    }

    private static double error(@Nullable Object actual, @Nullable Object expected) {
        if (Arrays.deepEquals(new @Nullable Object[] {actual}, new @Nullable Object[] {expected})) {
            return 0;
        }
        if (actual == null || expected == null || actual.getClass() != expected.getClass()) {
            return Double.POSITIVE_INFINITY;
        }
        double[] numbers = numbers(actual);
        double[] others = numbers(expected);
        if (numbers.length != others.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < numbers.length; i++) {
            largest = Math.max(largest, Math.abs(others[i]));
            // NaN and infinities are right where they are the same; another NaN makes all of it NaN.
            difference = Math.max(
                    difference, Double.compare(numbers[i], others[i]) == 0 ? 0 : Math.abs(numbers[i] - others[i]));
        }
        double relative = difference / largest;
        // Bits that differ in nothing but the sign of a zero are an error too.
        return Double.isFinite(relative) ? Math.max(relative, Double.MIN_VALUE) : Double.POSITIVE_INFINITY;
    }

    /** The sum of all differences over the sum of the sizes of what is right: for code that may round as it likes. */
    double meanError(Outcome right) {
        double error = right.result instanceof Number ? meanError(result, right.result) : 0;
        for (int index = 0; index < arguments.length; index++) {
            error = Math.max(error, meanError(arguments[index], right.arguments[index]));
        }
        return error;
    }

    private static double meanError(@Nullable Object actual, Object expected) {
        if (actual == null) {
            return Double.POSITIVE_INFINITY;
        }
        double[] numbers = numbers(actual);
        double[] others = numbers(expected);
        double differences = 0;
        double sizes = 0;
        for (int i = 0; i < numbers.length; i++) {
            differences += Math.abs(numbers[i] - others[i]);
            sizes += Math.abs(others[i]);
        }
        double relative = differences == 0 ? 0 : differences / sizes;
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }

    private static double[] numbers(Object value) {
        if (value instanceof double[] already) {
            return already;
        }
        if (value instanceof Number number) {
            return new double[] {number.doubleValue()};
        }
        double[] numbers = new double[Array.getLength(value)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((Number) Array.get(value, i)).doubleValue();
        }
        return numbers;
    }

    /** Copies of arrays, so that each run begins with the same. */
    static Object[] copy(Object[] arguments) {
        Object[] copies = arguments.clone();
        for (int index = 0; index < copies.length; index++) {
            Object argument = copies[index];
            if (argument.getClass().isArray()) {
                int length = Array.getLength(argument);
                Object copy = Array.newInstance(argument.getClass().getComponentType(), length);
                System.arraycopy(argument, 0, copy, 0, length);
                copies[index] = copy;
            }
        }
        return copies;
    }
}
