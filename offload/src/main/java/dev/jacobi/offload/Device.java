package dev.jacobi.offload;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.OpenDevice;
import org.jspecify.annotations.Nullable;

/** A device of this machine, as {@link Devices} finds it. It is opened when it is used first, and stays open. Thread-safe. */
public final class Device {
    private final DeviceRuntime runtime;
    private final DeviceDescription description;
    private @Nullable OpenDevice open;

    Device(DeviceRuntime runtime, DeviceDescription description) {
        this.runtime = runtime;
        this.description = description;
    }

    /** Its name for {@link Devices#named}: {@code cuda:0}, {@code opencl:1}. */
    public String id() {
        return description.id();
    }

    /** Its name as the driver gives it. */
    public String name() {
        return description.name();
    }

    /** What kind of processor. */
    public Kind kind() {
        return switch (description.kind()) {
            case GPU -> Kind.GPU;
            case CPU -> Kind.CPU;
            case ACCELERATOR -> Kind.ACCELERATOR;
        };
    }

    /** The bytes of its memory. */
    public long memoryBytes() {
        return description.memoryBytes();
    }

    /** The bytes that one array may have there. */
    public long largestArrayBytes() {
        return description.largestAllocationBytes();
    }

    /** How many units compute at the same time, as its driver counts them. */
    public int computeUnits() {
        return description.computeUnits();
    }

    /** Whether it computes in double precision. */
    public boolean computesDoubles() {
        return description.doubles();
    }

    /** The driver and its version. */
    public String driver() {
        return description.driver();
    }

    /** What it is, in a few words. */
    String properties() {
        return id() + " (" + name() + ", " + kind() + ", " + computeUnits() + " units, " + memoryBytes() / (1 << 20)
                + " MiB" + (computesDoubles() ? "" : ", no doubles") + ")";
    }

    /** What kind of processor a device is. */
    public enum Kind {
        GPU,
        CPU,
        ACCELERATOR
    }

    /** The device, opened; opened again if it was lost. */
    synchronized OpenDevice open() {
        OpenDevice present = open;
        if (present == null) {
            present = runtime.open(description);
            open = present;
        }
        return present;
    }

    /** Forgets a device that cannot be used any more: the next use opens it again. */
    synchronized void lost(OpenDevice device) {
        if (open == device) {
            open = null;
            device.close();
        }
    }

    @Override
    public String toString() {
        return id() + " (" + name() + ")";
    }
}
