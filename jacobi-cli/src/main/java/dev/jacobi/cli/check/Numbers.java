package dev.jacobi.cli.check;

import java.lang.reflect.Array;
import java.util.List;

/** The floating-point numbers in an argument, whether it is one number or nested arrays of them, counted in their order. */
public final class Numbers {
    private Numbers() {}

    /** Whether a parameter of this type consists of floating-point numbers. */
    public static boolean isNumeric(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        return element == double.class || element == float.class;
    }

    /** Whether the numbers are floats. */
    public static boolean isSingle(Object value) {
        Class<?> element = value.getClass();
        while (element.isArray()) {
            element = element.componentType();
        }
        return element == float.class || element == Float.class;
    }

    public static int count(Object value) {
        if (!value.getClass().isArray()) {
            return 1;
        }
        int count = 0;
        for (int i = 0; i < Array.getLength(value); i++) {
            Object element = Array.get(value, i);
            count += element == null ? 0 : count(element);
        }
        return count;
    }

    public static double get(Object value, int index) {
        if (!value.getClass().isArray()) {
            return ((Number) value).doubleValue();
        }
        int left = index;
        for (int i = 0; i < Array.getLength(value); i++) {
            Object element = Array.get(value, i);
            int size = element == null ? 0 : count(element);
            if (left < size) {
                return get(element, left);
            }
            left -= size;
        }
        throw new IndexOutOfBoundsException(index);
    }

    /** A copy with another number at {@code index}, rounded to float where floats are. */
    public static Object with(Object value, int index, double number) {
        if (!value.getClass().isArray()) {
            return value instanceof Float ? (Object) (float) number : (Object) number;
        }
        Object copy = copy(value);
        set(copy, index, number);
        return copy;
    }

    private static void set(Object array, int index, double number) {
        int left = index;
        for (int i = 0; i < Array.getLength(array); i++) {
            Object element = Array.get(array, i);
            int size = element == null ? 0 : count(element);
            if (left < size) {
                if (element.getClass().isArray()) {
                    set(element, left, number);
                } else {
                    Array.set(array, i, with(element, 0, number));
                }
                return;
            }
            left -= size;
        }
        throw new IndexOutOfBoundsException(index);
    }

    /** A deep copy of nested arrays; anything else is returned as it is. */
    public static Object copy(Object value) {
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().componentType(), length);
        for (int i = 0; i < length; i++) {
            Array.set(copy, i, copy(Array.get(value, i)));
        }
        return copy;
    }

    /** Something of the same shape, all zeros. */
    public static Object zerosLike(Object value) {
        Object zeros = copy(value);
        if (!value.getClass().isArray()) {
            return with(value, 0, 0);
        }
        for (int i = 0; i < count(value); i++) {
            set(zeros, i, 0);
        }
        return zeros;
    }

    /** Something of the same shape, all ones. */
    public static Object onesLike(Object value) {
        Object ones = copy(value);
        if (!value.getClass().isArray()) {
            return with(value, 0, 1);
        }
        for (int i = 0; i < count(value); i++) {
            set(ones, i, 1);
        }
        return ones;
    }

    public static double sum(Object value) {
        double sum = 0;
        for (int i = 0; i < count(value); i++) {
            sum += get(value, i);
        }
        return sum;
    }

    /** Copies of all arguments, so that a method that writes into them leaves the originals alone. */
    public static Object[] copies(List<Object> arguments) {
        return arguments.stream().map(Numbers::copy).toArray();
    }
}
