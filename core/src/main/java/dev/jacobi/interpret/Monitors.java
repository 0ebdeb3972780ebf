package dev.jacobi.interpret;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locks that interpreted code holds. Java has no way to enter the monitor of an object in one call and leave it in another, so
 * each locked object has a lock beside it, shared by all interpreters.
 *
 * <p>Interpreted code excludes interpreted code of other threads, but not compiled code that synchronizes on the same object, and
 * {@code wait} and {@code notify} find the monitor not held.
 */
final class Monitors {
    private static final ConcurrentMap<Identity, Monitor> MONITORS = new ConcurrentHashMap<>();

    private Monitors() {}

    private record Identity(Object object) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Identity that && object == that.object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }

    /** A lock, and how often it was entered or is waited for: the table forgets it when that is never. */
    private static final class Monitor {
        final ReentrantLock lock = new ReentrantLock();
        int users;
    }

    static void enter(Object object) {
        Monitor monitor = MONITORS.compute(new Identity(object), (_, existing) -> {
            Monitor found = existing == null ? new Monitor() : existing;
            found.users++;
            return found;
        });
        monitor.lock.lock();
    }

    /** Throws IllegalMonitorStateException if the current thread does not hold the lock. */
    static void exit(Object object) {
        MONITORS.compute(new Identity(object), (_, monitor) -> {
            if (monitor == null || !monitor.lock.isHeldByCurrentThread()) {
                throw new IllegalMonitorStateException("current thread is not owner");
            }
            monitor.lock.unlock();
            monitor.users--;
            return monitor.users == 0 ? null : monitor;
        });
    }
}
