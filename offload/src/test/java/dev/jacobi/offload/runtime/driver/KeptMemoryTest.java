package dev.jacobi.offload.runtime.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closed memory is kept for the next who asks for about as much, up to a share of the device's memory. */
class KeptMemoryTest {
    private static final long MEMORY = 4000;

    private final List<String> calls = new ArrayList<>();
    private long left = MEMORY;
    private long handles;

    private Driver driver(DeviceDescription.Kind kind) {
        DeviceDescription description =
                new DeviceDescription("test", 0, kind, "test", "", "", "test", "", MEMORY, MEMORY, 1, true);
        return (Driver) Proxy.newProxyInstance(
                Driver.class.getClassLoader(), new Class<?>[] {Driver.class}, (_, method, arguments) -> {
                    switch (method.getName()) {
                        case "description" -> {
                            return description;
                        }
                        case "allocate" -> {
                            long bytes = (long) arguments[0];
                            calls.add("allocate " + bytes);
                            if (bytes > left) {
                                throw new DeviceException(DeviceException.Kind.OUT_OF_MEMORY, "no memory");
                            }
                            left -= bytes;
                            return ++handles * 10_000 + bytes;
                        }
                        case "free" -> {
                            long bytes = (long) arguments[0] % 10_000;
                            calls.add("free " + bytes);
                            left += bytes;
                            return null;
                        }
                        default -> throw new AssertionError(method);
                    }
                });
    }

    private List<String> calls() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    private final KeptMemory memory = new KeptMemory(driver(DeviceDescription.Kind.GPU));

    @Test
    void memoryOfThatSizeIsUsedAgain() {
        KeptMemory.Block first = memory.take(100);
        KeptMemory.Block second = memory.take(100);
        assertNotEquals(first.memory(), second.memory());
        memory.give(first);
        assertEquals(first, memory.take(100));
        assertEquals(List.of("allocate 100", "allocate 100"), calls());
    }

    @Test
    void atMostAnEighthIsLeftOverAndAsLittleAsPossible() {
        List<KeptMemory.Block> blocks =
                List.of(memory.take(112), memory.take(101), memory.take(113), memory.take(99), memory.take(200));
        blocks.forEach(memory::give);
        calls();
        assertEquals(101, memory.take(100).bytes());
        assertEquals(112, memory.take(100).bytes());
        assertEquals(List.of(), calls());
        assertEquals(100, memory.take(100).bytes());
        assertEquals(List.of("allocate 100"), calls());
    }

    @Test
    void theOldestIsFreedWhereMoreIsKeptThanAQuarterOfTheMemory() {
        List<KeptMemory.Block> blocks = List.of(memory.take(400), memory.take(300), memory.take(300));
        blocks.forEach(memory::give);
        KeptMemory.Block more = memory.take(200);
        calls();
        memory.give(more);
        assertEquals(List.of("free 400"), calls());
        KeptMemory.Block large = memory.take(1001);
        memory.give(large);
        assertEquals(List.of("allocate 1001", "free 1001"), calls());
        assertEquals(
                List.of(300L, 300L, 200L),
                List.of(
                        memory.take(300).bytes(),
                        memory.take(300).bytes(),
                        memory.take(200).bytes()));
        assertEquals(List.of(), calls());
    }

    @Test
    void ofTheHostsMemoryLessIsKept() {
        KeptMemory ofProcessor = new KeptMemory(driver(DeviceDescription.Kind.CPU));
        ofProcessor.give(ofProcessor.take(63));
        ofProcessor.give(ofProcessor.take(62));
        assertEquals(List.of("allocate 63", "free 63", "allocate 62"), calls());
    }

    @Test
    void noMoreThan256BlocksAreKept() {
        List<KeptMemory.Block> blocks = new ArrayList<>();
        for (int i = 0; i < 257; i++) {
            blocks.add(memory.take(1));
        }
        calls();
        blocks.forEach(memory::give);
        assertEquals(List.of("free 1"), calls());
    }

    @Test
    void allThatIsKeptIsFreedWhereTheDriverHasNoMemoryLeft() {
        KeptMemory.Block used = memory.take(3000);
        memory.give(memory.take(600));
        memory.give(memory.take(300));
        calls();
        assertEquals(700, memory.take(700).bytes());
        assertEquals(List.of("allocate 700", "free 600", "free 300", "allocate 700"), calls());
        DeviceException refused = assertThrows(DeviceException.class, () -> memory.take(400));
        assertEquals(DeviceException.Kind.OUT_OF_MEMORY, refused.kind());
        assertEquals(List.of("allocate 400"), calls());
        memory.give(used);
        assertEquals(List.of("free 3000"), calls());
    }
}
