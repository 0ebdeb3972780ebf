package dev.jacobi.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.Runtimes;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The devices to which methods can be offloaded, what they can do, and what is missing. */
@Command(
        name = "devices",
        description = "Prints the devices for offload: what they can do, what is missing and how to get it.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 if there is a device that can be used, 1 if there is none."})
final class ListDevices implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        List<DeviceDescription> devices = Runtimes.devices();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(devices));
        } else {
            for (DeviceRuntime runtime : Runtimes.all()) {
                out.println(line(runtime));
            }
            for (DeviceDescription device : devices) {
                out.println();
                print(device, out);
            }
        }
        return devices.stream().anyMatch(DeviceDescription::usable) ? 0 : 1;
    }

    /** What a runtime has found, or why it has not. */
    static String line(DeviceRuntime runtime) {
        int found = runtime.devices().size();
        return String.format(
                "%-7s %s",
                runtime.name(),
                found == 0 ? "no device: " + runtime.absence() : found == 1 ? "1 device" : found + " devices");
    }

    private static void print(DeviceDescription device, PrintWriter out) {
        out.printf("%s  %s (%s)%n", device.id(), device.name(), device.kind());
        out.printf("  driver   %s%n", device.driver());
        out.printf(
                Locale.ROOT,
                "  memory   %.1f GiB, %.1f GiB in one buffer%n",
                gibibytes(device.memoryBytes()),
                gibibytes(device.largestAllocationBytes()));
        out.printf(
                "  computes on %d units, %s double precision%n",
                device.computeUnits(), device.doubles() ? "with" : "without");
        out.printf("  takes    %s%n", device.code());
        if (!device.usable()) {
            out.printf("  cannot be used: %s%n", device.missing());
        }
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1 << 30);
    }

    private static ObjectNode json(List<DeviceDescription> devices) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode runtimes = json.putArray("runtimes");
        for (DeviceRuntime runtime : Runtimes.all()) {
            runtimes.addObject()
                    .put("name", runtime.name())
                    .put("devices", runtime.devices().size())
                    .put("absence", runtime.absence());
        }
        ArrayNode list = json.putArray("devices");
        for (DeviceDescription device : devices) {
            list.addObject()
                    .put("id", device.id())
                    .put("kind", device.kind().name().toLowerCase(Locale.ROOT))
                    .put("name", device.name())
                    .put("driver", device.driver())
                    .put("target", device.target())
                    .put("code", device.code())
                    .put("usable", device.usable())
                    .put("missing", device.missing())
                    .put("memoryBytes", device.memoryBytes())
                    .put("largestAllocationBytes", device.largestAllocationBytes())
                    .put("computeUnits", device.computeUnits())
                    .put("doubles", device.doubles());
        }
        return json;
    }
}
