package dev.jacobi.cli.bench.device;

import dev.jacobi.offload.Device;
import dev.jacobi.offload.Devices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured on a device, and where the results go. */
public final class DeviceBench {
    private final DeviceRun run;
    private final List<DeviceCase> cases;
    private final @Nullable String missingCuda;

    private DeviceBench(DeviceRun run, List<DeviceCase> cases, @Nullable String missingCuda) {
        this.run = run;
        this.cases = cases;
        this.missingCuda = missingCuda;
    }

    /**
     * A measurement on a device.
     *
     * @param device its name, or {@code first} for the preferred one
     * @param names of the kernels, or null for all
     * @param small whether each run is to take milliseconds
     * @param hasFastMath whether the device computes with fast mathematics
     * @throws IllegalArgumentException if there is no kernel of a name
     * @throws dev.jacobi.JacobiException NO_DEVICE if there is no such device
     */
    public static DeviceBench of(
            String device,
            @Nullable List<String> names,
            boolean small,
            boolean hasFastMath,
            double seconds,
            double warmUpSeconds,
            double budgetSeconds) {
        List<DeviceCase> all = DeviceCase.all();
        List<DeviceCase> cases = new ArrayList<>(all);
        if (names != null) {
            List<String> labels = all.stream().map(DeviceCase::label).toList();
            for (String name : names) {
                if (!labels.contains(name)) {
                    throw new IllegalArgumentException(
                            "There is no kernel " + name + "; there are " + String.join(" ", labels) + ".");
                }
            }
            cases.removeIf(each -> !names.contains(each.label()));
        }
        Device found = device.equals("first") ? Devices.first() : Devices.named(device);
        HandWrittenCuda.Found cuda = HandWrittenCuda.on(DeviceFigures.description(found));
        DeviceRun run = new DeviceRun(found, cuda.cuda(), small, hasFastMath, seconds, warmUpSeconds, budgetSeconds);
        return new DeviceBench(run, cases, cuda.missing());
    }

    /** Returns whether no result is wrong, and nothing has failed. */
    public boolean write(PrintWriter out, @Nullable Path csv, @Nullable Path picture) throws IOException {
        DeviceReport report = new DeviceReport(out, run.small());
        report.writeHead(DeviceFigures.description(run.device()), run.hasFastMath(), missingCuda);
        DeviceFigures figures = DeviceFigures.measure(run.device(), run.small(), run.seconds(), run.warmUpSeconds());
        report.writeFigures(figures);
        List<DeviceMeasurement> measurements = new ArrayList<>();
        for (DeviceCase each : cases) {
            DeviceMeasurement measured = run.measure(each);
            measurements.add(measured);
            report.writeLine(measured);
        }
        report.writeGoals(figures, measurements);
        if (csv != null) {
            DeviceReport.writeCsv(figures, measurements, csv);
        }
        if (picture != null) {
            DevicePicture.write(picture, measurements);
        }
        return measurements.stream().allMatch(DeviceMeasurement::right);
    }
}
