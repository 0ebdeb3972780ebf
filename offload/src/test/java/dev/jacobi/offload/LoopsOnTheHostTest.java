package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Loops that the JVM does although they could run on the device, since only it knows what is thrown: what they leave, and that they say so. */
@Tag(DeviceTests.TAG)
class LoopsOnTheHostTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(LoopsOnTheHostTest.class).run();
    }

    /** What a call has moved, and what it has warned of. */
    private record Seen(Traffic traffic, List<String> warnings) {}

    private record Warned<T>(T result, List<String> warnings) {}

    private static <T extends @Nullable Object> Warned<T> warned(Supplier<T> what) {
        Logger logger = Logger.getLogger("dev.jacobi.offload");
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                assertEquals(Level.WARNING, entry.getLevel());
                warnings.add(new SimpleFormatter().formatMessage(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            T result = what.get();
            return new Warned<>(result, List.copyOf(warnings));
        } finally {
            logger.removeHandler(handler);
        }
    }

    private static Seen seen(OffloadedMethod method, @Nullable Object... arguments) {
        Traffic[] traffic = new Traffic[1];
        List<String> warnings = warned(
                        () -> method.measuring(moved -> traffic[0] = moved).run(Agreement.device(), arguments))
                .warnings();
        return new Seen(traffic[0], warnings);
    }

    static void addIfWanted(boolean wanted, double[] x, double @Nullable [] more) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            if (wanted) {
                x[i] += more[i];
            }
        });
    }

    @InFork
    static void aNullArrayThatNoRoundUsesMakesTheJvmDoTheLoopAndSayThatOnce() {
        OffloadedMethod method = Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "addIfWanted"));
        double[] x = {1, 2};
        Seen first = seen(method, false, x, null);
        assertEquals(new Traffic(0, 0, 0, 0, 0, 1), first.traffic());
        assertEquals(1, first.warnings().size());
        assertEquals(
                "the parallel loop of dev.jacobi.offload.LoopsOnTheHostTest.addIfWanted(int, double[], double[]) at LINE ran on the JVM, not on the device, since an array is null; said once, counted in Traffic.failures",
                first.warnings().getFirst().replaceAll(" at [^ ]*( < [^ ]*)* ran", " at LINE ran"));
        assertEquals(List.of(), seen(method, false, x, null).warnings());
        assertEquals(new Seen(new Traffic(32, 2, 16, 1, 1, 0), List.of()), seen(method, true, x, new double[] {3, 4}));
        assertArrayEquals(new double[] {4, 6}, x);
    }

    static void countIfWanted(boolean wanted, int n, MemorySegment x) {
        IntStream.range(0, n).parallel().forEach(i -> {
            if (wanted) {
                x.setAtIndex(ValueLayout.JAVA_INT, i, i);
            }
        });
    }

    private static void isDoneOnTheJvm(MemorySegment segment, String why) {
        OffloadedMethod method = Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "countIfWanted"));
        Seen first = seen(method, false, 5, segment);
        assertEquals(new Traffic(0, 0, 0, 0, 0, 1), first.traffic());
        assertEquals(
                List.of(
                        "the parallel loop of dev.jacobi.offload.LoopsOnTheHostTest.countIfWanted(int, int, java.lang.foreign.MemorySegment) at LINE ran on the JVM, not on the device, since "
                                + why + "; said once, counted in Traffic.failures"),
                first.warnings().stream()
                        .map(text -> text.replaceAll(" at [^ ]*( < [^ ]*)* ran", " at LINE ran"))
                        .toList());
        assertEquals(List.of(), seen(method, false, 5, segment).warnings());
    }

    @InFork
    static void aSegmentThatOnlyJavaKnowsWhatToDoWithMakesTheJvmDoTheLoopAndSayThatOnce() throws Exception {
        MemorySegment segment = Arena.ofAuto().allocate(80, 8);
        isDoneOnTheJvm(segment.asReadOnly(), "a memory segment is read-only");
        isDoneOnTheJvm(segment.asSlice(2), "a memory segment is not aligned as JAVA_INT asks for");
        isDoneOnTheJvm(MemorySegment.ofArray(new byte[8]), "a memory segment is not aligned as JAVA_INT asks for");
        MemorySegment[] others = new MemorySegment[1];
        Thread owner =
                Thread.ofPlatform().start(() -> others[0] = Arena.ofConfined().allocate(80, 8));
        owner.join();
        isDoneOnTheJvm(others[0], "a memory segment is another thread's");
        Arena arena = Arena.ofConfined();
        MemorySegment closed = arena.allocate(80, 8);
        arena.close();
        isDoneOnTheJvm(closed, "the arena of a memory segment is closed");
        OffloadedMethod method = Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "countIfWanted"));
        assertEquals(new Seen(new Traffic(80, 1, 80, 1, 1, 0), List.of()), seen(method, true, 5, segment));
        assertEquals(4, segment.getAtIndex(ValueLayout.JAVA_INT, 4));
    }

    @InFork
    static void aLoopThatThrowsOnTheJvmWarnsOfNothing() {
        OffloadedMethod method = Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "addIfWanted"));
        List<String> warnings = new ArrayList<>();
        assertThrows(
                NullPointerException.class,
                () -> warnings.addAll(seen(method, true, new double[1], null).warnings()));
        assertThrows(
                ArrayIndexOutOfBoundsException.class,
                () -> warnings.addAll(
                        seen(method, true, new double[2], new double[1]).warnings()));
        assertEquals(List.of(), warnings);
    }

    static void running(Double[] x, int[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] *= 2);
        Arrays.parallelPrefix(x, Double::sum);
        Arrays.parallelPrefix(y, Integer::sum);
    }

    @InFork
    static void prefixesOfObjectsAreMadeOnTheJvmWhichIsSaidWhenTheMethodIsCompiled() {
        Warned<OffloadedMethod> method =
                warned(() -> Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "running")));
        assertEquals(
                List.of(
                        "Arrays.parallelPrefix of dev.jacobi.offload.LoopsOnTheHostTest.running(java.lang.Double[], int[]) at dev.jacobi.offload.LoopsOnTheHostTest.running:LINE runs on the JVM, one element after the other: on a device it does with arrays of ints, longs and doubles"),
                method.warnings().stream()
                        .map(text -> text.replaceAll(":\\d+ runs", ":LINE runs"))
                        .toList());
        Double[] x = {1.0, 2.0, 3.0};
        int[] y = {4, 5, 6};
        assertEquals(List.of(), seen(method.result(), x, y).warnings());
        assertArrayEquals(new Double[] {1.0, 3.0, 6.0}, x);
        assertArrayEquals(new int[] {8, 18, 30}, y);
    }

    static long countOdd(int from, int to, boolean wanted, int @Nullable [] offset) {
        return IntStream.range(from, to)
                .parallel()
                .map(i -> wanted ? i + offset[0] : i)
                .mapToLong(i -> i & 1)
                .sum();
    }

    @InFork
    static void adjointsOfSoManyElementsThatThereAreFewPartsAreSaid() {
        Derivative gradient = Jacobi.of(LoopsOnTheHostTest.class, "weighted")
                .reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST, Activity.CONST);
        OffloadedMethod onDevice = Offload.of(gradient, Gradient.class);
        int[] index = IntStream.range(0, 10_000).map(i -> i % 7).toArray();
        double[] w = new double[1 << 18];
        Object[] arguments = {w, new double[w.length], index, false, new double[index.length], 1.0};
        assertEquals(
                List.of(
                        "a loop of dev.jacobi.offload.LoopsOnTheHostTest.weighted(double[], int[], int, double[]) at LINE is done in 128 parts at a time, as each adds to 262,144 elements of its own; said once"),
                seen(onDevice, arguments).warnings().stream()
                        .map(text -> text.replaceAll(" at [^ ]*( < [^ ]*)* is done", " at LINE is done"))
                        .toList());
        assertEquals(List.of(), seen(onDevice, arguments).warnings());
    }

    @InFork
    static void aReductionOverMoreRoundsThanAnIntCountsIsDoneOnTheJvmInPieces() {
        OffloadedMethod method = Agreement.offloaded(Agreement.method(LoopsOnTheHostTest.class, "countOdd"));
        int beyond = (1 << 30) + 6;
        assertEquals((1L << 30) + 6, method.run(Agreement.device(), -beyond, beyond, false, null));
    }

    static double weighted(double[] w, int[] index, boolean wanted, double @Nullable [] more) {
        return IntStream.range(0, index.length)
                .parallel()
                .mapToDouble(i -> w[index[i]] * w[0] + (wanted ? more[i] * w[0] : 0))
                .sum();
    }

    interface Gradient {
        double of(double[] w, double[] adjoints, int[] index, boolean wanted, double @Nullable [] more, double seed);
    }

    @InFork
    static void adjointsAddUpOnTheJvmWhereTheDeviceCannotAddThem() {
        Derivative gradient = Jacobi.of(LoopsOnTheHostTest.class, "weighted")
                .reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST, Activity.CONST);
        OffloadedMethod method = Offload.of(gradient, Gradient.class);
        double[] w = {2, 3, 5};
        double[] adjoints = {100, 100, 100};
        Seen seen = seen(method, w, adjoints, new int[] {0, 1, 1, 2}, false, null, 1.0);
        assertEquals(new Traffic(0, 0, 0, 0, 0, 2), seen.traffic());
        assertArrayEquals(new double[] {100 + 2 + 13, 100 + 4, 100 + 2}, adjoints);
        // A place that the array does not have: found on the way there, before anything is added.
        assertThrows(
                ArrayIndexOutOfBoundsException.class,
                () -> method.run(Agreement.device(), w, adjoints, new int[] {0, 3}, false, new double[2], 1.0));
        assertArrayEquals(new double[] {115, 104, 102}, adjoints);
    }
}
