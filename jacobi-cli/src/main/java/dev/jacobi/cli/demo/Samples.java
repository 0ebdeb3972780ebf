package dev.jacobi.cli.demo;

import dev.jacobi.examples.Rosenbrock;
import dev.jacobi.examples.gradbench.GaussianMixture;
import dev.jacobi.examples.gradbench.LeastSquares;
import dev.jacobi.examples.gradbench.LogSumExp;
import dev.jacobi.examples.gradbench.LongShortTermMemory;
import dev.jacobi.examples.gradbench.OrdinaryDifferentialEquation;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** The methods that the demo differentiates, each at a point that is the same every time. */
final class Samples {
    private Samples() {}

    /** Each is compiled when its supplier is asked. */
    static List<Supplier<Sample<?>>> all() {
        return List.of(
                () -> Sample.of("Rosenbrock's valley", Rosenbrock::value, vector(1, 100)),
                () -> Sample.of("log-sum-exp", LogSumExp::value, vector(2, 1000)),
                () -> Sample.of("polynomial fit", (double[] x) -> LeastSquares.value(x, 500), vector(3, 20)),
                () -> Sample.of(
                        "Runge-Kutta solver", (double[] x) -> OrdinaryDifferentialEquation.last(x, 50), vector(4, 20)),
                Samples::gaussianMixture,
                Samples::recurrentNetwork);
    }

    private static Sample<?> gaussianMixture() {
        int k = 5;
        int d = 8;
        double[] alpha = vector(5, k);
        double[][] q = matrix(6, k, d);
        double[][] l = matrix(7, k, d * (d - 1) / 2);
        double[][] x = matrix(8, 200, d);
        return Sample.of(
                "Gaussian mixture",
                (double[][] mu) -> GaussianMixture.value(alpha, mu, q, l, x, 1, 0),
                matrix(9, k, d));
    }

    private static Sample<?> recurrentNetwork() {
        int width = 10;
        double[][] extra = matrix(10, 3, width);
        double[][] state = matrix(11, 4, width);
        double[][] sequence = matrix(12, 30, width);
        return Sample.of(
                "recurrent network",
                (double[][] main) -> LongShortTermMemory.loss(main, extra, state, sequence),
                matrix(13, 4, 4 * width));
    }

    static double[] vector(long seed, int length) {
        return new Random(seed).doubles(length).toArray();
    }

    private static double[][] matrix(long seed, int rows, int columns) {
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = vector(1000 * seed + i, columns);
        }
        return matrix;
    }
}
