package dev.jacobi.offload.runtime.opencl;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.driver.DriverDevice;
import dev.jacobi.offload.runtime.driver.JvmSignals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenCL as it is on this machine, found when it is first asked for. {@code -Djacobi.opencl.library} names the file of its library. */
public final class OpenClRuntime implements DeviceRuntime {
    static final String NAME = "opencl";
    private static final String HELP =
            "install a driver with OpenCL: of the maker of the GPU, or for this processor apt-get install pocl-opencl-icd";

    /** What was found, or why there is nothing. */
    private record Found(@Nullable OpenCl cl, List<ClDevice> devices, String absence) {}

    private static final class Holder {
        static final Found FOUND = load();

        private static Found load() {
            // What comes back from an own handler of it is not Java's exception, and threads of Java may divide
            // meanwhile.
            JvmSignals.environment("POCL_SIGFPE_HANDLER", "0");
            return JvmSignals.keptDuring(Holder::find);
        }

        private static Found find() {
            try {
                OpenCl cl = OpenCl.load();
                List<ClDevice> devices = ClDevice.all(cl);
                return new Found(
                        cl,
                        devices,
                        devices.isEmpty() ? cl.libraryName() + " knows no driver with a device: " + HELP : "");
            } catch (DeviceException e) {
                return new Found(null, List.of(), e.getMessage() + ": " + HELP);
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<DeviceDescription> devices() {
        return Holder.FOUND.devices().stream().map(ClDevice::description).toList();
    }

    @Override
    public String absence() {
        return Holder.FOUND.absence();
    }

    @Override
    public OpenDevice open(DeviceDescription device) {
        OpenCl cl = Holder.FOUND.cl();
        for (ClDevice found : Holder.FOUND.devices()) {
            if (cl != null && found.description().equals(device)) {
                return new DriverDevice(new OpenClDriver(cl, found));
            }
        }
        throw new IllegalArgumentException("OpenCL has no device " + device.id() + " (" + device.name() + ")");
    }
}
