package dev.jacobi.offload;

import static dev.jacobi.offload.SegmentCalls.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Where a parallel stream has its memory segments from and what it may do with them: what else is refused with its line, what is explained, and derivatives. */
@Tag(DeviceTests.TAG)
class SegmentUsesTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return SegmentCalls.onADevice(SegmentUsesTest.class);
    }

    private static void isRefused(String message, String method, @Nullable Object... arguments) {
        SegmentCalls.isRefused(message, SegmentUsesTest.class, method, arguments);
    }

    private static String refusal(String method, String what) {
        return SegmentCalls.refusal(SegmentUsesTest.class, method, what);
    }

    /** A record and a class that hold segments. */
    record Matrix(MemorySegment elements, int columns) {
        void times(float[] x, float[] y) {
            MemorySegment w = elements;
            int n = columns;
            IntStream.range(0, y.length).parallel().forEach(i -> {
                float sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += w.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * n + j) * x[j];
                }
                y[i] = sum;
            });
        }

        void twice(float[] y) {
            IntStream.range(0, y.length)
                    .parallel()
                    .forEach(i -> y[i] = 2 * elements.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
    }

    private static final MemorySegment TABLE = floats(64);

    static void fromTheTable(float[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = TABLE.getAtIndex(ValueLayout.JAVA_FLOAT, i));
    }

    @InFork
    static void segmentsAreCapturedAndInFields() {
        Matrix matrix = new Matrix(floats(40), 8);
        float[] x = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] expected = new float[5];
        float[] actual = new float[5];
        matrix.times(x, expected);
        Offload.offload(Agreement.devices(), () -> matrix.times(x, actual));
        assertArrayEquals(expected, actual);
        matrix.twice(expected);
        Offload.offload(Agreement.devices(), () -> matrix.twice(actual));
        assertArrayEquals(expected, actual);
        fromTheTable(expected);
        Offload.offload(Agreement.devices(), () -> fromTheTable(actual));
        assertArrayEquals(expected, actual);
        MemorySegment other = matrix.elements();
        Offload.offload(
                Agreement.devices(),
                () -> IntStream.range(0, 5)
                        .parallel()
                        .forEach(i -> actual[i] = other.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
        assertEquals(other.getAtIndex(ValueLayout.JAVA_FLOAT, 4), actual[4]);
    }

    static long countPositive(MemorySegment x, int n) {
        return IntStream.range(0, n)
                .parallel()
                .filter(i -> x.getAtIndex(ValueLayout.JAVA_BYTE, i) > 0)
                .count();
    }

    @InFork
    static void segmentsOfMoreElementsThanAnArrayHasAreRefused() throws IOException {
        Path file = Files.createTempFile("segment", "");
        long bytes = (1L << 31) + 16;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofShared()) {
            channel.write(java.nio.ByteBuffer.allocate(1), bytes - 1); // a hole but for the last byte
            MemorySegment large = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            isRefused(
                    refusal(
                            "countPositive(java.lang.foreign.MemorySegment, int)",
                            "a memory segment of it has 2147483664 elements, and no array has more than 2147483647; make slices of it before the loop"),
                    "countPositive",
                    large,
                    10);
            assertEquals(
                    0L,
                    Offload.of(SegmentUsesTest.class, "countPositive")
                            .run(Agreement.device(), large.asSlice(bytes - 100), 100));
        } finally {
            Files.delete(file);
        }
    }

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    static void otherLayout(MemorySegment x, int[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x.getAtIndex(BIG_ENDIAN, i));
    }

    static void booleans(MemorySegment x, int[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x.get(ValueLayout.JAVA_BOOLEAN, i) ? 1 : 2);
    }

    static void slices(MemorySegment x, int[] y) {
        IntStream.range(0, y.length)
                .parallel()
                .forEach(i -> y[i] = x.asSlice(4L * i, 4).getAtIndex(ValueLayout.JAVA_INT, 0));
    }

    static void choice(MemorySegment x, MemorySegment y, int[] z) {
        IntStream.range(0, z.length).parallel().forEach(i -> {
            MemorySegment one = i % 2 == 0 ? x : y;
            z[i] = one.getAtIndex(ValueLayout.JAVA_INT, i);
        });
    }

    static void copies(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> MemorySegment.copy(x, 4L * i, y, 4L * i, 4));
    }

    static void addresses(MemorySegment x, long[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x.address() + i);
    }

    private static final VarHandle INTS = ValueLayout.JAVA_INT.arrayElementVarHandle();

    static void handles(MemorySegment x, int[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = (int) INTS.get(x, 0L, (long) i));
    }

    static void indirect(MemorySegment x, int[] where) {
        IntStream.range(0, where.length).parallel().forEach(i -> x.setAtIndex(ValueLayout.JAVA_INT, where[i], i));
    }

    @InFork
    static void whatElseIsDoneWithSegmentsIsRefusedWithItsLine() {
        String segment = "java.lang.foreign.MemorySegment";
        String layout =
                "it accesses a memory segment by another layout than the constants of ValueLayout for numbers; name one of these in the stream, JAVA_BYTE to JAVA_DOUBLE, or JAVA_SHORT_UNALIGNED to JAVA_DOUBLE_UNALIGNED";
        String uses =
                "; in a parallel stream it may be used by get, set, getAtIndex and setAtIndex of numbers, and byteSize";
        isRefusedAt("otherLayout(" + segment + ", int[])", layout);
        isRefusedAt("booleans(" + segment + ", int[])", layout);
        isRefusedAt(
                "slices(" + segment + ", int[])",
                "it makes a memory segment by " + segment
                        + ".asSlice(long, long); use the one that it is made of, with larger indices, or make it before the stream");
        isRefusedAt(
                "choice(" + segment + ", " + segment + ", int[])",
                "which memory segment it accesses depends on the round; choose it before the stream");
        isRefusedAt(
                "copies(" + segment + ", " + segment + ", int)",
                "it uses a memory segment by " + segment + ".copy(" + segment + ", long, " + segment + ", long, long)"
                        + uses);
        isRefusedAt(
                "addresses(" + segment + ", long[])", "it uses a memory segment by " + segment + ".address()" + uses);
        isRefusedAt(
                "handles(" + segment + ", int[])",
                "it uses a memory segment by java.lang.invoke.VarHandle.get(" + segment + ", long, long)" + uses);
        isRefusedAt("indirect(" + segment + ", int[])", "two rounds may write the same element");
    }

    private static void isRefusedAt(String signature, String what) {
        String name = signature.substring(0, signature.indexOf('('));
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.of(SegmentUsesTest.class, name));
        List<String> lines = refused.getMessage().lines().toList();
        String position = "dev.jacobi.offload.SegmentUsesTest." + name + ":";
        assertTrue(
                lines.getFirst()
                        .startsWith("cannot run the parallel loop of dev.jacobi.offload.SegmentUsesTest." + signature
                                + " at " + position),
                refused::getMessage);
        assertTrue(lines.getFirst().endsWith(" on a device: " + what), refused::getMessage);
        assertTrue(
                lines.get(1).startsWith("  at:  dev.jacobi.offload.SegmentUsesTest.lambda$" + name + "$0:"),
                refused::getMessage);
    }

    @InFork
    static void explanationsNameSegments() {
        String text = Offload.of(SegmentCalls.class, "scale").explain();
        assertTrue(text.contains("memory segment of JAVA_FLOAT, writes element i\n"), text);
        assertTrue(text.contains("memory segment of JAVA_FLOAT, reads element i\n"), text);
        assertTrue(text.contains("throws only if an index is out of bounds, which is known before the launch"), text);
    }

    static double weighted(double[] w, MemorySegment data) {
        return IntStream.range(0, w.length)
                .parallel()
                .mapToDouble(i -> w[i] * w[i] * data.getAtIndex(ValueLayout.JAVA_DOUBLE, i))
                .reduce(0, Double::sum);
    }

    static double through(double[] w, MemorySegment data) {
        IntStream.range(0, w.length).parallel().forEach(i -> data.setAtIndex(ValueLayout.JAVA_DOUBLE, i, w[i] * w[i]));
        return data.getAtIndex(ValueLayout.JAVA_DOUBLE, 0);
    }

    @InFork
    static void gradientsReadSegmentsAsData() {
        MemorySegment data = Arena.ofAuto().allocate(40, 8);
        double[] w = {1, 2, 3, 4, 5};
        for (int index = 0; index < 5; index++) {
            data.setAtIndex(ValueLayout.JAVA_DOUBLE, index, index + 0.5);
        }
        double[] gradient = new double[5];
        Derivative derivative =
                Jacobi.of(SegmentUsesTest.class, "weighted").reverse(Activity.DUPLICATED, Activity.CONST);
        Offload.of(derivative).run(Agreement.devices(), w, gradient, data, 1.0);
        assertArrayEquals(new double[] {1, 6, 15, 28, 45}, gradient);
    }

    @InFork
    static void derivativesThroughSegmentsAreRefused() {
        Derivative derivative =
                Jacobi.of(SegmentUsesTest.class, "through").reverse(Activity.DUPLICATED, Activity.CONST);
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.of(derivative));
        assertEquals(
                "cannot differentiate dev.jacobi.offload.SegmentUsesTest.through(double[], java.lang.foreign.MemorySegment): it passes a value that carries a derivative to java.lang.foreign.MemorySegment.setAtIndex(java.lang.foreign.ValueLayout$OfDouble, long, double)",
                refused.getMessage().lines().findFirst().orElseThrow());
    }
}
