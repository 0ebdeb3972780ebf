package dev.jacobi.cli.check;

import java.util.function.DoubleUnaryOperator;

/**
 * The derivative of a function of one number by central differences with Ridders' extrapolation (C. J. F. Ridders, "Accurate computation
 * of F'(x) and F'(x) F''(x)", 1982), and the one-sided differences that tell a kink.
 *
 * <p>Where the extrapolation does not settle with large steps, as beside a kink or a pole, smaller ones are tried.
 *
 * @param derivative the extrapolated derivative; NaN where the function could not be evaluated around the point
 * @param error an estimate of its absolute error, rounding of the function's values included
 * @param left the difference quotient to the left
 * @param right the difference quotient to the right
 * @param kink whether the slopes to the left and to the right do not approach each other
 */
record FiniteDifferences(double derivative, double error, double left, double right, boolean kink) {
    private static final int STEPS = 12;
    private static final double SHRINK = 1.6;
    private static final double SETTLED = 1e-8;

    /** Where the steps begin, relative to the larger of the number and 1; with each the last step is 1/176 of the first. */
    private static final double[] FIRST_STEPS = {0.02, 1e-3, 1e-5};

    private static final double FIRST_STEP_SINGLE = 0.1;

    /** Steps of the one-sided differences, relative to the larger of the number and 1. */
    private static final double WIDE = 1e-4;

    private static final double NARROW = 1e-6;
    private static final double WIDE_SINGLE = 3e-2;
    private static final double NARROW_SINGLE = 3e-3;

    /** What the extrapolation from one first step gave. */
    private record Estimate(double derivative, double error) {
        static final Estimate NONE = new Estimate(Double.NaN, Double.POSITIVE_INFINITY);

        boolean isSettled() {
            return error <= SETTLED * Math.abs(derivative);
        }
    }

    /**
     * @param single whether the function computes in floats, so that steps must be larger
     * @param stretch a factor for the steps, 1 as a rule; a second opinion takes another
     */
    static FiniteDifferences of(DoubleUnaryOperator function, double x, boolean single, double stretch) {
        double magnitude = Math.max(Math.abs(x), 1);
        double middle = function.applyAsDouble(x);
        double first = stretch * magnitude * (single ? FIRST_STEP_SINGLE : FIRST_STEPS[0]);
        Estimate best = extrapolate(function, x, first, single);
        // What is left is rounding, of which smaller steps have more.
        boolean rounded = best.error <= 50 * rounding(single) * Math.abs(middle) / first;
        boolean more = !single && !rounded;
        if (more && !best.isSettled() && x != 0 && Math.abs(x) < 1) {
            best = better(best, extrapolate(function, x, stretch * Math.abs(x) * FIRST_STEPS[0], false));
        }
        for (int i = 1; i < FIRST_STEPS.length && more && !best.isSettled(); i++) {
            best = better(best, extrapolate(function, x, stretch * magnitude * FIRST_STEPS[i], false));
        }
        double wide = magnitude * (single ? WIDE_SINGLE : WIDE);
        double narrow = magnitude * (single ? NARROW_SINGLE : NARROW);
        double left = slope(function, x, middle, -narrow, single);
        double right = slope(function, x, middle, narrow, single);
        double wideGap = Math.abs(slope(function, x, middle, wide, single) - slope(function, x, middle, -wide, single));
        double gap = Math.abs(right - left);
        double noise = 8 * rounding(single) * Math.abs(middle) / narrow;
        // Where the slope is continuous the gap shrinks with the step; at a kink it stays, at a jump it grows.
        boolean kink = gap > 0.5 * wideGap && gap > noise && gap > 1e-3 * Math.max(Math.abs(left), Math.abs(right));
        return new FiniteDifferences(best.derivative, best.error, left, right, kink);
    }

    private static Estimate better(Estimate one, Estimate other) {
        return other.error < one.error ? other : one;
    }

    private static Estimate extrapolate(DoubleUnaryOperator function, double x, double first, boolean single) {
        double[][] table = new double[STEPS][STEPS];
        Estimate best = Estimate.NONE;
        double h = first;
        for (int i = 0; i < STEPS; i++, h /= SHRINK) {
            double high = single ? (float) (x + h) : x + h;
            double low = single ? (float) (x - h) : x - h;
            double above = function.applyAsDouble(high);
            double below = function.applyAsDouble(low);
            table[i][0] = (above - below) / (high - low);
            double noise = rounding(single) * Math.max(Math.abs(above), Math.abs(below)) / h;
            double factor = SHRINK * SHRINK;
            for (int j = 1; j <= i; j++, factor *= SHRINK * SHRINK) {
                table[i][j] = (table[i][j - 1] * factor - table[i - 1][j - 1]) / (factor - 1);
                double spread =
                        Math.max(Math.abs(table[i][j] - table[i][j - 1]), Math.abs(table[i][j] - table[i - 1][j - 1]));
                double error = Math.max(spread, noise);
                if (error <= best.error) {
                    best = new Estimate(table[i][j], error);
                }
            }
        }
        return best;
    }

    private static double slope(DoubleUnaryOperator function, double x, double middle, double step, boolean single) {
        double there = single ? (float) (x + step) : x + step;
        return (function.applyAsDouble(there) - middle) / (there - x);
    }

    private static double rounding(boolean single) {
        return single ? 0x1p-24 : 0x1p-53;
    }

    /** Whether {@code slope} lies between the slopes of the two sides. */
    boolean isBetweenSides(double slope) {
        double slack = 1e-3 * Math.max(Math.abs(slope), Math.max(Math.abs(left), Math.abs(right)));
        return slope >= Math.min(left, right) - slack && slope <= Math.max(left, right) + slack;
    }
}
