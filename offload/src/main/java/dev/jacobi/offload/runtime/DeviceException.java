package dev.jacobi.offload.runtime;

import org.jspecify.annotations.Nullable;

/** A driver refused, or something that it needs is not there. The text has the call, its code by name, and what the driver says. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure, as far as a caller can act on it. */
    public enum Kind {
        /** Something is not installed or not allowed; the text says what helps. */
        MISSING,
        /** Memory of the device is used up: closing buffers helps. */
        OUT_OF_MEMORY,
        /** The driver's compiler does not take the code; the text has its log. */
        BUILD,
        /** The device cannot be used any more, and is to be closed; it may be opened again. */
        LOST,
        /** Any other refusal of the driver. */
        REFUSED
    }

    private final Kind kind;

    public DeviceException(Kind kind, String message) {
        this(kind, message, null);
    }

    public DeviceException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the device cannot be used any more. */
    public boolean lost() {
        return kind == Kind.LOST;
    }
}
