package dev.jacobi.conformance.groups;

/** Branches, loops and their exits, recursion. */
@SuppressWarnings({"NarrowCalculation", "FallThrough", "fallthrough"}) // code as users write it
class ControlFlowTest extends GroupTest {

    @Case("1.3")
    @Case("-1.3")
    static double either(double x) {
        if (x > 0) {
            return x * x;
        } else {
            return -3 * x;
        }
    }

    @Case("1.3; 0.4")
    @Case("0.3; 0.4")
    static double conditionalExpression(double x, double y) {
        double chosen = x > y ? x * y : x + y * y;
        return chosen * x;
    }

    @Case("0.3; 0")
    @Case("0.3; 1")
    @Case("0.3; 7")
    @Case("0.3; -1")
    static double switchOverNumbers(double x, int which) {
        return switch (which) {
            case 0 -> x;
            case 1 -> x * x;
            case 7 -> Math.sin(x);
            default -> 1 / x;
        };
    }

    @Case("0.3; 0")
    @Case("0.3; 1")
    @Case("0.3; 2")
    static double switchThatFallsThrough(double x, int which) {
        double y = 1;
        switch (which) {
            case 0:
                y *= x;
            case 1:
                y *= x + 1;
                break;
            default:
                y = x / 2;
        }
        return y * y;
    }

    /** The loop without a result is recorded; so the way to the next label must not pass it over. */
    @Case("0.95; [-1.7, 1.1, -1.2, 1.4]; 4")
    @Case("1.7; [1.7, 1.1, -1.2, 1.4]; 4")
    static double switchWithLoopThatFallsThrough(double x, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < y.length; j++) {
                switch (i) {
                    case 0:
                        int k = 0;
                        do {
                            k++;
                        } while (k < 2 && y[i] > 1.5);
                        if (x >= 1.6) {
                            break;
                        }
                    case 1:
                        y[j] = y[3];
                        break;
                    default:
                        y[j % 4] = x;
                }
            }
        }
        return y[3] * x + y[1];
    }

    @Case("0.3; sine")
    @Case("0.3; cube")
    @Case("0.3; other")
    static double switchOverStrings(double x, String which) {
        return switch (which) {
            case "sine" -> Math.sin(x);
            case "cube" -> x * x * x;
            default -> x;
        };
    }

    @Case("0.3")
    static double constantTrips(double x) {
        double y = 1;
        for (int i = 0; i < 7; i++) {
            y = y * x + i;
        }
        return y;
    }

    @Case("0.3; 0")
    @Case("0.3; 1")
    @Case("0.3; 9")
    static double unknownTrips(double x, int n) {
        double y = x;
        for (int i = 0; i < n; i++) {
            y = Math.sin(y) + y * x;
        }
        return y;
    }

    @Case("0.3; 4")
    static double countedDown(double x, int n) {
        double y = x;
        for (int i = n; i > 0; i--) {
            y = y * x + i * y;
        }
        return y;
    }

    @Case("0.3; 20; 3")
    static double bySteps(double x, int n, int step) {
        double y = x;
        for (int i = 1; i < n; i += step) {
            y += Math.sin(y) / i;
        }
        return y;
    }

    @Case("0.3; 100")
    static double geometricCounter(double x, int n) {
        double y = x;
        for (int i = 1; i < n; i *= 2) {
            y = y * x + i;
        }
        return y;
    }

    @Case("0.3; 5")
    static double longCounter(double x, long n) {
        double y = x;
        for (long i = 0; i < n; i++) {
            y = y * y * 0.5 + x * i;
        }
        return y;
    }

    @Case("[0.3, 0.2, 0.5]; 3")
    static double threeNestedLoops(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                for (int k = j; k < n; k++) {
                    sum = sum * 0.5 + x[i] * x[j] * x[k];
                }
            }
        }
        return sum;
    }

    @Case("[0.3, 0.2, 0.5]")
    static double loopsOneAfterTheOther(double[] x) {
        double product = 1;
        for (double element : x) {
            product *= element;
        }
        for (double element : x) {
            product += element * product;
        }
        return product;
    }

    @Case("[0.3, 0.2, 0.5, 0.9]; 0.6")
    @Case("[0.3, 0.2, 0.5, 0.9]; 9.0")
    @Case("[0.3, 0.2, 0.5, 0.9]; 0.1")
    static double sumWithBreak(double[] x, double limit) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * x[i] + x[i];
            if (sum > limit) {
                break;
            }
        }
        return sum * sum;
    }

    @Case("[0.3, -0.2, 0.5, -0.9]")
    static double sumWithContinue(double[] x) {
        double sum = 1;
        for (double element : x) {
            if (element < 0) {
                continue;
            }
            sum *= element;
        }
        return sum;
    }

    @Case("[0.3, 0.2, 0.5, 0.9]; 0.4")
    @Case("[0.3, 0.2, 0.5, 0.9]; 0.55")
    @Case("[0.3, 0.2, 0.5, 0.9]; 5.0")
    static double threeExits(double[] x, double limit) {
        double y = 1;
        for (int i = 0; i < x.length; i++) {
            y *= x[i] + 1;
            if (y > 3) {
                return y * x[0];
            }
            if (x[i] > limit) {
                y = y * y;
                break;
            }
            y += x[i];
        }
        return y + limit;
    }

    @Case("[[0.3, 0.2], [0.5, 0.9], [0.4, 0.7]]; 0.8")
    @Case("[[0.3, 0.2], [0.5, 0.9], [0.4, 0.7]]; 9.0")
    static double exitFromInnerLoop(double[][] x, double limit) {
        double sum = 0;
        search:
        for (double[] row : x) {
            for (double element : row) {
                sum += element * element + sum * 0.1;
                if (sum > limit) {
                    break search;
                }
            }
            sum *= 1.1;
        }
        return sum;
    }

    @Case("[[0.3, -0.2, 0.1], [0.5, 0.9, 0.2], [-0.4, 0.7, 0.6]]")
    static double continueOuterLoop(double[][] x) {
        double product = 1;
        rows:
        for (double[] row : x) {
            for (double element : row) {
                if (element < 0) {
                    continue rows;
                }
                product *= 1 + element;
            }
            product += row[0];
        }
        return product;
    }

    @Case("0.3; -1")
    @Case("0.3; 2")
    static double earlyReturn(double x, int n) {
        if (n < 0) {
            return x * 5;
        }
        double y = x;
        for (int i = 0; i < n; i++) {
            y *= x;
        }
        return y;
    }

    @Case("2.3")
    static double newton(double x) {
        double root = x;
        while (Math.abs(root * root - x) > 1e-14 * x) {
            root = (root + x / root) / 2;
        }
        return root;
    }

    @Case("0.9; 0.3")
    static double keplersEquation(double anomaly, double eccentricity) {
        double e = anomaly;
        double change;
        do {
            change = (e - eccentricity * Math.sin(e) - anomaly) / (1 - eccentricity * Math.cos(e));
            e -= change;
        } while (Math.abs(change) > 1e-15);
        return e;
    }

    @Case("0.4")
    static double seriesUntilItStopsChanging(double x) {
        double sum = 0;
        double term = 1;
        for (int n = 1; ; n++) {
            double next = sum + term;
            if (next == sum) {
                return sum;
            }
            sum = next;
            term *= x / n;
        }
    }

    @Case("0.3; 3")
    static double alternating(double x, int n) {
        double y = x;
        for (int i = 0; i < n; i++) {
            if (i % 2 == 0) {
                y = Math.sin(y);
            } else {
                y = y * y + x;
            }
        }
        return y;
    }

    @Case("[0.35, 0.8, 0.6, 0.1]")
    static double branchOnActiveInLoop(double[] x) {
        double y = 0.5;
        for (double element : x) {
            if (y < element) {
                y = y * element + 0.4;
            } else if (element > 0.3) {
                y = Math.cos(y) * element;
            }
        }
        return y;
    }

    @Case("0.7; 0.2; 0.5")
    @Case("0.2; 0.7; 0.5")
    static double conditionsJoined(double x, double y, double z) {
        double r = x * y;
        if (x > y && x > z || z > 0.9) {
            r *= z;
        }
        if (!(x < y) || z < 0.1) {
            r += x;
        }
        return r;
    }

    @Case("0.3; 17")
    static double loopWithoutCounter(double x, int n) {
        double y = x;
        int m = n;
        while (m != 1) {
            if (m % 2 == 0) {
                m /= 2;
                y = y * 0.7 + x;
            } else {
                m = 3 * m + 1;
                y = Math.sin(y);
            }
        }
        return y;
    }

    @Case("0.3; 4")
    static double fibonacciPolynomials(double x, int n) {
        double before = 0;
        double now = 1;
        for (int i = 0; i < n; i++) {
            double next = x * now + before;
            before = now;
            now = next;
        }
        return now;
    }

    @Case("0.3; 6")
    static double recursion(double x, int n) {
        return n == 0 ? x : Math.sin(recursion(x, n - 1)) + x;
    }

    @Case("1.3; 6")
    static double fibonacciRecursion(double x, int n) {
        return n < 2 ? x : fibonacciRecursion(x, n - 1) * 0.5 + fibonacciRecursion(x, n - 2);
    }

    @Case("1.1; 5; 1.0")
    static double tailRecursion(double x, int n, double accumulated) {
        return n == 0 ? accumulated : tailRecursion(x, n - 1, accumulated * x + n);
    }

    @Case("1.1; 5")
    static double mutualRecursion(double x, int n) {
        return n == 0 ? 1 : x * otherOfTwo(x, n - 1);
    }

    static double otherOfTwo(double x, int n) {
        return n == 0 ? x : Math.cos(mutualRecursion(x, n - 1)) + x;
    }

    @Case("[0.4, 1.1, 0.7, 0.9]; 0; 4")
    static double divideAndConquer(double[] x, int from, int to) {
        if (to - from == 1) {
            return x[from] * x[from];
        }
        int middle = (from + to) / 2;
        double left = divideAndConquer(x, from, middle);
        return left * divideAndConquer(x, middle, to) + left;
    }

    @Case("[0.4, 1.1, 0.7]; 2")
    static void recursionInPlace(double[] x, int n) {
        if (n >= 0) {
            x[n] *= x[(n + 1) % x.length];
            recursionInPlace(x, n - 1);
            x[n] += x[0];
        }
    }

    @Case("1.3; 2")
    @Case("1.3; 0")
    static double caughtException(double x, int divisor) {
        double y = x * x;
        try {
            y *= 6 / divisor;
        } catch (ArithmeticException _) {
            y = Math.sin(y);
        }
        return y * x;
    }

    @Case("[1.3, 0.4]; 1")
    @Case("[1.3, 0.4]; 2")
    static double caughtAfterWriting(double[] x, int index) {
        try {
            x[0] = x[0] * x[1];
            x[index] = x[0] * 3;
            x[1] *= 2;
        } catch (ArrayIndexOutOfBoundsException _) {
            x[1] = x[0] * x[0];
        }
        return x[0] * x[1];
    }

    @Case("1.3; 2")
    @Case("1.3; -2")
    static double throwsAndCatches(double x, int n) {
        double y = x;
        for (int i = 0; i < 3; i++) {
            try {
                if (n + i < 0) {
                    throw new IllegalStateException();
                }
                y *= x;
            } catch (IllegalStateException _) {
                y += x * x;
            } finally {
                y *= 1.5;
            }
        }
        return y;
    }

    @Case(value = "1.3; -2", throwing = IllegalArgumentException.class)
    @Case("1.3; 2")
    static double throwsOnBadArgument(double x, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("negative");
        }
        return x * n * x;
    }

    @Case(value = "[1.3, 0.4]; 0", throwing = ArithmeticException.class)
    static double throwsAfterWriting(double[] x, int n) {
        x[0] *= x[1];
        return x[0] * (1 / n);
    }

    @Case("1.3; 4")
    static double returnsFromWithinTry(double x, int n) {
        double y = x;
        while (true) {
            try {
                y = Math.sin(y) + x;
                if (--n == 0) {
                    return y * y;
                }
            } finally {
                y *= 0.5;
            }
        }
    }

    @Case("[1.3, 0.4, 0.9]; 5")
    static double exceptionFromCalledMethod(double[] x, int n) {
        double sum = 1;
        for (int i = 0; i < n; i++) {
            try {
                sum += element(x, i) * sum;
            } catch (IndexOutOfBoundsException e) {
                sum = Math.sin(sum) * x[0];
            }
        }
        return sum;
    }

    private static double element(double[] x, int i) {
        if (i >= x.length) {
            throw new IndexOutOfBoundsException("no element " + i);
        }
        return x[i] * x[i];
    }

    /** Counts how often it is closed. */
    private static final class Resource implements AutoCloseable {
        int closed;
        double value;

        @Override
        public void close() {
            closed++;
            value *= 2;
        }
    }

    @Case("1.3; 0")
    @Case("1.3; 2")
    static double resourceIsClosedOnce(double x, int divisor) {
        Resource resource = new Resource();
        try (resource) {
            resource.value = x * x;
            resource.value += 6 / divisor;
        } catch (ArithmeticException e) {
            resource.value += x;
        }
        return resource.value * resource.closed;
    }

    @Case("0.3; 2; 2")
    static double doublyNestedRecursion(double x, int m, int n) {
        if (m == 0) {
            return Math.sin(x) + n;
        }
        return n == 0
                ? doublyNestedRecursion(x * 0.9, m - 1, 1)
                : doublyNestedRecursion(doublyNestedRecursion(x, m, n - 1) * 0.5, m - 1, n);
    }

    @Case("[1.3, 0.4, 0.9, 0.2, 0.7]")
    static double quicksortByRecursion(double[] x) {
        quicksort(x, 0, x.length - 1);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (i + 1) * x[i] * x[i];
        }
        return sum;
    }

    private static void quicksort(double[] x, int from, int to) {
        if (from >= to) {
            return;
        }
        double pivot = x[(from + to) / 2];
        int low = from;
        int high = to;
        while (low <= high) {
            while (x[low] < pivot) {
                low++;
            }
            while (x[high] > pivot) {
                high--;
            }
            if (low <= high) {
                double swapped = x[low];
                x[low++] = x[high];
                x[high--] = swapped;
            }
        }
        quicksort(x, from, high);
        quicksort(x, low, to);
    }

    @Case("[1.3, 0.4, 0.9, 0.2]")
    static double mergesortByRecursion(double[] x) {
        double[] sorted = sorted(x);
        return sorted[0] + 2 * sorted[1] * sorted[1] + 3 * sorted[2] * sorted[3];
    }

    private static double[] sorted(double[] x) {
        if (x.length < 2) {
            return x.clone();
        }
        double[] one = sorted(java.util.Arrays.copyOfRange(x, 0, x.length / 2));
        double[] other = sorted(java.util.Arrays.copyOfRange(x, x.length / 2, x.length));
        double[] both = new double[x.length];
        for (int i = 0, j = 0, k = 0; k < both.length; k++) {
            both[k] = j == other.length || i < one.length && one[i] <= other[j] ? one[i++] : other[j++];
        }
        return both;
    }

    @Case("1.3; [3, 1, 2]")
    static double programOfInstructions(double x, int[] program) {
        double accumulator = x;
        double memory = 1;
        for (int at = 0, left = 20; at < program.length && left > 0; left--) {
            switch (program[at]) {
                case 1 -> accumulator = Math.sin(accumulator * x);
                case 2 -> {
                    memory += accumulator;
                    if (memory < 4) {
                        at = -1;
                    }
                }
                default -> memory *= accumulator;
            }
            at++;
        }
        return accumulator * memory;
    }
}
