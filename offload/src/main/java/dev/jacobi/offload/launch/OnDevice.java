package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one call has on one device besides arrays of numbers: rows of arrays of arrays, memory that rounds take, and the word in which a launch says what failed. */
final class OnDevice implements AutoCloseable {
    private final OpenDevice device;
    private final int number;
    private final IdentityHashMap<Object, ResidentRows> rows = new IdentityHashMap<>();
    private final WorkMemory workMemory;
    private @Nullable DeviceBuffer status;

    /** @param number its place among the devices of the call */
    OnDevice(OpenDevice device, int number) {
        this.device = device;
        this.number = number;
        this.workMemory = new WorkMemory(device);
    }

    OpenDevice device() {
        return device;
    }

    int number() {
        return number;
    }

    /** The rows of an array of arrays, as the array has them now; memory for them, which may not be right. */
    ResidentRows takeUp(Object[] array, TrafficCount traffic) {
        ResidentRows resident = rows.get(array);
        if (resident != null && !resident.takeUp(array)) {
            rows.remove(array);
            resident.close();
            resident = null;
        }
        if (resident == null) {
            resident = new ResidentRows(device, traffic, array);
            rows.put(array, resident);
        }
        return resident;
    }

    /** The rows of an array of arrays that are on the device. */
    ResidentRows rows(Object array) {
        return Objects.requireNonNull(rows.get(array));
    }

    Collection<ResidentRows> allRows() {
        return rows.values();
    }

    /**
     * Frees memory, but for some arrays of arrays. Nothing of rows is newer here than on the host.
     *
     * @return whether there was any
     */
    boolean free(Set<Object> needed) {
        boolean any = workMemory.free();
        for (Iterator<Map.Entry<Object, ResidentRows>> each = rows.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Object, ResidentRows> entry = each.next();
            if (!needed.contains(entry.getKey())) {
                entry.getValue().close();
                each.remove();
                any = true;
            }
        }
        return any;
    }

    /** What rounds need for the time of a launch. */
    WorkMemory workMemory() {
        return workMemory;
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

    @Override
    public void close() {
        rows.values().forEach(ResidentRows::close);
        rows.clear();
        workMemory.close();
        if (status != null) {
            status.close();
        }
    }
}
