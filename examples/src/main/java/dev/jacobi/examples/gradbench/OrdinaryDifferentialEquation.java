package dev.jacobi.examples.gradbench;

/** A chain of differential equations, y₀' = x₀ and yᵢ' = xᵢ yᵢ₋₁, solved by the classical Runge-Kutta method from 0 to 2. */
public final class OrdinaryDifferentialEquation {
    private static final double END = 2;

    private OrdinaryDifferentialEquation() {}

    /** The solution at time 2, after {@code steps} steps. */
    public static double[] solve(double[] x, int steps) {
        int n = x.length;
        double h = END / steps;
        double[] y = new double[n];
        double[] k1 = new double[n];
        double[] k2 = new double[n];
        double[] k3 = new double[n];
        double[] k4 = new double[n];
        double[] at = new double[n];
        for (int step = 0; step < steps; step++) {
            slope(x, y, k1);
            advance(y, h / 2, k1, at);
            slope(x, at, k2);
            advance(y, h / 2, k2, at);
            slope(x, at, k3);
            advance(y, h, k3, at);
            slope(x, at, k4);
            for (int i = 0; i < n; i++) {
                y[i] += h * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6;
            }
        }
        return y;
    }

    /** The last component of the solution at time 2. */
    public static double last(double[] x, int steps) {
        return solve(x, steps)[x.length - 1];
    }

    private static void slope(double[] x, double[] y, double[] slope) {
        slope[0] = x[0];
        for (int i = 1; i < x.length; i++) {
            slope[i] = x[i] * y[i - 1];
        }
    }

    private static void advance(double[] y, double h, double[] slope, double[] result) {
        for (int i = 0; i < y.length; i++) {
            result[i] = y[i] + h * slope[i];
        }
    }
}
