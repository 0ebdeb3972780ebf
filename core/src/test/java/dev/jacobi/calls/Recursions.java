package dev.jacobi.calls;

import java.util.Arrays;

/** Methods that call themselves, plain Java. */
final class Recursions {
    private Recursions() {}

    static double power(double x, int n) {
        return n == 0 ? 1 : x * power(x, n - 1);
    }

    static double fibonacci(int n, double x) {
        return n <= 1 ? x : Math.sin(fibonacci(n - 1, x)) * 0.5 + fibonacci(n - 2, x * 1.1);
    }

    /** The depth depends on the number. */
    static double halved(double x) {
        return x < 1 ? x * x : halved(x / 2) * Math.sqrt(x);
    }

    static double ackermann(int m, int n, double x) {
        if (m == 0) {
            return Math.cos(x) + n * x;
        }
        return n == 0 ? ackermann(m - 1, 1, x * 0.9) : ackermann(m - 1, n - 1, 0.1 * ackermann(m, n - 1, x));
    }

    static double even(int n, double x) {
        return n == 0 ? x : x * odd(n - 1, Math.sin(x));
    }

    private static double odd(int n, double x) {
        return n == 0 ? x * x : even(n - 1, x + 1) / (1 + x * x);
    }

    static double sum(double[] x) {
        return sum(x, 0, x.length);
    }

    private static double sum(double[] x, int from, int to) {
        if (to - from == 1) {
            return x[from] * x[from] * Math.exp(-x[from]);
        }
        int middle = (from + to) >>> 1;
        return sum(x, from, middle) + 2 * sum(x, middle, to) * x[middle];
    }

    /** Writes into its argument before, between and after the calls. */
    static void mix(double[] x) {
        mix(x, 0);
    }

    private static void mix(double[] x, int from) {
        if (from >= x.length) {
            return;
        }
        x[from] = x[from] * x[(from + 1) % x.length];
        mix(x, from + 1);
        x[from] = Math.sin(x[from]) + 0.5 * x[x.length - 1] * x[from];
        if (from % 2 == 0) {
            mix(x, from + 2);
        }
        x[0] = Math.cos(x[0] * 0.5 + x[from] * x[from]);
    }

    /** Recursive calls in a loop of which the number of trips is not known before. */
    static double tree(double[] x) {
        return tree(x, 0);
    }

    private static double tree(double[] x, int node) {
        double value = x[node];
        int child = 2 * node + 1;
        while (child < x.length && child <= 2 * node + 2) {
            value = value * Math.cos(tree(x, child)) + x[child];
            child++;
        }
        return value;
    }

    /** Nothing is written, so the reverse function loads the numbers again; the arrays that are passed change places and may be one. */
    static double read(double[] x) {
        return read(x, new float[] {1, 2, 3}, x, 0) + read(x, new float[3], x.clone(), 1);
    }

    private static double read(double[] x, float[] c, double[] y, int from) {
        if (from >= x.length) {
            return y[0] * x[x.length - 1] * c[1];
        }
        double sum = 0;
        for (int i = from; i < x.length; i++) {
            int next = (int) (3 * x[i]) + i + 1;
            sum += x[i] * y[x.length - 1 - i] * c[i % 3] + Math.sin(x[i]) * read(y, c, x, next);
        }
        return sum;
    }

    /** As {@link #read}, but the caller writes between and after the calls. */
    static double readAndOverwritten(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += read(x, new float[] {1, 2, 3}, x, i) * x[i];
            x[i] = 0.5 * sum;
        }
        return sum;
    }

    /** As {@link #read}, but deep down an array that was passed on the way is written to. */
    static double readAndOverwrittenBelow(double[] x) {
        return below(x, x.clone(), 0);
    }

    private static double below(double[] x, double[] y, int from) {
        if (from >= x.length) {
            y[0] *= x[0];
            return y[0];
        }
        double before = x[from] * y[0];
        return before * below(x, y, from + 1) + y[0] * x[from] * below(x, y, from + 2);
    }

    /** Rows of a matrix are read, which are loaded, not passed. */
    static double rows(double[][] a) {
        return rows(a, a[0], 0);
    }

    private static double rows(double[][] a, double[] row, int from) {
        double first = row[from % row.length] * row[0];
        return from >= a.length ? first : first * rows(a, a[from], from + 1) + Math.cos(first) * rows(a, row, from + 2);
    }

    /** Determinant by minors. */
    static double determinant(double[][] a) {
        int n = a.length;
        if (n == 1) {
            return a[0][0];
        }
        double sum = 0;
        for (int column = 0; column < n; column++) {
            double[][] minor = new double[n - 1][n - 1];
            for (int i = 1; i < n; i++) {
                for (int j = 0, k = 0; j < n; j++) {
                    if (j != column) {
                        minor[i - 1][k++] = a[i][j];
                    }
                }
            }
            sum += (column % 2 == 0 ? 1 : -1) * a[0][column] * determinant(minor);
        }
        return sum;
    }

    /** Adaptive quadrature: the recursion ends where the error is small. */
    static double integral(double from, double to, double parameter) {
        return integral(from, to, parameter, 12);
    }

    private static double integral(double from, double to, double parameter, int depth) {
        double middle = 0.5 * (from + to);
        double whole = simpson(from, to, parameter);
        double halves = simpson(from, middle, parameter) + simpson(middle, to, parameter);
        if (depth == 0 || Math.abs(whole - halves) < 1e-9) {
            return halves;
        }
        return integral(from, middle, parameter, depth - 1) + integral(middle, to, parameter, depth - 1);
    }

    private static double simpson(double from, double to, double parameter) {
        return (to - from) / 6 * (peak(from, parameter) + 4 * peak(0.5 * (from + to), parameter) + peak(to, parameter));
    }

    private static double peak(double x, double parameter) {
        return Math.exp(-parameter * x * x) + x / (1 + parameter);
    }

    /** Gives new arrays, which the caller changes. */
    static double[] derivatives(double[] x) {
        return x.length == 0 ? new double[] {1} : derivatives(x, x.length);
    }

    private static double[] derivatives(double[] x, int n) {
        if (n == 0) {
            return new double[] {x[0], 1, 2};
        }
        double[] below = derivatives(x, n - 1);
        double[] above = new double[below.length + 1];
        for (int i = 0; i < below.length; i++) {
            above[i] += below[i] * x[n - 1];
            above[i + 1] += below[i];
        }
        below[0] = 7;
        return above;
    }

    /** Gives its argument back, or a part of a nested one. */
    static double[] chosen(double[][] x) {
        return chosen(x, x.length - 1);
    }

    private static double[] chosen(double[][] x, int row) {
        if (row == 0) {
            return x[0];
        }
        double[] best = chosen(x, row - 1);
        double[] mine = x[row];
        mine[0] *= best[0];
        return best[0] > mine[0] ? best : mine;
    }

    /** A work array that only the calls read. */
    static double workspace(double[] x) {
        double[] work = new double[x.length + 1];
        fill(x, work, 0);
        return collect(work, 0);
    }

    private static void fill(double[] x, double[] work, int at) {
        if (at < x.length) {
            work[at] = x[at] * x[at];
            fill(x, work, at + 1);
            work[at] += work[at + 1];
        }
    }

    private static double collect(double[] work, int at) {
        return at == work.length ? 1 : (1 + work[at]) * collect(work, at + 1);
    }

    /** Several active numbers among the arguments, floats and doubles. */
    static double several(float a, double b, double c) {
        return several(a, b, c, 5);
    }

    private static double several(float a, double b, double c, int n) {
        return n == 0
                ? a * b + c
                : several((float) (a * 0.5), b * c, a + c, n - 1) * b + several(a, c, b, n - 2 > 0 ? n - 2 : 0);
    }

    static float floats(float x) {
        return x < 0.1f ? x : floats(x * 0.5f) + x * x;
    }

    /** The call has written to the array before it throws. */
    static double caughtAfterWriting(double[] x) {
        try {
            return writing(x, 0);
        } catch (IllegalStateException _) {
            return x[0] * x[1];
        }
    }

    @SuppressWarnings("InfiniteRecursion") // the exception ends it
    private static double writing(double[] x, int n) {
        x[n] *= x[0];
        if (n == 1) {
            throw new IllegalStateException();
        }
        return writing(x, n + 1);
    }

    /** What is thrown in the depth is caught there, and above. */
    static double thrown(double x) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            try {
                sum += x * throwing(x, i);
            } catch (IllegalStateException e) {
                sum += Math.sin(x) * i;
            }
        }
        return sum * sum;
    }

    private static double throwing(double x, int depth) {
        double here = Math.exp(x);
        if (depth == 2) {
            throw new IllegalStateException();
        }
        return depth == 0 ? here : here * throwing(x / 2, depth - 1);
    }

    static double nearlyConstant(double x, double[] table) {
        double[] copy = Arrays.copyOf(table, table.length);
        return lookup(x, copy, 3) + table[0];
    }

    private static double lookup(double x, double[] table, int n) {
        return n < 0 ? x : table[n] * x + lookup(x * x, table, n - 1) * table[0];
    }

    @SuppressWarnings("InfiniteRecursion") // ends with a StackOverflowError, which is what is tested
    static double endless(double x) {
        return x * endless(x + 1) + 1;
    }

    static double deep(double x, double[] y, int n) {
        y[0] += x;
        return n == 0 ? x : Math.sin(x) * deep(x * 0.999, y, n - 1) + x;
    }
}
