package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.Hello;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** {@code hello}: x² and its derivative. */
final class HelloEval implements Eval<Double> {
    @Override
    public Double read(JsonNode input) {
        return input.doubleValue();
    }

    @Override
    public Double sample(Random random) {
        return random.nextDouble();
    }

    @Override
    public Map<String, Function<Double, Workload>> functions(Options options) {
        DoubleUnaryOperator derivative = Jacobi.derivative(Hello::square, 1, options);
        return Map.of(
                "square", x -> Workload.of(() -> Hello.square(x)),
                "double", x -> Workload.of(() -> derivative.applyAsDouble(x)));
    }
}
