package dev.jacobi.offload.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Methods with parallel loops, by which those who move arrays and those who prove that rounds are independent could be deceived. Each is run with arrays of several lengths, null, and one array given twice. */
public final class Loops {
    private static final double[] TABLE = {1, 4, 9, 16, 25, 36, 49, 64};

    private Loops() {}

    // ---- one array given twice ----

    static void readsWhatIsWrittenHereByAnotherName(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            int length = y.length;
            double value = x[i];
            y[i] = value * 2 + length;
        });
    }

    static void writesBeforeItReads(double[] y, double[] x, double[] w) {
        IntStream.range(0, y.length).parallel().forEach(i -> {
            y[i] = 3;
            w[i] = x[i] + 1;
        });
    }

    static void writesAllThree(int[] x, int[] y, int[] z) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            z[i] = x[i];
            y[i] = z[i] + x[i];
            x[i] = y[i] - 1;
        });
    }

    static void window(double[] x, double[] y) {
        IntStream.range(1, x.length - 1).parallel().forEach(i -> y[i] = x[i - 1] + x[i] + x[i + 1]);
    }

    static void backwards(double[] y, double[] x) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x[x.length - 1 - i]);
    }

    static void permuted(int[] index, double[] x, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x[index[i]]);
    }

    static void thereAndBack(double[] a, double[] b, int n) {
        double[] from = a;
        double[] to = b;
        for (int k = 0; k < n; k++) {
            double[] old = from;
            double[] next = to;
            IntStream.range(1, old.length - 1).parallel().forEach(j -> next[j] = old[j - 1] + old[j + 1]);
            from = next;
            to = old;
        }
    }

    // ---- indices ----

    static void fromTheLeastInt(int[] y) {
        IntStream.range(Integer.MIN_VALUE, Integer.MIN_VALUE + 10)
                .parallel()
                .forEach(i -> y[i - Integer.MIN_VALUE] = 7 + i);
    }

    static void toTheGreatestInt(int[] y) {
        IntStream.range(Integer.MAX_VALUE - 10, Integer.MAX_VALUE)
                .parallel()
                .forEach(i -> y[i - (Integer.MAX_VALUE - 10)] = i);
    }

    static void shiftedAround(int[] y, int n) {
        int shift = n * 0x20000000;
        IntStream.range(Integer.MIN_VALUE, Integer.MIN_VALUE + 10)
                .parallel()
                .forEach(i -> y[i + shift] = i + y[i + shift]);
    }

    static void closed(double[] y, int n) {
        IntStream.rangeClosed(1, n).parallel().forEach(i -> y[i] = i * y[i - 1 + 1]);
    }

    static int closedSum(int n) {
        return IntStream.rangeClosed(1, n).parallel().map(i -> i * i).sum();
    }

    static void twoHalves(double[] y, double[] x, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            y[i] = x[i];
            y[i + n + 2] = -x[i];
        });
    }

    static void secondHalfIfSo(double[] y, int[] condition, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            y[i] = 1;
            if (condition[i] > 7) {
                y[i + 2 * n] = 2;
            }
        });
    }

    static void shiftedInPlace(double[] y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y[i] = y[i + n] * 2 + y[i]);
    }

    static void shiftedInPlaceByTooLittle(double[] y, int n) {
        IntStream.range(0, n + 1).parallel().forEach(i -> y[i] = y[i + n] * 2 + y[i]);
    }

    static void exchangedFromBothEnds(double[] x) {
        IntStream.range(0, x.length / 2).parallel().forEach(i -> {
            double end = x[i];
            x[i] = x[x.length - 1 - i];
            x[x.length - 1 - i] = end;
        });
    }

    static void reversedInPlace(double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = x[x.length - 1 - i] + 1);
    }

    static void strideThatWrapsAround(double[] x, int n) {
        int stride = n * 0x10000000;
        IntStream.range(0, 8).parallel().forEach(i -> {
            int place = i * stride;
            if (place >= 0 && place < x.length) {
                x[place] = i;
            }
        });
    }

    static void strideOfZero(double[] x, int n) {
        int stride = n - 4;
        IntStream.range(0, 8).parallel().forEach(i -> x[i * stride] = i);
    }

    static void threeOfARound(double[] x) {
        IntStream.range(0, x.length / 3).parallel().forEach(i -> {
            for (int j = 0; j < 3; j++) {
                x[3 * i + j] += i + j;
            }
        });
    }

    static void nested(double[] x, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, n).parallel().forEach(j -> x[i * n + j] = i - j));
    }

    static void onlyTheInnerIsParallel(double[] x, int n) {
        IntStream.range(0, n).forEach(i -> IntStream.range(0, n).parallel().forEach(j -> x[i + j] += i - j));
    }

    static void noRounds(double[] x) {
        IntStream.range(5, 5).parallel().forEach(i -> x[i] = 1);
        IntStream.range(5, 2).parallel().forEach(i -> x[i] = 1);
    }

    // ---- what the host does between loops ----

    static double hostBetween(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 2 * x[i]);
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i];
            y[i] = sum;
        }
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += y[i]);
        x[0] = 7;
        return sum + x[x.length - 1];
    }

    static double partsOfArrays(double[] x, double[] y, double[] z, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y[i] = x[i] + 1);
        IntStream.range(n, 2 * n).parallel().forEach(i -> y[i] = x[i] + 2);
        IntStream.range(3 * n, 4 * n - 1).parallel().forEach(i -> y[i] = x[i] + 3);
        double sum = y[0] + y[2 * n];
        y[2 * n] = 5;
        IntStream.range(0, n).parallel().forEach(i -> z[i] = y[i + n] + y[i + 2 * n]);
        z[0] += 1;
        IntStream.range(0, z.length).parallel().forEach(i -> z[i] = z[i] * 2);
        return sum + z[1] + y[3 * n];
    }

    static double sometimesTheHost(double[] x, double[] y, int n) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            if (k % 2 == 0) {
                int factor = k;
                IntStream.range(0, x.length).parallel().forEach(i -> x[i] += y[i] * factor);
            } else {
                for (int i = 0; i < 3; i++) {
                    sum += x[i];
                    y[i] = sum;
                }
            }
        }
        return sum + x[x.length - 1];
    }

    static double throughAnObject(double[] x) {
        List<double[]> list = new ArrayList<>();
        list.add(x);
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = i);
        double before = list.get(0)[3];
        list.get(0)[3] = 50;
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += 1);
        return before + list.get(0)[3];
    }

    static int[] sortedBetween(int[] x) {
        int[] y = Arrays.stream(x).parallel().map(v -> v * 7 % 13).toArray();
        Arrays.sort(y);
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] += i);
        return Arrays.stream(y).map(v -> v / 2).toArray();
    }

    static double[][] manyArrays(double[] x) {
        double[][] all = new double[3][];
        for (int k = 0; k < 3; k++) {
            double[] y = new double[x.length];
            int more = k;
            IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i] + more);
            all[k] = y;
        }
        return all;
    }

    static double caughtBetween(double[] x, int[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = i);
        double sum = 0;
        for (int k = 0; k < 5; k++) {
            try {
                int quotient = 10 / y[k];
                sum += x[k] / quotient;
                x[k] = sum;
            } catch (ArithmeticException e) {
                sum -= x[k + 1];
            }
            int more = k;
            IntStream.range(0, x.length).parallel().forEach(i -> x[i] += more);
        }
        return sum;
    }

    static double copiedByTheHost(double[] x) {
        double[] y = x.clone();
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] *= 2);
        double[] z = y.clone();
        IntStream.range(0, y.length).parallel().forEach(i -> x[i] = z[i] + y[i]);
        return z[0];
    }

    static double table(double[] x) {
        IntStream.range(0, Math.min(x.length, TABLE.length)).parallel().forEach(i -> {
            x[i] += TABLE[i];
            TABLE[i] = x[i] - TABLE[i];
        });
        return TABLE[3];
    }

    private record Line(double slope, int start) {
        double at(double place) {
            return slope * place + start;
        }
    }

    static double records(double[] x) {
        Line line = new Line(2, 3);
        IntStream.range(0, x.length).parallel().forEach(i -> {
            Line steeper = new Line(line.slope() + i, i);
            x[i] = line.at(x[i]) + steeper.at(1);
        });
        return x[0];
    }

    // ---- exceptions ----

    static void outOfBounds(double[] x, double[] y) {
        IntStream.range(0, x.length + 3).parallel().forEach(i -> y[i] = i * 2.0);
    }

    static void secondLoopFails(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = x[i] + 1);
        IntStream.range(0, x.length + 1).parallel().forEach(i -> {
            y[i] = 5;
            x[i] = x[i] * 2;
        });
    }

    static void failsAmongParts(double[] x, double[] y) {
        IntStream.range(3, 6).parallel().forEach(i -> x[i] = i);
        x[4] = 9;
        IntStream.range(5, 9).parallel().forEach(i -> x[i] = i);
        IntStream.range(8, x.length + 1).parallel().forEach(i -> {
            x[i] = 1;
            y[i] = x[i];
        });
    }

    static void divisionByZero(double[] x, double[] y, int[] z) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = i);
        IntStream.range(0, y.length).parallel().forEach(i -> {
            y[i] = x[i];
            x[i] = y[i] + 1;
            int quotient = 100 / (z[i] - 5);
            y[i] = quotient;
        });
    }

    static int divisionInASum(int[] x) {
        return Arrays.stream(x).parallel().map(v -> 100 / (v - 3)).sum();
    }

    static void thrownByHand(double[] y, int[] x) {
        IntStream.range(0, y.length).parallel().forEach(i -> {
            if (x[i] > 12) {
                throw new IllegalArgumentException("at " + i);
            }
            y[i] = i;
        });
    }

    static void negativeSize(double[] y, int n) {
        double[] own = new double[n - 5];
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = own.length);
    }

    static void nullInSomeRounds(double[] y, double[] x, int n) {
        double[] other = n > 3 ? null : x;
        IntStream.range(0, y.length).parallel().forEach(i -> {
            y[i] = 1;
            if (i > 3) {
                y[i] = other[0];
            }
        });
    }

    static int noGreatest(int[] x) {
        return Arrays.stream(x).parallel().filter(v -> v > 1000).max().getAsInt();
    }

    // ---- numbers at their edges ----

    static void longIndex(double[] x, double[] y) {
        LongStream.range(0, x.length).parallel().forEach(i -> y[(int) i] = x[(int) i] * i);
    }

    static long longSum(long[] l, int n) {
        long from = -n;
        return LongStream.rangeClosed(from, l.length - n - 1L)
                .parallel()
                .map(i -> i * i + l[(int) (i + n)])
                .sum();
    }

    static void longIndexFromWhereTheCallerSays(double[] x, double[] y, int n) {
        long from = (long) n * n - 14;
        LongStream.range(from, x.length - 1).parallel().forEach(i -> y[(int) (2 + i - from)] = x[(int) i + 1] + i);
    }

    static double[] longArray(long[] l) {
        return LongStream.range(0, l.length)
                .parallel()
                .mapToDouble(i -> Math.sqrt(l[(int) i] + (double) i))
                .toArray();
    }

    static void longNest(double[] x, int n) {
        LongStream.range(0, x.length / 4)
                .parallel()
                .forEach(i -> LongStream.range(0, n).parallel().forEach(j -> x[(int) (i * 4 + j)] += i - j));
    }

    static void conversions(double[] x, int[] y, long[] l, float[] f) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            y[i] = (int) (x[i] * 1e10);
            l[i] = (long) (x[i] * 1e20);
            f[i] = (float) (x[i] * 1e30);
            if (i == 3) {
                y[i] = (int) Double.NaN;
                l[i] = (long) (0.0 / (x[i] * 0));
            }
        });
    }

    static void divisionOfTheLeast(int[] x, long[] l) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            x[i] = (Integer.MIN_VALUE + (i & 1)) / ((i & 2) - 1) + Integer.MIN_VALUE % -((i & 1) + 1);
            l[i] = Long.MIN_VALUE / ((i & 2) - 1) + Math.floorMod(l[i], 7L);
        });
    }

    static void narrow(byte[] b, short[] s, char[] c, int[] x, boolean[] f) {
        IntStream.range(0, b.length).parallel().forEach(i -> {
            b[i] = (byte) (x[i] * 77);
            s[i] = (short) (b[i] * 300 + x[i]);
            c[i] = (char) (s[i] - 5);
            f[i] = x[i] > 5 ^ f[i];
        });
    }

    static void smallFloats(float[] x, float[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            float v = x[i];
            y[i] = v / 3 + v * v - v % 0.7f + (float) Math.sqrt(v * v) + (int) (v * 1e9f) + 1e-42f * v;
        });
    }

    static double leastZero(double[] x) {
        return Arrays.stream(x).parallel().map(v -> v > 0 ? -0.0 : 0.0).min().orElse(4);
    }

    // ---- quotients that only some rounds need, at which a vectoriser may take that of another round ----

    static void quotientInSomeRounds(int[] c, int[] a, int[] s) {
        IntStream.range(0, c.length).parallel().forEach(i -> {
            int value = 0;
            if (c[i] % 4 == 2 && a.length > 0) {
                value = a[7 % a.length];
            }
            s[i] = value;
        });
    }

    static void quotientInSomeRoundsOfALoopInEach(int[] c, int[] a, int[] s) {
        IntStream.range(0, s.length).parallel().forEach(i -> {
            int sum = i;
            if (a.length > 0) {
                for (int j = 0; j < c.length; j++) {
                    int value = 0;
                    if (c[j] % 4 == 2) {
                        value = a[7 % a.length];
                    }
                    sum = sum * 31 + value;
                }
            }
            s[i] = sum;
        });
    }
}
