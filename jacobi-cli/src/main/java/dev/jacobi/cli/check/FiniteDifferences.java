package dev.jacobi.cli.check;

import java.util.function.DoubleUnaryOperator;

/**
 * The derivative of a function of one number by central differences with Ridders' extrapolation (C. J. F. Ridders, "Accurate computation
 * of F'(x) and F'(x) F''(x)", 1982), and the one-sided differences that tell a kink.
 *
 * @param derivative the extrapolated derivative; NaN where the function could not be evaluated around the point
 * @param error an estimate of its absolute error
 * @param left the difference quotient to the left
 * @param right the difference quotient to the right
 */
public record FiniteDifferences(double derivative, double error, double left, double right) {
    private static final int STEPS = 12;
    private static final double SHRINK = 1.6;

    /**
     * @param single whether the function computes in floats, so that steps must be larger
     */
    public static FiniteDifferences of(DoubleUnaryOperator function, double x, boolean single) {
        double magnitude = Math.max(Math.abs(x), 1);
        double h = magnitude * (single ? 0.1 : 0.02);
        double[][] table = new double[STEPS][STEPS];
        double best = Double.NaN;
        double error = Double.POSITIVE_INFINITY;
        for (int i = 0; i < STEPS; i++, h /= SHRINK) {
            table[i][0] = central(function, x, h, single);
            double factor = SHRINK * SHRINK;
            for (int j = 1; j <= i; j++, factor *= SHRINK * SHRINK) {
                table[i][j] = (table[i][j - 1] * factor - table[i - 1][j - 1]) / (factor - 1);
                double here = Math.max(
                        Math.abs(table[i][j] - table[i][j - 1]), Math.abs(table[i][j] - table[i - 1][j - 1]));
                if (here <= error) {
                    error = here;
                    best = table[i][j];
                }
            }
        }
        double step = magnitude * (single ? 1e-3 : 1e-7);
        double middle = function.applyAsDouble(x);
        return new FiniteDifferences(
                best,
                error,
                (middle - function.applyAsDouble(x - step)) / step,
                (function.applyAsDouble(x + step) - middle) / step);
    }

    private static double central(DoubleUnaryOperator function, double x, double h, boolean single) {
        double above = single ? (float) (x + h) : x + h;
        double below = single ? (float) (x - h) : x - h;
        return (function.applyAsDouble(above) - function.applyAsDouble(below)) / (above - below);
    }

    /** Whether the extrapolation settled to within {@code tolerance} of a number of size {@code scale}. */
    public boolean isReliable(double scale, double tolerance) {
        return Double.isFinite(derivative) && error <= tolerance * Math.max(scale, Math.abs(derivative));
    }

    /** Whether the slopes on both sides differ by more than curvature and rounding explain. */
    public boolean isKink(double scale) {
        return Math.abs(left - right) > 1e-3 * Math.max(scale, Math.max(Math.abs(left), Math.abs(right)));
    }

    /** Whether {@code slope} lies between the slopes of the two sides. */
    public boolean isBetweenSides(double slope, double scale) {
        double slack = 1e-3 * Math.max(scale, Math.abs(slope));
        return slope >= Math.min(left, right) - slack && slope <= Math.max(left, right) + slack;
    }
}
