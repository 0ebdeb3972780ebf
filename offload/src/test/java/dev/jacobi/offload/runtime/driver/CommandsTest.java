package dev.jacobi.offload.runtime.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which commands a driver gets: copies go ahead to memory that no command uses any more, and closed memory comes back. */
class CommandsTest {
    private static final MemorySegment BYTES = MemorySegment.ofArray(new byte[16]);

    private final List<String> calls = new ArrayList<>();
    private long handles;
    private final OpenDevice device = new DriverDevice((Driver) Proxy.newProxyInstance(
            Driver.class.getClassLoader(), new Class<?>[] {Driver.class}, (_, method, given) -> {
                Object[] arguments = given == null ? new Object[0] : given;
                return switch (method.getName()) {
                    case "description" ->
                        new DeviceDescription(
                                "test", 0, DeviceDescription.Kind.GPU, "test", "", "", "", "", 4000, 4000, 1, true);
                    case "newStaging" -> staging((long) arguments[0]);
                    case "allocate" -> {
                        calls.add("allocate " + ++handles);
                        yield handles;
                    }
                    case "free" -> say("free " + arguments[0]);
                    case "write" -> say("write " + arguments[2] + ((boolean) arguments[5] ? " ahead" : ""));
                    case "read" -> say("read " + arguments[0]);
                    case "clear" -> say("clear " + arguments[0]);
                    default -> say(method.getName());
                };
            }));

    private Object say(String call) {
        calls.add(call);
        return null;
    }

    private static Driver.Staging staging(long bytes) {
        MemorySegment memory = MemorySegment.ofArray(new byte[(int) bytes]);
        return (Driver.Staging) Proxy.newProxyInstance(
                Driver.class.getClassLoader(),
                new Class<?>[] {Driver.Staging.class},
                (_, method, _) -> method.getName().equals("memory") ? memory : null);
    }

    private List<String> calls() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void copiesToMemoryWhoseCommandsAreDoneGoAhead() {
        DeviceBuffer one = device.allocate(16);
        DeviceBuffer two = device.allocate(16);
        device.copyIn(BYTES, one, 0);
        device.clear(one, 0, 8);
        device.copyIn(BYTES, two, 0);
        assertEquals(
                List.of("allocate 1", "allocate 2", "write 1 ahead", "waitForAhead", "clear 1", "write 2 ahead"),
                calls());
        device.copyOut(one, 0, BYTES);
        device.copyIn(BYTES, one, 0);
        assertEquals(List.of("read 1", "write 1 ahead"), calls(), "what cleared it is done");
        device.clear(two, 0, 8);
        device.copyIn(BYTES, two, 0);
        assertEquals(List.of("waitForAhead", "clear 2", "write 2"), calls(), "that may still run");
        device.sync();
        device.copyIn(BYTES, two, 0);
        assertEquals(List.of("finish", "write 2 ahead"), calls());
    }

    @Test
    void memoryThatComesBackStaysBehindTheCommandsThatUsedIt() {
        DeviceBuffer first = device.allocate(16);
        device.clear(first, 0, 8);
        first.close();
        DeviceBuffer second = device.allocate(15);
        device.copyIn(BYTES.asSlice(0, 15), second, 0);
        assertEquals(List.of("allocate 1", "clear 1", "write 1"), calls());
        device.copyOut(second, 0, BYTES.asSlice(0, 15));
        second.close();
        DeviceBuffer third = device.allocate(16);
        device.copyIn(BYTES, third, 0);
        assertEquals(List.of("read 1", "write 1 ahead"), calls());
        third.close();
        DeviceBuffer fourth = device.allocate(16);
        device.clear(fourth, 0, 8);
        assertEquals(List.of("waitForAhead", "clear 1"), calls(), "a copy ahead may still be on its way to it");
    }

    @Test
    void whatIsKeptIsFreedWithTheDevice() {
        device.allocate(16).close();
        device.allocate(1500).close();
        DeviceBuffer open = device.allocate(100);
        assertEquals(List.of("allocate 1", "allocate 2", "free 2", "allocate 3"), calls());
        device.close();
        assertEquals(List.of("finish", "free 1", "free 3", "close"), calls());
        open.close();
        assertEquals(List.of(), calls());
    }
}
