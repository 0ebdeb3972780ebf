package dev.jacobi.offload;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Batches of methods and of derivatives whose examples have arrays of their own, on a device: one work item for each example. */
@Tag(DeviceTests.TAG)
class OffloadedBatchesTest {
    private static final int[] COUNTS = {0, 1, 2, 100, 2500};
    private static final int INPUTS = 5;
    private static final int HIDDEN = 4;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        // So that Math.tanh has the bits of StrictMath, as on the device.
        return ForkedTests.of(OffloadedBatchesTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -1, 1).toArray();
    }

    private static double[][] rows(double[] packed, int count) {
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++) {
            int length = packed.length / count;
            rows[i] = Arrays.copyOfRange(packed, i * length, (i + 1) * length);
        }
        return rows;
    }

    private static double[] lanes(double[] packed, int count) {
        double[] lanes = new double[packed.length];
        for (int place = 0; place < packed.length; place++) {
            int length = packed.length / count;
            lanes[place % length * count + place / length] = packed[place];
        }
        return lanes;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A network with one hidden layer, whose array each example makes for itself. */
    static double error(double[] w, double[] x, double y) {
        int hiddenCount = w.length / (x.length + 1);
        double[] hidden = new double[hiddenCount];
        for (int i = 0; i < hiddenCount; i++) {
            double sum = 0;
            for (int j = 0; j < x.length; j++) {
                sum += w[i * x.length + j] * x[j];
            }
            hidden[i] = Math.tanh(sum);
        }
        double out = 0;
        for (int i = 0; i < hiddenCount; i++) {
            out += w[hiddenCount * x.length + i] * hidden[i];
        }
        return (out - y) * (out - y);
    }

    interface Errors {
        double[] of(double[] w, double[][] x, double[] y);
    }

    interface FlatErrors {
        double[] of(int count, double[] w, double[] x, double[] y);
    }

    private static Batched errors() {
        return Jacobi.of(OffloadedBatchesTest.class, "error").batch(SHARED, EACH, EACH);
    }

    @InFork
    static void arraysOfEachExampleInAnyLayoutGiveTheBitsOfTheJvm() {
        Device device = Agreement.device();
        Batched errors = errors();
        Errors separate = Offload.of(errors, Errors.class).on(device, Errors.class);
        FlatErrors packed =
                Offload.of(errors.layout(Layout.PACKED), FlatErrors.class).on(device, FlatErrors.class);
        FlatErrors lanes =
                Offload.of(errors.layout(Layout.LANES), FlatErrors.class).on(device, FlatErrors.class);
        Errors onJvm = errors.as(Errors.class);
        double[] w = doubles(HIDDEN * (INPUTS + 1), 1);
        for (int count : COUNTS) {
            double[] x = doubles(count * INPUTS, 2);
            double[] y = doubles(count, 3);
            double[] expected = onJvm.of(w, rows(x, count), y);
            assertArrayEquals(expected, separate.of(w, rows(x, count), y));
            assertArrayEquals(expected, packed.of(count, w, x, y));
            assertArrayEquals(expected, lanes.of(count, w, lanes(x, count), y));
        }
    }

    @InFork
    static void flatArraysThatAreOnlyReadAreReadWhereTheyLie() {
        Traffic[] moved = new Traffic[1];
        FlatErrors packed = Offload.of(errors().layout(Layout.PACKED), FlatErrors.class)
                .measuring(traffic -> moved[0] = traffic)
                .on(Agreement.device(), FlatErrors.class);
        double[] w = doubles(HIDDEN * (INPUTS + 1), 1);
        packed.of(100, w, doubles(100 * INPUTS, 2), doubles(100, 3));
        long in = 8L * (w.length + 100 * INPUTS + 100);
        assertEquals(new Traffic(in, 3, 800, 1, 1, 0), moved[0]);
    }

    @InFork
    static void rowsMayHaveDifferentLengths() {
        Random random = new Random(1);
        double[][] x = new double[600][];
        for (int i = 0; i < x.length; i++) {
            x[i] = doubles(random.nextInt(20), i);
        }
        double[] w = doubles(50, 1);
        double[] y = doubles(x.length, 2);
        Errors there = Offload.of(errors(), Errors.class).on(Agreement.device(), Errors.class);
        assertArrayEquals(errors().as(Errors.class).of(w, x, y), there.of(w, x, y));
        // One row for all examples, which only read it, is one like any other.
        double[][] same = new double[600][];
        Arrays.fill(same, x[7]);
        assertArrayEquals(errors().as(Errors.class).of(w, same, y), there.of(w, same, y));
    }

    interface Sums {
        double[] of(double[] w, double[] dw, double[][] x, double[] y, double seed);
    }

    interface FlatSums {
        void of(int count, double[] w, double[] dw, double[] x, double[] y, double seed);
    }

    private static Batched sums() {
        return Jacobi.of(OffloadedBatchesTest.class, "error")
                .reverse(DUPLICATED, CONST, CONST)
                .batch(SHARED, SUMMED, EACH, EACH, SHARED);
    }

    @InFork
    static void gradientsAreSummedOverTheExamples() {
        Device device = Agreement.device();
        Sums separate = Offload.of(sums(), Sums.class).on(device, Sums.class);
        FlatSums packed =
                Offload.of(sums().layout(Layout.PACKED), FlatSums.class).on(device, FlatSums.class);
        FlatSums lanes = Offload.of(sums().layout(Layout.LANES), FlatSums.class).on(device, FlatSums.class);
        Sums onJvm = sums().as(Sums.class);
        double[] w = doubles(HIDDEN * (INPUTS + 1), 1);
        for (int count : COUNTS) {
            double[] x = doubles(count * INPUTS, 2);
            double[] y = doubles(count, 3);
            double[] before = doubles(w.length, 4);
            double[] expected = before.clone();
            double[] values = onJvm.of(w, expected, rows(x, count), y, 1.5);
            double[] actual = before.clone();
            assertArrayEquals(values, separate.of(w, actual, rows(x, count), y, 1.5));
            assertSums(expected, actual, count);
            double[] again = before.clone();
            separate.of(w, again, rows(x, count), y, 1.5);
            assertArrayEquals(actual, again);
            double[] ofPacked = before.clone();
            packed.of(count, w, ofPacked, x, y, 1.5);
            assertArrayEquals(actual, ofPacked);
            double[] ofLanes = before.clone();
            lanes.of(count, w, ofLanes, lanes(x, count), y, 1.5);
            assertArrayEquals(actual, ofLanes);
        }
    }

    /** Each summand is at most 1.5 * 2 * (HIDDEN + 1) * 1 here, and each of the additions errs by half a unit in the last place of the sum of all. */
    private static void assertSums(double[] expected, double[] actual, int count) {
        assertArrayEquals(expected, actual, (count + 1) * Math.ulp((count + 1) * 3.0 * (HIDDEN + 1)));
    }

    interface ByArrays {
        void of(double[] w, double[][] x, double[][] dx, double[] y, double seed);
    }

    interface ByFlatArrays {
        void of(int count, double[] w, double[] x, double[] dx, double[] y, double seed);
    }

    private static Batched byArrays() {
        return Jacobi.of(OffloadedBatchesTest.class, "error")
                .reverse(CONST, DUPLICATED, CONST)
                .batch(SHARED, EACH, EACH, EACH, SHARED);
    }

    @InFork
    static void gradientsByTheArraysOfEachExampleHaveTheBitsOfTheJvm() {
        Device device = Agreement.device();
        ByArrays separate = Offload.of(byArrays(), ByArrays.class).on(device, ByArrays.class);
        ByFlatArrays packed =
                Offload.of(byArrays().layout(Layout.PACKED), ByFlatArrays.class).on(device, ByFlatArrays.class);
        ByArrays onJvm = byArrays().as(ByArrays.class);
        double[] w = doubles(HIDDEN * (INPUTS + 1), 1);
        for (int count : COUNTS) {
            double[] x = doubles(count * INPUTS, 2);
            double[] y = doubles(count, 3);
            double[] before = doubles(x.length, 4);
            double[][] expected = rows(before, count);
            onJvm.of(w, rows(x, count), expected, y, 1.5);
            double[][] actual = rows(before, count);
            separate.of(w, rows(x, count), actual, y, 1.5);
            assertArrayEquals(flat(expected), flat(actual));
            double[] ofPacked = before.clone();
            packed.of(count, w, x, ofPacked, y, 1.5);
            assertArrayEquals(flat(expected), ofPacked);
        }
    }

    /** How often it goes round, only the example knows, and its tape grows with that. */
    static double settle(double x) {
        double value = x;
        for (int round = 0; value < 10 && round < 500; round++) {
            value = value * 1.01 + 0.02 * Math.sin(value) + 0.001;
        }
        return value;
    }

    interface Slopes {
        double[] of(double[] x, double seed);
    }

    @InFork
    static void whatReverseModeKeepsOfEachExampleGrowsOnTheDevice() {
        Batched batch =
                Jacobi.of(OffloadedBatchesTest.class, "settle").reverse(ACTIVE).batch(EACH, SHARED);
        Traffic[] moved = new Traffic[1];
        Slopes there = Offload.of(batch, Slopes.class)
                .measuring(traffic -> moved[0] = traffic)
                .on(Agreement.device(), Slopes.class);
        for (int count : COUNTS) {
            double[] x = new Random(1).doubles(count, 0.01, 9).toArray();
            assertArrayEquals(batch.as(Slopes.class).of(x, 1), there.of(x, 1));
            assertEquals(8L * count, moved[0].bytesIn());
            assertEquals(8L * count, moved[0].bytesOut());
            assertEquals(0, moved[0].failures());
        }
        assertEquals(1, moved[0].launches());
    }

    static void scale(double[] x, double by) {
        for (int j = 0; j < x.length; j++) {
            x[j] *= by;
        }
    }

    interface Scaled {
        void of(double[][] x, double[] by);
    }

    interface FlatScaled {
        void of(int count, double[] x, double[] by);
    }

    @InFork
    static void arraysOfEachExampleAreWritten() {
        Batched batch = Jacobi.of(OffloadedBatchesTest.class, "scale").batch(EACH, EACH);
        Device device = Agreement.device();
        FlatScaled packed =
                Offload.of(batch.layout(Layout.PACKED), FlatScaled.class).on(device, FlatScaled.class);
        Scaled separate = Offload.of(batch, Scaled.class).on(device, Scaled.class);
        for (int count : COUNTS) {
            double[] x = doubles(3 * count, 1);
            double[] by = doubles(count, 2);
            double[][] expected = rows(x, count);
            batch.as(Scaled.class).of(expected, by);
            double[][] actual = rows(x, count);
            separate.of(actual, by);
            assertArrayEquals(flat(expected), flat(actual));
            packed.of(count, x, by);
            assertArrayEquals(flat(expected), x);
        }
    }

    @InFork
    static void theSameArrayToWriteForTwoExamplesIsRefused() {
        Batched batch = Jacobi.of(OffloadedBatchesTest.class, "scale").batch(EACH, EACH);
        Scaled there = Offload.of(batch, Scaled.class).on(Agreement.device(), Scaled.class);
        double[] row = {1, 2};
        double[][] x = {{0, 1}, row, {5}, row};
        JacobiException refused = assertThrows(JacobiException.class, () -> there.of(x, new double[] {2, 2, 2, 2}));
        assertEquals(Refusal.ALIASED_ARGUMENTS, refused.refusal());
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "cannot run the batch of dev.jacobi.offload.OffloadedBatchesTest.scale(double[], double):"
                                        + " example 3 has an array in parameter 0 that is given elsewhere too, and may be written"),
                refused.getMessage());
        assertArrayEquals(new double[] {1, 2}, row);
    }

    @InFork
    static void argumentsThatDoNotFitAreRefusedAsOnTheJvmBeforeAnythingIsDone() {
        Device device = Agreement.device();
        Errors onJvm = errors().as(Errors.class);
        Errors there = Offload.of(errors(), Errors.class).on(device, Errors.class);
        sameRefusal(
                () -> onJvm.of(new double[6], new double[3][5], new double[4]),
                () -> there.of(new double[6], new double[3][5], new double[4]));
        FlatErrors flatOnJvm = errors().layout(Layout.PACKED).as(FlatErrors.class);
        FlatErrors flat =
                Offload.of(errors().layout(Layout.PACKED), FlatErrors.class).on(device, FlatErrors.class);
        for (int count : new int[] {-1, 3, 0}) {
            sameRefusal(
                    () -> flatOnJvm.of(count, new double[6], new double[10], new double[Math.max(count, 0)]),
                    () -> flat.of(count, new double[6], new double[10], new double[Math.max(count, 0)]));
        }
        ByArrays gradientsOnJvm = byArrays().as(ByArrays.class);
        ByArrays gradients = Offload.of(byArrays(), ByArrays.class).on(device, ByArrays.class);
        double[][] shadows = {new double[5], new double[4], new double[5]};
        sameRefusal(
                () -> gradientsOnJvm.of(new double[6], new double[3][5], shadows.clone(), new double[3], 1),
                () -> gradients.of(new double[6], new double[3][5], shadows, new double[3], 1));
        assertArrayEquals(new double[5], shadows[0]);
    }

    private static void sameRefusal(Runnable onJvm, Runnable there) {
        Throwable expected = assertThrows(RuntimeException.class, onJvm::run);
        if (!(expected instanceof JacobiException)) {
            expected = expected.getCause();
        }
        JacobiException refused = assertThrows(JacobiException.class, there::run);
        assertEquals(expected.getMessage(), refused.getMessage());
    }

    static double pick(double[] x, int place) {
        x[0] += 1;
        return x[place];
    }

    interface Picked {
        double[] of(int count, double[] x, int[] places);
    }

    @InFork
    static void anExampleThatThrowsHasWrittenNothingAndThoseBeforeItAreDone() {
        Batched batch =
                Jacobi.of(OffloadedBatchesTest.class, "pick").batch(EACH, EACH).layout(Layout.PACKED);
        Picked there = Offload.of(batch, Picked.class).on(Agreement.device(), Picked.class);
        int[] places = new int[50];
        Arrays.fill(places, 2);
        double[] x = doubles(150, 1);
        double[] expected = x.clone();
        assertArrayEquals(batch.as(Picked.class).of(50, expected, places), there.of(50, x, places));
        assertArrayEquals(expected, x);
        places[33] = 3;
        ArrayIndexOutOfBoundsException thrown =
                assertThrows(ArrayIndexOutOfBoundsException.class, () -> there.of(50, x, places));
        assertEquals("Index 3 out of bounds for length 3", thrown.getMessage());
        assertThrows(RuntimeException.class, () -> batch.as(Picked.class).of(50, expected, places));
        assertArrayEquals(expected, x);
    }

    static double read(double[] x, int place) {
        return x[place];
    }

    @InFork
    static void anIndexOutsideOfAnExamplesArrayIsOneAlsoWhereTheNextExampleHasItsArray() {
        Batched batch = Jacobi.of(OffloadedBatchesTest.class, "read").batch(EACH, EACH);
        for (Layout layout : new Layout[] {Layout.PACKED, Layout.LANES}) {
            Picked there = Offload.of(batch.layout(layout), Picked.class).on(Agreement.device(), Picked.class);
            double[] both = there.of(2, new double[] {1, 2, 3, 4, 5, 6}, new int[] {0, 1});
            assertArrayEquals(layout == Layout.PACKED ? new double[] {1, 5} : new double[] {1, 4}, both);
            for (int place : new int[] {-1, 3, Integer.MAX_VALUE}) {
                ArrayIndexOutOfBoundsException thrown = assertThrows(
                        ArrayIndexOutOfBoundsException.class,
                        () -> there.of(2, new double[] {1, 2, 3, 4, 5, 6}, new int[] {place, 0}));
                assertEquals("Index " + place + " out of bounds for length 3", thrown.getMessage());
            }
        }
    }
}
