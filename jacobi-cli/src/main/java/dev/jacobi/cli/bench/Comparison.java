package dev.jacobi.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.JacobiException;
import dev.jacobi.cli.gradbench.Eval;
import dev.jacobi.cli.gradbench.Inputs;
import dev.jacobi.cli.gradbench.StrictCheck;
import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.Timing;
import dev.jacobi.cli.gradbench.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs evals in several variants on the same inputs. The outputs of each variant are checked when it has run for the first time and again after the last time, against
 * the reference, or where there is none against those of the first variant. All variants of a function and of its derivative are timed by turns, so that a load
 * that comes and goes meets all of them.
 *
 * @param seconds how long each function of each variant is timed on each input
 * @param warmUpSeconds how long it runs before
 * @param budgetSeconds a variant is not timed on an input if its first runs took longer
 * @param mostSizes how many inputs of each eval are run, the smaller ones
 */
record Comparison(
        Inputs inputs,
        List<SuiteEval> evals,
        List<Variant> variants,
        double seconds,
        double warmUpSeconds,
        double budgetSeconds,
        int mostSizes) {

    /** Returns all that was measured, each of which was given to {@code progress} when it was found. */
    List<Measurement> run(Consumer<Measurement> progress) throws IOException {
        List<Measurement> all = new ArrayList<>();
        for (SuiteEval eval : evals) {
            run(eval, eval.make(), progress.andThen(all::add));
        }
        return all;
    }

    /** What one variant makes of an eval: null where Jacobi refuses. */
    private record Made<I>(
            Variant variant,
            @Nullable Map<String, Function<I, Workload>> derivatives,
            @Nullable Function<I, Workload> original,
            String remark) {

        static <I> Made<I> of(Variant variant, Eval<I> eval) {
            Map<String, Function<I, Workload>> derivatives = null;
            Function<I, Workload> original = null;
            List<String> remarks = new ArrayList<>();
            try {
                derivatives = eval.functions(variant.options());
            } catch (JacobiException refusal) {
                remarks.add(refused("derivative", refusal));
            }
            try {
                original = eval.original(variant.options()).orElse(null);
            } catch (JacobiException refusal) {
                remarks.add(refused("primal", refusal));
            }
            return new Made<>(variant, derivatives, original, String.join("; ", remarks));
        }

        private static String refused(String what, JacobiException refusal) {
            String reason = refusal.getMessage().lines().findFirst().orElse("");
            return switch (refusal.refusal()) {
                case NOT_NATIVE, NO_LLVM -> "NOT NATIVE, " + what + ": " + reason;
                default -> "REFUSED, " + what + ": " + reason;
            };
        }
    }

    private <I> void run(SuiteEval suite, Eval<I> eval, Consumer<Measurement> found) throws IOException {
        List<Made<I>> made =
                variants.stream().map(variant -> Made.of(variant, eval)).toList();
        List<String> sizes = inputs.sizes(suite.label());
        for (String size : sizes.subList(0, Math.min(mostSizes, sizes.size()))) {
            I input = eval.read(inputs.input(suite.label(), size));
            Map<String, JsonNode> references = inputs.references(suite.label(), size);
            for (String function : derivatives(suite, made)) {
                OnInput<I> on = new OnInput<>(suite, size, function, made, input, references);
                on.measure().forEach(found);
            }
        }
    }

    private static <I> List<String> derivatives(SuiteEval suite, List<Made<I>> made) {
        return suite.compared().isEmpty()
                ? made.stream()
                        .filter(one -> one.derivatives() != null)
                        .findFirst()
                        .map(one -> one.derivatives().keySet().stream().sorted().toList())
                        .orElse(List.of())
                : List.of(suite.compared().getLast());
    }

    /** One derivative on one input. */
    private final class OnInput<I> {
        private final SuiteEval suite;
        private final String size;
        private final String function;
        private final Map<String, JsonNode> references;
        private final List<Running<I>> running = new ArrayList<>();

        OnInput(
                SuiteEval suite,
                String size,
                String function,
                List<Made<I>> made,
                I input,
                Map<String, JsonNode> references) {
            this.suite = suite;
            this.size = size;
            this.function = function;
            this.references = new HashMap<>(references);
            made.forEach(one -> running.add(new Running<>(one, one.remark())));
            running.forEach(one -> one.start(input, this));
        }

        private String original() {
            return suite.compared().isEmpty() ? "" : suite.compared().getFirst();
        }

        List<Measurement> measure() {
            List<Workload> workloads = running.stream()
                    .filter(one -> one.isTimed)
                    .flatMap(one -> one.workloads.values().stream())
                    .toList();
            // Twice, since what one variant compiles in the background may take longer than its first turn.
            for (int pass = 0; pass < 2; pass++) {
                workloads.forEach(workload -> Timing.run(workload, warmUpSeconds / 2, new ArrayList<>()));
            }
            List<Timing> timings = workloads.isEmpty() ? List.of() : Timing.of(workloads, seconds);
            Map<Workload, Timing> byWorkload = new HashMap<>();
            for (int i = 0; i < timings.size(); i++) {
                byWorkload.put(workloads.get(i), timings.get(i));
            }
            running.stream().filter(one -> one.isTimed).forEach(one -> one.check(this));
            return running.stream().map(one -> one.measured(byWorkload, this)).toList();
        }
    }

    /** One variant of it. */
    private final class Running<I> {
        private final Made<I> made;
        /** By function, the original first. */
        private final Map<String, Workload> workloads = new java.util.LinkedHashMap<>();

        private OptionalDouble error = OptionalDouble.empty();
        private String remark;
        private boolean isTimed;

        Running(Made<I> made, String remark) {
            this.made = made;
            this.remark = remark;
        }

        void start(I input, OnInput<I> on) {
            try {
                if (made.original() != null) {
                    workloads.put(on.original(), made.original().apply(input));
                }
                if (made.derivatives() != null) {
                    workloads.put(
                            on.function, made.derivatives().get(on.function).apply(input));
                }
                long start = System.nanoTime();
                workloads.values().forEach(Workload::run);
                double first = (System.nanoTime() - start) * 1e-9;
                check(on);
                isTimed = first <= budgetSeconds;
                if (!isTimed) {
                    remark = String.format(
                            Locale.ROOT, "not timed: the first runs took %.3g s, more than the budget", first);
                }
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError failure) {
                error = OptionalDouble.of(Double.POSITIVE_INFINITY);
                remark = "failed: " + failure;
            }
        }

        /** Compares the outputs of the last runs. */
        void check(OnInput<I> on) {
            workloads.forEach((function, workload) -> {
                JsonNode output = workload.output();
                JsonNode reference = on.references.putIfAbsent(function, output);
                if (reference != null) {
                    error = OptionalDouble.of(Math.max(error.orElse(0), StrictCheck.error(output, reference)));
                }
            });
        }

        Measurement measured(Map<Workload, Timing> timings, OnInput<I> on) {
            return new Measurement(
                    on.suite,
                    on.size,
                    on.function,
                    made.variant(),
                    timings.get(workloads.get(on.original())),
                    timings.get(workloads.get(on.function)),
                    error,
                    remark);
        }
    }
}
