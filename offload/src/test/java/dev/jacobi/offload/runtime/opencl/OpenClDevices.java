package dev.jacobi.offload.runtime.opencl;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.OpenDevice;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Devices of OpenCL for tests, which are skipped where there are none. */
final class OpenClDevices {
    private OpenClDevices() {}

    static OpenDevice open(int index) {
        OpenClRuntime runtime = new OpenClRuntime();
        List<DeviceDescription> devices = runtime.devices();
        Assumptions.assumeTrue(
                index < devices.size(), () -> "there is no device opencl:" + index + ": " + runtime.absence());
        DeviceDescription device = devices.get(index);
        Assumptions.assumeTrue(device.usable(), () -> device.id() + ": " + device.missing());
        return runtime.open(device);
    }
}
