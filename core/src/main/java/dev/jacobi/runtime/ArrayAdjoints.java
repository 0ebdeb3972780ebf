package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: the adjoints of what {@code java.lang.System} and {@code java.util.Arrays} do with arrays. All arrays here
 * are shadows.
 */
public final class ArrayAdjoints {
    private ArrayAdjoints() {}

    /** Adjoint of {@code arraycopy(source, from, target, to, length)}, also within one array; the source may have no shadow. */
    public static void copy(double @Nullable [] source, int from, double[] target, int to, int length) {
        if (source == null) {
            Arrays.fill(target, to, to + length, 0);
        } else if (source != target || from > to) {
            // Each element is taken before a source element at its place can receive anything: taken ascending, given
            // descending.
            for (int i = length - 1; i >= 0; i--) {
                double adjoint = target[to + i];
                target[to + i] = 0;
                source[from + i] += adjoint;
            }
        } else if (from < to) {
            for (int i = 0; i < length; i++) {
                double adjoint = target[to + i];
                target[to + i] = 0;
                source[from + i] += adjoint;
            }
        }
    }

    /** As {@link #copy(double[], int, double[], int, int)}. */
    public static void copy(float @Nullable [] source, int from, float[] target, int to, int length) {
        if (source == null) {
            Arrays.fill(target, to, to + length, 0);
        } else if (source != target || from > to) {
            for (int i = length - 1; i >= 0; i--) {
                float adjoint = target[to + i];
                target[to + i] = 0;
                source[from + i] += adjoint;
            }
        } else if (from < to) {
            for (int i = 0; i < length; i++) {
                float adjoint = target[to + i];
                target[to + i] = 0;
                source[from + i] += adjoint;
            }
        }
    }

    /** Adjoint of a copy of {@code source} from an index on: {@code clone}, {@code copyOf}, {@code copyOfRange}. */
    public static void add(double[] source, int from, double[] copy) {
        int length = Math.min(source.length - from, copy.length);
        for (int i = 0; i < length; i++) {
            source[from + i] += copy[i];
        }
    }

    /** As {@link #add(double[], int, double[])}. */
    public static void add(float[] source, int from, float[] copy) {
        int length = Math.min(source.length - from, copy.length);
        for (int i = 0; i < length; i++) {
            source[from + i] += copy[i];
        }
    }

    /** Adjoint of a tape that has grown: what its new array holds goes to the array before, and is 0 afterwards. */
    public static void moveDown(double[] grown, double[] before) {
        if (grown != before) {
            for (int i = 0; i < before.length; i++) {
                before[i] += grown[i];
                grown[i] = 0;
            }
        }
    }

    /** As {@link #moveDown(double[], double[])}. */
    public static void moveDown(float[] grown, float[] before) {
        if (grown != before) {
            for (int i = 0; i < before.length; i++) {
                before[i] += grown[i];
                grown[i] = 0;
            }
        }
    }

    /** Adjoint of {@link #moveDown(double[], double[])}. Whether a tape has grown is a question of its own for each order of derivatives. */
    public static void moveUp(double[] grown, double[] before) {
        if (grown != before) {
            System.arraycopy(before, 0, grown, 0, before.length);
        }
    }

    /** As {@link #moveUp(double[], double[])}. */
    public static void moveUp(float[] grown, float[] before) {
        if (grown != before) {
            System.arraycopy(before, 0, grown, 0, before.length);
        }
    }

    /** Adjoint of {@code fill}: the sum of the elements, which are 0 afterwards. */
    public static double takeSum(double[] filled, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += filled[i];
            filled[i] = 0;
        }
        return sum;
    }

    /** As {@link #takeSum(double[], int, int)}. */
    public static float takeSum(float[] filled, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += filled[i];
            filled[i] = 0;
        }
        return sum;
    }

    /**
     * Adds the weights of a result, an array of any nesting, to its shadow; null counts as zeros.
     *
     * @throws JacobiException if they have another shape; nothing was added then
     */
    public static void addAll(@Nullable Object shadow, @Nullable Object weights) {
        checkShape(shadow, weights, "");
        addChecked(shadow, weights);
    }

    /** As {@link #addAll(Object, Object)}. */
    public static void addAll(double @Nullable [] shadow, double @Nullable [] weights) {
        if (shadow != null && weights != null) {
            if (shadow.length != weights.length) {
                throw wrongLength(weights.length, shadow.length);
            }
            add(shadow, 0, weights);
        }
    }

    /** As {@link #addAll(Object, Object)}. */
    public static void addAll(float @Nullable [] shadow, float @Nullable [] weights) {
        if (shadow != null && weights != null) {
            if (shadow.length != weights.length) {
                throw wrongLength(weights.length, shadow.length);
            }
            add(shadow, 0, weights);
        }
    }

    private static JacobiException wrongLength(int weights, int result) {
        return wrongWeights("", "has length " + weights + ", the result has length " + result);
    }

    private static void addChecked(@Nullable Object shadow, @Nullable Object weights) {
        switch (weights) {
            case double[] numbers when shadow instanceof double[] sums -> add(sums, 0, numbers);
            case float[] numbers when shadow instanceof float[] sums -> add(sums, 0, numbers);
            case @Nullable Object[] rows
            when shadow instanceof @Nullable Object[] sums -> {
                for (int i = 0; i < sums.length; i++) {
                    addChecked(sums[i], rows[i]);
                }
            }
            case null, default -> {}
        }
    }

    /** Rows without a shadow take any weights: they do not vary. */
    private static void checkShape(@Nullable Object shadow, @Nullable Object weights, String place) {
        if (shadow == null || weights == null) {
            return;
        }
        if (shadow.getClass() != weights.getClass()) {
            throw wrongWeights(
                    place,
                    "is of class " + weights.getClass().getTypeName() + ", the result is of class "
                            + shadow.getClass().getTypeName());
        }
        int length = Array.getLength(shadow);
        if (Array.getLength(weights) != length) {
            throw wrongWeights(place, "has length " + Array.getLength(weights) + ", the result has length " + length);
        }
        if (shadow instanceof @Nullable Object[] sums && weights instanceof @Nullable Object[] rows) {
            for (int i = 0; i < sums.length; i++) {
                checkShape(sums[i], rows[i], place + "[" + i + "]");
            }
        }
    }

    private static JacobiException wrongWeights(String place, String how) {
        return new JacobiException(
                Refusal.WRONG_SHADOW,
                "cannot go on with the derivative: the seed of the result" + place + " " + how,
                null);
    }
}
