package dev.jacobi.cli.bench.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** How many times as fast as all cores of the JVM each kernel is in the other ways: a group of bars for each. */
final class DevicePicture {
    private DevicePicture() {}

    static void write(Path file, List<DeviceMeasurement> measurements) throws IOException {
        // A server has no screen; drawing into a file needs none.
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(1400)
                .height(560)
                .title("all cores of the JVM / each way, fastest runs, more is faster")
                .build();
        List<String> names = measurements.stream()
                .map(measured -> measured.measured().label())
                .toList();
        Map<Way, String> ways = new java.util.EnumMap<>(Map.of(
                Way.SEQUENTIAL, "1 core of the JVM", Way.END_TO_END, "device", Way.RESIDENT, "device, data there"));
        double least = 1;
        for (Map.Entry<Way, String> way : ways.entrySet()) {
            List<@Nullable Double> gains = new ArrayList<>();
            for (DeviceMeasurement measured : measurements) {
                OptionalDouble gain = measured.gain(Way.PARALLEL, way.getKey());
                gains.add(gain.isPresent() ? (Double) gain.getAsDouble() : null);
                least = Math.min(least, gain.orElse(1));
            }
            if (gains.stream().anyMatch(gain -> gain != null)) {
                chart.addSeries(way.getValue(), names, gains);
            }
        }
        chart.getStyler().setYAxisLogarithmic(true);
        // Bars stand on the axis, which would be at zero.
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setXAxisLabelRotation(45);
        chart.getStyler().setYAxisDecimalPattern("0.###");
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
}
