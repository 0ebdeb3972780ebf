package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.Determinant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** {@code det}: a recursion. */
final class DetEval implements Eval<DetEval.Input> {
    record Input(double[] matrix, int size) {}

    /** Value and gradient. */
    public interface Derivative {
        double apply(double[] matrix, double[] gradient, int size, double seed);
    }

    /** The original function. */
    public interface Original {
        double apply(double[] matrix, int size);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(Eval.vector(input.get("A")), input.get("ell").intValue());
    }

    @Override
    public Input sample(Random random) {
        return new Input(Eval.vector(random, 36), 6);
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original =
                Eval.original(Determinant.class, "byMinors", Original.class, Determinant::byMinors, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.matrix, in.size)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative derivative = Jacobi.of(Determinant.class, "byMinors")
                .with(options)
                .reverse(DUPLICATED, CONST)
                .as(Derivative.class);
        return Map.of("gradient", in -> {
            double[] result = new double[in.matrix.length];
            return Workload.of(() -> {
                Arrays.fill(result, 0);
                double _ = derivative.apply(in.matrix, result, in.size, 1);
                return result;
            });
        });
    }
}
