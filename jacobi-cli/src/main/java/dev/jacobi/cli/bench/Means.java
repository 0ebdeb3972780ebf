package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.SurveyReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Geometric means of a ratio for one variant.
 *
 * @param byEval over the inputs and derivatives of each eval that has the ratio
 */
record Means(Map<SuiteEval, Double> byEval) {
    static Means of(List<Measurement> measurements, Variant variant, Ratio ratio, Baselines baselines) {
        Map<SuiteEval, Double> means = new TreeMap<>();
        for (SuiteEval eval : SuiteEval.values()) {
            double[] ratios = measurements.stream()
                    .filter(measured ->
                            measured.eval() == eval && measured.variant().equals(variant))
                    .flatMapToDouble(measured -> ratio.of(measured, baselines).stream())
                    .toArray();
            if (ratios.length > 0) {
                means.put(eval, SurveyReport.geometricMean(java.util.Arrays.stream(ratios)));
            }
        }
        return new Means(means);
    }

    boolean isEmpty() {
        return byEval.isEmpty();
    }

    /** The mean of the means of the evals, so that one with many inputs counts no more than others. */
    double overall() {
        return SurveyReport.geometricMean(byEval.values().stream().mapToDouble(mean -> mean));
    }
}
