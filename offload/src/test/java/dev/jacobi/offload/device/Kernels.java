package dev.jacobi.offload.device;

/** One round of a loop each, as the kernels of {@link KernelTest}: {@code WIDTH} results from each pair of numbers. */
final class Kernels {
    static final int WIDTH = 24;

    private Kernels() {}

    static void intArithmetic(int[] a, int[] b, int[] out, int i) {
        int x = a[i];
        int y = b[i];
        int k = i * WIDTH;
        out[k] = x + y;
        out[k + 1] = x - y;
        out[k + 2] = x * y;
        if (y != 0) {
            out[k + 3] = x / y;
            out[k + 4] = x % y;
        }
        out[k + 5] = -x;
        out[k + 6] = x << y;
        out[k + 7] = x >> y;
        out[k + 8] = x >>> y;
        out[k + 9] = x & y;
        out[k + 10] = x | y;
        out[k + 11] = x ^ y;
        out[k + 12] = (x == y ? 1 : 0) + (x != y ? 2 : 0) + (x < y ? 4 : 0) + (x <= y ? 8 : 0) + (x > y ? 16 : 0);
        out[k + 13] = (byte) x;
        out[k + 14] = (short) x;
        out[k + 15] = (char) x;
        out[k + 16] = Math.abs(x);
        out[k + 17] = Math.min(x, y);
        out[k + 18] = Math.max(x, y);
        out[k + 19] = Integer.bitCount(x) + 64 * Integer.numberOfLeadingZeros(y);
        out[k + 20] = Integer.reverse(x) ^ Integer.numberOfTrailingZeros(y);
        out[k + 21] = Integer.rotateLeft(x, y);
        out[k + 22] = Integer.compareUnsigned(x, y) + 8 * Integer.signum(x);
        out[k + 23] = y == 0 ? 5 : Math.floorMod(x, y);
    }

    static void longArithmetic(long[] a, long[] b, long[] out, int i) {
        long x = a[i];
        long y = b[i];
        int k = i * WIDTH;
        out[k] = x + y;
        out[k + 1] = x - y;
        out[k + 2] = x * y;
        if (y != 0) {
            out[k + 3] = x / y;
            out[k + 4] = x % y;
        }
        out[k + 5] = -x;
        out[k + 6] = x << y;
        out[k + 7] = x >> y;
        out[k + 8] = x >>> y;
        out[k + 9] = x & y;
        out[k + 10] = x | y;
        out[k + 11] = x ^ y;
        out[k + 12] = (x == y ? 1L : 0L) + (x != y ? 2 : 0) + (x < y ? 4 : 0) + (x <= y ? 8 : 0) + (x > y ? 16 : 0);
        out[k + 13] = (int) x;
        out[k + 14] = Double.doubleToLongBits((double) x);
        out[k + 15] = Float.floatToIntBits((float) x);
        out[k + 16] = Math.abs(x);
        out[k + 17] = Math.min(x, y);
        out[k + 18] = Math.max(x, y);
        out[k + 19] = Long.bitCount(x) + 64L * Long.numberOfLeadingZeros(y);
        out[k + 20] = Long.reverse(x) ^ Long.numberOfTrailingZeros(y);
        out[k + 21] = Long.rotateLeft(x, (int) y);
        out[k + 22] = Long.compare(x, y);
        out[k + 23] = Math.multiplyHigh(x, y);
    }

    static void doubleArithmetic(double[] a, double[] b, double[] out, int i) {
        double x = a[i];
        double y = b[i];
        int k = i * WIDTH;
        out[k] = x + y;
        out[k + 1] = x - y;
        out[k + 2] = x * y;
        out[k + 3] = x / y;
        out[k + 4] = x % y;
        out[k + 5] = -x;
        out[k + 6] = x * y + 1.0;
        out[k + 7] = (x == y ? 1 : 0) + (x != y ? 2 : 0) + (x < y ? 4 : 0) + (x <= y ? 8 : 0) + (x > y ? 16 : 0);
        out[k + 8] = x >= y ? x : y;
        out[k + 9] = (int) x;
        out[k + 10] = (long) x;
        out[k + 11] = (float) x;
        out[k + 12] = (byte) x;
        out[k + 13] = (char) x;
        out[k + 14] = Math.min(x, y);
        out[k + 15] = Math.max(x, y);
        out[k + 16] = StrictMath.min(y, x);
        out[k + 17] = Math.fma(x, y, 1.0);
        out[k + 18] = Math.copySign(x, Double.isNaN(y) ? 1.0 : y);
        out[k + 19] = Math.nextAfter(x, y);
        out[k + 20] = Math.scalb(x, (int) y);
        out[k + 21] = Double.compare(x, y);
        out[k + 22] = Double.longBitsToDouble(Double.doubleToLongBits(x) ^ (Double.isNaN(x) ? 0L : 1L));
        out[k + 23] = Math.IEEEremainder(x, y);
    }

    static void floatArithmetic(float[] a, float[] b, float[] out, int i) {
        float x = a[i];
        float y = b[i];
        int k = i * WIDTH;
        out[k] = x + y;
        out[k + 1] = x - y;
        out[k + 2] = x * y;
        out[k + 3] = x / y;
        out[k + 4] = x % y;
        out[k + 5] = -x;
        out[k + 6] = x * y + 1f;
        out[k + 7] = (x == y ? 1 : 0) + (x != y ? 2 : 0) + (x < y ? 4 : 0) + (x <= y ? 8 : 0) + (x > y ? 16 : 0);
        out[k + 8] = (int) x;
        out[k + 9] = (long) x;
        out[k + 10] = (float) Math.sqrt(x);
        out[k + 11] = (float) ((double) x * y);
        out[k + 12] = Math.min(x, y);
        out[k + 13] = Math.max(x, y);
        out[k + 14] = Math.fma(x, y, 1f);
        out[k + 15] = Math.copySign(x, Float.isNaN(y) ? 1f : y);
        out[k + 16] = Math.abs(x);
        out[k + 17] = Math.signum(x);
        out[k + 18] = Math.round(x);
        out[k + 19] = Math.nextUp(x);
        out[k + 20] = Math.nextDown(x);
        out[k + 21] = Math.ulp(x);
        out[k + 22] = Math.getExponent(x);
        out[k + 23] = Math.scalb(x, (int) y);
    }

    static void exactFunctions(double[] a, double[] out, long[] bits, int i) {
        double x = a[i];
        int k = i * WIDTH;
        out[k] = Math.sqrt(x);
        out[k + 1] = Math.floor(x);
        out[k + 2] = Math.ceil(x);
        out[k + 3] = Math.rint(x);
        out[k + 4] = Math.abs(x);
        out[k + 5] = Math.signum(x);
        out[k + 6] = Math.toRadians(x);
        out[k + 7] = Math.toDegrees(x);
        out[k + 8] = Math.nextUp(x);
        out[k + 9] = Math.nextDown(x);
        out[k + 10] = Math.ulp(x);
        out[k + 11] = StrictMath.copySign(1.0, x);
        out[k + 12] = StrictMath.sqrt(x);
        out[k + 13] = StrictMath.floor(x);
        bits[k] = Math.round(x);
        bits[k + 1] = Math.getExponent(x);
        bits[k + 2] = Double.doubleToLongBits(x);
        bits[k + 3] = Double.isNaN(x) ? 1 : Double.isInfinite(x) ? 2 : 3;
    }

    static void exponentials(double[] a, double[] out, int i) {
        double x = a[i];
        int k = i * WIDTH;
        out[k] = StrictMath.exp(x);
        out[k + 1] = StrictMath.expm1(x);
        out[k + 2] = StrictMath.log(x);
        out[k + 3] = StrictMath.log10(x);
        out[k + 4] = StrictMath.log1p(x);
        out[k + 5] = StrictMath.sinh(x);
        out[k + 6] = StrictMath.cosh(x);
        out[k + 7] = StrictMath.tanh(x);
        out[k + 8] = StrictMath.cbrt(x);
    }

    static void trigonometry(double[] a, double[] out, int i) {
        double x = a[i];
        int k = i * WIDTH;
        out[k] = StrictMath.sin(x);
        out[k + 1] = StrictMath.cos(x);
        out[k + 2] = StrictMath.tan(x);
        out[k + 3] = StrictMath.asin(x);
        out[k + 4] = StrictMath.acos(x);
        out[k + 5] = StrictMath.atan(x);
    }

    static void functionsOfTwo(double[] a, double[] b, double[] out, int i) {
        double x = a[i];
        double y = b[i];
        int k = i * WIDTH;
        out[k] = StrictMath.pow(x, y);
        out[k + 1] = StrictMath.atan2(x, y);
        out[k + 2] = StrictMath.hypot(x, y);
    }

    /** Elements of all kinds, that are read, changed and written. */
    static void smallElements(byte[] b, short[] s, char[] c, boolean[] z, int[] n, long[] l, float[] f, int i) {
        b[i] = (byte) (b[i] * 3 + n[i]);
        s[i] = (short) (s[i] * 5 - n[i]);
        c[i] = (char) (c[i] * 7 + n[i]);
        z[i] = z[i] ^ (n[i] & 1) == 1;
        n[i] = b[i] + s[i] + c[i] + (z[i] ? 1000 : 0);
        l[i] = l[i] * n[i] + c[i];
        f[i] = f[i] * b[i] + n[i];
    }

    /** Loops, a switch, an array of its own. */
    static void controlFlow(double[] x, int[] kinds, double[] out, int i) {
        double[] own = new double[5];
        int[] counts = new int[3];
        for (int j = 0; j < x.length; j++) {
            int place = (i + j) % own.length;
            own[place] += x[j] * (j + 1);
            counts[j % counts.length]++;
            if (own[place] > 50) {
                break;
            }
        }
        double result = 0;
        switch (kinds[i]) {
            case 0 -> result = own[0] + own[1];
            case 1, 7 -> result = own[2] - own[3];
            case -3 -> {
                for (double value : own) {
                    if (value > result) {
                        result = value;
                    }
                }
            }
            default -> result = own[4] + counts[0] - counts[1] * counts[2];
        }
        out[i] = result;
    }

    /** Copies between given and own arrays, also within one; and fails for some. */
    static void copying(short[] x, double[] y, int[] starts, double[] out, int i) {
        short[] few = new short[6];
        System.arraycopy(x, i, few, 1, 4);
        System.arraycopy(few, 1, few, 2, 4);
        System.arraycopy(few, 3, few, 0, 3);
        double[] own = {1, 2, 3, 4, 5};
        System.arraycopy(y, starts[i], own, 1, starts[i] & 3);
        System.arraycopy(own, 0, out, 6 * i, 5);
        for (int j = 0; j < few.length; j++) {
            out[6 * i + 5] = 10 * out[6 * i + 5] + few[j];
        }
    }

    /** Fails where an index is out of bounds, in a third of the rounds. */
    static void failing(int[] places, double[] x, double[] out, int i) {
        out[i] = 1;
        out[i] = x[places[i]];
    }

    static void dividing(int[] divisors, long[] out, int i) {
        out[i] = 1000 / divisors[i] + 77L % divisors[i];
    }

    static void throwing(double[] x, double[] out, int i) {
        if (x[i] < 0) {
            throw new IllegalArgumentException("negative: " + x[i]);
        }
        out[i] = Math.sqrt(x[i]);
    }

    static void lengthOf(double[] x, int[] out, int i) {
        out[i] = x.length;
    }

    /** What is called fails. */
    static void failingBelow(int[] x, int[] out, int i) {
        out[i] = 1;
        out[i] = Math.addExact(x[i], 1 << 30) + Math.toIntExact(x[i] * 3L);
    }

    static void calls(int[] x, int[] out, int i) {
        out[i] = Integer.compareUnsigned(x[i], 7) + Long.hashCode(x[i] * 31L);
    }
}
