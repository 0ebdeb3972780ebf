package dev.jacobi.offload.runtime.driver;

/** Something that is freed once: when it is closed and no call uses it any more. Thread-safe. */
final class Lifetime {
    private final String what;
    private final Runnable free;
    private int users;
    private boolean closed;

    /** @param free run once, by whoever is last */
    Lifetime(String what, Runnable free) {
        this.what = what;
        this.free = free;
    }

    /** Begins a use, which ends with {@link #exit}, unless it is closed. */
    synchronized boolean tryEnter() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    void enter() {
        if (!tryEnter()) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    void exit() {
        synchronized (this) {
            users--;
            if (!closed || users > 0) {
                return;
            }
        }
        free.run();
    }

    /** No more uses from now on. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (users > 0) {
                return;
            }
        }
        free.run();
    }
}
