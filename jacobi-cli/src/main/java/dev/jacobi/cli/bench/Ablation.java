package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.SurveyReport;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is lost where methods are differentiated first and optimised later: quotients of the fastest derivatives. */
final class Ablation {
    private Ablation() {}

    /** Writes, for each backend that was measured both ways, the means for each eval and for all. */
    static void write(List<Variant> variants, List<Measurement> measurements, PrintWriter out) {
        for (Variant variant : variants) {
            Means means = means(variant, measurements);
            if (!means.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "%n%s, differentiated first and optimised later / optimised first: %.3g (%d evals)%n  %s%n",
                        variant.label(),
                        means.overall(),
                        means.byEval().size(),
                        means.byEval().entrySet().stream()
                                .map(mean -> String.format(
                                        Locale.ROOT, "%s %.3g", mean.getKey().label(), mean.getValue()))
                                .collect(Collectors.joining(", ")));
            }
        }
        out.flush();
    }

    static Means means(Variant variant, List<Measurement> measurements) {
        Map<SuiteEval, Double> means = new TreeMap<>();
        for (SuiteEval eval : SuiteEval.values()) {
            double[] quotients = measurements.stream()
                    .filter(measured ->
                            measured.eval() == eval && measured.variant().equals(variant))
                    .flatMapToDouble(measured -> quotient(measured, measurements).stream())
                    .toArray();
            if (quotients.length > 0) {
                means.put(eval, SurveyReport.geometricMean(Arrays.stream(quotients)));
            }
        }
        return new Means(means);
    }

    private static OptionalDouble quotient(Measurement first, List<Measurement> measurements) {
        Variant later = first.variant().optimizedLater();
        return measurements.stream()
                .filter(other -> other.eval() == first.eval()
                        && other.size().equals(first.size())
                        && other.function().equals(first.function())
                        && other.variant().equals(later)
                        && other.derivative() != null
                        && first.derivative() != null)
                .mapToDouble(other -> Measurement.seconds(other.derivative()).orElseThrow()
                        / Measurement.seconds(first.derivative()).orElseThrow())
                .findFirst();
    }
}
