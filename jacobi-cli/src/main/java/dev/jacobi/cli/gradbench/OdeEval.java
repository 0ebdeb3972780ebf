package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.OrdinaryDifferentialEquation;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** {@code ode}: Runge-Kutta steps. */
final class OdeEval implements Eval<OdeEval.Input> {
    record Input(double[] x, int steps) {}

    /** Value and gradient. */
    public interface Derivative {
        double apply(double[] x, double[] gradient, int steps, double seed);
    }

    /** The original function. */
    public interface Original {
        double[] apply(double[] x, int steps);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(Eval.vector(input.get("x")), input.get("s").intValue());
    }

    @Override
    public Input sample(Random random) {
        return new Input(Eval.vector(random, 100), 10);
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original = Eval.original(
                OrdinaryDifferentialEquation.class,
                "solve",
                Original.class,
                OrdinaryDifferentialEquation::solve,
                options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.x, in.steps)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative derivative = Jacobi.of(OrdinaryDifferentialEquation.class, "last")
                .with(options)
                .reverse(DUPLICATED, CONST)
                .as(Derivative.class);
        return Map.of("gradient", input -> {
            double[] result = new double[input.x.length];
            return Workload.of(() -> {
                Arrays.fill(result, 0);
                derivative.apply(input.x, result, input.steps, 1);
                return result;
            });
        });
    }
}
