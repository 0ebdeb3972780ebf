package dev.jacobi.cli.bench.device;

import dev.jacobi.cli.bench.Csv;
import dev.jacobi.cli.gradbench.SurveyReport;
import dev.jacobi.cli.gradbench.Timing;
import dev.jacobi.examples.parallel.WellKnownKernel;
import dev.jacobi.examples.parallel.WellKnownKernel.Bound;
import dev.jacobi.offload.runtime.DeviceDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was measured on a device as a table, and as comma-separated values. */
record DeviceReport(PrintWriter out, boolean small) {
    private static final int LONGEST_REMARK = 200;
    /** The bytes that saxpy reads and writes for each number. */
    private static final int SAXPY_BYTES = 12;

    void writeHead(DeviceDescription device, boolean hasFastMath, @Nullable String missingCuda) {
        out.printf("%s  %s (%s), %s%n", device.id(), device.name(), device.kind(), device.driver());
        out.printf(
                "JVM     %s, %d cores, %s%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.arch"));
        if (device.kind() == DeviceDescription.Kind.CPU) {
            out.println("        this device is a processor: its figures say what offload costs, not what a GPU gains");
        }
        if (hasFastMath) {
            out.println("        functions of Math on it are its fast ones");
        }
        if (missingCuda != null) {
            out.printf("        kernels written by hand in CUDA: skipped: %s%n", missingCuda);
        }
        out.flush();
    }

    void writeFigures(DeviceFigures figures) {
        out.println();
        out.printf("%-44s %12s %12s%n", "", "fastest", "median");
        writeFigure("launch of a kernel of one round, of many", figures.launch());
        writeFigure("the same, each waited for", figures.waited());
        writeFigure("call with one such kernel and two arrays", figures.call());
        bandwidth("copy within the device", figures.copy(), 2 * figures.bytes());
        bandwidth("copy to the device", figures.in(), figures.bytes());
        bandwidth("copy from the device", figures.out(), figures.bytes());
        out.println();
        out.printf("%-24s", "");
        for (Way way : Way.values()) {
            out.printf(" %11s %11s", way.label(), "median");
        }
        out.printf(" %9s %9s %9s %8s%n", "cores/dev", "cores/res", "CUDA/res", "error");
        out.flush();
    }

    private void writeFigure(String what, Timing timing) {
        out.printf(Locale.ROOT, "%-44s %9.2f us %9.2f us%n", what, timing.minimum() / 1e3, timing.median() / 1e3);
    }

    private void bandwidth(String what, Timing timing, long bytes) {
        out.printf(
                Locale.ROOT,
                "%-44s %7.1f GB/s %7.1f GB/s%n",
                what,
                (double) bytes / timing.minimum(),
                (double) bytes / timing.median());
    }

    void writeLine(DeviceMeasurement measured) {
        StringBuilder line =
                new StringBuilder(String.format("%-24s", measured.measured().label()));
        for (Way way : Way.values()) {
            Timing timing = measured.times().get(way);
            line.append(String.format(" %11s %11s", time(timing, Timing::minimum), time(timing, Timing::median)));
        }
        line.append(ratio(measured.gain(Way.PARALLEL, Way.END_TO_END)));
        line.append(ratio(measured.gain(Way.PARALLEL, Way.RESIDENT)));
        line.append(ratio(measured.gain(Way.CUDA, Way.RESIDENT)));
        line.append(
                measured.error() == 0
                        ? String.format(" %8s", "none")
                        : String.format(Locale.ROOT, " %8.1e", measured.error()));
        line.append(measured.right() ? "  " : "  WRONG ");
        String remark = measured.remark();
        line.append(remark.length() > LONGEST_REMARK ? remark.substring(0, LONGEST_REMARK) + " ..." : remark);
        out.println(line.toString().stripTrailing());
        out.flush();
    }

    private static String time(@Nullable Timing timing, ToLongFunction<Timing> which) {
        return timing == null ? "" : SurveyReport.time(which.applyAsLong(timing));
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, " %9.3g", ratio.getAsDouble()) : " ".repeat(10);
    }

    /** What was aimed at for a GPU, and what there is; nothing is said of what was not measured. */
    void writeGoals(DeviceFigures figures, List<DeviceMeasurement> measurements) {
        out.println();
        goal("launch, at most 20 us", OptionalDouble.of(figures.launch().minimum() / 1e3), "us");
        goal("saxpy, bandwidth over that of a copy, at least 0.9", saxpyBandwidth(figures, measurements), "");
        goal("least of CUDA / resident, at least 0.8", least(measurements, Way.CUDA, Way.RESIDENT, false), "");
        goal(
                "least of all cores / device where computation takes the time, at least 5",
                least(measurements, Way.PARALLEL, Way.END_TO_END, true),
                "");
        boolean isRight = measurements.stream().allMatch(DeviceMeasurement::right);
        out.println(isRight ? "all results are right" : "WRONG: see the lines marked so");
        out.flush();
    }

    private void goal(String what, OptionalDouble figure, String unit) {
        figure.ifPresent(number -> out.println(
                String.format(Locale.ROOT, "%-75s %.3g %s", what, number, unit).stripTrailing()));
    }

    private OptionalDouble saxpyBandwidth(DeviceFigures figures, List<DeviceMeasurement> measurements) {
        int size = small ? WellKnownKernel.SAXPY.smallSize() : WellKnownKernel.SAXPY.largeSize();
        return measurements.stream()
                .filter(each -> each.measured().label().equals(WellKnownKernel.SAXPY.label()))
                .map(each -> each.times().get(Way.RESIDENT))
                .flatMap(Stream::ofNullable)
                .mapToDouble(timing -> 1e9 * SAXPY_BYTES * size / timing.minimum() / figures.copyBandwidth())
                .findFirst();
    }

    private static OptionalDouble least(
            List<DeviceMeasurement> measurements, Way slow, Way fast, boolean computationAlone) {
        return measurements.stream()
                .filter(each -> !computationAlone || each.measured().bound() == Bound.COMPUTATION)
                .flatMapToDouble(each -> each.gain(slow, fast).stream())
                .min();
    }

    static void writeCsv(DeviceFigures figures, List<DeviceMeasurement> measurements, Path file) throws IOException {
        Files.write(file, csv(figures, measurements));
    }

    /** A line with the names of the columns, one for each figure of the device and one for each kernel. */
    static List<String> csv(DeviceFigures figures, List<DeviceMeasurement> measurements) {
        List<String> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("name", "bound"));
        for (Way way : Way.values()) {
            String column = way.name().toLowerCase(Locale.ROOT);
            head.addAll(List.of(column + "_min_s", column + "_median_s", column + "_runs"));
        }
        head.addAll(List.of("cores_to_device", "cores_to_resident", "cuda_to_resident", "error", "right", "remark"));
        lines.add(Csv.line(head));
        lines.add(figure("launch", figures.launch()));
        lines.add(figure("launch_waited", figures.waited()));
        lines.add(figure("call", figures.call()));
        lines.add(figure("copy_within_" + figures.bytes(), figures.copy()));
        lines.add(figure("copy_in_" + figures.bytes(), figures.in()));
        lines.add(figure("copy_out_" + figures.bytes(), figures.out()));
        for (DeviceMeasurement measured : measurements) {
            List<String> cells = new ArrayList<>();
            cells.add(measured.measured().label());
            cells.add(measured.measured().bound().name().toLowerCase(Locale.ROOT));
            for (Way way : Way.values()) {
                Csv.addTimes(cells, measured.times().get(way));
            }
            cells.add(Csv.number(measured.gain(Way.PARALLEL, Way.END_TO_END)));
            cells.add(Csv.number(measured.gain(Way.PARALLEL, Way.RESIDENT)));
            cells.add(Csv.number(measured.gain(Way.CUDA, Way.RESIDENT)));
            cells.add(String.valueOf(measured.error()));
            cells.add(String.valueOf(measured.right()));
            cells.add(measured.remark());
            lines.add(Csv.line(cells));
        }
        return lines;
    }

    /** In the columns of the way that it belongs to. */
    private static String figure(String name, Timing timing) {
        List<String> cells = new ArrayList<>(List.of(name, "device"));
        for (Way way : Way.values()) {
            Csv.addTimes(cells, way == Way.RESIDENT ? timing : null);
        }
        cells.addAll(List.of("", "", "", "", "", ""));
        return Csv.line(cells);
    }
}
