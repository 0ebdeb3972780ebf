package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** Vectors and matrices; a matrix is kept row after row. */
public final class LinearAlgebra {
    private LinearAlgebra() {}

    /** {@code y += a * x}. */
    public static void saxpy(float a, float[] x, float[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    /** The inner product. */
    public static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> x[i] * y[i])
                .sum();
    }

    /** The product of two square matrices of n rows, a row at a time. */
    public static void multiply(double[] a, double[] b, double[] product, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += a[i * n + k] * b[k * n + j];
                }
                product[i * n + j] = sum;
            }
        });
    }

    /** As {@link #multiply}, an element at a time. */
    public static void multiplyByElements(float[] a, float[] b, float[] product, int n) {
        IntStream.range(0, n * n).parallel().forEach(element -> {
            int i = element / n;
            int j = element % n;
            float sum = 0;
            for (int k = 0; k < n; k++) {
                sum += a[i * n + k] * b[k * n + j];
            }
            product[element] = sum;
        });
    }

    /** The product of matrices with as many rows and columns as are given, by a loop over rows and one over columns. */
    public static void multiplyRectangular(double[] a, double[] b, double[] product, int rows, int inner, int columns) {
        IntStream.range(0, rows)
                .parallel()
                .forEach(i -> IntStream.range(0, columns).parallel().forEach(j -> {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += a[i * inner + k] * b[k * columns + j];
                    }
                    product[i * columns + j] = sum;
                }));
    }

    /**
     * A sparse matrix times a vector.
     *
     * @param starts where the row of each number begins in {@code columns} and {@code values}; one number more than there are rows
     */
    public static void multiplySparse(int[] starts, int[] columns, double[] values, double[] x, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(row -> {
            double sum = 0;
            for (int place = starts[row]; place < starts[row + 1]; place++) {
                sum += values[place] * x[columns[place]];
            }
            y[row] = sum;
        });
    }
}
