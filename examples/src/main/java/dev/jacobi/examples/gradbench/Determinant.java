package dev.jacobi.examples.gradbench;

/** The determinant by expansion by minors: slow, and a test of recursion. */
public final class Determinant {
    private Determinant() {}

    /** The determinant of a matrix of {@code size} rows, which follow each other. */
    public static double byMinors(double[] matrix, int size) {
        int[] nextRow = new int[size + 1];
        int[] nextColumn = new int[size + 1];
        for (int i = 0; i < size; i++) {
            nextRow[i] = i + 1;
            nextColumn[i] = i + 1;
        }
        return ofMinor(matrix, size, size, nextRow, nextColumn);
    }

    /** The lists name for each row and column of the minor the next one; the first ones stand behind the last. */
    private static double ofMinor(double[] matrix, int size, int order, int[] nextRow, int[] nextColumn) {
        int row = nextRow[size];
        int column = nextColumn[size];
        if (order == 1) {
            return matrix[row * size + column];
        }
        double determinant = 0;
        int sign = 1;
        int before = size;
        nextRow[size] = nextRow[row];
        for (int j = 0; j < order; j++) {
            double element = matrix[row * size + column];
            nextColumn[before] = nextColumn[column];
            double minor = ofMinor(matrix, size, order - 1, nextRow, nextColumn);
            nextColumn[before] = column;
            if (sign > 0) {
                determinant += element * minor;
            } else {
                determinant -= element * minor;
            }
            before = column;
            column = nextColumn[column];
            sign = -sign;
        }
        nextRow[size] = row;
        return determinant;
    }
}
