package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.LeastSquares;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** {@code llsq}: a least-squares fit. */
final class LlsqEval implements Eval<LlsqEval.Input> {
    record Input(double[] x, int points) {}

    /** Value and gradient. */
    public interface Derivative {
        double apply(double[] x, double[] gradient, int points, double seed);
    }

    /** The original function. */
    public interface Original {
        double apply(double[] x, int points);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(Eval.vector(input.get("x")), input.get("n").intValue());
    }

    @Override
    public Input sample(Random random) {
        return new Input(Eval.vector(random, 64), 64);
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original = Eval.original(LeastSquares.class, "value", Original.class, LeastSquares::value, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.x, in.points)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative derivative = Jacobi.of(LeastSquares.class, "value")
                .with(options)
                .reverse(DUPLICATED, CONST)
                .as(Derivative.class);
        return Map.of("gradient", input -> {
            double[] result = new double[input.x.length];
            return Workload.of(() -> {
                Arrays.fill(result, 0);
                derivative.apply(input.x, result, input.points, 1);
                return result;
            });
        });
    }
}
