package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays that stay on a device between calls: what moves when, who sees what, and what is refused. */
@Tag(DeviceTests.TAG)
class DeviceArrayTest {
    private static final int LENGTH = 1000;
    private static final long BYTES = 8L * LENGTH;
    private static final Traffic NOTHING = new Traffic(0, 0, 0, 0, 1, 0);

    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return ForkedTests.of(DeviceArrayTest.class)
                .environment("POCL_DEVICES", "pthread pthread")
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    private static List<Device> both() {
        return Agreement.devices(2);
    }

    private static double[] doubles(int seed) {
        return new Random(seed).doubles(LENGTH, -2, 2).toArray();
    }

    static void add(double[] x, double[] y, double a) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    private static double[] added(double[] x, double[] y, double a, int times) {
        double[] sum = y.clone();
        for (int time = 0; time < times; time++) {
            add(x, sum, a);
        }
        return sum;
    }

    private static Traffic run(List<Device> devices, String method, @Nullable Object... arguments) {
        Traffic[] moved = new Traffic[1];
        Offload.of(DeviceArrayTest.class, method)
                .measuring(traffic -> moved[0] = traffic)
                .run(devices, arguments);
        return moved[0];
    }

    private static Traffic run(String method, @Nullable Object... arguments) {
        return run(List.of(Agreement.device()), method, arguments);
    }

    @InFork
    static void aThousandCallsMoveTheArraysOnce() {
        double[] x = doubles(1);
        double[] y = doubles(2);
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(Agreement.device(), y)) {
            assertEquals(new Traffic(2 * BYTES, 2, 0, 0, 1, 0), run("add", xs, ys, 0.5));
            for (int call = 1; call < 1000; call++) {
                assertEquals(NOTHING, run("add", xs, ys, 0.5));
            }
            assertArrayEquals(added(x, y, 0.5, 1000), ys.get());
            assertArrayEquals(x, xs.get());
            // What was read is still right on the device.
            assertEquals(NOTHING, run("add", xs, ys, 0.5));
        }
    }

    @InFork
    static void lambdasUseThemByTheirArrays() {
        double[] x = doubles(1);
        double[] y = doubles(2);
        double a = 0.25;
        DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
        DeviceArray<double[]> ys = DeviceArray.copyOf(Agreement.device(), y);
        for (int call = 0; call < 3; call++) {
            Offload.offload(Agreement.device(), () -> add(xs.array(), ys.array(), a));
        }
        assertArrayEquals(added(x, y, a, 3), ys.get());
        xs.close();
        ys.close();
    }

    /** An object with arrays of its own on the device. */
    static final class Model {
        final DeviceArray<double[]> weights;
        final DeviceArray<double[]> gradient;

        Model(double[] start) {
            weights = DeviceArray.copyOf(Agreement.device(), start);
            gradient = DeviceArray.copyOf(Agreement.device(), new double[start.length]);
        }

        void step() {
            double[] w = weights.array();
            double[] g = gradient.array();
            IntStream.range(0, w.length).parallel().forEach(i -> g[i] = 2 * w[i]);
            IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= 0.125 * g[i]);
        }
    }

    @InFork
    static void objectsKeepThemInFields() {
        double[] start = doubles(3);
        Model model = new Model(start);
        for (int step = 0; step < 4; step++) {
            Offload.offload(Agreement.device(), model::step);
        }
        double[] expected = start.clone();
        for (int step = 0; step < 4; step++) {
            for (int i = 0; i < LENGTH; i++) {
                expected[i] -= 0.125 * (2 * expected[i]);
            }
        }
        assertArrayEquals(expected, model.weights.get());
    }

    @InFork
    static void trainingGoesOnWhereItWasWithoutMovingTheData() {
        int weights = 7;
        double[] x = new Random(1).doubles(300L * weights, -1, 1).toArray();
        double[] y = new Random(2).doubles(300, -1, 1).toArray();
        double[] w = new Random(3).doubles(weights, -1, 1).toArray();
        double[] adjoints = new double[weights];
        Device device = Agreement.device();
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(device, x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(device, y);
                DeviceArray<double[]> ws = DeviceArray.copyOf(device, w);
                DeviceArray<double[]> gs = DeviceArray.copyOf(device, adjoints)) {
            List<Traffic> moved = new ArrayList<>();
            OffloadedMethod train =
                    Offload.of(OffloadedDerivativesTest.class, "train").measuring(moved::add);
            double expected = (double) train.run(device, w, adjoints, x, y, 6);
            moved.clear();
            train.run(device, ws, gs, xs, ys, 2);
            train.run(device, ws, gs, xs, ys, 2);
            assertEquals(expected, train.run(device, ws, gs, xs, ys, 2));
            assertArrayEquals(w, ws.get());
            assertArrayEquals(adjoints, gs.get());
            // After the first call, only the adjoints come, which the JVM sets to 0 before each epoch.
            assertEquals(moved.get(1), moved.get(2));
            assertEquals(2 * 8L * weights, moved.get(2).bytesIn());
            assertEquals(
                    moved.get(2).bytesIn() + 8L * (x.length + y.length + w.length),
                    moved.get(0).bytesIn());
        }
    }

    @InFork
    static void theCallersArrayIsAnotherOne() {
        double[] x = doubles(1);
        double[] y = doubles(2);
        double[] before = y.clone();
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(Agreement.device(), y)) {
            double[] expected = added(x, y, 1, 2);
            run("add", xs, ys, 1.0);
            Arrays.fill(x, Double.NaN);
            Arrays.fill(ys.get(), Double.NaN);
            run("add", xs, ys, 1.0);
            assertArrayEquals(before, y);
            assertArrayEquals(expected, ys.get());
        }
    }

    @InFork
    static void whatIsSetComesToTheDeviceBeforeItIsUsed() {
        double[] x = doubles(1);
        double[] y = doubles(2);
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(Agreement.device(), y)) {
            run("add", xs, ys, 1.0);
            double[] other = doubles(3);
            ys.set(other);
            assertArrayEquals(other, ys.get());
            assertEquals(new Traffic(BYTES, 1, 0, 0, 1, 0), run("add", xs, ys, 1.0));
            double[] into = new double[LENGTH];
            ys.get(into);
            assertArrayEquals(added(x, other, 1, 1), into);
        }
    }

    static double hostBetween(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i] + 1);
        y[0] = 17;
        double sum = y[0] + y[1];
        Arrays.fill(x, 0, 2, sum);
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += y[i]);
        return sum;
    }

    @InFork
    static void codeOnTheJvmTouchesThemAsAnyArray() {
        double[] x = doubles(1);
        double[] y = doubles(2);
        for (List<Device> devices : List.of(both().subList(0, 1), both())) {
            try (DeviceArray<double[]> xs = DeviceArray.copyOf(devices, x);
                    DeviceArray<double[]> ys = DeviceArray.copyOf(devices, y)) {
                double[] expectedX = x.clone();
                double[] expectedY = y.clone();
                OffloadedMethod method = Offload.of(DeviceArrayTest.class, "hostBetween");
                for (int call = 0; call < 3; call++) {
                    assertEquals(hostBetween(expectedX, expectedY), method.run(devices, xs, ys));
                    assertArrayEquals(expectedX, xs.get());
                    assertArrayEquals(expectedY, ys.get());
                }
            }
        }
    }

    static void forgets(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += x[i]);
        Arrays.fill(y, 3);
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += x[i]);
    }

    @InFork
    static void whatTheJvmFillsIsNoMoreOnTheDevice() {
        double[] x = doubles(1);
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(Agreement.device(), doubles(2))) {
            double[] expected = new double[LENGTH];
            forgets(x, expected);
            for (int call = 0; call < 3; call++) {
                run("forgets", xs, ys);
                assertArrayEquals(expected, ys.get());
            }
        }
    }

    static void quotients(int[] x, int[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += 100 / x[i]);
    }

    @InFork
    static void afterAnExceptionTheyAreAsASequentialLoopLeavesThem() {
        int[] x = IntStream.range(0, LENGTH).map(i -> i == 700 ? 0 : i + 1).toArray();
        int[] y = new int[LENGTH];
        int[] good = IntStream.range(0, LENGTH).map(i -> i + 1).toArray();
        for (List<Device> devices : List.of(both().subList(0, 1), both())) {
            try (DeviceArray<int[]> xs = DeviceArray.copyOf(devices, good);
                    DeviceArray<int[]> ys = DeviceArray.copyOf(devices, y)) {
                run(devices, "quotients", xs, ys);
                xs.set(x);
                assertThrows(ArithmeticException.class, () -> run(devices, "quotients", xs, ys));
                int[] expected = new int[LENGTH];
                for (int i = 0; i < LENGTH; i++) {
                    expected[i] = 100 / good[i] + (i < 700 ? 100 / x[i] : 0);
                }
                assertArrayEquals(expected, ys.get());
                xs.set(good);
                run(devices, "quotients", xs, ys);
                for (int i = 0; i < LENGTH; i++) {
                    expected[i] += 100 / good[i];
                }
                assertArrayEquals(expected, ys.get());
            }
        }
    }

    static void neighbours(double[] x, double[] y) {
        IntStream.range(1, x.length - 1).parallel().forEach(i -> y[i] = (x[i - 1] + x[i] + x[i + 1]) / 3);
    }

    @InFork
    static void eachOfTwoDevicesKeepsItsHalfAndGetsTheEdgesOfTheOther() {
        double[] x = doubles(1);
        double[] expected = x.clone();
        double[] other = x.clone();
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(both(), x);
                DeviceArray<double[]> ys = DeviceArray.copyOf(both(), x)) {
            // 998 rounds, 499 each: elements 0 to 500, and 499 to 999.
            assertEquals(new Traffic(8 * 1002, 2, 0, 0, 2, 0), run(both(), "neighbours", xs, ys));
            neighbours(expected, other);
            for (int call = 0; call < 20; call++) {
                run(both(), "neighbours", call % 2 == 0 ? ys : xs, call % 2 == 0 ? xs : ys);
                neighbours(call % 2 == 0 ? other : expected, call % 2 == 0 ? expected : other);
            }
            assertArrayEquals(expected, xs.get());
            assertArrayEquals(other, ys.get());
        }
    }

    @InFork
    static void sixteenThreadsTakeTurns() throws Exception {
        double[] x = doubles(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(16);
                DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), x);
                DeviceArray<double[]> shared = DeviceArray.copyOf(Agreement.device(), new double[LENGTH])) {
            List<Future<?>> results = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                boolean crosswise = thread % 2 == 0;
                results.add(threads.submit(() -> {
                    for (int call = 0; call < 10; call++) {
                        run("add", xs, shared, 1.0);
                        // In another order, so that nobody may wait for somebody who waits.
                        if (crosswise) {
                            run("add", shared, new double[LENGTH], 1.0);
                        } else {
                            shared.get();
                        }
                    }
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
            assertArrayEquals(added(x, new double[LENGTH], 1, 160), shared.get());
        }
    }

    static final List<double[]> KEPT = new ArrayList<>();
    static double @Nullable [] kept;

    static double[] givesBack(double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += 1);
        return x;
    }

    static void keeps(double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += 1);
        kept = x;
    }

    private static String refusal(Runnable code) {
        JacobiException refused = assertThrows(JacobiException.class, code::run);
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        return String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
    }

    @InFork
    static void codeThatMightKeepTheArrayIsRefused() {
        try (DeviceArray<double[]> xs = DeviceArray.copyOf(Agreement.device(), doubles(1))) {
            assertEquals(
                    "cannot offload dev.jacobi.offload.DeviceArrayTest.givesBack(double[]) with a DeviceArray as argument 0: it is given back, where it might be changed without the device",
                    refusal(() -> run("givesBack", xs)));
            assertEquals(
                    "cannot offload dev.jacobi.offload.DeviceArrayTest.keeps(double[]) with a DeviceArray as argument 0: it is stored in the field kept, where it might be changed without the device",
                    refusal(() -> run("keeps", xs)));
            String inLambda = refusal(() -> Offload.offload(Agreement.device(), () -> keeps(xs.array())));
            assertTrue(
                    inLambda.contains(
                            "the array of a DeviceArray is stored in the field kept, where it might be changed without the device"),
                    inLambda);
            String inList = refusal(() -> Offload.offload(Agreement.device(), () -> {
                double[] x = xs.array();
                IntStream.range(0, x.length).parallel().forEach(i -> x[i] += 1);
                KEPT.add(x);
            }));
            assertTrue(inList.contains("the array of a DeviceArray is passed to "), inList);
            assertArrayEquals(doubles(1), xs.get());
        }
    }

    @InFork
    static void itIsForItsDevicesAloneUntilItIsClosed() {
        Device first = both().get(0);
        Device second = both().get(1);
        DeviceArray<double[]> xs = DeviceArray.copyOf(first, doubles(1));
        IllegalStateException elsewhere = assertThrows(
                IllegalStateException.class, () -> run(List.of(second), "add", xs, new double[LENGTH], 1.0));
        assertEquals("a DeviceArray of [opencl:0] is used on [opencl:1]; make one for these", elsewhere.getMessage());
        IllegalStateException outside = assertThrows(IllegalStateException.class, xs::array);
        assertEquals("the array of a DeviceArray is for offloaded code alone; use get()", outside.getMessage());
        assertEquals(LENGTH, xs.length());
        xs.close();
        xs.close();
        IllegalStateException closed = assertThrows(IllegalStateException.class, xs::get);
        assertEquals("the DeviceArray is closed", closed.getMessage());
        assertThrows(IllegalStateException.class, () -> xs.set(doubles(2)));
        assertThrows(IllegalStateException.class, () -> run("add", xs, new double[LENGTH], 1.0));
        // The lock is free again.
        try (DeviceArray<double[]> others = DeviceArray.copyOf(first, doubles(1))) {
            assertArrayEquals(doubles(1), others.get());
        }
    }

    @InFork
    static void onlyArraysOfNumbersOfTheRightLength() {
        IllegalArgumentException rows = assertThrows(
                IllegalArgumentException.class, () -> DeviceArray.copyOf(Agreement.device(), new double[2][2]));
        assertEquals("not an array of numbers: class [[D", rows.getMessage());
        try (DeviceArray<boolean[]> flags = DeviceArray.copyOf(Agreement.device(), new boolean[] {true, false});
                DeviceArray<double[]> none = DeviceArray.copyOf(Agreement.device(), new double[0])) {
            assertArrayEquals(new boolean[] {true, false}, flags.get());
            assertEquals(0, none.get().length);
            IllegalArgumentException length =
                    assertThrows(IllegalArgumentException.class, () -> flags.set(new boolean[3]));
            assertEquals("an array of 3 elements for one of 2", length.getMessage());
            assertEquals(
                    Refusal.WRONG_SIGNATURE,
                    assertThrows(JacobiException.class, () -> run("add", flags, none, 1.0))
                            .refusal());
        }
    }

    @InFork
    static void whatADeviceAloneHadIsLostWithItAndSaidSo() {
        Device device = Agreement.device();
        DeviceArray<double[]> xs = DeviceArray.copyOf(device, doubles(1));
        DeviceArray<double[]> ys = DeviceArray.copyOf(device, doubles(2));
        run("add", xs, ys, 1.0);
        // As if the driver had said that the device is lost.
        device.lost(device.open());
        assertThrows(RuntimeException.class, ys::get);
        DeviceException lost = assertThrows(DeviceException.class, () -> run("add", xs, ys, 1.0));
        assertEquals("what the DeviceArray held is lost, since its device was lost; set it again", lost.getMessage());
        assertTrue(assertThrows(DeviceException.class, ys::get).lost());
        // What was only read is right on the JVM.
        assertArrayEquals(doubles(1), xs.get());
        ys.set(doubles(2));
        assertEquals(new Traffic(2 * BYTES, 2, 0, 0, 1, 0), run("add", xs, ys, 1.0));
        assertArrayEquals(added(doubles(1), doubles(2), 1, 1), ys.get());
    }
}
