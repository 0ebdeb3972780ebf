package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One call of an offloaded method: the arrays that are on the device meanwhile. One thread's. */
final class Session implements AutoCloseable {
    private final OpenDevice device;
    private final TrafficCount traffic = new TrafficCount();
    private final IdentityHashMap<Object, ResidentArray> arrays = new IdentityHashMap<>();
    private final IdentityHashMap<Object, ResidentRows> arraysOfRows = new IdentityHashMap<>();
    private final Map<Integer, Object> madeAt = new HashMap<>();
    private final WorkMemory workMemory;
    private @Nullable DeviceBuffer status;

    Session(OpenDevice device) {
        this.device = device;
        this.workMemory = new WorkMemory(device);
    }

    OpenDevice device() {
        return device;
    }

    TrafficCount traffic() {
        return traffic;
    }

    /** The array's memory on the device, which it gets at the first time. */
    ResidentArray resident(Object array) {
        return arrays.computeIfAbsent(array, each -> new ResidentArray(device, traffic, each));
    }

    /**
     * The rows of an array of arrays on the device, as the array has them now.
     *
     * @param elements whether these are needed there, not only the lengths
     */
    ResidentRows bringRows(Object[] array, boolean elements) {
        ResidentRows resident = arraysOfRows.get(array);
        if (resident != null && !resident.takeUp(array)) {
            arraysOfRows.remove(array);
            resident.close();
            resident = null;
        }
        if (resident == null) {
            resident = new ResidentRows(device, traffic, array);
            arraysOfRows.put(array, resident);
        }
        if (elements && !resident.isValid()) {
            for (Object row : resident.rows()) {
                touch(row, false);
            }
            resident.toDevice();
        }
        return resident;
    }

    /** The rows of an array of arrays that are on the device. */
    ResidentRows rows(Object array) {
        return Objects.requireNonNull(arraysOfRows.get(array));
    }

    /** Brings rows home that a launch has written. */
    void bringHome(ResidentRows written, int from, int to) {
        written.drop();
        for (Object row : written.rows().subList(from, to)) {
            touch(row, true);
        }
        written.toHost(from, to);
    }

    /** A launch is about to write elements of an array of numbers: as a row, it is not what it was. */
    void writesFlat(Object array) {
        arraysOfRows.values().forEach(rows -> rows.dropIfRow(array));
    }

    /** The word in which a launch says what failed. */
    DeviceBuffer status() {
        DeviceBuffer known = status;
        if (known == null) {
            known = device.allocate(Integer.BYTES);
            status = known;
        }
        return known;
    }

    /** What rounds need for the time of a launch. */
    WorkMemory workMemory() {
        return workMemory;
    }

    /** @param array null for all */
    void touch(@Nullable Object array, boolean writing) {
        if (array == null) {
            arrays.values().forEach(resident -> touch(resident, writing));
            if (writing) {
                arraysOfRows.values().forEach(ResidentRows::drop);
            }
        } else {
            ResidentArray resident = arrays.get(array);
            if (resident != null) {
                touch(resident, writing);
            }
            if (writing) {
                writesFlat(array);
            }
        }
    }

    /** Nobody asks any more what an array holds. It may be written by the host. */
    void forget(Object array) {
        writesFlat(array);
        ResidentArray resident = arrays.remove(array);
        if (resident != null) {
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

    /** An array is another, longer one now, with the elements that the host had. */
    @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the same type
    void ensured(Object before, Object after) {
        ResidentArray resident = before == after ? null : arrays.get(before);
        if (resident != null && resident.isDirty()) {
            resident.toHost();
            System.arraycopy(before, 0, after, 0, resident.length());
        }
    }

    private static void touch(ResidentArray resident, boolean writing) {
        resident.toHost();
        if (writing) {
            resident.drop();
        }
    }

    /** Brings everything home. */
    void finish() {
        madeAt.values().forEach(this::forget);
        madeAt.clear();
        arrays.values().forEach(ResidentArray::toHost);
    }

    @Override
    public void close() {
        arrays.values().forEach(ResidentArray::close);
        arrays.clear();
        arraysOfRows.values().forEach(ResidentRows::close);
        arraysOfRows.clear();
        workMemory.close();
        if (status != null) {
            status.close();
        }
    }
}
