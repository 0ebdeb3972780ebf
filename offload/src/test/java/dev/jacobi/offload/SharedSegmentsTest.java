package dev.jacobi.offload;

import static dev.jacobi.offload.SegmentCalls.SCALE;
import static dev.jacobi.offload.SegmentCalls.floats;
import static dev.jacobi.offload.SegmentCalls.isScaled;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Segments that have memory in common with each other, with arrays or with rows: what they see of each other is what the JVM sees, or they are refused. */
@Tag(DeviceTests.TAG)
class SharedSegmentsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return SegmentCalls.onADevice(SharedSegmentsTest.class);
    }

    private static Traffic run(String method, @Nullable Object... arguments) {
        return SegmentCalls.run(SharedSegmentsTest.class, method, arguments);
    }

    private static void isRefused(String message, String method, @Nullable Object... arguments) {
        SegmentCalls.isRefused(message, SharedSegmentsTest.class, method, arguments);
    }

    private static String refusal(String method, String what) {
        return SegmentCalls.refusal(SharedSegmentsTest.class, method, what);
    }

    private static final String OVERLAP =
            "two memory segments of it, or a segment and an array, have memory in common here, and one is written; give the same segment twice, or such as do not overlap";

    @InFork
    static void oneSegmentMayBeGivenTwice() {
        MemorySegment x = floats(100);
        MemorySegment before = floats(100);
        assertEquals(new Traffic(400, 1, 400, 1, 1, 0), run("scale", x, x, 2f));
        isScaled(before, x, 2);
        // The same memory, if not the same object.
        assertEquals(new Traffic(400, 1, 400, 1, 1, 0), run("scale", x.asSlice(0), x.asSlice(0, 400), 2f));
        isScaled(before, x, 4);
    }

    @InFork
    static void slicesThatOverlapAreRefusedIfOneIsWritten() {
        MemorySegment x = floats(100);
        isRefused(refusal(SCALE, OVERLAP), "scale", x.asSlice(0, 200), x.asSlice(4), 2f);
        isRefused(refusal(SCALE, OVERLAP), "scale", x.asSlice(4, 200), x, 2f);
        isRefused(refusal(SCALE, OVERLAP), "scale", x.asReadOnly(), x, 2f);
        float[] array = new float[50];
        MemorySegment of = MemorySegment.ofArray(array);
        isRefused(refusal(SCALE, OVERLAP), "scale", of.asSlice(0, 40), of, 2f);
        isRefused(refusal(SCALE, OVERLAP), "scale", of.asReadOnly(), of, 2f);
        run("scale", x.asSlice(0, 200), x.asSlice(200), 2f);
        isScaled(x.asSlice(0, 200), x.asSlice(200), 2);
        run("scale", of.asSlice(0, 40), of.asSlice(40), 2f);
        isScaled(of.asSlice(0, 40), of.asSlice(40), 2);
    }

    static void sumOfBoth(MemorySegment x, MemorySegment y, float[] sum) {
        IntStream.range(0, sum.length)
                .parallel()
                .forEach(i ->
                        sum[i] = x.getAtIndex(ValueLayout.JAVA_FLOAT, i) + y.getAtIndex(ValueLayout.JAVA_FLOAT, i));
    }

    @InFork
    static void whatIsOnlyReadMayOverlap() {
        MemorySegment x = floats(100);
        float[] sum = new float[50];
        run("sumOfBoth", x, x.asSlice(4), sum);
        for (int index = 0; index < sum.length; index++) {
            assertEquals(
                    x.getAtIndex(ValueLayout.JAVA_FLOAT, index) + x.getAtIndex(ValueLayout.JAVA_FLOAT, index + 1),
                    sum[index]);
        }
    }

    @InFork
    static void aSegmentAndItsArrayAreRefusedIfOneIsWritten() {
        float[] array = new float[50];
        MemorySegment of = MemorySegment.ofArray(array);
        String method = "sumOfBoth(java.lang.foreign.MemorySegment, java.lang.foreign.MemorySegment, float[])";
        isRefused(refusal(method, OVERLAP), "sumOfBoth", of, floats(50), array);
        isRefused(refusal(method, OVERLAP), "sumOfBoth", floats(50), of.asReadOnly(), array);
    }

    static void intoRows(MemorySegment x, double[][] rows) {
        IntStream.range(0, rows.length).parallel().forEach(i -> rows[i][0] = x.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
    }

    @InFork
    static void aSegmentAndARowOfItAreRefusedIfOneIsWritten() {
        double[][] rows = new double[4][4];
        isRefused(
                refusal("intoRows(java.lang.foreign.MemorySegment, double[][])", OVERLAP),
                "intoRows",
                MemorySegment.ofArray(rows[2]),
                rows);
        run("intoRows", MemorySegment.ofArray(new double[] {1, 2, 3, 4}), rows);
        assertEquals(3, rows[2][0]);
    }

    static void shift(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(ValueLayout.JAVA_INT, i, x.getAtIndex(ValueLayout.JAVA_INT, i + 1)));
    }

    @InFork
    static void roundsThatMeetInOneSegmentAreRefused() {
        MemorySegment x = floats(100);
        run("shift", x, floats(100), 50);
        JacobiException refused = assertThrows(JacobiException.class, () -> run("shift", x, x, 50));
        assertTrue(
                refused.getMessage()
                        .startsWith(refusal(
                                "shift(java.lang.foreign.MemorySegment, java.lang.foreign.MemorySegment, int)",
                                "two arrays of it are one and the same here, so the write at ")),
                refused::getMessage);
        // By other layouts these are two arrays, though one segment.
        isRefused(refusal("bitsInPlace(java.lang.foreign.MemorySegment)", OVERLAP), "bitsInPlace", floats(100));
    }

    static void bitsInPlace(MemorySegment x) {
        IntStream.range(0, 10)
                .parallel()
                .forEach(i -> x.setAtIndex(ValueLayout.JAVA_INT, i, (int) x.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
    }

    static double throughTheArray(double[] a, MemorySegment of, MemorySegment other) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] += i);
        IntStream.range(0, a.length)
                .parallel()
                .forEach(i -> of.setAtIndex(ValueLayout.JAVA_DOUBLE, i, of.getAtIndex(ValueLayout.JAVA_DOUBLE, i) * 2));
        double sum = a[3] + other.getAtIndex(ValueLayout.JAVA_DOUBLE, 3);
        a[4] = 100;
        IntStream.range(0, a.length)
                .parallel()
                .forEach(i -> of.setAtIndex(ValueLayout.JAVA_DOUBLE, i, of.getAtIndex(ValueLayout.JAVA_DOUBLE, i) + 1));
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] += 1000);
        Arrays.fill(a, 0, 2, 7);
        return sum
                + IntStream.range(0, a.length)
                        .parallel()
                        .mapToDouble(i -> other.getAtIndex(ValueLayout.JAVA_DOUBLE, i))
                        .reduce(0, Double::sum);
    }

    @InFork
    static void anArrayIsSeenThroughItsSegmentsAndTheOtherWayRound() {
        for (boolean readOnly : new boolean[] {false, true}) {
            double[] expected = new double[10];
            double[] actual = new double[10];
            Arrays.setAll(expected, i -> 10 * i);
            Arrays.setAll(actual, i -> 10 * i);
            double sum = throughTheArray(expected, MemorySegment.ofArray(expected), MemorySegment.ofArray(expected));
            MemorySegment other = MemorySegment.ofArray(actual);
            Object result = Offload.of(SharedSegmentsTest.class, "throughTheArray")
                    .run(
                            Agreement.devices(),
                            actual,
                            MemorySegment.ofArray(actual),
                            readOnly ? other.asReadOnly() : other);
            assertEquals(sum, result);
            assertArrayEquals(expected, actual);
        }
    }

    static int readsWhatTheArrayHas(int[] a, MemorySegment of) {
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] += i);
        int onDevice = IntStream.range(0, a.length)
                .parallel()
                .map(i -> of.getAtIndex(ValueLayout.JAVA_INT, i))
                .sum();
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] *= 3);
        return onDevice + of.getAtIndex(ValueLayout.JAVA_INT, 5);
    }

    @InFork
    static void aReadOnlySegmentThatDoesNotTellItsArrayIsRecognised() {
        int[] a = new int[10];
        Object result = Offload.of(SharedSegmentsTest.class, "readsWhatTheArrayHas")
                .run(Agreement.devices(), a, MemorySegment.ofArray(a).asReadOnly());
        assertEquals(45 + 15, result);
    }

    static void rowsAndSegments(double[][] rows, MemorySegment ofRow) {
        IntStream.range(0, 3).parallel().forEach(i -> rows[i][1] = rows[i][0] + 1);
        IntStream.range(0, 4)
                .parallel()
                .forEach(i ->
                        ofRow.setAtIndex(ValueLayout.JAVA_DOUBLE, i, ofRow.getAtIndex(ValueLayout.JAVA_DOUBLE, i) * 3));
        IntStream.range(0, 3).parallel().forEach(i -> rows[i][2] = rows[i][1] + 1);
        IntStream.range(0, 4)
                .parallel()
                .forEach(i ->
                        ofRow.setAtIndex(ValueLayout.JAVA_DOUBLE, i, ofRow.getAtIndex(ValueLayout.JAVA_DOUBLE, i) * 5));
    }

    @InFork
    static void aRowIsSeenThroughItsSegment() {
        double[][] expected = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
        double[][] actual = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
        rowsAndSegments(expected, MemorySegment.ofArray(expected[1]));
        run("rowsAndSegments", actual, MemorySegment.ofArray(actual[1]));
        assertTrue(Arrays.deepEquals(expected, actual), () -> Arrays.deepToString(actual));
    }

    /** Kernels and host code over three segments and an array, in the order that some numbers say. */
    static long inOrder(int[] order, MemorySegment p, MemorySegment q, MemorySegment r, int[] a) {
        long seen = 0;
        for (int each : order) {
            int place = each >> 4;
            switch (each & 15) {
                case 0, 1 ->
                    IntStream.range(0, (int) (p.byteSize() / 4))
                            .parallel()
                            .forEach(i -> p.setAtIndex(
                                    ValueLayout.JAVA_INT, i, 3 * p.getAtIndex(ValueLayout.JAVA_INT, i) + i));
                case 2, 3 ->
                    IntStream.range(0, place)
                            .parallel()
                            .forEach(i ->
                                    q.setAtIndex(ValueLayout.JAVA_INT, i, 5 - q.getAtIndex(ValueLayout.JAVA_INT, i)));
                case 4 -> IntStream.range(0, a.length).parallel().forEach(i -> a[i] = a[i] * 7 + 1);
                case 5 ->
                    seen += IntStream.range(0, (int) r.byteSize())
                            .parallel()
                            .map(i -> r.getAtIndex(ValueLayout.JAVA_BYTE, i) * (i + 1))
                            .sum();
                case 6 ->
                    seen += IntStream.range(0, a.length)
                            .parallel()
                            .map(i -> a[i] * (i + 1))
                            .sum();
                case 7 -> a[place] += 11;
                case 8 -> seen = 31 * seen + a[place];
                case 9 -> p.setAtIndex(ValueLayout.JAVA_INT, place, each);
                case 10 -> seen = 31 * seen + q.get(ValueLayout.JAVA_INT_UNALIGNED, place);
                case 11 -> MemorySegment.copy(q, 4, p, 0, 8);
                case 12 -> {
                    for (int i = 0; i < 4; i++) {
                        seen += 7 * r.getAtIndex(ValueLayout.JAVA_SHORT, i);
                        p.asSlice(4).setAtIndex(ValueLayout.JAVA_INT, i, (int) seen);
                    }
                }
                case 13 -> Arrays.fill(a, place, place + 3, each);
                case 14 -> p.asSlice(8, 8).fill((byte) each);
                default ->
                    IntStream.range(0, place)
                            .parallel()
                            .filter(i -> i % 3 == 0)
                            .forEach(i -> r.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (i * place)));
            }
        }
        return seen;
    }

    @InFork
    static void kernelsAndHostCodeInAnyOrderSeeEachOther() {
        kernelsAndHostCodeInAnyOrderSeeEachOther(300);
    }

    static void kernelsAndHostCodeInAnyOrderSeeEachOther(int seeds) {
        OffloadedMethod offloaded = Offload.of(SharedSegmentsTest.class, "inOrder");
        for (int seed = 0; seed < seeds; seed++) {
            Random random = new Random(seed);
            int[] order = random.ints(1 + random.nextInt(25), 0, 20 * 16).toArray();
            Object[] onJvm = overOneMemory(new Random(seed));
            Object[] onDevice = overOneMemory(new Random(seed));
            long expected =
                    inOrder(order, (MemorySegment) onJvm[0], (MemorySegment) onJvm[1], (MemorySegment) onJvm[2], (int[])
                            onJvm[3]);
            Object actual =
                    offloaded.run(Agreement.devices(), order, onDevice[0], onDevice[1], onDevice[2], onDevice[3]);
            String text = "seed " + seed + ", " + Arrays.toString(order);
            assertEquals(expected, actual, text);
            for (int index = 0; index < 3; index++) {
                assertArrayEquals(
                        ((MemorySegment) onJvm[index]).toArray(ValueLayout.JAVA_BYTE),
                        ((MemorySegment) onDevice[index]).toArray(ValueLayout.JAVA_BYTE),
                        text);
            }
            assertArrayEquals((int[]) onJvm[3], (int[]) onDevice[3], text);
        }
    }

    /** Three slices of one piece of memory, of the heap that of the array; the last may be read-only. */
    private static Object[] overOneMemory(Random random) {
        int[] array = random.ints(40, -100, 100).toArray();
        MemorySegment all = random.nextBoolean()
                ? MemorySegment.ofArray(array)
                : Arena.ofAuto().allocate(160, 8).copyFrom(MemorySegment.ofArray(array));
        Object[] arguments = new Object[4];
        for (int index = 0; index < 3; index++) {
            arguments[index] = all.asSlice(4L * random.nextInt(16), 96);
        }
        arguments[3] = array;
        return arguments;
    }
}
