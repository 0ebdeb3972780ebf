package dev.jacobi.batch;

/** Functions of one example, with all kinds of parameters and control flow. */
final class Examples {
    static int calls;

    private Examples() {}

    /** Three numbers. */
    record Point(double x, float weight, int kind) {}

    static double straight(double a, double b) {
        return Math.sqrt(a * a + b * b) / (1 + a * b);
    }

    static double dot(double[] weights, double[] x, double y) {
        double sum = y;
        for (int i = 0; i < x.length; i++) {
            sum += weights[i] * x[i];
        }
        return sum * sum;
    }

    /** As many rounds as the example needs, and two ways out. */
    static double newton(double a, int limit) {
        double x = a;
        for (int i = 0; i < limit; i++) {
            double next = 0.5 * (x + a / x);
            if (Math.abs(next - x) < 1e-12) {
                return next;
            }
            x = next;
        }
        return -x;
    }

    static int collatz(int start) {
        int rounds = 0;
        int n = Math.abs(start) + 1;
        while (n != 1 && rounds < 200) {
            n = (n & 1) == 0 ? n / 2 : 3 * n + 1;
            rounds++;
        }
        return rounds;
    }

    static long choose(int kind, long value, boolean negate, byte small, char letter, short middle) {
        long result = switch (kind & 3) {
            case 0 -> value * 31;
            case 1 -> value >>> 3;
            case 2 -> {
                long other = value;
                for (int i = 0; i < small; i++) {
                    if (i == 3) {
                        continue;
                    }
                    other ^= other << i;
                    if (i == 7) {
                        break;
                    }
                }
                yield other;
            }
            default -> letter + middle;
        };
        return negate ? -result : result;
    }

    static boolean isSmall(double x) {
        return x < 0.5;
    }

    static byte low(int x) {
        return (byte) x;
    }

    /** Writes into its own array. */
    static void normalise(double[] x, double scale) {
        double norm = 0;
        for (double element : x) {
            norm += element * element;
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = scale * x[i] / Math.sqrt(norm);
        }
    }

    static double[] prefix(double[] x, int shift) {
        double[] sums = new double[x.length];
        double sum = shift;
        for (int i = 0; i < x.length; i++) {
            sum += x[i];
            sums[i] = sum;
        }
        return sums;
    }

    static float[] identity(float[] x) {
        return x;
    }

    static double nested(double[][] matrix, double[] x) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < x.length; j++) {
                sum += x[i] * matrix[i][j] * x[j];
            }
        }
        return sum;
    }

    /** Moves rows about, replaces one, and writes into one. */
    static double turnRows(double[][] rows, double by) {
        double[] first = rows[0];
        rows[0] = rows[1];
        rows[1] = first;
        rows[2] = new double[] {by, 2 * by};
        first[0] += by;
        return rows[0][1] + rows[1][0];
    }

    static Point[] points(int count) {
        return new Point[count];
    }

    static float heaviest(Point[] points) {
        float heaviest = 0;
        for (Point point : points) {
            heaviest = Math.max(heaviest, point.weight());
        }
        return heaviest;
    }

    static Point move(Point point, double by) {
        return new Point(point.x() + by, point.weight() * 2, point.kind() + 1);
    }

    /** Divides by zero for some, indexes outside for others, and catches one of the two. */
    static int throwing(int[] table, int divisor, int index) {
        int quotient;
        try {
            quotient = 100 / divisor;
        } catch (ArithmeticException _) {
            quotient = -1;
        }
        table[0] = quotient;
        return table[index];
    }

    static double recursive(double x, int depth) {
        return depth == 0
                ? x
                : 0.5 * recursive(x + depth, depth - 1) + recursive(x * 0.5, depth - 2 < 0 ? 0 : depth - 2);
    }

    static double countingCalls(double x) {
        calls++;
        return x + calls;
    }

    /** Writes into an array that may be shared. */
    static double writing(double[] scratch, double x) {
        scratch[0] = x;
        return scratch[0] * 2;
    }

    static double writingThroughRow(double[][] rows, double x) {
        double[] row = rows[1];
        row[0] += x;
        return row[0];
    }

    /** Writes the second array, in calls that also get the first. */
    static double writingInCall(double[] weights, double[] x, int depth) {
        if (depth > 0) {
            return weights[depth] * writingInCall(weights, x, depth - 1);
        }
        x[0] = 1;
        return x[1];
    }

    /** Reads a shared array by a copy, which it writes. */
    static double copying(double[] start, double x) {
        double[] own = start.clone();
        for (int i = 0; i < own.length; i++) {
            own[i] += x * i;
        }
        double[] part = new double[2];
        System.arraycopy(start, 0, part, 0, 2);
        part[1] += own[own.length - 1];
        return part[0] + part[1];
    }

    private static double[] kept = {};

    static double keeping(double[] array, double x) {
        kept = array;
        return kept[0] * x;
    }

    static double[] some(int length) {
        return new double[length];
    }

    static double[][] table(int size) {
        return new double[size][size];
    }

    static void swap(double[] a, double[] b) {
        double first = a[0];
        a[0] = b[0];
        b[0] = first;
    }
}
