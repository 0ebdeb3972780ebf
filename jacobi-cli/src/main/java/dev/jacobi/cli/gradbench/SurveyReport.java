package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.cli.gradbench.Survey.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Writes what a survey finds, as a table that grows while it runs, or as one JSON object. */
public final class SurveyReport {
    private SurveyReport() {}

    /** Returns whether all outputs are right and none is missing. */
    public static boolean table(Survey survey, PrintWriter out) throws IOException {
        out.printf(
                "%-9s %-32s %10s %10s %10s %10s %7s %8s%n",
                "eval", "input", "original", "median", "derivative", "median", "ratio", "error");
        List<Row> rows = survey.run(row -> {
            out.println(line(row));
            out.flush();
        });
        Map<SuiteEval, Double> means = means(rows);
        if (!means.isEmpty()) {
            out.printf("%nderivative / original, geometric mean of the fastest runs%n");
            means.forEach((eval, mean) -> out.printf(Locale.ROOT, "  %-9s %6.2f%n", eval.label(), mean));
            out.printf(
                    Locale.ROOT,
                    "  %-9s %6.2f%n",
                    "all " + means.size(),
                    geometricMean(means.values().stream().mapToDouble(mean -> mean)));
        }
        out.flush();
        return ok(rows);
    }

    private static String line(Row row) {
        return String.format(
                        Locale.ROOT,
                        "%-9s %-32s %10s %10s %10s %10s %7s %8s  %s",
                        row.eval().label(),
                        row.size(),
                        row.original() == null ? "" : time(row.original().minimum()),
                        row.original() == null ? "" : time(row.original().median()),
                        row.derivative() == null ? "" : time(row.derivative().minimum()),
                        row.derivative() == null ? "" : time(row.derivative().median()),
                        number("%.2f", row.ratio()),
                        number("%.1e", row.error()),
                        row.right() ? row.remark() : "WRONG " + row.remark())
                .stripTrailing();
    }

    private static String number(String format, OptionalDouble number) {
        return number.isEmpty() ? "" : String.format(Locale.ROOT, format, number.getAsDouble());
    }

    /** A time as text with a unit. */
    public static String time(long nanoseconds) {
        if (nanoseconds < 10_000) {
            return nanoseconds + " ns";
        }
        return nanoseconds < 10_000_000
                ? String.format(Locale.ROOT, "%.4g us", nanoseconds / 1e3)
                : String.format(Locale.ROOT, "%.4g ms", nanoseconds / 1e6);
    }

    /** Writes one JSON object; returns whether all outputs are right and none is missing. */
    public static boolean json(Survey survey, PrintWriter out) throws IOException {
        List<Row> rows = survey.run(row -> {});
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("ok", ok(rows));
        report.put("jdk", Runtime.version().toString());
        ArrayNode inputs = report.putArray("inputs");
        rows.forEach(row -> inputs.add(json(row)));
        ObjectNode ratios = report.putObject("ratios");
        Map<SuiteEval, Double> means = means(rows);
        means.forEach((eval, mean) -> ratios.put(eval.label(), mean));
        if (!means.isEmpty()) {
            report.put("ratio", geometricMean(means.values().stream().mapToDouble(mean -> mean)));
        }
        out.println(report);
        out.flush();
        return ok(rows);
    }

    private static JsonNode json(Row row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("eval", row.eval().label());
        json.put("input", row.size());
        addTiming(json, "original", row.original());
        addTiming(json, "derivative", row.derivative());
        row.ratio().ifPresent(ratio -> json.put("ratio", ratio));
        row.error().ifPresent(error -> {
            json.put("right", row.right());
            if (Double.isFinite(error)) {
                json.put("error", error);
            }
        });
        if (!row.remark().isEmpty()) {
            json.put("remark", row.remark());
        }
        return json;
    }

    private static void addTiming(ObjectNode json, String name, @Nullable Timing timing) {
        if (timing != null) {
            json.putObject(name)
                    .put("runs", timing.runs())
                    .put("minimum_ns", timing.minimum())
                    .put("median_ns", timing.median());
        }
    }

    private static boolean ok(List<Row> rows) {
        return rows.stream().allMatch(row -> row.right() && row.error().isPresent());
    }

    /** The geometric mean of the ratios of each eval that has any. */
    private static Map<SuiteEval, Double> means(List<Row> rows) {
        Map<SuiteEval, Double> means = new TreeMap<>();
        for (Row row : rows) {
            if (row.ratio().isPresent()) {
                means.computeIfAbsent(
                        row.eval(),
                        eval -> geometricMean(rows.stream()
                                .filter(other -> other.eval() == eval)
                                .flatMapToDouble(other -> other.ratio().stream())));
            }
        }
        return means;
    }

    public static double geometricMean(DoubleStream numbers) {
        return Math.exp(numbers.map(Math::log).average().orElseThrow());
    }
}
