package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.SuiteEval.Defined;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs evals on all inputs of the suite: checks the outputs, then times the original function and its derivative, warmed up and by turns.
 *
 * @param options of the derivatives
 * @param seconds how long each function of each input is timed
 * @param warmUpSeconds how long it runs before
 * @param budgetSeconds an input is not timed if one run of its functions took longer, all together
 */
public record Survey(
        SuiteFiles files,
        List<SuiteEval> evals,
        Options options,
        double seconds,
        double warmUpSeconds,
        double budgetSeconds) {

    /**
     * What was found about one input, or about one of its functions where they are not compared, or about an eval without derivatives.
     *
     * @param size the name of the input, empty for a remark about the whole eval
     * @param original the original function's times, if they are compared with the derivative's
     * @param error as {@link StrictCheck} counts it, if there was a reference
     * @param remark why something is missing, or empty
     */
    record Row(
            SuiteEval eval,
            String size,
            @Nullable Timing original,
            @Nullable Timing derivative,
            OptionalDouble error,
            String remark) {

        static Row remark(SuiteEval eval, String size, OptionalDouble error, String remark) {
            return new Row(eval, size, null, null, error, remark);
        }

        /** Whether the output is right, or was not compared. */
        boolean right() {
            return error.isEmpty() || error.getAsDouble() <= eval.tolerance();
        }

        /** Derivative over original, of the fastest runs. */
        OptionalDouble ratio() {
            return original == null || derivative == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((double) derivative.minimum() / original.minimum());
        }
    }

    /**
     * A survey of some evals, or of all.
     *
     * @throws IllegalArgumentException if there is no eval of a name
     */
    public static Survey of(
            Path directory,
            @Nullable List<String> names,
            Options options,
            double seconds,
            double warmUpSeconds,
            double budgetSeconds) {
        return new Survey(
                new SuiteFiles(directory), SuiteEval.named(names), options, seconds, warmUpSeconds, budgetSeconds);
    }

    /** Returns all rows, each of which was given to {@code progress} when it was found. */
    List<Row> run(Consumer<Row> progress) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (SuiteEval eval : evals) {
            run(eval, progress.andThen(rows::add));
        }
        return rows;
    }

    private void run(SuiteEval eval, Consumer<Row> found) throws IOException {
        List<String> sizes = files.sizes(eval.label());
        if (sizes.isEmpty()) {
            found.accept(Row.remark(eval, "", OptionalDouble.empty(), "skipped: there are no inputs"));
            return;
        }
        Defined<?> defined;
        try {
            defined = eval.define(options);
        } catch (JacobiException refusal) {
            found.accept(Row.remark(eval, "", OptionalDouble.empty(), "refused: " + refusal.getMessage()));
            return;
        }
        for (String size : sizes) {
            JsonNode input = files.input(eval.label(), size);
            Map<String, JsonNode> references = files.references(eval.label(), size);
            List<String> compared = eval.compared();
            if (compared.isEmpty()) {
                for (String function : references.keySet()) {
                    found.accept(row(eval, size + " " + function, defined, input, List.of(function), references));
                }
            } else {
                found.accept(row(eval, size, defined, input, compared, references));
            }
        }
    }

    private Row row(
            SuiteEval eval,
            String name,
            Defined<?> defined,
            JsonNode input,
            List<String> functions,
            Map<String, JsonNode> references) {
        try {
            Map<String, Workload> workloads = new LinkedHashMap<>(defined.prepare(functions, input));
            OptionalDouble error = OptionalDouble.empty();
            long start = System.nanoTime();
            workloads.values().forEach(Workload::run);
            double first = (System.nanoTime() - start) / 1e9;
            for (Map.Entry<String, Workload> workload : workloads.entrySet()) {
                JsonNode reference = references.get(workload.getKey());
                if (reference != null) {
                    double own = StrictCheck.error(workload.getValue().output(), reference);
                    error = OptionalDouble.of(Math.max(error.orElse(0), own));
                }
            }
            if (first > budgetSeconds) {
                String remark = String.format(
                        Locale.ROOT, "not timed: the first runs took %.3g s, more than the budget", first);
                return Row.remark(eval, name, error, remark);
            }
            List<Workload> ordered = List.copyOf(workloads.values());
            ordered.forEach(workload -> Timing.run(workload, warmUpSeconds, new ArrayList<>()));
            List<Timing> timings = Timing.of(ordered, seconds);
            Timing original = functions.size() == 1 ? null : timings.getFirst();
            String remark = error.isEmpty() ? "not compared: there is no reference output" : "";
            return new Row(eval, name, original, timings.getLast(), error, remark);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError failure) {
            return Row.remark(eval, name, OptionalDouble.of(Double.POSITIVE_INFINITY), "failed: " + failure);
        }
    }
}
