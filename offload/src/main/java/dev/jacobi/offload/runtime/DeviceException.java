package dev.jacobi.offload.runtime;

/** A driver refused. The text has the call, its code by name, and what the driver says. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean lost;

    public DeviceException(String message, boolean lost) {
        super(message);
        this.lost = lost;
    }

    /** Whether the device cannot be used any more. */
    public boolean lost() {
        return lost;
    }
}
