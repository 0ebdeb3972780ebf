package dev.jacobi.llvm.device;

/** A kernel as a driver takes it. */
public final class DeviceImage {
    private final DeviceTarget target;
    private final String entry;
    private final byte[] bytes;

    DeviceImage(DeviceTarget target, String entry, byte[] bytes) {
        this.target = target;
        this.entry = entry;
        this.bytes = bytes;
    }

    public DeviceTarget target() {
        return target;
    }

    /** The kernel's name. */
    public String entry() {
        return entry;
    }

    /** What the driver loads. */
    public byte[] bytes() {
        return bytes.clone();
    }
}
