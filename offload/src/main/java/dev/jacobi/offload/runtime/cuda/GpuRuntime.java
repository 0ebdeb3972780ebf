package dev.jacobi.offload.runtime.cuda;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.driver.DriverDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CUDA or HIP as it is on this machine, found when it is first asked for. {@code -Djacobi.cuda.library} and {@code -Djacobi.hip.library} name the file of the library. */
public final class GpuRuntime implements DeviceRuntime {
    /** What was found, or why there is nothing. */
    private record Found(List<GpuDevice> devices, String absence) {}

    private final Dialect dialect;
    private @Nullable Found found;

    public GpuRuntime(Dialect dialect) {
        this.dialect = dialect;
    }

    private synchronized Found found() {
        Found before = found;
        if (before != null) {
            return before;
        }
        Found now;
        try {
            List<GpuDevice> devices = GpuDevice.all(GpuLibrary.load(dialect));
            now = new Found(devices, devices.isEmpty() ? "its driver finds no device: " + dialect.help() : "");
        } catch (DeviceException e) {
            now = new Found(List.of(), e.getMessage() + ": " + dialect.help());
        }
        found = now;
        return now;
    }

    @Override
    public String name() {
        return dialect.runtime();
    }

    @Override
    public List<DeviceDescription> devices() {
        return found().devices().stream().map(GpuDevice::description).toList();
    }

    @Override
    public String absence() {
        return found().absence();
    }

    @Override
    public OpenDevice open(DeviceDescription device) {
        for (GpuDevice known : found().devices()) {
            if (known.description().equals(device)) {
                return new DriverDevice(new GpuDriver(known));
            }
        }
        throw new IllegalArgumentException(dialect + " has no device " + device.id() + " (" + device.name() + ")");
    }
}
