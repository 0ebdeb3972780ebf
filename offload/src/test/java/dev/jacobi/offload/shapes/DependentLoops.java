package dev.jacobi.offload.shapes;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Parallel loops whose rounds are not independent, or not so that it could be proved; each is refused. */
public final class DependentLoops {
    private static int counter;

    private DependentLoops() {}

    static void readsThePlaceBefore(double[] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[i - 1] + 1);
    }

    static void readsThePlaceAfter(double[] x) {
        IntStream.range(0, x.length - 1).parallel().forEach(i -> x[i] = x[i + 1] + 1);
    }

    static void twoRoundsToAPlace(double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i / 2] = i);
    }

    static void placesModuloSixteen(double[] x) {
        IntStream.range(0, 32).parallel().forEach(i -> x[i & 15] = i);
    }

    static void overlappingWindows(double[] x) {
        IntStream.range(0, x.length / 2 - 1).parallel().forEach(i -> {
            for (int j = 0; j < 3; j++) {
                x[2 * i + j] += i + 1;
            }
        });
    }

    static void overlappingRows(double[] x, int n) {
        IntStream.range(0, n - 1).parallel().forEach(i -> {
            for (int j = 0; j <= n; j++) {
                x[i * n + j] = i + j;
            }
        });
    }

    static void rowsThatBeginBefore(double[] x, int n) {
        IntStream.range(1, n).parallel().forEach(i -> {
            for (int j = -1; j < n; j++) {
                x[i * n + j] = i + j;
            }
        });
    }

    static void columnAfterItsLoop(double[] x, int n) {
        IntStream.range(0, n - 1).parallel().forEach(i -> {
            int j = 0;
            while (j < n) {
                j++;
            }
            x[i * n + j] = i;
        });
    }

    static void strideThatWrapsAround(double[] x) {
        IntStream.range(0, 8).parallel().forEach(i -> x[i * 0x40000000 + 3 - (i & 3) * 0x40000000] = i);
    }

    static void scatter(int[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[x[i]] = i);
    }

    static void sumIntoAnElement(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[0] += x[i]);
    }

    static void theLastWins(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[0] = x[i]);
    }

    static void readsAFixedPlace(double[] x, double[] y) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[0] + y[i]);
    }

    static void carried(double[] x) {
        double[] state = {0};
        IntStream.range(0, x.length).parallel().forEach(i -> {
            state[0] = state[0] * 0.5 + x[i];
            x[i] = state[0];
        });
    }

    static void staticField(int[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = counter++);
    }

    static void fills(double[] y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> Arrays.fill(y, i));
    }

    static void arrayThatDependsOnTheRound(int[] x, double[] y, double[] z) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double[] either = x[i] > 5 ? y : z;
            either[i] = x[i];
        });
    }

    static void ordered(double[] x) {
        IntStream.range(1, x.length).parallel().forEachOrdered(i -> x[i] = x[i - 1] + 1);
    }

    static void setsFromThePlaceBefore(double[] x) {
        Arrays.parallelSetAll(x, i -> i > 0 ? x[i - 1] + 1 : 0);
    }

    static int reductionThatIsNone(int[] x) {
        return Arrays.stream(x).parallel().reduce(0, (a, b) -> 31 * a + b);
    }

    static int differences(int[] x) {
        return Arrays.stream(x).parallel().reduce(0, (a, b) -> a - b);
    }

    static int[] filtered(int[] x) {
        return Arrays.stream(x).parallel().filter(v -> v > 7).toArray();
    }

    static boolean anyOf(int[] x) {
        return Arrays.stream(x).parallel().anyMatch(v -> v > 14);
    }

    static void lock(double[] x) {
        Object lock = new Object();
        IntStream.range(0, x.length).parallel().forEach(i -> {
            synchronized (lock) {
                x[i]++;
            }
        });
    }

    static void caught(double[] y, int[] x) {
        IntStream.range(0, y.length).parallel().forEach(i -> {
            try {
                int quotient = 10 / (x[i] & 3);
                y[i] = quotient;
            } catch (ArithmeticException e) {
                y[i] = -1;
            }
        });
    }
}
