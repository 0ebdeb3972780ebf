package dev.jacobi.cli.check;

import java.lang.reflect.Array;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The floating-point numbers in an argument or a result, whether it is one number or nested arrays of them, counted in their order.
 *
 * <p>Numbers that are read or changed one by one are taken out first, with {@link #flatten}, and put back with {@link #like}: each of
 * these takes time proportional to the size of the whole.
 */
public final class Numbers {
    private Numbers() {}

    /** Whether a parameter of this type consists of floating-point numbers. */
    public static boolean isNumeric(Class<?> type) {
        Class<?> element = element(type);
        return element == double.class || element == float.class;
    }

    /** Whether the numbers of this type are floats. */
    public static boolean isSingle(Class<?> type) {
        Class<?> element = element(type);
        return element == float.class || element == Float.class;
    }

    private static Class<?> element(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        return element;
    }

    /** How many numbers there are; rows that are null have none. */
    public static int count(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case double[] doubles -> doubles.length;
            case float[] floats -> floats.length;
            case Object[] rows -> {
                int count = 0;
                for (Object row : rows) {
                    count += count(row);
                }
                yield count;
            }
            default -> 1;
        };
    }

    /** All the numbers, floats widened. */
    public static double[] flatten(@Nullable Object value) {
        double[] numbers = new double[count(value)];
        flatten(value, numbers, 0);
        return numbers;
    }

    private static int flatten(@Nullable Object value, double[] numbers, int from) {
        int next = from;
        switch (value) {
            case null -> {}
            case double[] doubles -> {
                System.arraycopy(doubles, 0, numbers, next, doubles.length);
                next += doubles.length;
            }
            case float[] floats -> {
                for (float number : floats) {
                    numbers[next++] = number;
                }
            }
            case Object[] rows -> {
                for (Object row : rows) {
                    next = flatten(row, numbers, next);
                }
            }
            default -> numbers[next++] = ((Number) value).doubleValue();
        }
        return next;
    }

    /** Something new of the shape and type of {@code value} that holds these numbers, rounded where floats are. */
    public static Object like(Object value, double[] numbers) {
        Object made = fresh(value, numbers, new int[1]);
        assert made != null;
        return made;
    }

    private static @Nullable Object fresh(@Nullable Object value, double[] numbers, int[] next) {
        return switch (value) {
            case null -> null;
            case double[] doubles -> {
                double[] made = new double[doubles.length];
                System.arraycopy(numbers, next[0], made, 0, made.length);
                next[0] += made.length;
                yield made;
            }
            case float[] floats -> {
                float[] made = new float[floats.length];
                for (int i = 0; i < made.length; i++) {
                    made[i] = (float) numbers[next[0]++];
                }
                yield made;
            }
            case Object[] rows -> {
                Object[] made = (Object[]) Array.newInstance(rows.getClass().componentType(), rows.length);
                for (int i = 0; i < rows.length; i++) {
                    made[i] = fresh(rows[i], numbers, next);
                }
                yield made;
            }
            case Float _ -> (float) numbers[next[0]++];
            default -> numbers[next[0]++];
        };
    }

    /** A deep copy of nested arrays; anything else is returned as it is. */
    public static @Nullable Object copy(@Nullable Object value) {
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().componentType(), length);
        if (value instanceof Object[] rows) {
            for (int i = 0; i < length; i++) {
                ((Object[]) copy)[i] = copy(rows[i]);
            }
        } else {
            System.arraycopy(value, 0, copy, 0, length);
        }
        return copy;
    }

    /** Copies of all arguments, so that a method that writes into them leaves the originals alone. */
    public static Object[] copies(List<Object> arguments) {
        return arguments.stream().map(Numbers::copy).toArray();
    }

    static double sum(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum;
    }
}
