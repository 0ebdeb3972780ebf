package dev.jacobi.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture of the demo: how a function falls as it is minimised by its gradient. */
final class Picture {
    private Picture() {}

    /** Draws one line of values for each name. */
    static void write(Path file, List<String> names, List<List<Double>> values) throws IOException {
        // A server has no screen; drawing into a file needs none.
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(540)
                .title("Rosenbrock's valley, minimised by Jacobi's gradient")
                .xAxisTitle("gradient evaluations")
                .yAxisTitle("value")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        for (int i = 0; i < names.size(); i++) {
            List<Integer> steps =
                    IntStream.range(0, values.get(i).size()).boxed().toList();
            // The logarithmic axis has no zero.
            List<Double> shown =
                    values.get(i).stream().map(v -> Math.max(v, 1e-30)).toList();
            chart.addSeries(names.get(i), steps, shown).setMarker(SeriesMarkers.NONE);
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
}
