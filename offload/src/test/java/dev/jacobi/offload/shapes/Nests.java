package dev.jacobi.offload.shapes;

import java.util.stream.IntStream;

/**
 * Parallel loops in one another, and loops over flat indices that are taken apart, by which those who make one loop of several and those who prove that places are apart could be deceived. Each is run with numbers of
 * rows and columns that fit and that do not, with arrays that are too short, null, and given twice.
 */
public final class Nests {
    private Nests() {}

    // ---- nests ----

    static void plain(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = y[i * m + j] * i - j));
    }

    static void distances(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double own = y[i];
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = own - y[j]);
        });
    }

    static void lengthInside(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, y.length).parallel().forEach(j -> {
                    if (j < m) {
                        x[i * y.length + j] = i + y[j];
                    }
                }));
    }

    static void lengthAfterARead(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double own = x[100 * m + i];
            IntStream.range(0, y.length).parallel().forEach(j -> x[i * y.length + j] = own + y[j]);
        });
    }

    static void threeDeep(double[] x, double[] y, int n, int m) {
        IntStream.range(0, 2)
                .parallel()
                .forEach(i -> IntStream.range(0, n)
                        .parallel()
                        .forEach(j ->
                                IntStream.range(0, m).parallel().forEach(k -> x[(i * n + j) * m + k] = y[k] + i - j)));
    }

    static void threeDeepAskingBetween(double[] x, double[] y, int n, int m) {
        IntStream.range(0, 2)
                .parallel()
                .forEach(i -> IntStream.range(0, n)
                        .parallel()
                        .forEach(j -> IntStream.range(0, y.length)
                                .parallel()
                                .forEach(k -> x[(i * n + j) * y.length + k] = m)));
    }

    static void inside(double[] x, double[] y, int n, int m) {
        IntStream.range(1, n - 1)
                .parallel()
                .forEach(i -> IntStream.range(1, m - 1).parallel().forEach(j -> {
                    int at = i * m + j;
                    x[at] = y[at - 1] + y[at + 1] + y[at - m] + y[at + m];
                }));
    }

    static void closed(double[] x, double[] y, int n, int m) {
        IntStream.rangeClosed(1, n)
                .parallel()
                .forEach(i ->
                        IntStream.rangeClosed(1, m).parallel().forEach(j -> x[(i - 1) * m + j - 1] = y[j - 1] / i));
    }

    static void columns(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[j * n + i] = y[i] + j));
    }

    static void strideIsOther(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, 3).parallel().forEach(j -> x[i * m + j] += y[i] + j));
    }

    static void strideOneTooSmall(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i * (m - 1) + j] = y[0] + j));
    }

    static void strideOfBothSigns(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[n * m - 1 - i * m - j] = y[j] - i));
    }

    static void diagonals(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i * m - j + m] = y[0] + i));
    }

    static void onlyTheRow(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i] = y[i]));
    }

    static void triangle(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, i).parallel().forEach(j -> x[i * n + j] = y[j] + m));
    }

    static void sumInside(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> {
                    double sum = 0;
                    for (int k = 0; k < 3; k++) {
                        sum += y[i + k] * y[k * 2 + j];
                    }
                    x[i * m + j] = sum;
                }));
    }

    static void blocksOfBlocks(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> {
                    for (int k = 0; k < 2; k++) {
                        x[(i * m + j) * 2 + k] += y[k];
                    }
                }));
    }

    static void blocksByColumns(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> {
                    for (int k = 0; k < 2; k++) {
                        x[(i * 2 + k) * m + j] += y[k];
                    }
                }));
    }

    static void readsItsRowsFirst(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double own = x[i * m];
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = own + y[j]);
        });
    }

    static void writesBesides(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            y[i] = i;
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = j);
        });
    }

    static void divisionBesides(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            int quotient = 100 / (i - 2);
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = y[j] * quotient);
        });
    }

    static void failsInside(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> {
                    int quotient = 100 / (7 - i * m - j);
                    x[i * m + j] = y[j] + quotient;
                }));
    }

    static void rows(double[][] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i][j] = y[j] + i));
    }

    static void rowsTurned(double[][] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[j][i] += y[i] + j));
    }

    static void rowsOnADiagonal(double[][] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i + j][j] += y[i]));
    }

    static void rowsThatMeet(double[][] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> x[i][i] += y[j]));
    }

    // ---- flat indices ----

    static void flat(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * m).parallel().forEach(t -> {
            int i = t / m;
            int j = t % m;
            x[i * m + j] = y[j] + i;
        });
    }

    static void flatTurned(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * m).parallel().forEach(t -> x[t % m * n + t / m] = y[t]);
    }

    static void flatInThree(double[] x, double[] y, int n, int m) {
        IntStream.range(0, 2 * n * m).parallel().forEach(t -> {
            int i = t % n;
            int j = t / n % m;
            int k = t / (n * m);
            x[(k * m + j) * n + i] = y[i] - k;
        });
    }

    static void flatInThreeWithBorder(double[] x, double[] y, int n, int m) {
        IntStream.range(0, 2 * n * m).parallel().forEach(t -> {
            int k = t / n / m;
            int j = t / n % m;
            int i = t - t / n * n;
            x[(k * (m + 1) + j) * (n + 2) + i + 1] = y[0] + k;
        });
    }

    static void flatOfOtherRadix(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * m).parallel().forEach(t -> x[t / n * m + t % m] = y[0] + t);
    }

    static void flatByShifts(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * 4).parallel().forEach(t -> x[(t & 3) * n + (t >> 2)] = y[t & 3] + m);
    }

    static void flatFromBelowZero(double[] x, double[] y, int n, int m) {
        IntStream.range(-n, n * m).parallel().forEach(t -> x[t % m * n + t / m + 2] = y[0]);
    }

    static void quotientAlone(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * m).parallel().forEach(t -> x[t / m] = y[0] + t);
    }

    static void remainderAlone(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n * m).parallel().forEach(t -> x[t % m] = y[0] + t);
    }

    // ---- loops in a round ----

    static void windowAtAStride(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 1; j < m - 1; j++) {
                x[i * m + j] = y[j] + x[i * m];
            }
        });
    }

    static void downwards(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = m - 1; j > 0; j--) {
                x[i * m + j] = x[i * m + j - 1] + y[j];
            }
        });
    }

    static void columnOfEach(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 0; j < m; j++) {
                x[j * n + i] += y[j];
            }
        });
    }

    static void columnOfTooMany(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n + 1).parallel().forEach(i -> {
            for (int j = 0; j < m; j++) {
                x[j * n + i] += y[j];
            }
        });
    }

    static void twoLoops(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 0; j < m; j++) {
                for (int k = 0; k < 2; k++) {
                    x[(i * m + j) * 2 + k] = y[k] + j;
                }
            }
        });
    }

    static void strideThatWrapsAround(double[] x, double[] y, int n, int m) {
        int stride = m * 0x20000000;
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, 2).parallel().forEach(j -> {
                    int place = i * stride + j;
                    if (place >= 0 && place < x.length) {
                        x[place] = y[0] + i;
                    }
                }));
    }
}
