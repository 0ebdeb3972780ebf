package dev.jacobi.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: the arrays of the tape, kept by each thread from call to call, so that a derivative that is called again
 * allocates nothing. A call within a call gets arrays of its own; arrays that are not released, because an exception was thrown, are
 * left to the garbage collector. Contents are arbitrary, except that arrays of references hold null.
 */
public final class Scratch {
    private static final int INITIAL = 256;
    /** Enough for the tape of a gradient and those of its tangents in several directions. */
    private static final int KEPT = 16;

    private static final int KEPT_IF_LARGE = 4;
    private static final int LARGE_BYTES = 1 << 26;
    private static final int MAXIMUM_KEPT_BYTES = 1 << 28;
    private static final ThreadLocal<Scratch> OF_THREAD = new ThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    private final double @Nullable [][] doubles = new double[KEPT][];
    private final float[][] floats = new float[KEPT][];
    private final double[][] zeroDoubles = new double[KEPT][];
    private final float[][] zeroFloats = new float[KEPT][];
    private final long[][] longs = new long[KEPT][];
    private final int[][] ints = new int[KEPT][];
    private final byte[][] bytes = new byte[KEPT][];
    private final Object[][] references = new Object[KEPT][];

    private Scratch() {}

    /** Takes an array of any length for this thread. */
    public static double[] acquireDoubles() {
        double[] array = take(OF_THREAD.get().doubles);
        return array == null ? new double[INITIAL] : array;
    }

    /** As {@link #acquireDoubles}. */
    public static float[] acquireFloats() {
        float[] array = take(OF_THREAD.get().floats);
        return array == null ? new float[INITIAL] : array;
    }

    /** As {@link #acquireDoubles}. */
    public static long[] acquireLongs() {
        long[] array = take(OF_THREAD.get().longs);
        return array == null ? new long[INITIAL] : array;
    }

    /** As {@link #acquireDoubles}. */
    public static int[] acquireInts() {
        int[] array = take(OF_THREAD.get().ints);
        return array == null ? new int[INITIAL] : array;
    }

    /** As {@link #acquireDoubles}. */
    public static byte[] acquireBytes() {
        byte[] array = take(OF_THREAD.get().bytes);
        return array == null ? new byte[INITIAL] : array;
    }

    /** As {@link #acquireDoubles}, all elements null. */
    public static Object[] acquireReferences() {
        Object[] array = take(OF_THREAD.get().references);
        return array == null ? new Object[INITIAL] : array;
    }

    /** The array, or a longer one with the same elements, so that it has at least {@code length}. */
    public static double[] ensure(double[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** As {@link #ensure(double[], int)}. */
    public static float[] ensure(float[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** As {@link #ensure(double[], int)}. */
    public static long[] ensure(long[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** As {@link #ensure(double[], int)}. */
    public static int[] ensure(int[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** As {@link #ensure(double[], int)}. */
    public static byte[] ensure(byte[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** As {@link #ensure(double[], int)}. */
    public static Object[] ensure(Object[] array, int length) {
        return Integer.compareUnsigned(length, array.length) <= 0
                ? array
                : Arrays.copyOf(array, grown(array.length, length));
    }

    /** The array, or a longer one, with space for {@code each} elements {@code count} times on top of {@code top}. */
    public static double[] ensure(double[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** As {@link #ensure(double[], int, int, int)}. */
    public static float[] ensure(float[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** As {@link #ensure(double[], int, int, int)}. */
    public static long[] ensure(long[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** As {@link #ensure(double[], int, int, int)}. */
    public static int[] ensure(int[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** As {@link #ensure(double[], int, int, int)}. */
    public static byte[] ensure(byte[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** As {@link #ensure(double[], int, int, int)}. */
    public static Object[] ensure(Object[] array, int top, int count, int each) {
        return ensure(array, total(top, count, each));
    }

    /** The sum; -1 if no int holds it, or a factor, which is then negative. */
    private static int total(int top, int count, int each) {
        long total = top + (long) count * each;
        return count < 0 || each < 0 || total > Integer.MAX_VALUE ? -1 : (int) total;
    }

    private static int grown(int present, int needed) {
        int limit = Integer.MAX_VALUE - 8;
        if (needed < 0 || needed > limit) {
            throw new OutOfMemoryError("the reverse sweep needs more than " + limit
                    + " stored values of one kind; shorten the loops or differentiate a part at a time");
        }
        return (int) Math.max(needed, Math.min(2L * present, limit));
    }

    /** Gives an array back that this thread acquired, or what {@link #ensure(double[], int)} made of it. */
    public static void release(double[] array) {
        put(OF_THREAD.get().doubles, array, (long) array.length * Double.BYTES);
    }

    /** As {@link #release(double[])}. */
    public static void release(float[] array) {
        put(OF_THREAD.get().floats, array, (long) array.length * Float.BYTES);
    }

    /** As {@link #release(double[])}. */
    public static void release(long[] array) {
        put(OF_THREAD.get().longs, array, (long) array.length * Long.BYTES);
    }

    /** As {@link #release(double[])}. */
    public static void release(int[] array) {
        put(OF_THREAD.get().ints, array, (long) array.length * Integer.BYTES);
    }

    /** As {@link #release(double[])}. */
    public static void release(byte[] array) {
        put(OF_THREAD.get().bytes, array, (long) array.length * Byte.BYTES);
    }

    /** As {@link #release(double[])}; all elements are null again. */
    public static void release(Object[] array) {
        put(OF_THREAD.get().references, array, (long) array.length * Long.BYTES);
    }

    /** Takes an array of zeros for this thread, with at least {@code length} elements. */
    public static double[] acquireZeroDoubles(int length) {
        double[] array = take(OF_THREAD.get().zeroDoubles);
        return array == null || array.length < length ? new double[length] : array;
    }

    /** As {@link #acquireZeroDoubles}. */
    public static float[] acquireZeroFloats(int length) {
        float[] array = take(OF_THREAD.get().zeroFloats);
        return array == null || array.length < length ? new float[length] : array;
    }

    /** Gives an array back whose elements are all 0 again. */
    public static void releaseZeros(double[] array) {
        put(OF_THREAD.get().zeroDoubles, array, (long) array.length * Double.BYTES);
    }

    /** As {@link #releaseZeros(double[])}. */
    public static void releaseZeros(float[] array) {
        put(OF_THREAD.get().zeroFloats, array, (long) array.length * Float.BYTES);
    }

    private static <A> @Nullable A take(@Nullable A[] kept) {
        for (int i = 0; i < kept.length; i++) {
            A array = kept[i];
            if (array != null) {
                kept[i] = null;
                return array;
            }
        }
        return null;
    }

    private static <A> void put(@Nullable A[] kept, A array, long bytes) {
        int places = bytes > MAXIMUM_KEPT_BYTES ? 0 : bytes > LARGE_BYTES ? KEPT_IF_LARGE : KEPT;
        for (int i = 0; i < places; i++) {
            if (kept[i] == null) {
                kept[i] = array;
                return;
            }
        }
    }
}
