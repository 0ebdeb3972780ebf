package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.util.ArrayList;
import java.util.List;

/** Memory of the device that one launch after the other uses, with nothing in it in between: commands run in their order. */
final class WorkMemory implements AutoCloseable {
    private final OpenDevice device;
    private final List<DeviceBuffer> buffers = new ArrayList<>();

    WorkMemory(OpenDevice device) {
        this.device = device;
    }

    /** New buffers: all of them, or none if the device refuses one. */
    static List<DeviceBuffer> allocate(OpenDevice device, List<Long> bytes) {
        List<DeviceBuffer> all = new ArrayList<>();
        try {
            bytes.forEach(each -> all.add(device.allocate(each)));
            return all;
        } catch (RuntimeException e) {
            all.forEach(DeviceBuffer::close);
            throw e;
        }
    }

    /** Buffers that have so many bytes at least. */
    List<DeviceBuffer> take(List<Long> bytes) {
        for (int index = 0; index < bytes.size(); index++) {
            if (index < buffers.size() && buffers.get(index).bytes() >= bytes.get(index)) {
                continue;
            }
            if (index < buffers.size()) {
                buffers.remove(index).close(); // before the next one, for which there may be no memory beside it
            }
            buffers.add(index, device.allocate(bytes.get(index)));
        }
        return List.copyOf(buffers.subList(0, bytes.size()));
    }

    /**
     * Frees all; the next launch takes its own.
     *
     * @return whether there was any
     */
    boolean free() {
        boolean any = !buffers.isEmpty();
        buffers.forEach(DeviceBuffer::close);
        buffers.clear();
        return any;
    }

    @Override
    public void close() {
        free();
    }
}
