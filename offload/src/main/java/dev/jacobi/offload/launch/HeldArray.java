package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.SegmentLayout;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers, or a memory segment, that stays on devices between calls. It is the array of nobody else: the host touches it only in offloaded code, and here. Thread-safe: whoever uses one of a device's held arrays has the device's lock
 * until the end of the call. A call takes the locks of all its devices at once, in one order, so that nobody waits for somebody who waits.
 */
public final class HeldArray {
    private static final Map<String, Lock> LOCKS = new ConcurrentHashMap<>();

    private final Object array;
    /** The array, or one for each type of elements that the segment is said to have. */
    private final List<Object> arrays;

    private List<ResidentArray> residents;
    private boolean closed;
    /** Why what it held is lost. */
    private @Nullable String lost;

    /** @param array of numbers, nobody else's */
    public HeldArray(List<OpenDevice> devices, Object array) {
        this(devices, array, List.of(array));
    }

    /**
     * A segment.
     *
     * @param segment nobody else's, which all threads may use
     * @param layouts by which its elements stay on devices
     * @throws IllegalArgumentException if it has more elements than an array may have
     */
    public static HeldArray of(List<OpenDevice> devices, MemorySegment segment, Set<SegmentLayout> layouts) {
        Map<Class<?>, Object> arrays = new LinkedHashMap<>();
        for (SegmentLayout layout : layouts) {
            if (segment.byteSize() / layout.bytes() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a memory segment of " + segment.byteSize() / layout.bytes()
                        + " elements, more than " + Integer.MAX_VALUE);
            }
            arrays.putIfAbsent(layout.component(), SegmentArray.of(segment, layout));
        }
        return new HeldArray(devices, segment, List.copyOf(arrays.values()));
    }

    private HeldArray(List<OpenDevice> devices, Object array, List<Object> arrays) {
        this.array = array;
        this.arrays = arrays;
        this.residents = residents(List.copyOf(devices));
    }

    private List<ResidentArray> residents(List<OpenDevice> devices) {
        return arrays.stream().map(each -> new ResidentArray(devices, each)).toList();
    }

    private List<OpenDevice> devices() {
        return residents.getFirst().devices();
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
            throw new IllegalStateException("the " + (isSegment() ? "segment" : "array") + " of a " + kind()
                    + " is for offloaded code alone; use get()");
        }
        session.hold(this);
        return array;
    }

    /** What is known of it, for a session that has the locks. */
    List<ResidentArray> residentsFor(Session session) {
        check();
        if (!devices().equals(session.devices())) {
            List<String> own = ids(devices());
            if (!own.equals(ids(session.devices()))) {
                throw new IllegalStateException("a " + kind() + " of " + own + " is used on " + ids(session.devices())
                        + "; make one for these");
            }
            reopened(session.devices());
        }
        return residents;
    }

    private boolean isSegment() {
        return array instanceof MemorySegment;
    }

    /** The class that users have it of. */
    String kind() {
        return isSegment() ? "DeviceSegment" : "DeviceArray";
    }

    /** What code gets. */
    Object array() {
        return array;
    }

    private static List<String> ids(List<OpenDevice> devices) {
        return devices.stream().map(device -> device.description().id()).toList();
    }

    /** A device was lost, and opened again: what it alone had is lost. */
    private void reopened(List<OpenDevice> devices) {
        if (isNewerSomewhere()) {
            lose("its device was lost");
            check();
        }
        residents.forEach(ResidentArray::close);
        residents = residents(devices);
    }

    private boolean isNewerSomewhere() {
        return residents.stream().anyMatch(ResidentArray::isNewerSomewhere);
    }

    /** To be called with the locks, when a call is over that has used it. */
    void endCall() {
        if (residents.stream().anyMatch(ResidentArray::isHalfWritten)) {
            lose("a call that was writing it ended with a DeviceException");
        }
    }

    private void lose(String why) {
        lost = why;
        residents.forEach(ResidentArray::close);
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the " + kind() + " is closed");
        }
        if (lost != null) {
            throw new DeviceException(
                    DeviceException.Kind.LOST,
                    "what the " + kind() + " held is lost, since " + lost + "; set it again");
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        List<OpenDevice> devices = devices();
        lock(devices);
        try {
            return action.get();
        } finally {
            unlock(devices);
        }
    }

    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the same type
    private static void copy(Object from, Object into) {
        if (from instanceof MemorySegment segment) {
            ((MemorySegment) into).copyFrom(segment);
        } else {
            System.arraycopy(from, 0, into, 0, Array.getLength(from));
        }
    }

    /** Copies all elements to another array of the same kind and length. */
    public void read(Object into) {
        this.<@Nullable Void>locked(() -> {
            if (isNewerSomewhere() && devices().stream().anyMatch(OpenDevice::isLost)) {
                lose("its device was lost");
            }
            check();
            residents.forEach(resident -> resident.bringHome(new TrafficCount()));
            copy(array, into);
            return null;
        });
    }

    /** Copies all elements from another array of the same kind and length; they go to a device when it needs them. */
    public void write(Object from) {
        this.<@Nullable Void>locked(() -> {
            if (lost != null) {
                lost = null;
                residents = residents(devices());
            }
            check();
            residents.forEach(ResidentArray::drop);
            copy(from, array);
            return null;
        });
    }

    /** Frees its memory on the devices. What it held is lost. */
    public void close() {
        this.<@Nullable Void>locked(() -> {
            closed = true;
            residents.forEach(ResidentArray::close);
            return null;
        });
    }
}
