package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.cli.check.JsonArguments;
import dev.jacobi.examples.gradbench.GaussianMixture;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** {@code gmm}: a Gaussian mixture. */
public final class GmmEval implements Eval<GmmEval.Input> {
    /** The arguments of the function. */
    public record Input(double[] alpha, double[][] mu, double[][] q, double[][] l, double[][] x, double gamma, int m) {}

    /** Value and gradient by the parameters of the mixture. */
    public interface Derivative {
        double apply(
                double[] alpha,
                double[] alphaGradient,
                double[][] mu,
                double[][] muGradient,
                double[][] q,
                double[][] qGradient,
                double[][] l,
                double[][] lGradient,
                double[][] x,
                double gamma,
                int m,
                double seed);
    }

    /** The original function. */
    public interface Original {
        double apply(double[] alpha, double[][] mu, double[][] q, double[][] l, double[][] x, double gamma, int m);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(
                Eval.vector(input.get("alpha")),
                Eval.matrix(input.get("mu")),
                Eval.matrix(input.get("q")),
                Eval.matrix(input.get("l")),
                Eval.matrix(input.get("x")),
                input.get("gamma").doubleValue(),
                input.get("m").intValue());
    }

    @Override
    public Input sample(Random random) {
        int k = 5;
        int d = 6;
        return new Input(
                Eval.vector(random, k),
                Eval.matrix(random, k, d),
                Eval.matrix(random, k, d),
                Eval.matrix(random, k, d * (d - 1) / 2),
                Eval.matrix(random, 50, d),
                1,
                0);
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original =
                Eval.original(GaussianMixture.class, "value", Original.class, GaussianMixture::value, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.alpha, in.mu, in.q, in.l, in.x, in.gamma, in.m)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative derivative = derivative(options);
        return Map.of("jacobian", in -> jacobian(in, derivative));
    }

    /** Makes the derivative. */
    public static Derivative derivative(Options options) {
        return Jacobi.of(GaussianMixture.class, "value")
                .with(options)
                .reverse(DUPLICATED, DUPLICATED, DUPLICATED, DUPLICATED, CONST, CONST, CONST)
                .as(Derivative.class);
    }

    private static Workload jacobian(Input in, Derivative derivative) {
        double[] alpha = new double[in.alpha.length];
        double[][] mu = Eval.zerosLike(in.mu);
        double[][] q = Eval.zerosLike(in.q);
        double[][] l = Eval.zerosLike(in.l);
        return Workload.of(
                () -> {
                    Arrays.fill(alpha, 0);
                    Eval.clear(mu);
                    Eval.clear(q);
                    Eval.clear(l);
                    return derivative.apply(in.alpha, alpha, in.mu, mu, in.q, q, in.l, l, in.x, in.gamma, in.m, 1);
                },
                () -> {
                    ObjectNode output = JsonNodeFactory.instance.objectNode();
                    output.set("alpha", JsonArguments.write(alpha));
                    output.set("mu", JsonArguments.write(mu));
                    output.set("q", JsonArguments.write(q));
                    output.set("l", JsonArguments.write(l));
                    return output;
                });
    }
}
