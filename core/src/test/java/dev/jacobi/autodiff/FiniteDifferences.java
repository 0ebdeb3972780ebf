package dev.jacobi.autodiff;

import java.util.function.DoubleUnaryOperator;

/** Numerical derivatives to compare with. */
public final class FiniteDifferences {
    private static final int ROWS = 10;

    private FiniteDifferences() {}

    /** The derivative at x by central differences with steps h, h/1.4, ..., extrapolated to step 0 (Ridders), the best of the tableau. */
    public static double derivative(DoubleUnaryOperator function, double x, double h) {
        double[][] tableau = new double[ROWS][ROWS];
        double best = Double.NaN;
        double error = Double.POSITIVE_INFINITY;
        double step = h;
        for (int row = 0; row < ROWS; row++) {
            double above = x + step;
            double below = x - step;
            tableau[row][0] = (function.applyAsDouble(above) - function.applyAsDouble(below)) / (above - below);
            double factor = 1.96;
            for (int column = 1; column <= row; column++) {
                tableau[row][column] =
                        (tableau[row][column - 1] * factor - tableau[row - 1][column - 1]) / (factor - 1);
                factor *= 1.96;
                double change = Math.max(
                        Math.abs(tableau[row][column] - tableau[row][column - 1]),
                        Math.abs(tableau[row][column] - tableau[row - 1][column - 1]));
                if (change <= error) {
                    error = change;
                    best = tableau[row][column];
                }
            }
            step /= 1.4;
        }
        return best;
    }
}
