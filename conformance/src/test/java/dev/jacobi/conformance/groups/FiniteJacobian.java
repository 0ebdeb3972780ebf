package dev.jacobi.conformance.groups;

import java.util.function.UnaryOperator;

/** Jacobians by central differences, extrapolated to step 0. */
final class FiniteJacobian {
    private static final int ROWS = 8;
    private static final double RATIO = 1.6;

    private FiniteJacobian() {}

    /**
     * @param step the first step of a number of size 1; larger numbers take larger ones
     */
    static double[][] of(UnaryOperator<double[]> function, double[] at, double step) {
        int outputs = function.apply(at).length;
        double[][] jacobian = new double[outputs][at.length];
        for (int column = 0; column < at.length; column++) {
            double first = step * Math.max(1, Math.abs(at[column]));
            double[][] differences = new double[ROWS][];
            for (int row = 0; row < ROWS; row++) {
                differences[row] = difference(function, at, column, first / Math.pow(RATIO, row));
            }
            for (int output = 0; output < outputs; output++) {
                jacobian[output][column] = extrapolated(differences, output);
            }
        }
        return jacobian;
    }

    private static double[] difference(UnaryOperator<double[]> function, double[] at, int column, double step) {
        double[] above = at.clone();
        double[] below = at.clone();
        above[column] += step;
        below[column] -= step;
        double[] high = function.apply(above);
        double[] low = function.apply(below);
        double[] slopes = new double[high.length];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = (high[i] - low[i]) / (above[column] - below[column]);
        }
        return slopes;
    }

    /** Ridders' tableau: of all extrapolations, the one that changes least. */
    private static double extrapolated(double[][] differences, int output) {
        double[][] tableau = new double[ROWS][ROWS];
        double best = differences[0][output];
        double error = Double.POSITIVE_INFINITY;
        for (int row = 0; row < ROWS; row++) {
            tableau[row][0] = differences[row][output];
            double factor = RATIO * RATIO;
            for (int column = 1; column <= row; column++) {
                double value = (tableau[row][column - 1] * factor - tableau[row - 1][column - 1]) / (factor - 1);
                tableau[row][column] = value;
                factor *= RATIO * RATIO;
                double change = Math.max(
                        Math.abs(value - tableau[row][column - 1]), Math.abs(value - tableau[row - 1][column - 1]));
                if (change < error) {
                    error = change;
                    best = value;
                }
            }
        }
        return best;
    }
}
