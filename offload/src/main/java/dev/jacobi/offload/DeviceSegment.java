package dev.jacobi.offload;

import dev.jacobi.offload.extract.SegmentLayout;
import dev.jacobi.offload.launch.HeldArray;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A memory segment that stays on a device between calls, as a {@link DeviceArray} does: weights that were mapped from a file, say, and are read by each call. It is a copy, in native memory of its own: what it holds is copied in by
 * {@link #copyOf} and {@link #set}, and out by {@link #get()}, and changed by offloaded code that gets it, and by nothing else.
 *
 * <pre>{@code
 * try (DeviceSegment weights = DeviceSegment.copyOf(device, mapped, ValueLayout.JAVA_FLOAT)) {
 *     for (String word : words) {
 *         Offload.offload(device, () -> next(weights.segment(), ...));      // or method.run(device, weights, ...)
 *     }
 * }
 * }</pre>
 *
 * <p>As a whole, and with the layouts that were named, it stays; slices of it, and other layouts, are right, but move in each call. Offloaded code may do with the segment what it does with any, but not keep it, nor pass it to methods that are not known
 * to leave it alone: it is refused if it may. Thread-safe. Calls that use segments or arrays of one device take turns.
 */
public final class DeviceSegment implements AutoCloseable {
    private final HeldArray held;
    private final List<Device> devices;
    private final long byteSize;

    private DeviceSegment(List<Device> devices, MemorySegment segment, ValueLayout... layouts) {
        Set<SegmentLayout> known = new LinkedHashSet<>();
        for (ValueLayout layout : layouts) {
            known.add(SegmentLayout.of(layout)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "not a constant of ValueLayout for numbers, in the order of bytes of this machine: "
                                    + layout)));
        }
        if (known.isEmpty()) {
            throw new IllegalArgumentException("no layout by which its elements are read");
        }
        this.byteSize = segment.byteSize();
        MemorySegment own = copy(segment);
        this.devices = OffloadedMethod.checked(devices);
        List<OpenDevice> open = this.devices.stream().map(Device::open).toList();
        this.held = HeldArray.of(open, own, known);
    }

    private static MemorySegment copy(MemorySegment segment) {
        // Of pages, so that elements of all types are aligned, and copies are fast.
        return Arena.ofAuto().allocate(segment.byteSize(), 4096).copyFrom(segment);
    }

    /**
     * A copy of a segment, for calls on one device.
     *
     * @param layouts by which offloaded code accesses it, one at least; for each type of elements it has memory on the device of its own
     * @throws IllegalArgumentException if one is not a constant of {@link ValueLayout} for numbers, or there would be more elements than an array may have
     */
    public static DeviceSegment copyOf(Device device, MemorySegment segment, ValueLayout... layouts) {
        return new DeviceSegment(List.of(device), segment, layouts);
    }

    /**
     * A copy of a segment, for calls on all of these devices at once, in this order. Each has what it needs and has written.
     *
     * @throws IllegalArgumentException as above, or if there is no device, or one is there twice
     */
    public static DeviceSegment copyOf(List<Device> devices, MemorySegment segment, ValueLayout... layouts) {
        return new DeviceSegment(devices, segment, layouts);
    }

    /** The size in bytes. */
    public long byteSize() {
        return byteSize;
    }

    /**
     * The segment, in offloaded code alone.
     *
     * @throws IllegalStateException anywhere else, on other devices than those that it was made for, or if it is closed
     * @throws DeviceException if what it held is lost with its device
     */
    // Synchronised so that it is never inlined: it has to stay the call that is looked for.
    public synchronized MemorySegment segment() {
        return (MemorySegment) held.forCall();
    }

    /**
     * What it holds: a new segment, which is freed when it is not reachable any more.
     *
     * @throws IllegalStateException if it is closed
     * @throws DeviceException if what it held is lost
     */
    public MemorySegment get() {
        MemorySegment into = Arena.ofAuto().allocate(byteSize, 4096);
        held.read(into);
        return into;
    }

    /**
     * Copies what it holds.
     *
     * @param into of the same size
     * @throws IllegalArgumentException if it is not
     * @throws IllegalStateException if it is closed
     * @throws DeviceException if what it held is lost
     */
    public void get(MemorySegment into) {
        checkSize(into);
        held.read(into);
    }

    /**
     * Lets it hold something else, also if what it held is lost. It goes to the device when it is used there.
     *
     * @param from of the same size; copied
     * @throws IllegalArgumentException if it is not
     * @throws IllegalStateException if it is closed
     */
    public void set(MemorySegment from) {
        checkSize(from);
        held.write(from);
    }

    private void checkSize(MemorySegment segment) {
        if (segment.byteSize() != byteSize) {
            throw new IllegalArgumentException("a segment of " + segment.byteSize() + " bytes for one of " + byteSize);
        }
    }

    /** Those that it was made for, in this order. */
    List<Device> devices() {
        return devices;
    }

    HeldArray held() {
        return held;
    }

    /** Frees its memory on the device. What it holds is lost, unless it was read before. */
    @Override
    public void close() {
        held.close();
    }
}
