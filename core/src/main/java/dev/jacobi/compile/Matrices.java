package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.Arrays;

/** What matrices of derivatives have in common. */
final class Matrices {
    private Matrices() {}

    /** Refuses a matrix that has not the shape of the result, or rows that are not arrays of their own. */
    static void check(double[][] matrix, int rows, int columns, double[] x) {
        if (matrix.length != rows) {
            throw wrong("has " + matrix.length + " rows, the result has " + rows);
        }
        for (int row = 0; row < rows; row++) {
            double[] numbers = matrix[row];
            if (numbers == null) {
                throw wrong("has no row " + row);
            }
            if (numbers.length != columns) {
                throw wrong(
                        "has length " + numbers.length + " in row " + row + ", the result has " + columns + " columns");
            }
            if (numbers == x) {
                throw wrong("has the argument as its row " + row);
            }
        }
        checkDistinct(matrix, columns);
    }

    /** Each row gets its number, which is no longer there if the row comes again. */
    private static void checkDistinct(double[][] matrix, int columns) {
        if (columns == 0) {
            return;
        }
        for (int row = 0; row < matrix.length; row++) {
            matrix[row][0] = row;
        }
        for (int row = 0; row < matrix.length; row++) {
            if (matrix[row][0] != row) {
                throw wrong("has one array as its rows " + row + " and " + (int) matrix[row][0]);
            }
        }
    }

    private static JacobiException wrong(String how) {
        return new JacobiException(Refusal.WRONG_SHADOW, "cannot write the derivatives: the matrix " + how, null);
    }

    /** Makes an array the unit vector of a number, or all zeros if it has no such element. */
    static void axis(double[] direction, int number) {
        Arrays.fill(direction, 0);
        if (number < direction.length) {
            direction[number] = 1;
        }
    }
}
