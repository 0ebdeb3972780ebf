package dev.jacobi.offload;

import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Arrays of rows, and parallel loops over them that several tests take. */
final class Matrices {
    private Matrices() {}

    static double[][] matrix(int rows, int columns, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, rows)
                .mapToObj(_ -> random.doubles(columns, -2, 2).toArray())
                .toArray(double[][]::new);
    }

    /** Rows of 0, 1, 2 ... elements, mixed. */
    static double[][] ragged(int rows, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, rows)
                .mapToObj(row -> random.doubles(row * 7 % rows, -2, 2).toArray())
                .toArray(double[][]::new);
    }

    /** Compares one of the loops on the JVM and on a device. */
    static Traffic same(String name, @Nullable Object... arguments) {
        return Agreement.same(Agreement.method(Matrices.class, name), arguments);
    }

    static void multiply(double[][] a, double[][] b, double[][] c) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            for (int j = 0; j < c[i].length; j++) {
                double sum = 0;
                for (int k = 0; k < b.length; k++) {
                    sum += a[i][k] * b[k][j];
                }
                c[i][j] = sum;
            }
        });
    }

    static void rowSums(double[][] x, double[] sums) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double sum = 0;
            for (double each : x[i]) {
                sum += each;
            }
            sums[i] = sum;
        });
    }

    static void scale(double[][] x, double by) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] *= by;
            }
        });
    }

    static void addFirst(double[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i][0] += y[i]);
    }
}
