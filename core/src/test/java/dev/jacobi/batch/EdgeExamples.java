package dev.jacobi.batch;

/** Functions of one example: all types of arrays and numbers, and what is rare in them. */
final class EdgeExamples {
    private EdgeExamples() {}

    static boolean truth(boolean[] a, int i, double x) {
        boolean b = a[i & 3];
        if (x > 0) {
            b ^= x > 1;
        }
        while (x < -0.5) {
            x += 0.3;
            b = !b;
        }
        return b;
    }

    static byte bytes(byte[] a, byte b, int rounds) {
        byte sum = b;
        for (int i = 0; i < rounds; i++) {
            sum += a[i % a.length];
            sum = (byte) (sum << 1);
        }
        return sum;
    }

    static short shorts(short[] a, short b, char c) {
        short sum = b;
        for (short each : a) {
            if (each > c) {
                sum += each;
            } else {
                sum = (short) (sum - c);
            }
        }
        return sum;
    }

    static char chars(char[] a, char b, int at) {
        char result = b;
        for (int i = 0; i < (at & 3); i++) {
            result += a[(at + i) & 1];
            if (result > 60000) {
                return 'x';
            }
        }
        return result;
    }

    static long longs(long[] a, long b, int shift) {
        long result = b;
        for (long each : a) {
            result = result * 31 + (each >>> shift);
            if ((result & 1) == 0) {
                result ^= each << shift;
            }
        }
        return result;
    }

    static int divisions(int a, int b, long c, long d) {
        int result = 7;
        if (b != 0) {
            result = a / b + a % b;
        }
        if (d != 0) {
            result += (int) (c / d) ^ (int) (c % d);
        }
        return result;
    }

    static int ternary(int a, int b) {
        return b != 0 ? a / b : -1;
    }

    static double extremes(double x, double y) {
        double r = Math.min(x, y);
        if (x < y) {
            r = Math.max(r, -0.0);
        }
        if (Double.isNaN(x)) {
            r = y * 0.0;
        }
        while (r > 1e300 && r < Double.POSITIVE_INFINITY) {
            r /= 1e10;
        }
        return r + Math.copySign(0.0, y);
    }

    static int casts(double x, float y) {
        int a = (int) x;
        long b = (long) y;
        if (x > y) {
            a ^= (int) (long) x;
        } else {
            b += (byte) a;
        }
        for (int i = 0; i < (a & 3); i++) {
            b += (short) (b * 31);
        }
        return a ^ (int) b ^ (char) a;
    }

    static float floats(float[] x, float y) {
        float sum = y;
        for (int i = x.length - 1; i >= 0; i--) {
            if (x[i] < y) {
                break;
            }
            sum = sum * 1.1f + (float) Math.sqrt(Math.abs(x[i]));
        }
        return sum;
    }

    /** Written with masks, at places of its own, of all types. */
    static int writing(int[] a, long[] b, float[] c, double x, int place) {
        int rounds = 0;
        while (x > 0 && rounds < 9) {
            a[(place + rounds) & 3] += rounds;
            if ((rounds & 1) == 1) {
                b[rounds & 3] = a[0] * 3L - b[place & 3];
            }
            c[2] = a[rounds & 3] + c[0];
            x -= 0.3;
            rounds++;
        }
        a[1] = rounds;
        return rounds + a[place & 3];
    }

    /** Writes, then throws for some. */
    static double writesAndThrows(double[] a, int divisor) {
        a[0] = Math.sqrt(Math.abs(a[1]));
        int quotient = 3 / divisor;
        a[1] = a[0] + quotient;
        a[2] = 100;
        return a[0] * a[1];
    }

    /** Writes only some of its elements. */
    static double writesSome(double[] a, int place) {
        if (place >= 0) {
            a[place] = Math.sqrt(Math.abs(a[0]));
        }
        return a[0];
    }

    @SuppressWarnings("fallthrough")
    static int switches(int kind, long bits) {
        int result = 0;
        for (int i = 0; i < 5; i++) {
            switch ((int) (bits >>> (3 * i)) & 7) {
                case 0:
                    result += kind;
                    break;
                case 1:
                case 2:
                    if (result > 10) {
                        continue;
                    }
                    result *= 3;
                    break;
                case 3:
                    return result;
                case 4:
                    result -= 1;
                default:
                    result ^= i << kind;
            }
            result++;
        }
        return result;
    }

    static int loops(int a, int b, int c) {
        int total = 0;
        outer:
        for (int i = 0; i < a; i++) {
            int j = b;
            do {
                for (int k = c; k > 0; k--) {
                    total += k;
                    if (((total + i) & 15) == 3) {
                        continue outer;
                    }
                    if ((total & 127) == 77) {
                        break outer;
                    }
                    if ((total & 31) == 30) {
                        break;
                    }
                }
                total = total * 3 + j;
            } while (--j > 0);
        }
        return total;
    }

    /** Rounds that are the same for all, in a loop that is left at different times; its counter is an index. */
    static double uniformInside(double[] table, double[] x, double limit) {
        double sum = 0;
        int i = 0;
        for (; i < x.length; i++) {
            sum += x[i] * table[i];
            if (sum > limit) {
                sum -= table[table.length - 1 - i];
                break;
            }
        }
        return sum + i + (i < x.length ? x[i] : 0);
    }

    /** A table that all share would be indexed outside by a lane that has left. */
    static double countdown(double[] table, int start) {
        double sum = 0;
        int at = start;
        while (at >= 0) {
            sum += table[at];
            at -= 2 + (start & 1);
        }
        return sum + at;
    }

    static double local(double x, int n, int shift) {
        double[] own = new double[n];
        int[] marks = new int[n];
        for (int i = 0; i < n; i++) {
            own[i] = x * i;
            if (x > 0) {
                marks[i]++;
                own[(i + shift) % n] += 1;
            }
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum = sum * 0.5 + own[i] + marks[(i * 3 + shift) % n];
        }
        return sum;
    }

    static double negativeSize(double x, int n) {
        double[] own = new double[n];
        double sum = x;
        for (int i = 0; i < n; i++) {
            own[i] = x + i;
            sum += own[i] * Math.sqrt(x * x);
        }
        return sum;
    }

    static int recursive(int a, int depth) {
        return depth <= 0 ? a : recursive(a * 3 + 1, depth - 1) - depth;
    }

    static int overflow(int[] a, int i, int j) {
        int at = i * j;
        int result = -1;
        if (at >= 0 && at < a.length) {
            result = a[at];
        }
        if (i + j > i) {
            result += a[(i + j) >>> 30];
        }
        return result;
    }
}
