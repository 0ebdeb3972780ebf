package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The geometric means of a comparison: a chart for each ratio, a group of bars for each eval and one for all. */
final class Picture {
    private Picture() {}

    static void write(Path file, List<Measurement> measurements, List<Variant> variants, Baselines baselines)
            throws IOException {
        // A server has no screen; drawing into a file needs none.
        System.setProperty("java.awt.headless", "true");
        List<CategoryChart> charts = new ArrayList<>();
        for (Ratio ratio : Ratio.values()) {
            List<Means> means = variants.stream()
                    .map(variant -> Means.of(measurements, variant, ratio, baselines))
                    .toList();
            if (means.stream().anyMatch(of -> !of.isEmpty())) {
                charts.add(chart(ratio, variants, means));
            }
        }
        BitmapEncoder.saveBitmap(charts, charts.size(), 1, file.toString(), BitmapFormat.PNG);
    }

    private static CategoryChart chart(Ratio ratio, List<Variant> variants, List<Means> means) {
        List<SuiteEval> evals = Arrays.stream(SuiteEval.values())
                .filter(eval -> means.stream().anyMatch(of -> of.byEval().containsKey(eval)))
                .toList();
        List<String> names =
                new ArrayList<>(evals.stream().map(SuiteEval::label).toList());
        names.add("all");
        CategoryChart chart = new CategoryChartBuilder()
                .width(1000)
                .height(360)
                .title(ratio.label() + ", geometric means, less is faster")
                .build();
        double least = means.stream()
                .flatMap(of -> of.byEval().values().stream())
                .mapToDouble(mean -> mean)
                .min()
                .orElse(1);
        chart.getStyler().setYAxisLogarithmic(true);
        // Bars stand on the axis, which would be at zero.
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setYAxisDecimalPattern("0.###");
        for (int i = 0; i < variants.size(); i++) {
            Means of = means.get(i);
            if (!of.isEmpty()) {
                List<@Nullable Double> values = new ArrayList<>();
                evals.forEach(eval -> values.add(of.byEval().get(eval)));
                values.add(of.overall());
                String name =
                        String.format(Locale.ROOT, "%s: %.2f", variants.get(i).label(), of.overall());
                chart.addSeries(name, names, values);
            }
        }
        return chart;
    }
}
