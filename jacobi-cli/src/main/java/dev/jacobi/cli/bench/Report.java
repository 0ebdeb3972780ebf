package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.SurveyReport;
import dev.jacobi.cli.gradbench.Timing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a comparison found as a table, and as comma-separated values. */
record Report(List<Variant> variants, Baselines baselines) {
    private static final String EVAL_AND_VARIANT = "%-9s %-34s %-9s";
    /** Of the text of refusals and remarks; all of it is among the comma-separated values. */
    private static final int LONGEST_REMARK = 160;

    /** The ratios that can be had. */
    private List<Ratio> ratios() {
        return baselines.isEmpty() ? List.of(Ratio.TO_PRIMAL) : List.of(Ratio.values());
    }

    void writeHead(PrintWriter out) {
        out.printf(
                EVAL_AND_VARIANT + " %10s %10s %10s %10s", "eval", "input", "", "primal", "median", "deriv", "median");
        ratios().forEach(ratio -> out.printf(" %12s", ratio.label()));
        out.printf(" %8s%n", "error");
    }

    void writeLine(Measurement measured, PrintWriter out) {
        String name =
                measured.eval().compared().isEmpty() ? measured.size() + " " + measured.function() : measured.size();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                EVAL_AND_VARIANT + " %10s %10s %10s %10s",
                measured.eval().label(),
                name,
                measured.variant().label(),
                time(measured.primal(), true),
                time(measured.primal(), false),
                time(measured.derivative(), true),
                time(measured.derivative(), false)));
        for (Ratio ratio : ratios()) {
            line.append(number(" %12.3g", " %12s", ratio.of(measured, baselines)));
        }
        line.append(number(" %8.1e", " %8s", measured.error()));
        line.append(measured.right() ? "  " : "  WRONG ");
        String remark = measured.remark();
        line.append(remark.length() > LONGEST_REMARK ? remark.substring(0, LONGEST_REMARK) + " ..." : remark);
        out.println(line.toString().stripTrailing());
        out.flush();
    }

    private static String number(String format, String otherwise, OptionalDouble number) {
        return number.isPresent()
                ? String.format(Locale.ROOT, format, number.getAsDouble())
                : String.format(Locale.ROOT, otherwise, "");
    }

    private static String time(@Nullable Timing timing, boolean fastest) {
        return timing == null ? "" : SurveyReport.time(fastest ? timing.minimum() : timing.median());
    }

    /** Writes the geometric means for each eval and for all. */
    void writeMeans(List<Measurement> measurements, PrintWriter out) {
        out.printf("%ngeometric means of the fastest runs; behind the means of all, of how many evals%n");
        out.printf("%-9s %-9s", "eval", "");
        ratios().forEach(ratio -> out.printf(" %12s", ratio.label()));
        out.println();
        Map<Ratio, List<Means>> means = new EnumMap<>(Ratio.class);
        for (Ratio ratio : ratios()) {
            means.put(
                    ratio,
                    variants.stream()
                            .map(variant -> Means.of(measurements, variant, ratio, baselines))
                            .toList());
        }
        for (SuiteEval eval : SuiteEval.values()) {
            for (int i = 0; i < variants.size(); i++) {
                int variant = i;
                List<@Nullable Double> cells = ratios().stream()
                        .<@Nullable Double>map(
                                ratio -> means.get(ratio).get(variant).byEval().get(eval))
                        .collect(Collectors.toCollection(ArrayList::new));
                if (cells.stream().anyMatch(cell -> cell != null)) {
                    out.printf("%-9s %-9s", eval.label(), variants.get(i).label());
                    cells.forEach(cell ->
                            out.print(cell == null ? " ".repeat(13) : String.format(Locale.ROOT, " %12.3g", cell)));
                    out.println();
                }
            }
        }
        for (int i = 0; i < variants.size(); i++) {
            out.printf("%-9s %-9s", "all", variants.get(i).label());
            for (Ratio ratio : ratios()) {
                Means of = means.get(ratio).get(i);
                out.printf(
                        " %12s",
                        of.isEmpty()
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "%.3g (%d)",
                                        of.overall(),
                                        of.byEval().size()));
            }
            out.println();
        }
        out.flush();
    }

    /** Writes a file of comma-separated values: a line with the names of the columns, one for each measurement. */
    void writeCsv(List<Measurement> measurements, Path file) throws IOException {
        Files.write(file, csv(measurements));
    }

    List<String> csv(List<Measurement> measurements) {
        Stream<String> head =
                Stream.of("eval,input,function,variant,primal_min_s,primal_median_s,primal_runs,derivative_min_s,"
                        + "derivative_median_s,derivative_runs,derivative_to_primal,derivative_to_enzyme,best_tool,"
                        + "derivative_to_best,primal_to_cpp,error,right,remark");
        return Stream.concat(head, measurements.stream().map(this::csv)).toList();
    }

    private String csv(Measurement measured) {
        List<String> cells = new ArrayList<>(List.of(
                measured.eval().label(),
                measured.size(),
                measured.function(),
                measured.variant().label()));
        Csv.addTimes(cells, measured.primal());
        Csv.addTimes(cells, measured.derivative());
        cells.add(Csv.number(Ratio.TO_PRIMAL.of(measured, baselines)));
        cells.add(Csv.number(Ratio.TO_ENZYME.of(measured, baselines)));
        cells.add(baselines.bestTool(measured).orElse(""));
        cells.add(Csv.number(Ratio.TO_BEST.of(measured, baselines)));
        cells.add(Csv.number(Ratio.PRIMAL_TO_CPP.of(measured, baselines)));
        cells.add(Csv.number(measured.error()));
        cells.add(measured.error().isEmpty() ? "" : String.valueOf(measured.right()));
        cells.add(measured.remark());
        return Csv.line(cells);
    }
}
