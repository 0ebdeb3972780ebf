package dev.jacobi.examples;

/** Rosenbrock's valley in any number of dimensions: a long curved floor, with its one minimum at (1, ..., 1). */
public final class Rosenbrock {
    private Rosenbrock() {}

    /** The sum over neighbours of {@code 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2}. */
    public static double value(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length - 1; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            double slope = 1 - x[i];
            sum += 100 * valley * valley + slope * slope;
        }
        return sum;
    }
}
