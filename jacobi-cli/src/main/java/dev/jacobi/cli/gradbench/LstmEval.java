package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.LongShortTermMemory;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code lstm}: a recurrent network. */
final class LstmEval implements Eval<LstmEval.Input> {
    record Input(double[][] main, double[][] extra, double[][] state, double[][] sequence) {}

    /** Loss and gradient by the weights. */
    public interface Derivative {
        double apply(
                double[][] main,
                double[][] mainGradient,
                double[][] extra,
                double[][] extraGradient,
                double[][] state,
                double[][] sequence,
                double seed);
    }

    /** The original function. */
    public interface Original {
        double apply(double[][] main, double[][] extra, double[][] state, double[][] sequence);
    }

    @Override
    public Input read(JsonNode input) {
        return new Input(
                Eval.matrix(input.get("main_params")),
                Eval.matrix(input.get("extra_params")),
                Eval.matrix(input.get("state")),
                Eval.matrix(input.get("sequence")));
    }

    @Override
    public Input sample(Random random) {
        int width = 14;
        return new Input(
                Eval.matrix(random, 4, 4 * width),
                Eval.matrix(random, 3, width),
                Eval.matrix(random, 4, width),
                Eval.matrix(random, 20, width));
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original =
                Eval.original(LongShortTermMemory.class, "loss", Original.class, LongShortTermMemory::loss, options);
        return Optional.of(in -> Workload.of(() -> original.apply(in.main, in.extra, in.state, in.sequence)));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative derivative = Jacobi.of(LongShortTermMemory.class, "loss")
                .with(options)
                .reverse(DUPLICATED, DUPLICATED, CONST, CONST)
                .as(Derivative.class);
        return Map.of("jacobian", in -> {
            double[][] main = Eval.zerosLike(in.main);
            double[][] extra = Eval.zerosLike(in.extra);
            return Workload.of(() -> {
                Eval.clear(main);
                Eval.clear(extra);
                derivative.apply(in.main, main, in.extra, extra, in.state, in.sequence, 1);
                return Stream.concat(Stream.of(main), Stream.of(extra))
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
            });
        });
    }
}
