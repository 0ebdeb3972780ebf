package dev.jacobi.offload.runtime;

import dev.jacobi.offload.runtime.cuda.Dialect;
import dev.jacobi.offload.runtime.cuda.GpuRuntime;
import dev.jacobi.offload.runtime.opencl.OpenClRuntime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All drivers of this machine, looked for when they are first asked for. */
public final class Runtimes {
    private static final List<DeviceRuntime> ALL =
            List.of(new GpuRuntime(Dialect.CUDA), new GpuRuntime(Dialect.HIP), new OpenClRuntime());

    private Runtimes() {}

    /** Those that there are, whether they find something or not, the preferred first. */
    public static List<DeviceRuntime> all() {
        return ALL;
    }

    /** All devices, the preferred first: those to which code can be loaded, and of these CUDA, HIP, GPUs of OpenCL, processors of OpenCL. */
    public static List<DeviceDescription> devices() {
        List<DeviceDescription> devices = new ArrayList<>();
        for (DeviceRuntime runtime : ALL) {
            devices.addAll(runtime.devices());
        }
        devices.sort(Comparator.comparing((DeviceDescription device) -> !device.usable())
                .thenComparing(device -> device.kind() == DeviceDescription.Kind.CPU));
        return devices;
    }

    /** Why each driver without a device has none, a line for each. */
    public static String absence() {
        StringBuilder text = new StringBuilder();
        for (DeviceRuntime runtime : ALL) {
            if (!runtime.absence().isEmpty()) {
                text.append(runtime.name())
                        .append(": ")
                        .append(runtime.absence())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** @throws DeviceException if the driver refuses */
    public static OpenDevice open(DeviceDescription device) {
        for (DeviceRuntime runtime : ALL) {
            if (runtime.name().equals(device.runtime())) {
                return runtime.open(device);
            }
        }
        throw new IllegalArgumentException("there is no runtime for " + device.id());
    }
}
