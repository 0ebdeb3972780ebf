package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.examples.parallel.Grids;
import dev.jacobi.examples.parallel.LinearAlgebra;
import dev.jacobi.examples.parallel.Signals;
import dev.jacobi.examples.parallel.Tables;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The rounds of each loop cut among three devices, which PoCL makes of one processor: nobody can tell but by what moves. */
@Tag(DeviceTests.TAG)
class SeveralDevicesTest {
    @TestFactory
    Stream<DynamicTest> onThreeDevices() throws IOException, InterruptedException {
        return ForkedTests.of(SeveralDevicesTest.class)
                // Not its device "basic", which waits for itself if several threads use it.
                .environment("POCL_DEVICES", "pthread pthread pthread")
                .option("-D" + Agreement.DEVICES + "=3")
                .option("-XX:-OmitStackTraceInFastThrow")
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                // All of the heap from the beginning, so that only other memory can grow.
                .option("-Xms256m")
                .option("-Xmx256m")
                .option("-XX:+AlwaysPreTouch")
                .run();
    }

    @InFork
    static void loopsDoWhatTheyDoInPlainOrder() {
        LoopsTest.loopsDoWhatTheyDoInPlainOrder();
    }

    @InFork
    static void gradientsWithLoopsInTheirRoundsStoreOnEachDeviceWhatItNeeds() {
        OffloadedGradientsTest.aLoopInEachRoundStoresAllItsSteps();
        OffloadedGradientsTest.loopsThatRunDownDoToo();
        OffloadedGradientsTest.whatOnlySomeRoundsStoreHasAPlaceInAll();
        OffloadedGradientsTest.streamsOneAfterTheOtherUseOneTape();
    }

    @InFork
    static void theHostWritesItsOwnArraysWhenItLikes() {
        HostArraysTest.theHostWritesThemWhenItLikes();
    }

    @InFork
    static void segmentsAreCutAsArraysAre() {
        SegmentKindsTest.loopsDoWhatTheyDoInPlainOrder(
                EnumSet.of(SegmentKindsTest.Kind.NATIVE, SegmentKindsTest.Kind.CONFINED));
        SharedSegmentsTest.slicesThatOverlapAreRefusedIfOneIsWritten();
        SharedSegmentsTest.anArrayIsSeenThroughItsSegmentsAndTheOtherWayRound();
        SharedSegmentsTest.aRowIsSeenThroughItsSegment();
        SegmentUsesTest.gradientsReadSegmentsAsData();
        SharedSegmentsTest.kernelsAndHostCodeInAnyOrderSeeEachOther(60);
    }

    @InFork
    static void streamsAtRandomGiveTheBitsOfTheJvm() {
        ShapesTest.Tally tally = ShapesTest.compare(8, 9000, false);
        assertTrue(tally.wrong().isEmpty(), () -> String.join("\n", tally.wrong()));
        assertTrue(tally.onDevice() >= 20, tally::text);
    }

    @InFork
    static void sixteenThreadsAtOnceDoNotDisturbEachOther() throws Exception {
        LoopsTest.sixteenThreadsAtOnceDoNotDisturbEachOther();
    }

    @InFork
    static void tenThousandLaunchesLeaveNoMemoryBehind() throws IOException {
        LoopsTest.tenThousandLaunchesLeaveNoMemoryBehind();
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    private static Traffic traffic(String method, Object... arguments) {
        Traffic[] moved = new Traffic[1];
        Offload.of(SeveralDevicesTest.class, method)
                .measuring(traffic -> moved[0] = traffic)
                .run(Agreement.devices(), arguments);
        return moved[0];
    }

    /** On the JVM, on one device, and several times on all, so that the cuts change. */
    private static void agree(Method method, Object... arguments) {
        OffloadedMethod offloaded = Agreement.offloaded(method);
        Outcome onJvm = Agreement.onJvm(method, arguments);
        Outcome onOne = Agreement.onDevice(offloaded, Agreement.device(), arguments);
        assertTrue(onJvm.isSame(onOne), method::getName);
        agreesWithOne(offloaded, onOne, method.getName(), arguments);
    }

    private static void agreesWithOne(OffloadedMethod offloaded, Outcome onOne, String name, Object... arguments) {
        for (int time = 0; time < 4; time++) {
            Outcome onAll = Agreement.onDevices(offloaded, Agreement.devices(), arguments);
            assertTrue(onOne.isSame(onAll), () -> name + ": on one " + onOne.text() + "\nbut on three " + onAll.text());
        }
    }

    private static Method own(String name) {
        return Agreement.method(SeveralDevicesTest.class, name);
    }

    @InFork
    static void knownKernels() throws NoSuchMethodException {
        agree(
                Agreement.method(LinearAlgebra.class, "multiply"),
                doubles(1369, 1),
                doubles(1369, 2),
                doubles(1369, 3),
                37);
        Method heat = Grids.class.getMethod("heat", double[].class, double[].class, int.class, int.class, int.class);
        agree(heat, doubles(33 * 21, 1), doubles(33 * 21, 2), 33, 21, 6);
        agree(Agreement.method(Grids.class, "mandelbrot"), new int[64 * 48], 64, 48, -2.1, -1.2, 2.7, 200);
        agree(Agreement.method(Signals.class, "dft"), doubles(96, 1), doubles(96, 2), new double[96], new double[96]);
        assertTrue(Tables.class.getDeclaredMethods().length > 0);
    }

    static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> x[i] * y[i])
                .reduce(0, Double::sum);
    }

    static float sumWithSideEffects(float[] x, float[] y) {
        return (float) IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    y[i] = x[i] * 2;
                    return Math.sin(x[i]);
                })
                .reduce(1, Double::sum);
    }

    @InFork
    static void sumsHaveTheBitsOfOneDevice() {
        for (int length : new int[] {0, 1, 2, 3, 15, 31, 33, 48, 100, 1000, 123_457}) {
            OffloadedMethod dot = Offload.of(SeveralDevicesTest.class, "dot");
            Object[] arguments = {doubles(length, 1), doubles(length, 2)};
            agreesWithOne(dot, Agreement.onDevice(dot, Agreement.device(), arguments), "dot of " + length, arguments);
            OffloadedMethod both = Offload.of(SeveralDevicesTest.class, "sumWithSideEffects");
            float[] x = new float[length];
            for (int i = 0; i < length; i++) {
                x[i] = i % 17 - 8.5f;
            }
            Object[] others = {x, new float[length]};
            agreesWithOne(both, Agreement.onDevice(both, Agreement.device(), others), "sum of " + length, others);
        }
    }

    static double loss(double[] w, double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> Math.tanh(w[i % w.length] * x[i]) + w[(i + 1) % w.length])
                .sum();
    }

    interface Gradient {
        double of(double[] w, double[] gradient, double[] x, double seed);
    }

    @InFork
    static void gradientsHaveTheBitsOfOneDevice() {
        Derivative reverse = Jacobi.of(SeveralDevicesTest.class, "loss").reverse(Activity.DUPLICATED, Activity.CONST);
        Gradient one = Offload.of(reverse, Gradient.class).on(Agreement.device(), Gradient.class);
        Gradient all = Offload.of(reverse, Gradient.class).on(Agreement.devices(), Gradient.class);
        for (int length : new int[] {1, 20, 70, 5000}) {
            double[] w = doubles(7, 3);
            double[] x = doubles(length, 4);
            double[] expected = doubles(7, 5);
            expected[2] = -0.0;
            double[] before = expected.clone();
            double loss = one.of(w, expected, x, 0.5);
            for (int time = 0; time < 4; time++) {
                double[] actual = before.clone();
                assertEquals(loss, all.of(w, actual, x, 0.5));
                assertArrayEquals(expected, actual);
            }
        }
    }

    static void smooth(double[] x, double[] y, int steps) {
        for (int step = 0; step < steps; step++) {
            IntStream.range(1, x.length - 1).parallel().forEach(i -> y[i] = (x[i - 1] + x[i] + x[i + 1]) / 3);
            IntStream.range(1, x.length - 1).parallel().forEach(i -> x[i] = (y[i - 1] + y[i] + y[i + 1]) / 3);
        }
    }

    @InFork
    static void neighboursComeFromWhereTheyAreNewest() {
        agree(own("smooth"), doubles(5000, 1), doubles(5000, 2), 5);
        agree(own("smooth"), doubles(5, 1), doubles(5, 2), 5);
        agree(own("smooth"), doubles(3, 1), doubles(3, 2), 2);
    }

    static void twice(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 2 * x[i]);
    }

    static void twiceAndBack(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 2 * x[i]);
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = y[x.length - 1 - i]);
    }

    @InFork
    static void eachDeviceGetsWhatItsRoundsNeedAndNoMore() {
        double[] x = doubles(999, 1);
        double[] y = new double[999];
        assertEquals(new Traffic(8 * 999, 3, 8 * 999, 3, 3, 0), traffic("twice", x, y));
        for (int i = 0; i < 999; i++) {
            assertEquals(2 * x[i], y[i]);
        }
        // Equal thirds, as nothing is known: those at the ends go from the first device to the last and back; the
        // middle one has its own.
        assertEquals(
                new Traffic(8 * 999 + 8 * 666, 5, 8 * 666 + 8 * (333 + 999), 6, 6, 0), traffic("twiceAndBack", x, y));
    }

    static void dividesTwice(int[] x, int[] y, int[] z) {
        IntStream.range(0, x.length).parallel().forEach(i -> z[i] = y[i] + 1);
        IntStream.range(0, x.length).parallel().forEach(i -> z[i] = 1000 / x[i] + z[i]);
    }

    @InFork
    static void exceptionsComeAsInPlainOrderWhereverTheyAre() {
        for (int[] zeros : new int[][] {{0}, {400}, {998}, {0, 400}, {500, 998}, {300, 301, 600}}) {
            int[] x = IntStream.range(0, 999).map(i -> i + 1).toArray();
            for (int zero : zeros) {
                x[zero] = 0;
            }
            agreeFailing(own("dividesTwice"), x, x.clone(), new int[999]);
        }
    }

    /** The JVM in plain order is the judge: elements after the one that fails are not written. */
    private static void agreeFailing(Method method, int[] x, int[] y, int[] z) {
        int[] expected = z.clone();
        int failing = -1;
        for (int i = 0; i < x.length; i++) {
            expected[i] = y[i] + 1;
        }
        for (int i = 0; i < x.length && failing < 0; i++) {
            if (x[i] == 0) {
                failing = i;
            } else {
                expected[i] = 1000 / x[i] + expected[i];
            }
        }
        Outcome onAll = Agreement.onDevices(Agreement.offloaded(method), Agreement.devices(), x, y, z);
        assertEquals("java.lang.ArithmeticException: / by zero", String.valueOf(onAll.thrown()));
        assertArrayEquals(expected, (int[]) onAll.arguments()[2]);
        assertArrayEquals(x, (int[]) onAll.arguments()[0]);
    }

    static void oneRowAndAHostSum(double[][] x, double[] sums) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] += i * j;
            }
        });
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double sum = 0;
            for (int j = 0; j < x[i].length; j++) {
                sum += x[x.length - 1 - i][j % x[x.length - 1 - i].length];
            }
            sums[i] = sum;
        });
        x[0][0] = sums[0];
        IntStream.range(0, x.length).parallel().forEach(i -> x[x.length - 1 - i][0] *= 2);
    }

    static void columns(double[][] x) {
        IntStream.range(0, x[0].length).parallel().forEach(j -> {
            for (int i = 1; i < x.length; i++) {
                x[i][j] += x[i - 1][j];
            }
        });
    }

    @InFork
    static void rowsOfArraysOfArrays() {
        for (int rows : new int[] {1, 2, 5, 40}) {
            double[][] x = new double[rows][];
            double[][] square = new double[rows][];
            for (int row = 0; row < rows; row++) {
                x[row] = doubles(1 + row % 7, row);
                square[row] = doubles(13, row);
            }
            agree(own("oneRowAndAHostSum"), x, new double[rows]);
            agree(own("columns"), (Object) square);
        }
    }

    static void sometimes(boolean[] flags, byte[] small, char[] letters, long[] numbers, int[] where) {
        IntStream.range(0, where.length).parallel().forEach(i -> {
            if (where[i] % 3 == 0) {
                flags[i] = !flags[i];
            }
            if (where[i] % 3 == 1) {
                small[i] = (byte) i;
                letters[i] = (char) where[i];
            }
            if (where[i] % 5 == 2) {
                numbers[i] = i * 7L;
            }
        });
        IntStream.range(0, where.length).parallel().forEach(i -> {
            if (where[i] % 2 == 0) {
                small[where.length - 1 - i]++;
                numbers[where.length - 1 - i] += small[where.length - 1 - i];
            }
        });
    }

    @InFork
    static void elementsThatAreWrittenOnlySometimes() {
        for (int length : new int[] {1, 2, 3, 7, 8, 9, 1001}) {
            agree(
                    own("sometimes"),
                    new boolean[length],
                    new byte[length],
                    new char[length],
                    new long[length],
                    new Random(length).ints(length, 0, 30).toArray());
        }
    }

    static double hostBetween(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i] + 1);
        double sum = 0;
        for (int i = 0; i < y.length; i += 3) {
            sum += y[i];
            y[i] = -1;
        }
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = y[i] * 2);
        return sum + x[x.length / 2];
    }

    @InFork
    static void theHostSeesWhatAllDevicesHaveWritten() {
        agree(own("hostBetween"), doubles(1000, 1), doubles(1000, 2));
        agree(own("hostBetween"), doubles(1, 1), doubles(1, 2));
    }

    @InFork
    static void anInterruptedThreadGetsItsResultAndStaysInterrupted() {
        double[] x = doubles(10_000, 1);
        double[] y = new double[10_000];
        OffloadedMethod twice = Offload.of(SeveralDevicesTest.class, "twice");
        twice.run(Agreement.devices(), x, y);
        double[] again = new double[10_000];
        Thread.currentThread().interrupt();
        twice.run(Agreement.devices(), x, again);
        assertTrue(Thread.interrupted());
        assertArrayEquals(y, again);
    }

    @InFork
    static void lambdasRunOnAllOfThem() {
        double[] x = doubles(100, 1);
        double[] y = new double[100];
        Offload.offload(Agreement.devices(), () -> twice(x, y));
        for (int i = 0; i < 100; i++) {
            assertEquals(2 * x[i], y[i]);
        }
    }

    @InFork
    static void devicesAreGivenOnceAndOneAtLeast() {
        OffloadedMethod twice = Offload.of(SeveralDevicesTest.class, "twice");
        List<Device> none = new ArrayList<>();
        IllegalArgumentException empty =
                assertThrows(IllegalArgumentException.class, () -> twice.run(none, new double[1], new double[1]));
        assertEquals("no device to run on", empty.getMessage());
        Device device = Agreement.device();
        IllegalArgumentException same = assertThrows(
                IllegalArgumentException.class, () -> twice.run(List.of(device, device), new double[1], new double[1]));
        assertEquals("a device is there twice among [" + device + ", " + device + "]", same.getMessage());
    }

    static void arraysOfRounds(int[] lengths, double[] x, double[] y, int k) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double[] same = new double[k];
            double[] own = new double[lengths[i]];
            for (int j = 0; j < k; j++) {
                same[j] = x[i] + j;
            }
            for (int j = 0; j < own.length; j++) {
                own[j] = same[j % k] * j;
            }
            double sum = 0;
            for (double each : own) {
                sum = sum * 0.5 + each;
            }
            y[i] = sum;
        });
    }

    static double sumOfArraysOfRounds(int[] lengths, double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double[] own = new double[lengths[i]];
                    for (int j = 0; j < own.length; j++) {
                        own[j] = x[i] * j;
                    }
                    double sum = 0;
                    for (double each : own) {
                        sum = sum * 0.5 + each;
                    }
                    return sum;
                })
                .reduce(0, (a, b) -> a + b);
    }

    @InFork
    static void roundsHaveMemoryOnTheDeviceTheyRunOn() {
        int[] lengths = new Random(5).ints(700, 0, 90).toArray();
        // The longest comes late, so that one device finds out that there is not memory enough.
        lengths[650] = 5000;
        agree(own("arraysOfRounds"), lengths, doubles(700, 1), new double[700], 7);
        lengths[650] = 12_000;
        OffloadedMethod sum = Agreement.offloaded(own("sumOfArraysOfRounds"));
        Outcome onOne = Agreement.onDevice(sum, Agreement.device(), lengths, doubles(700, 1));
        agreesWithOne(sum, onOne, "sumOfArraysOfRounds", lengths, doubles(700, 1));
        lengths[300] = -1;
        OffloadedMethod arrays = Agreement.offloaded(own("arraysOfRounds"));
        Object[] arguments = {lengths, doubles(700, 1), new double[700], 7};
        Outcome failed = Agreement.onDevice(arrays, Agreement.device(), arguments);
        assertTrue(failed.thrown() instanceof NegativeArraySizeException, failed::text);
        agreesWithOne(arrays, failed, "arraysOfRounds", arguments);
    }

    static void histogram(int[] bins, int[] result) {
        AtomicIntegerArray counts = new AtomicIntegerArray(result.length);
        IntStream.range(0, bins.length).parallel().forEach(i -> counts.incrementAndGet(bins[i]));
        for (int bin = 0; bin < result.length; bin++) {
            result[bin] += counts.get(bin);
        }
    }

    static void grid(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i ->
                        IntStream.range(0, m).parallel().forEach(j -> y[i * m + j] = x[i * m + j] + 2 * x[j * n + i]));
    }

    @InFork
    static void whatIsAddedByAllAndWhatIsFlatIsAsOnOneDevice() {
        int[] bins = new Random(6).ints(4000, 0, 11).toArray();
        agree(own("histogram"), bins, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        agree(own("grid"), doubles(31 * 17, 1), new double[31 * 17], 31, 17);
    }
}
