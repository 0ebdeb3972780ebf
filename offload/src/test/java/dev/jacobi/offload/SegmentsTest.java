package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.examples.parallel.PlainOrder;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.SegmentLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
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

/** Loops over memory segments of all kinds: on a device they do what they do in plain order, to the last bit and the last exception, or are refused. */
@Tag(DeviceTests.TAG)
class SegmentsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(SegmentsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .environment("POCL_DEVICES", "pthread pthread")
                .run();
    }

    /** What a segment of some bytes is. */
    enum Kind {
        NATIVE,
        SLICE,
        MISALIGNED,
        MAPPED,
        OF_BYTES,
        OF_FLOATS,
        OF_DOUBLES,
        PART_OF_DOUBLES,
        READ_ONLY,
        READ_ONLY_OF_INTS,
        CONFINED,
        ANOTHER_THREADS,
        CLOSED,
        EMPTY,
        SHORT,
        NULL;

        @Nullable
        MemorySegment make(int bytes) {
            return switch (this) {
                case NATIVE -> Arena.ofAuto().allocate(bytes, 8);
                case SLICE -> Arena.ofAuto().allocate(bytes + 24, 8).asSlice(16, bytes);
                case MISALIGNED -> Arena.ofAuto().allocate(bytes + 8, 8).asSlice(1, bytes);
                case MAPPED -> mapped(bytes);
                case OF_BYTES -> MemorySegment.ofArray(new byte[bytes]);
                case OF_FLOATS -> MemorySegment.ofArray(new float[bytes / 4]);
                case OF_DOUBLES -> MemorySegment.ofArray(new double[bytes / 8]);
                case PART_OF_DOUBLES ->
                    MemorySegment.ofArray(new double[bytes / 8 + 2]).asSlice(8, bytes);
                case READ_ONLY -> Arena.ofAuto().allocate(bytes, 8);
                case READ_ONLY_OF_INTS -> MemorySegment.ofArray(new int[bytes / 4]);
                case CONFINED -> Arena.ofConfined().allocate(bytes, 8);
                case ANOTHER_THREADS -> anotherThreads(bytes);
                case CLOSED -> closed();
                case EMPTY -> Arena.ofAuto().allocate(bytes, 8).asSlice(8, 0);
                case SHORT -> Arena.ofAuto().allocate(bytes, 8).asSlice(0, 23);
                case NULL -> null;
            };
        }

        boolean isReadOnly() {
            return this == READ_ONLY || this == READ_ONLY_OF_INTS;
        }
    }

    private static MemorySegment anotherThreads(int bytes) {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            return thread.submit(() -> Arena.ofConfined().allocate(bytes, 8)).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment mapped(int bytes) {
        try {
            Path file = Files.createTempFile("segment", "");
            Files.write(file, new byte[bytes + 8]);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 8, bytes, Arena.ofAuto());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a call has given or thrown, and what memory holds afterwards. */
    private record Outcome(
            @Nullable Object result, @Nullable Throwable thrown, List<byte[]> memory) {
        boolean isSame(Outcome other) {
            return Objects.equals(result, other.result)
                    && what().equals(other.what())
                    && Arrays.deepEquals(memory.toArray(), other.memory.toArray());
        }

        /** The JVM says more of a null than code that it has not from a file. */
        private String what() {
            return thrown == null
                    ? ""
                    : thrown instanceof NullPointerException ? thrown.getClass().getName() : thrown.toString();
        }

        String text() {
            return "gave " + result + ", threw " + what();
        }

        /** The first byte that is another. */
        String place(Outcome other) {
            for (int index = 0; index < memory.size(); index++) {
                int place = Arrays.mismatch(memory.get(index), other.memory.get(index));
                if (place >= 0) {
                    return "byte " + place + " of segment " + index;
                }
            }
            return "all memory is the same";
        }
    }

    private static List<byte[]> contents(List<@Nullable MemorySegment> memory) {
        return memory.stream()
                .map(segment -> segment == null ? new byte[0] : segment.toArray(ValueLayout.JAVA_BYTE))
                .toList();
    }

    private static void restore(List<@Nullable MemorySegment> memory, List<byte[]> contents) {
        for (int index = 0; index < contents.size(); index++) {
            MemorySegment segment = memory.get(index);
            if (segment != null) {
                MemorySegment.copy(
                        contents.get(index), 0, segment, ValueLayout.JAVA_BYTE, 0, contents.get(index).length);
            }
        }
    }

    private interface Running {
        @Nullable
        Object run() throws Throwable;
    }

    /** @param memory what is compared */
    private static Outcome outcome(Running call, List<@Nullable MemorySegment> memory) {
        try {
            return new Outcome(call.run(), null, contents(memory));
        } catch (JacobiException e) {
            throw e;
        } catch (InvocationTargetException e) {
            return new Outcome(null, e.getCause(), contents(memory));
        } catch (Throwable e) {
            return new Outcome(null, e, contents(memory));
        }
    }

    /**
     * Compares what a method does in plain order with what it does on devices, with the same segments.
     *
     * @param memory where all of them lie, restored between the two
     */
    private static @Nullable String difference(
            Method plain,
            OffloadedMethod offloaded,
            List<@Nullable MemorySegment> memory,
            @Nullable Object... arguments) {
        List<byte[]> before = contents(memory);
        Outcome expected = outcome(() -> plain.invoke(null, arguments), memory);
        restore(memory, before);
        Outcome actual = outcome(() -> offloaded.run(Agreement.devices(), arguments), memory);
        return expected.isSame(actual)
                ? null
                : "in plain order it " + expected.text() + ", but on the device " + actual.text() + "; "
                        + expected.place(actual);
    }

    private static final int BYTES = 248;

    @InFork
    static void loopsDoWhatTheyDoInPlainOrder() {
        loopsDoWhatTheyDoInPlainOrder(EnumSet.allOf(Kind.class));
    }

    /** @param kinds of one of the segments, where the other is native, and of both */
    static void loopsDoWhatTheyDoInPlainOrder(Set<Kind> kinds) {
        Class<?> plain = PlainOrder.of(SegmentLoops.class);
        List<String> wrong = new ArrayList<>();
        Arrays.stream(SegmentLoops.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> {
                    OffloadedMethod offloaded = Agreement.offloaded(method);
                    Method reference = Agreement.method(plain, method.getName());
                    boolean isFar = method.getName().startsWith("far");
                    for (Kind kind : kinds) {
                        for (int rounds : isFar ? IntStream.range(0, 20).toArray() : new int[] {0, 1, 6, 31}) {
                            for (List<Kind> both : new LinkedHashSet<>(List.of(
                                    List.of(kind, Kind.NATIVE), List.of(Kind.NATIVE, kind), List.of(kind, kind)))) {
                                String difference = difference(reference, offloaded, both.get(0), both.get(1), rounds);
                                if (difference != null) {
                                    wrong.add(method.getName() + ", " + both + ", " + rounds + ": " + difference);
                                }
                            }
                        }
                    }
                });
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    private static @Nullable String difference(
            Method plain, OffloadedMethod offloaded, Kind first, Kind second, int rounds) {
        List<@Nullable MemorySegment> memory = new ArrayList<>();
        List<@Nullable MemorySegment> given = new ArrayList<>();
        Random random = new Random(rounds);
        for (Kind kind : List.of(first, second)) {
            MemorySegment segment = kind.make(BYTES);
            boolean isSeen = segment != null && segment.isAccessibleBy(Thread.currentThread()) && kind != Kind.CLOSED;
            if (isSeen) {
                byte[] bytes = new byte[(int) segment.byteSize()];
                random.nextBytes(bytes);
                segment.copyFrom(MemorySegment.ofArray(bytes));
            }
            memory.add(isSeen ? segment : null);
            given.add(kind.isReadOnly() ? segment.asReadOnly() : segment);
        }
        return difference(plain, offloaded, memory, given.get(0), given.get(1), rounds);
    }

    private static MemorySegment closed() {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocate(BYTES, 8);
        }
    }

    private static MemorySegment floats(int length) {
        MemorySegment segment = Arena.ofAuto().allocate(4L * length, 8);
        for (int index = 0; index < length; index++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, index % 17 - 3);
        }
        return segment;
    }

    private static Traffic run(String method, @Nullable Object... arguments) {
        Traffic[] moved = new Traffic[1];
        Offload.of(SegmentsTest.class, method)
                .measuring(traffic -> moved[0] = traffic)
                .run(Agreement.devices(), arguments);
        return moved[0];
    }

    private static void isRefused(String message, String method, @Nullable Object... arguments) {
        JacobiException refused = assertThrows(JacobiException.class, () -> run(method, arguments));
        assertEquals(message, refused.getMessage().lines().findFirst().orElseThrow());
    }

    private static String refusal(String method, String what) {
        return "cannot run the parallel loop of dev.jacobi.offload.SegmentsTest." + method + " on a device: " + what;
    }

    static void scale(MemorySegment x, MemorySegment y, float a) {
        int n = (int) (x.byteSize() / 4);
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(ValueLayout.JAVA_FLOAT, i, a * x.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
    }

    private static void isScaled(MemorySegment x, MemorySegment y, float a) {
        for (int index = 0; index < x.byteSize() / 4; index++) {
            assertEquals(a * x.getAtIndex(ValueLayout.JAVA_FLOAT, index), y.getAtIndex(ValueLayout.JAVA_FLOAT, index));
        }
    }

    private static final String OVERLAP =
            "two memory segments of it, or a segment and an array, have memory in common here, and one is written; give the same segment twice, or such as do not overlap";
    private static final String SCALE =
            "scale(java.lang.foreign.MemorySegment, java.lang.foreign.MemorySegment, float)";

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
            Object result = Offload.of(SegmentsTest.class, "throughTheArray")
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
        Object result = Offload.of(SegmentsTest.class, "readsWhatTheArrayHas")
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
        OffloadedMethod offloaded = Offload.of(SegmentsTest.class, "inOrder");
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
                    Offload.of(SegmentsTest.class, "countPositive")
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
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.of(SegmentsTest.class, name));
        List<String> lines = refused.getMessage().lines().toList();
        String position = "dev.jacobi.offload.SegmentsTest." + name + ":";
        assertTrue(
                lines.getFirst()
                        .startsWith("cannot run the parallel loop of dev.jacobi.offload.SegmentsTest." + signature
                                + " at " + position),
                refused::getMessage);
        assertTrue(lines.getFirst().endsWith(" on a device: " + what), refused::getMessage);
        assertTrue(
                lines.get(1).startsWith("  at:  dev.jacobi.offload.SegmentsTest.lambda$" + name + "$0:"),
                refused::getMessage);
    }

    @InFork
    static void explanationsNameSegments() {
        String text = Offload.of(SegmentsTest.class, "scale").explain();
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
        Derivative derivative = Jacobi.of(SegmentsTest.class, "weighted").reverse(Activity.DUPLICATED, Activity.CONST);
        Offload.of(derivative).run(Agreement.devices(), w, gradient, data, 1.0);
        assertArrayEquals(new double[] {1, 6, 15, 28, 45}, gradient);
    }

    @InFork
    static void derivativesThroughSegmentsAreRefused() {
        Derivative derivative = Jacobi.of(SegmentsTest.class, "through").reverse(Activity.DUPLICATED, Activity.CONST);
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.of(derivative));
        assertEquals(
                "cannot differentiate dev.jacobi.offload.SegmentsTest.through(double[], java.lang.foreign.MemorySegment): it passes a value that carries a derivative to java.lang.foreign.MemorySegment.setAtIndex(java.lang.foreign.ValueLayout$OfDouble, long, double)",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    @InFork
    static void sixteenThreadsAtOnceDoNotDisturbEachOther() throws Exception {
        OffloadedMethod offloaded = Offload.of(SegmentsTest.class, "fourKernels");
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
        OffloadedMethod scale = Offload.of(SegmentsTest.class, "scale");
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
            OffloadedMethod method = Offload.of(SegmentsTest.class, "halvesOfIt");
            try (DeviceSegment xs = DeviceSegment.copyOf(on, expected, ValueLayout.JAVA_INT, ValueLayout.JAVA_FLOAT)) {
                for (int call = 0; call < 3; call++) {
                    assertEquals(halvesOfIt(expected), method.run(on, xs));
                    assertEquals(-1, expected.mismatch(xs.get()));
                }
                // By the other layout, which stays too, it is what the first one has written.
                MemorySegment scaled = floats(100);
                Offload.of(SegmentsTest.class, "scale").run(on, xs, scaled, 2f);
                isScaled(expected, scaled, 2);
            }
        }
    }

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
                "cannot offload dev.jacobi.offload.SegmentsTest.keepsASlice(java.lang.foreign.MemorySegment) with a DeviceSegment as argument 0: it is stored in the field keptSegment, where it might be changed without the device",
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
                assertThrows(JacobiException.class, () -> Offload.of(SegmentsTest.class, "ofDeviceArray"));
        assertEquals(
                "cannot offload dev.jacobi.offload.SegmentsTest.ofDeviceArray(dev.jacobi.offload.DeviceArray): the array of a DeviceArray is passed to java.lang.foreign.MemorySegment.ofArray(double[]), where it might be changed without the device",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    static void ofDeviceArray(DeviceArray<double[]> array) {
        MemorySegment segment = MemorySegment.ofArray(array.array());
        IntStream.range(0, 4).parallel().forEach(i -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, i));
    }
}
