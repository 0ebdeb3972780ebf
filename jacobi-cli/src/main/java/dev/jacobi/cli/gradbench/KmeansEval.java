package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.KMeans;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * {@code kmeans}: a clustering. The direction is the gradient over the diagonal of the Hessian, which is the Hessian times the vector of
 * ones, as no second derivative mixes two numbers: forward mode of reverse mode.
 */
final class KmeansEval implements Eval<KmeansEval.Input> {
    record Input(double[][] points, double[][] centroids) {}

    /** Reverse mode: adds the gradient. */
    public interface Reverse {
        double apply(double[][] points, double[][] centroids, double[][] gradient, double seed);
    }

    /** The gradient as a function to be differentiated. */
    public interface GradientInto extends Serializable {
        void apply(double[][] points, double[][] centroids, double[][] gradient);
    }

    /** Gradient and its change in a direction. */
    public interface Second {
        void apply(
                double[][] points,
                double[][] centroids,
                double[][] direction,
                double[][] gradient,
                double[][] hessianTimesDirection);
    }

    /** The original function. */
    public interface Original {
        double apply(double[][] points, double[][] centroids);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(Eval.matrix(input.get("points")), Eval.matrix(input.get("centroids")));
    }

    @Override
    public Input sample(Random random) {
        return new Input(Eval.matrix(random, 200, 8), Eval.matrix(random, 10, 8));
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original = Eval.original(KMeans.class, "cost", Original.class, KMeans::cost, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.points, in.centroids)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Reverse reverse = Jacobi.of(KMeans.class, "cost")
                .with(options)
                .reverse(CONST, DUPLICATED)
                .as(Reverse.class);
        GradientInto gradient = (points, centroids, into) -> {
            double _ = reverse.apply(points, centroids, into, 1);
        };
        Second second =
                Jacobi.of(gradient).with(options).forward(CONST, DUAL, DUAL).as(Second.class);
        return Map.of("dir", in -> dir(in, second));
    }

    private static Workload dir(Input in, Second second) {
        double[][] ones = Eval.zerosLike(in.centroids);
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        double[][] gradient = Eval.zerosLike(in.centroids);
        double[][] diagonal = Eval.zerosLike(in.centroids);
        double[][] dir = Eval.zerosLike(in.centroids);
        return Workload.of(() -> {
            Eval.clear(gradient);
            Eval.clear(diagonal);
            second.apply(in.points, in.centroids, ones, gradient, diagonal);
            for (int i = 0; i < dir.length; i++) {
                for (int j = 0; j < dir[i].length; j++) {
                    dir[i][j] = gradient[i][j] / diagonal[i][j];
                }
            }
            return dir;
        });
    }
}
