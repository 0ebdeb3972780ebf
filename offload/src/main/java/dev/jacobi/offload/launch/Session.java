package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.SegmentLayout;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of an offloaded method: what is on its devices meanwhile. One thread's. */
final class Session implements AutoCloseable {
    private final List<OpenDevice> devices;
    private final boolean hasFastMath;
    private final List<OnDevice> onDevices = new ArrayList<>();
    private final TrafficCount traffic = new TrafficCount();
    private final IdentityHashMap<Object, ResidentArray> arrays = new IdentityHashMap<>();

    /** Those of memory segments. */
    private final List<SegmentArray> segments = new ArrayList<>();

    /** Arrays that stay when the call is over. */
    private final IdentityHashMap<ResidentArray, HeldArray> held = new IdentityHashMap<>();

    private final Map<Integer, Object> madeAt = new HashMap<>();
    private boolean isLocked;

    /** @param hasFastMath whether functions of {@code Math} in its kernels may differ from {@code StrictMath} in the last places */
    Session(List<OpenDevice> devices, boolean hasFastMath) {
        this.devices = List.copyOf(devices);
        this.hasFastMath = hasFastMath;
        for (int number = 0; number < devices.size(); number++) {
            onDevices.add(new OnDevice(devices.get(number), number));
        }
    }

    List<OpenDevice> devices() {
        return devices;
    }

    boolean hasFastMath() {
        return hasFastMath;
    }

    OnDevice on(int device) {
        return onDevices.get(device);
    }

    TrafficCount traffic() {
        return traffic;
    }

    /** What is known of an array of numbers. */
    ResidentArray resident(Object array) {
        return arrays.computeIfAbsent(array, each -> new ResidentArray(devices, each));
    }

    /** A memory segment as an array, the same one as before if its memory is. */
    SegmentArray elementsOf(MemorySegment segment, SegmentLayout layout) {
        forgetClosed();
        SegmentArray elements = SegmentArray.of(segment, layout);
        for (SegmentArray known : segments) {
            if (known.isSame(elements)) {
                return known;
            }
        }
        segments.add(elements);
        return elements;
    }

    /** What was in memory that has been freed nobody asks for. */
    private void forgetClosed() {
        segments.removeIf(elements -> {
            boolean closed = !elements.segment().scope().isAlive();
            ResidentArray resident = closed ? arrays.remove(elements) : null;
            if (resident != null) {
                resident.close();
            }
            return closed;
        });
    }

    /** Arguments with the arrays that they stand for. */
    @Nullable
    Object[] hold(@Nullable Object[] arguments) {
        @Nullable Object[] arrays = arguments.clone();
        for (int index = 0; index < arrays.length; index++) {
            if (arrays[index] instanceof HeldArray array) {
                hold(array);
                arrays[index] = array.array();
            }
        }
        return arrays;
    }

    /** Uses an array that stays when the call is over. */
    void hold(HeldArray array) {
        if (!isLocked) {
            HeldArray.lock(devices);
            isLocked = true;
        }
        for (ResidentArray resident : array.residentsFor(this)) {
            if (held.put(resident, array) == null && resident.host().array() instanceof SegmentArray elements) {
                segments.add(elements);
            }
            arrays.put(resident.host().array(), resident);
        }
    }

    /**
     * Brings the rows of an array of arrays to a device, as the array has them now.
     *
     * @param elements whether these are needed there, not only the lengths
     */
    void bringRows(OnDevice device, Object[] array, boolean elements) {
        ResidentRows resident = device.takeUp(array, traffic);
        if (elements && !resident.isValid()) {
            for (Object row : resident.rows()) {
                touch(row, false);
            }
            resident.toDevice();
        }
    }

    /** Brings rows home that a launch has written on one device, where all others are right. */
    void bringHome(ResidentRows written, int from, int to) {
        written.drop();
        for (Object row : written.rows().subList(from, to)) {
            touch(row, true);
        }
        written.toHost(from, to);
    }

    /** Elements of an array of numbers are about to be written: as a row, it is not what it was. */
    void writesFlat(Object array) {
        for (OnDevice device : onDevices) {
            device.allRows().forEach(rows -> rows.dropIfRow(array));
        }
    }

    /** @param array null for all */
    void touch(@Nullable Object array, boolean writing) {
        if (array == null) {
            arrays.values().forEach(resident -> touch(resident, writing));
            if (writing) {
                onDevices.forEach(device -> device.allRows().forEach(ResidentRows::drop));
            }
        } else {
            ResidentArray resident = arrays.get(array);
            if (resident != null) {
                touch(resident, writing);
            }
            if (writing) {
                writesFlat(array);
            }
            touchOverlapping(array, writing);
        }
    }

    /**
     * Makes the host right where another segment or array than a given one has memory in common with it.
     *
     * @param memory an array of numbers, a memory segment, or such an array
     * @param writing whether that memory is about to be written, here or on a device
     */
    void touchOverlapping(Object memory, boolean writing) {
        for (SegmentArray elements : segments) {
            ResidentArray resident = elements == memory ? null : arrays.get(elements);
            if (resident != null && elements.overlaps(memory)) {
                touch(resident, writing);
            }
        }
        MemorySegment segment = memory instanceof SegmentArray elements
                ? elements.segment()
                : memory instanceof MemorySegment given ? given : null;
        if (segment == null || segment.isNative()) {
            return;
        }
        if (segment.heapBase().isPresent()) {
            Object base = segment.heapBase().get();
            ResidentArray resident = arrays.get(base);
            if (resident != null) {
                touch(resident, writing);
            }
            if (writing) {
                writesFlat(base);
            }
            return;
        }
        // One that is read-only does not tell its array.
        arrays.forEach((array, resident) -> {
            if (!(array instanceof SegmentArray) && SegmentArray.overlap(segment, array)) {
                touch(resident, writing);
            }
        });
    }

    private void touch(ResidentArray resident, boolean writing) {
        resident.bringHome(traffic);
        if (writing) {
            resident.drop();
        }
    }

    /** Nobody asks any more what an array holds. It may be written by the host. */
    void forget(Object array) {
        writesFlat(array);
        touchOverlapping(array, true);
        ResidentArray resident = arrays.get(array);
        if (resident != null && held.containsKey(resident)) {
            resident.drop();
        } else if (resident != null) {
            arrays.remove(array);
            resident.close();
        }
    }

    /** An array of zeros that nobody asks for when the one after it is made at the same place, or the session ends. */
    void made(int place, Object array) {
        Object before = madeAt.put(place, array);
        if (before != null) {
            forget(before);
        }
        resident(array).isZeros();
    }

    /**
     * An array is another, longer one now, with the elements that the host had; or still the same.
     *
     * @param top from which element on nobody needs what it holds
     */
    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the same type
    void ensured(Object before, Object after, int top) {
        ResidentArray resident = before == after ? null : arrays.get(before);
        if (resident != null && resident.isNewerSomewhere()) {
            resident.bringHome(traffic);
            System.arraycopy(before, 0, after, 0, resident.length());
        }
        resident(after).isFreeFrom(top);
    }

    /**
     * Frees memory of a device that launches of this call have used, but for some arrays and for those that stay there: what is newer comes home.
     *
     * @return whether there was any
     */
    boolean free(OnDevice device, Set<Object> needed) {
        boolean any = device.free(needed);
        for (ResidentArray resident : arrays.values()) {
            if (!needed.contains(resident.host().array()) && !held.containsKey(resident)) {
                any |= resident.free(device.number(), traffic);
            }
        }
        return any;
    }

    /** Brings everything home but what stays. */
    void finish() {
        madeAt.values().forEach(this::forget);
        madeAt.clear();
        arrays.values().stream()
                .filter(resident -> !held.containsKey(resident))
                .forEach(resident -> resident.bringHome(traffic));
    }

    @Override
    public void close() {
        arrays.values().stream().filter(resident -> !held.containsKey(resident)).forEach(ResidentArray::close);
        arrays.clear();
        segments.clear();
        onDevices.forEach(OnDevice::close);
        held.values().forEach(HeldArray::endCall);
        held.clear();
        if (isLocked) {
            isLocked = false;
            HeldArray.unlock(devices);
        }
    }
}
