package dev.jacobi.offload.device;

import java.util.Arrays;

/** Numbers at the edges of arithmetic, and all pairs of them. */
final class SpecialValues {
    private static final int[] INTS = {
        0,
        1,
        -1,
        2,
        3,
        -7,
        31,
        32,
        33,
        64,
        100,
        255,
        256,
        -129,
        32767,
        65535,
        65536,
        -32769,
        0x5555_5555,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1
    };
    private static final long[] LONGS = {
        0,
        1,
        -1,
        3,
        -7,
        63,
        64,
        65,
        1L << 31,
        (1L << 31) - 1,
        -(1L << 31),
        1L << 32,
        0x5555_5555_5555_5555L,
        1L << 53,
        (1L << 53) + 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1
    };
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        -1.5,
        2.5,
        3.5,
        0.1,
        7.25,
        -123456.789,
        1e10,
        1e300,
        -1e300,
        0x1p52 + 0.5,
        0x1p53,
        2147483647.0,
        2147483647.5,
        2147483648.0,
        -2147483648.0,
        -2147483648.5,
        -2147483649.0,
        0x1p63,
        -0x1p63,
        9.3e18,
        -9.3e18,
        Math.nextDown(0.5),
        Math.PI,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        1.4e-45,
        Float.MAX_VALUE,
        3.5e38,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };
    private static final float[] FLOATS = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        -0.5f,
        1.5f,
        2.5f,
        0.1f,
        7.25f,
        3f,
        -123456.79f,
        1e30f,
        0x1p23f,
        0x1p24f,
        0x1p31f,
        -0x1p31f,
        -0x1.000002p31f,
        0x1p63f,
        -0x1p63f,
        Math.nextDown(0.5f),
        Float.MAX_VALUE,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY
    };

    private SpecialValues() {}

    /** The first or the second numbers of all pairs. */
    static int[] ints(boolean first) {
        int n = INTS.length;
        int[] all = new int[n * n];
        Arrays.setAll(all, i -> INTS[first ? i / n : i % n]);
        return all;
    }

    static long[] longs(boolean first) {
        int n = LONGS.length;
        long[] all = new long[n * n];
        Arrays.setAll(all, i -> LONGS[first ? i / n : i % n]);
        return all;
    }

    static double[] doubles(boolean first) {
        int n = DOUBLES.length;
        double[] all = new double[n * n];
        Arrays.setAll(all, i -> DOUBLES[first ? i / n : i % n]);
        return all;
    }

    static float[] floats(boolean first) {
        int n = FLOATS.length;
        float[] all = new float[n * n];
        for (int i = 0; i < all.length; i++) {
            all[i] = FLOATS[first ? i / n : i % n];
        }
        return all;
    }
}
