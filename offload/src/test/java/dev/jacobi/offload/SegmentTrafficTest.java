package dev.jacobi.offload;

import static dev.jacobi.offload.SegmentCalls.floats;
import static dev.jacobi.offload.SegmentCalls.isScaled;
import static dev.jacobi.offload.SegmentCalls.scale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What moves of memory segments between the JVM and devices, of those that stay there too, and who may see the latter. */
@Tag(DeviceTests.TAG)
class SegmentTrafficTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return SegmentCalls.onADevice(SegmentTrafficTest.class);
    }

    private static Traffic run(String method, @Nullable Object... arguments) {
        return SegmentCalls.run(SegmentTrafficTest.class, method, arguments);
    }

    private static void isRefused(String message, String method, @Nullable Object... arguments) {
        SegmentCalls.isRefused(message, SegmentTrafficTest.class, method, arguments);
    }

    static void fourKernels(MemorySegment x, MemorySegment y, float[] z) {
        scale(x, y, 2);
        scale(y, x, 3);
        IntStream.range(0, z.length).parallel().forEach(i -> z[i] = x.getAtIndex(ValueLayout.JAVA_FLOAT, i) + 1);
        IntStream.range(0, z.length).parallel().forEach(i -> y.setAtIndex(ValueLayout.JAVA_FLOAT, i, z[i]));
    }

    @InFork
    static void betweenKernelsNothingMovesThatNeedNot() {
        MemorySegment x = floats(1000);
        MemorySegment before = floats(1000);
        MemorySegment y = floats(1000);
        float[] z = new float[1000];
        assertEquals(new Traffic(4000, 1, 12000, 3, 4, 0), run("fourKernels", x, y, z));
        isScaled(before, x, 6);
        for (int index = 0; index < z.length; index++) {
            assertEquals(6 * before.getAtIndex(ValueLayout.JAVA_FLOAT, index) + 1, z[index]);
            assertEquals(z[index], y.getAtIndex(ValueLayout.JAVA_FLOAT, index));
        }
    }

    static float hostReadsOneElement(MemorySegment x, MemorySegment y) {
        scale(x, y, 2);
        float one = y.getAtIndex(ValueLayout.JAVA_FLOAT, 3);
        scale(y, x, one);
        return one;
    }

    static void hostWritesOneElement(MemorySegment x, MemorySegment y) {
        scale(x, y, 2);
        x.asSlice(8, 4).setAtIndex(ValueLayout.JAVA_FLOAT, 0, 5);
        scale(x, y, 3);
    }

    @InFork
    static void whatTheHostTouchesBetweenMoves() {
        MemorySegment x = floats(1000);
        MemorySegment y = floats(1000);
        // y comes home to be read, and is still right on the device.
        assertEquals(new Traffic(4000, 1, 8000, 2, 2, 0), run("hostReadsOneElement", x, y));
        // x goes there again, though a part of it was written by another slice; y needs not come home between.
        MemorySegment w = floats(1000);
        assertEquals(new Traffic(8000, 2, 4000, 1, 2, 0), run("hostWritesOneElement", w, y));
        assertEquals(15, y.getAtIndex(ValueLayout.JAVA_FLOAT, 2));
        isScaled(w, y, 3);
    }

    @InFork
    static void sixteenThreadsAtOnceDoNotDisturbEachOther() throws Exception {
        OffloadedMethod offloaded = Offload.of(SegmentTrafficTest.class, "fourKernels");
        MemorySegment shared = floats(500);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<?>> results = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                int length = 100 + thread;
                results.add(threads.submit(() -> {
                    for (int call = 0; call < 10; call++) {
                        try (Arena arena = Arena.ofConfined()) {
                            MemorySegment x = arena.allocate(4L * length, 8).copyFrom(shared.asSlice(0, 4L * length));
                            MemorySegment y = arena.allocate(4L * length, 8);
                            float[] z = new float[length];
                            offloaded.run(Agreement.devices(), x, y, z);
                            isScaled(shared.asSlice(0, 4L * length), x, 6);
                            assertEquals(z[length - 1], y.getAtIndex(ValueLayout.JAVA_FLOAT, length - 1));
                        }
                    }
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        }
    }

    private static final Traffic NOTHING = new Traffic(0, 0, 0, 0, 1, 0);

    @InFork
    static void aDeviceSegmentMovesOnce() {
        MemorySegment x = floats(100);
        Device device = Agreement.device();
        OffloadedMethod scale = Offload.of(SegmentCalls.class, "scale");
        List<Traffic> moved = new ArrayList<>();
        try (DeviceSegment xs = DeviceSegment.copyOf(device, x.asReadOnly(), ValueLayout.JAVA_FLOAT);
                DeviceSegment ys = DeviceSegment.copyOf(
                        device, Arena.ofAuto().allocate(400, 8), ValueLayout.JAVA_FLOAT_UNALIGNED)) {
            for (int call = 0; call < 100; call++) {
                scale.measuring(moved::add).run(device, xs, ys, 2f);
                scale.measuring(moved::add).run(device, ys, xs, 0.5f);
            }
            assertEquals(new Traffic(400, 1, 0, 0, 1, 0), moved.getFirst());
            assertEquals(Set.of(NOTHING), Set.copyOf(moved.subList(1, 200)));
            isScaled(x, ys.get(), 2);
            MemorySegment into = Arena.ofAuto().allocate(400);
            xs.get(into);
            isScaled(x, into, 1);
            // What was copied is another's.
            x.fill((byte) 0);
            scale.run(device, xs, ys, 3f);
            isScaled(floats(100), ys.get(), 3);
            xs.set(x);
            scale.measuring(moved::add).run(device, xs, ys, 4f);
            assertEquals(new Traffic(400, 1, 0, 0, 1, 0), moved.getLast());
            isScaled(x, ys.get(), 4);
        }
    }

    static int halvesOfIt(MemorySegment x) {
        MemorySegment second = x.asSlice(200);
        IntStream.range(0, 50)
                .parallel()
                .forEach(i ->
                        second.setAtIndex(ValueLayout.JAVA_INT, i, second.getAtIndex(ValueLayout.JAVA_INT, i) + i));
        IntStream.range(0, 100)
                .parallel()
                .forEach(i -> x.setAtIndex(ValueLayout.JAVA_INT, i, 3 * x.getAtIndex(ValueLayout.JAVA_INT, i)));
        int byHost = x.getAtIndex(ValueLayout.JAVA_INT, 60);
        second.setAtIndex(ValueLayout.JAVA_INT, 1, byHost);
        return byHost
                + IntStream.range(0, 100)
                        .parallel()
                        .map(i -> x.getAtIndex(ValueLayout.JAVA_BYTE, i))
                        .sum();
    }

    @InFork
    static void slicesAndOtherLayoutsOfADeviceSegmentAreRightToo() {
        for (int devices = 1; devices <= 2; devices++) {
            List<Device> on = Agreement.devices(devices);
            MemorySegment expected = floats(100);
            OffloadedMethod method = Offload.of(SegmentTrafficTest.class, "halvesOfIt");
            try (DeviceSegment xs = DeviceSegment.copyOf(on, expected, ValueLayout.JAVA_INT, ValueLayout.JAVA_FLOAT)) {
                for (int call = 0; call < 3; call++) {
                    assertEquals(halvesOfIt(expected), method.run(on, xs));
                    assertEquals(-1, expected.mismatch(xs.get()));
                }
                // By the other layout, which stays too, it is what the first one has written.
                MemorySegment scaled = floats(100);
                Offload.of(SegmentCalls.class, "scale").run(on, xs, scaled, 2f);
                isScaled(expected, scaled, 2);
            }
        }
    }

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    static MemorySegment keptSegment = MemorySegment.NULL;

    static void keepsASlice(MemorySegment x) {
        IntStream.range(0, 4).parallel().forEach(i -> x.setAtIndex(ValueLayout.JAVA_INT, i, i));
        keptSegment = x.asSlice(4);
    }

    @InFork
    static void aDeviceSegmentIsForOffloadedCodeAlone() {
        DeviceSegment xs = DeviceSegment.copyOf(Agreement.device(), floats(10), ValueLayout.JAVA_INT);
        assertEquals(40, xs.byteSize());
        assertEquals(
                "the segment of a DeviceSegment is for offloaded code alone; use get()",
                assertThrows(IllegalStateException.class, xs::segment).getMessage());
        isRefused(
                "cannot offload dev.jacobi.offload.SegmentTrafficTest.keepsASlice(java.lang.foreign.MemorySegment) with a DeviceSegment as argument 0: it is stored in the field keptSegment, where it might be changed without the device",
                "keepsASlice",
                xs);
        JacobiException inLambda = assertThrows(
                JacobiException.class, () -> Offload.offload(Agreement.device(), () -> keepsASlice(xs.segment())));
        assertTrue(
                inLambda.getMessage()
                        .contains(
                                "the segment of a DeviceSegment is stored in the field keptSegment, where it might be changed without the device"),
                inLambda::getMessage);
        float[] scaled = new float[10];
        Offload.offload(Agreement.device(), () -> {
            MemorySegment x = xs.segment();
            IntStream.range(0, scaled.length)
                    .parallel()
                    .forEach(i -> scaled[i] = 2 * x.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        });
        isScaled(xs.get(), MemorySegment.ofArray(scaled), 2);
        assertEquals(
                "a segment of 8 bytes for one of 40",
                assertThrows(IllegalArgumentException.class, () -> xs.set(floats(2)))
                        .getMessage());
        assertEquals(
                "not a constant of ValueLayout for numbers, in the order of bytes of this machine: " + BIG_ENDIAN,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> DeviceSegment.copyOf(Agreement.device(), floats(2), BIG_ENDIAN))
                        .getMessage());
        assertEquals(
                "no layout by which its elements are read",
                assertThrows(IllegalArgumentException.class, () -> DeviceSegment.copyOf(Agreement.device(), floats(2)))
                        .getMessage());
        xs.close();
        assertEquals(
                "the DeviceSegment is closed",
                assertThrows(IllegalStateException.class, xs::get).getMessage());
    }

    @InFork
    static void memoryOfADeviceArrayHasNoSegments() {
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Offload.of(SegmentTrafficTest.class, "ofDeviceArray"));
        assertEquals(
                "cannot offload dev.jacobi.offload.SegmentTrafficTest.ofDeviceArray(dev.jacobi.offload.DeviceArray): the array of a DeviceArray is passed to java.lang.foreign.MemorySegment.ofArray(double[]), where it might be changed without the device",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    static void ofDeviceArray(DeviceArray<double[]> array) {
        MemorySegment segment = MemorySegment.ofArray(array.array());
        IntStream.range(0, 4).parallel().forEach(i -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, i));
    }
}
