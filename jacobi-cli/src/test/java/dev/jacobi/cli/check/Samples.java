package dev.jacobi.cli.check;

/** Methods that are checked. */
@SuppressWarnings("unused") // called by name
public final class Samples {
    private Samples() {}

    public static double product(double a, double b) {
        return a * b;
    }

    public static double norm(double[] x) {
        double sum = 0;
        for (double number : x) {
            sum += number * number;
        }
        return sum;
    }

    public static double nested(double[][] x, int power) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                sum += (i + 1) * Math.pow(x[i][j], power);
            }
        }
        return sum;
    }

    public static float single(float a, float[] x) {
        float sum = 0;
        for (float number : x) {
            sum += a * number;
        }
        return sum;
    }

    public static void square(double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * x[i];
        }
    }

    public static double[] swap(double[] x) {
        return new double[] {x[1], x[0]};
    }

    /** The derivatives differ by twelve orders of magnitude. */
    public static double unequal(double a, double b) {
        return 1e9 * a + 1e-3 * b;
    }

    public static double throwing(double x) {
        if (x > 0) {
            throw new IllegalArgumentException("positive");
        }
        return x;
    }

    public static double nanoseconds(double x) {
        return x * System.nanoTime();
    }

    public static double[] nothing(double x) {
        return x > 0 ? null : new double[] {x};
    }

    public double instance(double x) {
        return x;
    }

    private static double hidden(double x) {
        return x * x;
    }
}
