package dev.jacobi.offload.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that launches use one after the other. */
class WorkMemoryTest {
    private static final class Buffer implements DeviceBuffer {
        private final long bytes;
        private boolean closed;

        Buffer(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final List<Buffer> made = new ArrayList<>();

    /** A device that has so much memory, and can do nothing else. */
    private OpenDevice device(long memory) {
        return (OpenDevice) Proxy.newProxyInstance(
                OpenDevice.class.getClassLoader(), new Class<?>[] {OpenDevice.class}, (_, method, arguments) -> {
                    assertEquals("allocate", method.getName());
                    Buffer buffer = new Buffer((Long) arguments[0]);
                    if (buffer.bytes > memory - inUse()) {
                        throw new DeviceException(DeviceException.Kind.OUT_OF_MEMORY, "full");
                    }
                    made.add(buffer);
                    return buffer;
                });
    }

    private long inUse() {
        return made.stream()
                .filter(buffer -> !buffer.closed)
                .mapToLong(Buffer::bytes)
                .sum();
    }

    @Test
    void largerBuffersTakeThePlaceOfSmallerOnesThatAreFreedBefore() {
        WorkMemory memory = new WorkMemory(device(110));
        List<DeviceBuffer> first = memory.take(List.of(50L, 10L));
        assertEquals(first, memory.take(List.of(40L, 10L)));
        List<DeviceBuffer> larger = memory.take(List.of(100L, 10L));
        assertEquals(
                List.of(100L, 10L), larger.stream().map(DeviceBuffer::bytes).toList());
        assertEquals(110, inUse());
        memory.close();
        assertEquals(0, inUse());
    }

    @Test
    void afterAFailureNothingIsUsedThatWasFreed() {
        WorkMemory memory = new WorkMemory(device(100));
        memory.take(List.of(50L, 40L));
        assertThrows(DeviceException.class, () -> memory.take(List.of(80L, 40L)));
        List<DeviceBuffer> smaller = memory.take(List.of(50L, 40L));
        assertEquals(
                0, smaller.stream().filter(buffer -> ((Buffer) buffer).closed).count());
        assertEquals(90, inUse());
    }
}
