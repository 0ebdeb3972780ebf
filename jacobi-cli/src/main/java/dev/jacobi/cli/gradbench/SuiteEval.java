package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Options;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The evals of the suite that Jacobi has: their names, what makes them, how exact the reference outputs are, and which functions are
 * compared in time.
 */
enum SuiteEval {
    HELLO(HelloEval::new, 1e-9),
    BA(BaEval::new, 1e-9, "objective", "jacobian"),
    DET(DetEval::new, 1e-9, "primal", "gradient"),
    GMM(GmmEval::new, 1e-9, "objective", "jacobian"),
    HT(HtEval::new, 1e-9, "objective", "jacobian"),
    KMEANS(KmeansEval::new, 1e-9, "cost", "dir"),
    LLSQ(LlsqEval::new, 1e-9, "primal", "gradient"),
    LSE(LseEval::new, 1e-8, "primal", "gradient"),
    LSTM(LstmEval::new, 1e-9, "objective", "jacobian"),
    ODE(OdeEval::new, 1e-9, "primal", "gradient"),
    PARTICLE(ParticleEval::new, 1e-6),
    SADDLE(SaddleEval::new, 1e-5);

    private final Supplier<Eval<?>> maker;
    private final double tolerance;
    private final List<String> compared;

    /** @param compared the original function and its derivative, if the suite has both and they take long enough to be timed */
    SuiteEval(Supplier<Eval<?>> maker, double tolerance, String... compared) {
        this.maker = maker;
        this.tolerance = tolerance;
        this.compared = List.of(compared);
    }

    static Optional<SuiteEval> named(String name) {
        return Arrays.stream(values()).filter(eval -> eval.label().equals(name)).findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(SuiteEval::label).collect(Collectors.joining(" "));
    }

    /** The suite's name. */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The largest error that is rounding, as {@link StrictCheck} counts it. */
    double tolerance() {
        return tolerance;
    }

    /** Empty, or the names of the original function and of its derivative. */
    List<String> compared() {
        return compared;
    }

    /** Compiles the derivatives. */
    Defined<?> define(Options options) {
        return Defined.of(maker.get(), options);
    }

    /** An eval with its compiled functions. */
    record Defined<I>(Eval<I> eval, Map<String, Function<I, Workload>> functions) {
        static <I> Defined<I> of(Eval<I> eval, Options options) {
            return new Defined<>(eval, eval.functions(options));
        }

        Workload prepare(String function, JsonNode input) {
            return functions.get(function).apply(eval.read(input));
        }

        /** Workloads on one input, by the names of their functions. */
        Map<String, Workload> prepare(List<String> names, JsonNode input) {
            I read = eval.read(input);
            Map<String, Workload> workloads = new LinkedHashMap<>();
            names.forEach(name -> workloads.put(name, functions.get(name).apply(read)));
            return workloads;
        }

        void warmUp(long nanoseconds) {
            I sample = eval.sample(new Random(1));
            for (Function<I, Workload> function : functions.values()) {
                Workload workload = function.apply(sample);
                for (long start = System.nanoTime(); System.nanoTime() - start < nanoseconds; ) {
                    workload.run();
                }
            }
        }
    }
}
