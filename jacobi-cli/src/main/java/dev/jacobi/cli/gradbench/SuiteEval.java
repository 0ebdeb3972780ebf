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
import org.jspecify.annotations.Nullable;

/**
 * The evals of the suite that Jacobi has: their names, what makes them, how exact the reference outputs are, and which functions are
 * compared in time.
 */
public enum SuiteEval {
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

    /**
     * The evals of some names, or all.
     *
     * @throws IllegalArgumentException if there is no eval of a name
     */
    public static List<SuiteEval> named(@Nullable List<String> names) {
        return names == null
                ? List.of(values())
                : names.stream()
                        .map(name -> named(name)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "There is no eval " + name + "; there are " + labels() + ".")))
                        .toList();
    }

    static String labels() {
        return Arrays.stream(values()).map(SuiteEval::label).collect(Collectors.joining(" "));
    }

    /** The suite's name. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The largest error that is rounding, as {@link StrictCheck} counts it. */
    public double tolerance() {
        return tolerance;
    }

    /** Empty, or the names of the original function and of its derivative. */
    public List<String> compared() {
        return compared;
    }

    /** Reads inputs of this eval, and makes its functions. */
    public Eval<?> make() {
        return maker.get();
    }

    /** Compiles the derivatives. */
    Defined<?> define(Options options) {
        return Defined.of(make(), compared, options);
    }

    /** An eval with its compiled functions. */
    record Defined<I>(Eval<I> eval, Map<String, Function<I, Workload>> functions) {
        static <I> Defined<I> of(Eval<I> eval, List<String> compared, Options options) {
            Map<String, Function<I, Workload>> functions = new LinkedHashMap<>(eval.functions(options));
            eval.original(Options.DEFAULT).ifPresent(original -> functions.put(compared.getFirst(), original));
            return new Defined<>(eval, functions);
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
