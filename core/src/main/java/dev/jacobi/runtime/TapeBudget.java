package dev.jacobi.runtime;

import dev.jacobi.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Used by generated code only: how many bytes one call of a derivative may keep on its tape, over all stacks. What counts is what is
 * in use at the same time, not the length of the arrays that are there for it.
 */
public final class TapeBudget {
    private static final int REFERENCE_BYTES = 8;

    private final long limit;
    private final String method;
    private final long[] used = new long[6];
    private long total;

    private TapeBudget(long limit, String method) {
        this.limit = limit;
        this.method = method;
    }

    /** The budget for one call. */
    public static TapeBudget open(long limit, String method) {
        return new TapeBudget(limit, method);
    }

    private static void use(@Nullable TapeBudget budget, int stack, long length, int bytes) {
        if (budget != null) {
            budget.use(stack, (length < 0 ? length & 0xffffffffL : length) * bytes);
        }
    }

    private void use(int stack, long bytes) {
        if (bytes > used[stack]) {
            total += bytes - used[stack];
            used[stack] = bytes;
            if (total > limit) {
                throw new StoppedException(
                        Refusal.TAPE_BUDGET,
                        "the derivative of " + method + " needs more than the " + limit
                                + " bytes of its budget for the tape",
                        null);
            }
        }
    }

    /** As {@link Scratch#ensure(double[], int)}, within the budget. */
    public static double[] ensure(double[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 0, length, Double.BYTES);
        return Scratch.ensure(array, length);
    }

    /** As {@link Scratch#ensure(double[], int, int, int)}, within the budget. */
    public static double[] ensure(double[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 0, top + (long) count * each, Double.BYTES);
        return Scratch.ensure(array, top, count, each);
    }

    /** As {@link #ensure(double[], int, TapeBudget)}. */
    public static float[] ensure(float[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 1, length, Float.BYTES);
        return Scratch.ensure(array, length);
    }

    /** As {@link #ensure(double[], int, int, int, TapeBudget)}. */
    public static float[] ensure(float[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 1, top + (long) count * each, Float.BYTES);
        return Scratch.ensure(array, top, count, each);
    }

    /** As {@link #ensure(double[], int, TapeBudget)}. */
    public static long[] ensure(long[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 2, length, Long.BYTES);
        return Scratch.ensure(array, length);
    }

    /** As {@link #ensure(double[], int, int, int, TapeBudget)}. */
    public static long[] ensure(long[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 2, top + (long) count * each, Long.BYTES);
        return Scratch.ensure(array, top, count, each);
    }

    /** As {@link #ensure(double[], int, TapeBudget)}. */
    public static int[] ensure(int[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 3, length, Integer.BYTES);
        return Scratch.ensure(array, length);
    }

    /** As {@link #ensure(double[], int, int, int, TapeBudget)}. */
    public static int[] ensure(int[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 3, top + (long) count * each, Integer.BYTES);
        return Scratch.ensure(array, top, count, each);
    }

    /** As {@link #ensure(double[], int, TapeBudget)}. */
    public static byte[] ensure(byte[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 4, length, 1);
        return Scratch.ensure(array, length);
    }

    /** As {@link #ensure(double[], int, int, int, TapeBudget)}. */
    public static byte[] ensure(byte[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 4, top + (long) count * each, 1);
        return Scratch.ensure(array, top, count, each);
    }

    /** As {@link #ensure(double[], int, TapeBudget)}. */
    public static Object[] ensure(Object[] array, int length, @Nullable TapeBudget budget) {
        use(budget, 5, length, REFERENCE_BYTES);
        return Scratch.ensure(array, length);
    }

    /** As {@link #ensure(double[], int, int, int, TapeBudget)}. */
    public static Object[] ensure(Object[] array, int top, int count, int each, @Nullable TapeBudget budget) {
        use(budget, 5, top + (long) count * each, REFERENCE_BYTES);
        return Scratch.ensure(array, top, count, each);
    }
}
