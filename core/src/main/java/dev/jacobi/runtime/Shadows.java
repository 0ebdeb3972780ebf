package dev.jacobi.runtime;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes and clears shadows: arrays of {@code double} or {@code float}, or arrays of these. */
public final class Shadows {
    private Shadows() {}

    /**
     * An array of the same class and shape as {@code primal}, all zeros; {@code null} rows stay {@code null}, and a row that is there
     * twice has one shadow, which is there twice.
     */
    @SuppressWarnings("unchecked") // a clone has the class of its original
    public static <T> T zerosLike(T primal) {
        return (T) zeros(primal);
    }

    // Here and below: a switch over classes is linked at its first call, which takes long.
    private static Object zeros(Object primal) {
        if (primal instanceof double[] array) {
            return new double[array.length];
        } else if (primal instanceof float[] array) {
            return new float[array.length];
        } else if (primal instanceof Object[] rows) {
            return zerosLike(rows, new IdentityHashMap<>());
        }
        throw new IllegalArgumentException(primal.getClass() + " has no shadow");
    }

    private static Object[] zerosLike(Object[] rows, Map<Object, Object> known) {
        Object[] zeros = rows.clone();
        for (int i = 0; i < zeros.length; i++) {
            Object row = rows[i];
            if (row != null) {
                Object shadow = known.get(row);
                if (shadow == null) {
                    shadow = row instanceof Object[] nested ? zerosLike(nested, known) : zerosLike(row);
                    known.put(row, shadow);
                }
                zeros[i] = shadow;
            }
        }
        return zeros;
    }

    /** A copy of an array and its rows; a row that is there twice has one copy, which is there twice. */
    @SuppressWarnings("unchecked") // a clone has the class of its original
    public static <T> T copyOf(T array) {
        return (T)
                switch (array) {
                    case double[] numbers -> numbers.clone();
                    case float[] numbers -> numbers.clone();
                    case Object[] rows -> copyOf(rows, new IdentityHashMap<>());
                    default -> throw new IllegalArgumentException(array.getClass() + " is no array of numbers");
                };
    }

    private static Object[] copyOf(Object[] rows, Map<Object, Object> known) {
        Object[] copies = rows.clone();
        for (int i = 0; i < copies.length; i++) {
            Object row = rows[i];
            if (row != null) {
                Object copy = known.get(row);
                if (copy == null) {
                    copy = row instanceof Object[] nested ? copyOf(nested, known) : copyOf(row);
                    known.put(row, copy);
                }
                copies[i] = copy;
            }
        }
        return copies;
    }

    /** Whether both are there and of one length, and not the same. */
    public static boolean fit(double @Nullable [] primal, double @Nullable [] shadow) {
        return primal != null && shadow != null && primal != shadow && primal.length == shadow.length;
    }

    /** Whether both are there and of one length, and not the same. */
    public static boolean fit(float @Nullable [] primal, float @Nullable [] shadow) {
        return primal != null && shadow != null && primal != shadow && primal.length == shadow.length;
    }

    /**
     * The adjoint of a result as it was given: a copy if it is, or may be a part of, an argument, which the method may write before
     * the adjoint is read.
     */
    public static @Nullable Object apart(@Nullable Object seed, @Nullable Object argument) {
        return seed != null && mayHold(argument, seed) ? copyOf(seed) : seed;
    }

    private static boolean mayHold(@Nullable Object argument, Object seed) {
        if (argument == seed || seed instanceof Object[]) {
            return true;
        }
        if (argument instanceof Object[] rows) {
            for (Object row : rows) {
                if (mayHold(row, seed)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The length of the shadow that holds the tangents of {@code width} directions for an array of this length; negative as it is. */
    public static int packedLength(int length, int width) {
        long packed = length * (long) width;
        if (packed > Integer.MAX_VALUE) {
            throw new OutOfMemoryError(
                    "the tangents of " + length + " numbers in " + width + " directions do not fit into one array");
        }
        return length < 0 ? length : (int) packed;
    }

    /** Sets the tangents of the elements {@code from} to {@code to} in one direction. */
    public static void fillPacked(double[] shadow, int from, int to, int width, int lane, double tangent) {
        for (int index = from; index < to; index++) {
            shadow[index * width + lane] = tangent;
        }
    }

    /** As {@link #fillPacked(double[], int, int, int, int, double)}. */
    public static void fillPacked(float[] shadow, int from, int to, int width, int lane, float tangent) {
        for (int index = from; index < to; index++) {
            shadow[index * width + lane] = tangent;
        }
    }

    /** Sets all numbers to zero. */
    public static void clear(Object shadow) {
        if (shadow instanceof double[] array) {
            Arrays.fill(array, 0);
        } else if (shadow instanceof float[] array) {
            Arrays.fill(array, 0);
        } else if (shadow instanceof Object[] rows) {
            for (Object row : rows) {
                if (row != null) {
                    clear(row);
                }
            }
        } else {
            throw new IllegalArgumentException(shadow.getClass() + " is no shadow");
        }
    }
}
