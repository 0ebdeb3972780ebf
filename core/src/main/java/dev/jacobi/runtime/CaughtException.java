package dev.jacobi.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Used by generated code only: where a call leaves an exception that its caller catches, if nobody reads numbers out of it. To derivatives it is memory
 * that carries nothing.
 */
public final class CaughtException {
    private @Nullable Throwable exception;

    private CaughtException() {}

    public static CaughtException none() {
        return new CaughtException();
    }

    public void leave(Throwable thrown) {
        exception = thrown;
    }

    /** The exception of the last call, which is forgotten; null if it returned. */
    public @Nullable Throwable take() {
        Throwable taken = exception;
        exception = null;
        return taken;
    }
}
