package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.LogSumExp;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** {@code lse}: the logarithm of a sum of exponentials. */
final class LseEval implements Eval<double[]> {
    /** The original function. */
    public interface Original {
        double apply(double[] x);
    }

    @Override
    public double[] read(JsonNode input) {
        return Eval.vector(input.get("x"));
    }

    @Override
    public double[] sample(Random random) {
        return Eval.vector(random, 1000);
    }

    @Override
    public Optional<Function<double[], Workload>> original(Options options) {
        Original original = Eval.original(LogSumExp.class, "value", Original.class, LogSumExp::value, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in)));
    }

    @Override
    public Map<String, Function<double[], Workload>> functions(Options options) {
        Gradient<double[]> gradient = Jacobi.gradient(LogSumExp::value, options);
        return Map.of("gradient", x -> {
            double[] result = new double[x.length];
            return Workload.of(() -> {
                gradient.into(x, result);
                return result;
            });
        });
    }
}
