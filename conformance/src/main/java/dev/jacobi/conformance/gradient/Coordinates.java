package dev.jacobi.conformance.gradient;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The floating-point numbers in a list of arguments, those in arrays included, one after the other. */
final class Coordinates {
    private Coordinates() {}

    static boolean isNumber(Class<?> type) {
        return type == double.class || type == float.class;
    }

    static boolean carries(Class<?> type) {
        return isNumber(type) || type.isArray() && carries(type.getComponentType());
    }

    static double[] get(@Nullable Object[] arguments) {
        List<Double> found = new ArrayList<>();
        for (Object argument : arguments) {
            collect(argument, found);
        }
        return found.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(@Nullable Object value, List<Double> found) {
        switch (value) {
            case Double number -> found.add(number);
            case Float number -> found.add(number.doubleValue());
            case double[] array -> {
                for (double number : array) {
                    found.add(number);
                }
            }
            case float[] array -> {
                for (float number : array) {
                    found.add((double) number);
                }
            }
            case Object[] array
            when carries(array.getClass()) -> {
                for (Object element : array) {
                    collect(element, found);
                }
            }
            case null, default -> {}
        }
    }

    /** A copy of the arguments with other numbers in their places. */
    static @Nullable Object[] with(@Nullable Object[] arguments, double[] numbers) {
        int[] next = {0};
        @Nullable Object[] changed = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            changed[i] = replaced(arguments[i], numbers, next);
        }
        return changed;
    }

    private static @Nullable Object replaced(@Nullable Object value, double[] numbers, int[] next) {
        if (value instanceof Double) {
            return numbers[next[0]++];
        }
        if (value instanceof Float) {
            return (float) numbers[next[0]++];
        }
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().getComponentType(), length);
        boolean carries = carries(value.getClass());
        for (int i = 0; i < length; i++) {
            Object element = Array.get(value, i);
            Array.set(copy, i, carries ? replaced(element, numbers, next) : element);
        }
        return copy;
    }
}
