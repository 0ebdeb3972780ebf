package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers that stays on devices between calls. It is the array of nobody else: the host touches it only in offloaded code, and here. Thread-safe: whoever uses one of a device's held arrays has the device's lock
 * until the end of the call. A call takes the locks of all its devices at once, in one order, so that nobody waits for somebody who waits.
 */
public final class HeldArray {
    private static final Map<String, Lock> LOCKS = new ConcurrentHashMap<>();

    private final Object array;
    private ResidentArray resident;
    private boolean closed;
    /** Why what it held is lost. */
    private @Nullable String lost;

    /** @param array of numbers, nobody else's */
    public HeldArray(List<OpenDevice> devices, Object array) {
        this.array = array;
        this.resident = new ResidentArray(List.copyOf(devices), array);
    }

    static void lock(List<OpenDevice> devices) {
        locks(devices).forEach(Lock::lock);
    }

    static void unlock(List<OpenDevice> devices) {
        locks(devices).forEach(Lock::unlock);
    }

    private static List<Lock> locks(List<OpenDevice> devices) {
        return devices.stream()
                .map(device -> device.description().id())
                .sorted()
                .map(id -> LOCKS.computeIfAbsent(id, _ -> new ReentrantLock()))
                .toList();
    }

    /** What is to be used in its place in the session of this thread, in which it is then held. */
    public Object forCall() {
        Session session = Launches.current();
        if (session == null) {
            throw new IllegalStateException("the array of a DeviceArray is for offloaded code alone; use get()");
        }
        session.hold(this);
        return array;
    }

    /** What is known of it, for a session that has the locks. */
    ResidentArray residentFor(Session session) {
        check();
        if (!resident.devices().equals(session.devices())) {
            List<String> own = ids(resident.devices());
            if (!own.equals(ids(session.devices()))) {
                throw new IllegalStateException(
                        "a DeviceArray of " + own + " is used on " + ids(session.devices()) + "; make one for these");
            }
            reopened(session.devices());
        }
        return resident;
    }

    Object array() {
        return array;
    }

    private static List<String> ids(List<OpenDevice> devices) {
        return devices.stream().map(device -> device.description().id()).toList();
    }

    /** A device was lost, and opened again: what it alone had is lost. */
    private void reopened(List<OpenDevice> devices) {
        if (resident.isNewerSomewhere()) {
            lose("its device was lost");
            check();
        }
        resident.close();
        resident = new ResidentArray(devices, array);
    }

    /** To be called with the locks, when a call is over that has used it. */
    void endCall() {
        if (resident.isHalfWritten()) {
            lose("a call that was writing it ended with a DeviceException");
        }
    }

    private void lose(String why) {
        lost = why;
        resident.close();
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the DeviceArray is closed");
        }
        if (lost != null) {
            throw new DeviceException(
                    DeviceException.Kind.LOST, "what the DeviceArray held is lost, since " + lost + "; set it again");
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        List<OpenDevice> devices = resident.devices();
        lock(devices);
        try {
            return action.get();
        } finally {
            unlock(devices);
        }
    }

    /** Copies all elements to another array of the same kind and length. */
    public void read(Object into) {
        this.<@Nullable Void>locked(() -> {
            if (resident.isNewerSomewhere() && resident.devices().stream().anyMatch(OpenDevice::isLost)) {
                lose("its device was lost");
            }
            check();
            resident.bringHome(new TrafficCount());
            System.arraycopy(array, 0, into, 0, resident.length());
            return null;
        });
    }

    /** Copies all elements from another array of the same kind and length; they go to a device when it needs them. */
    public void write(Object from) {
        this.<@Nullable Void>locked(() -> {
            if (lost != null) {
                lost = null;
                resident = new ResidentArray(resident.devices(), array);
            }
            check();
            resident.drop();
            System.arraycopy(from, 0, array, 0, resident.length());
            return null;
        });
    }

    /** Frees its memory on the devices. What it held is lost. */
    public void close() {
        this.<@Nullable Void>locked(() -> {
            closed = true;
            resident.close();
            return null;
        });
    }
}
