package dev.jacobi.examples.gradbench;

/** Least-squares fit of a polynomial to the sign function on [-1, 1]. */
public final class LeastSquares {
    private LeastSquares() {}

    /** ½ Σ (sign(t) - Σ x[j] t^j)², over {@code points} equidistant t. */
    public static double value(double[] x, int points) {
        double sum = 0;
        for (int i = 0; i < points; i++) {
            double t = -1 + i * 2.0 / (points - 1);
            double residual = Math.signum(t);
            double power = 1;
            for (double coefficient : x) {
                residual -= coefficient * power;
                power *= t;
            }
            sum += residual * residual;
        }
        return 0.5 * sum;
    }
}
