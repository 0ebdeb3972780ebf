package dev.jacobi.offload.runtime;

import java.util.List;

/** One driver interface of this machine, such as OpenCL. Thread-safe. */
public interface DeviceRuntime {
    /** Its name in device names, such as {@code opencl} in {@code opencl:0}. */
    String name();

    /** The devices that it finds, in its own order; empty if there are none or the driver is not installed. */
    List<DeviceDescription> devices();

    /** Why there are no devices, and what would help; empty text if there are some. */
    String absence();

    /**
     * Opens one of {@link #devices}.
     *
     * @throws DeviceException if the driver refuses
     */
    OpenDevice open(DeviceDescription device);
}
