package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** One call of an offloaded method: the arrays that are on the device meanwhile. One thread's. */
final class Session implements AutoCloseable {
    private final OpenDevice device;
    private final TrafficCount traffic = new TrafficCount();
    private final IdentityHashMap<Object, ResidentArray> arrays = new IdentityHashMap<>();
    private @Nullable DeviceBuffer status;

    Session(OpenDevice device) {
        this.device = device;
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

    /** The word in which a launch says what failed. */
    DeviceBuffer status() {
        DeviceBuffer known = status;
        if (known == null) {
            known = device.allocate(Integer.BYTES);
            status = known;
        }
        return known;
    }

    /** @param array null for all */
    void touch(@Nullable Object array, boolean writing) {
        if (array == null) {
            arrays.values().forEach(resident -> touch(resident, writing));
        } else {
            ResidentArray resident = arrays.get(array);
            if (resident != null) {
                touch(resident, writing);
            }
        }
    }

    /** Nobody asks any more what an array holds. */
    void forget(Object array) {
        ResidentArray resident = arrays.remove(array);
        if (resident != null) {
            resident.close();
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
        arrays.values().forEach(ResidentArray::toHost);
    }

    @Override
    public void close() {
        arrays.values().forEach(ResidentArray::close);
        arrays.clear();
        if (status != null) {
            status.close();
        }
    }
}
