package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/** Calls of loops over memory segments on the tested devices: what they have moved, or how they were refused. */
final class SegmentCalls {
    static final String SCALE = "scale(java.lang.foreign.MemorySegment, java.lang.foreign.MemorySegment, float)";

    private SegmentCalls() {}

    /** The tests of a class in another JVM, on one device or two. */
    static Stream<DynamicTest> onADevice(Class<?> tests) throws IOException, InterruptedException {
        return ForkedTests.of(tests)
                .option("-XX:-OmitStackTraceInFastThrow")
                .environment("POCL_DEVICES", "pthread pthread")
                .run();
    }

    static void scale(MemorySegment x, MemorySegment y, float a) {
        int n = (int) (x.byteSize() / 4);
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(ValueLayout.JAVA_FLOAT, i, a * x.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
    }

    static void isScaled(MemorySegment x, MemorySegment y, float a) {
        for (int index = 0; index < x.byteSize() / 4; index++) {
            assertEquals(a * x.getAtIndex(ValueLayout.JAVA_FLOAT, index), y.getAtIndex(ValueLayout.JAVA_FLOAT, index));
        }
    }

    static MemorySegment floats(int length) {
        MemorySegment segment = Arena.ofAuto().allocate(4L * length, 8);
        for (int index = 0; index < length; index++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, index % 17 - 3);
        }
        return segment;
    }

    /** Of a class of tests, or of this one if those have no method of that name. */
    private static Class<?> owner(Class<?> tests, String method) {
        return Arrays.stream(tests.getDeclaredMethods())
                        .anyMatch(each -> each.getName().equals(method))
                ? tests
                : SegmentCalls.class;
    }

    /** Calls a method, of the tests or {@link #scale}, and gives what has moved. */
    static Traffic run(Class<?> tests, String method, @Nullable Object... arguments) {
        Traffic[] moved = new Traffic[1];
        Offload.of(owner(tests, method), method)
                .measuring(traffic -> moved[0] = traffic)
                .run(Agreement.devices(), arguments);
        return moved[0];
    }

    static void isRefused(String message, Class<?> tests, String method, @Nullable Object... arguments) {
        JacobiException refused = assertThrows(JacobiException.class, () -> run(tests, method, arguments));
        assertEquals(message, refused.getMessage().lines().findFirst().orElseThrow());
    }

    /** @param method with the types of its parameters */
    static String refusal(Class<?> tests, String method, String what) {
        String name = method.substring(0, method.indexOf('('));
        return "cannot run the parallel loop of " + owner(tests, name).getName() + "." + method + " on a device: "
                + what;
    }
}
