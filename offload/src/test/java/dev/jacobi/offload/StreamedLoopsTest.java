package dev.jacobi.offload;

import static dev.jacobi.offload.LittleMemory.LENGTH;
import static dev.jacobi.offload.LittleMemory.device;
import static dev.jacobi.offload.LittleMemory.doubles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Loops over arrays that are larger than the device's memory: done some rounds after the other, which nobody can tell but by what moves. */
@Tag(DeviceTests.TAG)
class StreamedLoopsTest {
    private static final String NAME = "dev.jacobi.offload.StreamedLoopsTest.";

    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return ForkedTests.of(StreamedLoopsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    /** On the JVM in plain order, on a device with memory for all, on one with little, and on two with little. */
    private static void agree(String name, @Nullable Object... arguments) {
        OffloadedMethod method = Offload.of(StreamedLoopsTest.class, name);
        Outcome expected = Agreement.onJvm(Agreement.method(StreamedLoopsTest.class, name + "InOrder"), arguments);
        Outcome onOne = Agreement.onDevice(method, Agreement.device(), arguments);
        assertTrue(expected.isSame(onOne), () -> name + ": " + expected.text() + "\nbut " + onOne.text());
        LittleMemory.agree(expected, method, name, arguments);
    }

    static void saxpy(double a, double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    static void saxpyInOrder(double a, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += a * x[i];
        }
    }

    @InFork
    static void partsOfAllArraysComeAndGo() {
        agree("saxpy", 0.5, doubles(1), doubles(2));
        double[] both = doubles(3);
        agree("saxpy", 2.0, both, both);
    }

    @InFork
    static void nothingMovesTwice() {
        StandInDevice small = device("small", 32_000);
        Traffic[] moved = new Traffic[1];
        List<String> said = DeviceChoices.said(() -> Offload.of(StreamedLoopsTest.class, "saxpy")
                .measuring(traffic -> moved[0] = traffic)
                .run(small.device(), 0.5, doubles(1), doubles(2)));
        // 16 bytes for each round, in two windows, half of the memory: 500 rounds at a time.
        assertEquals(new Traffic(16 * LENGTH, 20, 8 * LENGTH, 10, 10, 0), moved[0]);
        assertEquals(0, small.refused.get(), "nobody asks for what a device cannot have");
        assertEquals(1, said.size(), said::toString);
        assertTrue(
                said.getFirst()
                                .startsWith("WARNING the parallel loop of " + NAME
                                        + "saxpy(double, double[], double[]) at ")
                        && said.getFirst()
                                .endsWith(
                                        " is done in parts on small:0: its arrays need 80000 bytes there, the largest, a double[5000], 40000, and the device has 32000, of which one array may have 32000; all of them move in and out at each launch; said once"),
                said::toString);
    }

    static void stencil(float[] x, float[] y, int from) {
        IntStream.range(from, x.length - 1).parallel().forEach(i -> y[i] = x[i - 1] + 2 * x[i] - x[i + 1] + i);
    }

    static void stencilInOrder(float[] x, float[] y, int from) {
        for (int i = from; i < x.length - 1; i++) {
            y[i] = x[i - 1] + 2 * x[i] - x[i + 1] + i;
        }
    }

    @InFork
    static void neighboursComeAlong() {
        float[] x = new float[2 * LENGTH];
        float[] y = new float[2 * LENGTH];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i * 7919) % 1000;
        }
        agree("stencil", x, y, 1);
        agree("stencil", x, y, 1777);
        agree("stencil", x, y, 0);
    }

    static void reversed(long[] x, short[] y, boolean[] flags, int shift) {
        IntStream.range(0, y.length).parallel().forEach(i -> {
            y[i] = (short) (x[x.length - 1 - i] + x[i + shift] + x.length);
            flags[i] = x[i] > 0;
        });
    }

    static void reversedInOrder(long[] x, short[] y, boolean[] flags, int shift) {
        for (int i = 0; i < y.length; i++) {
            y[i] = (short) (x[x.length - 1 - i] + x[i + shift] + x.length);
            flags[i] = x[i] > 0;
        }
    }

    @InFork
    static void arraysThatAreReadFromBothEndsMustFitAsAWhole() {
        long[] x = new Random(4).longs(2000).toArray();
        OffloadedMethod method = Offload.of(StreamedLoopsTest.class, "reversed");
        Object[] arguments = {x, new short[1900], new boolean[1900], 100};
        Outcome expected = Agreement.onJvm(Agreement.method(StreamedLoopsTest.class, "reversedInOrder"), arguments);
        StandInDevice enough = device("enough", 20_500);
        Outcome streamed = Agreement.onDevice(method, enough.device(), arguments);
        assertTrue(expected.isSame(streamed), streamed::text);
        assertTrue(enough.launches.get() > 1);
        StandInDevice small = device("small", 14_000);
        JacobiException refused =
                assertThrows(JacobiException.class, () -> method.run(small.device(), Agreement.copy(arguments)));
        assertEquals(Refusal.DEVICE_MEMORY, refused.refusal());
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "reversed(long[], short[], boolean[], int) on small:0: its arrays need 21700 bytes there, the largest, a long[2000], 16000, and the device has 14000, of which one array may have 14000; there is no place for parts of 256 rounds either",
                String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
        assertEquals(0, small.allocated.get());
    }

    static void flip(int[] x, double[] y) {
        IntStream.rangeClosed(1, x.length).parallel().forEach(i -> y[y.length - i] = 0.5 * x[i - 1]);
    }

    static void flipInOrder(int[] x, double[] y) {
        for (int i = 1; i <= x.length; i++) {
            y[y.length - i] = 0.5 * x[i - 1];
        }
    }

    @InFork
    static void placesMayRunDown() {
        agree("flip", new Random(3).ints(LENGTH).toArray(), new double[LENGTH]);
        agree("flip", new Random(3).ints(LENGTH - 30).toArray(), new double[LENGTH]);
    }

    static void gather(double[] table, int[] where, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = table[where[i]] * table.length);
    }

    static void gatherInOrder(double[] table, int[] where, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = table[where[i]] * table.length;
        }
    }

    @InFork
    static void whatIsReadAnywhereStaysAsAWhole() {
        int[] where = new Random(5).ints(LENGTH, 0, 200).toArray();
        agree("gather", Arrays.copyOf(doubles(1), 200), where, doubles(2));
    }

    @InFork
    static void aRoundThatFailsInTheMiddleLeavesWhatJavaLeaves() {
        for (int failing : new int[] {0, 1, 700, 2500, LENGTH - 1}) {
            int[] where = new Random(5).ints(LENGTH, 0, 200).toArray();
            where[failing] = 200;
            agree("gather", Arrays.copyOf(doubles(1), 200), where, doubles(2));
        }
    }

    static void updates(int[] x, int[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 1000 / (y[i] - x[i]));
    }

    static void updatesInOrder(int[] x, int[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = 1000 / (y[i] - x[i]);
        }
    }

    @InFork
    static void noRoundIsDoneTwiceWhereOneFails() {
        for (int failing : new int[] {0, 1300, 9999}) {
            int[] x = new Random(1).ints(10_000, 0, 50).toArray();
            int[] y = new Random(2).ints(10_000, 60, 200).toArray();
            y[failing] = x[failing];
            agree("updates", x, y);
        }
        int[] same = new Random(1).ints(10_000, 1, 50).toArray();
        agree("updates", same, same);
    }

    static double[] several(double[] x, double[] y, int times) {
        double[] own = new double[x.length];
        for (int time = 0; time < times; time++) {
            IntStream.range(0, x.length).parallel().forEach(i -> own[i] += x[i] * y[i]);
            x[time] = own[2];
            IntStream.range(1, x.length).parallel().forEach(i -> y[i] = own[i - 1]);
        }
        return own;
    }

    static double[] severalInOrder(double[] x, double[] y, int times) {
        double[] own = new double[x.length];
        for (int time = 0; time < times; time++) {
            for (int i = 0; i < x.length; i++) {
                own[i] += x[i] * y[i];
            }
            x[time] = own[2];
            for (int i = 1; i < x.length; i++) {
                y[i] = own[i - 1];
            }
        }
        return own;
    }

    @InFork
    static void hostCodeAndOtherLoopsSeeWhatTheyWrite() {
        agree("several", doubles(1), doubles(2), 5);
    }

    @InFork
    static void emptyLoopsAndWrappedIndicesAreJavas() {
        for (int memory : new int[] {100, 20_000}) {
            StandInDevice small = device("small", memory);
            Offload.of(StreamedLoopsTest.class, "saxpy").run(small.device(), 1.0, new double[0], new double[0]);
            Object[] arguments = {new float[0], new float[0], Integer.MAX_VALUE};
            Offload.of(StreamedLoopsTest.class, "stencil").run(small.device(), arguments);
            assertEquals(0, small.launches.get());
        }
        // y is too short: an element is written that is not there.
        OffloadedMethod saxpy = Offload.of(StreamedLoopsTest.class, "saxpy");
        StandInDevice small = device("small", 20_000);
        JacobiException refused = assertThrows(
                JacobiException.class, () -> saxpy.run(small.device(), 1.0, doubles(1), new double[LENGTH - 1]));
        assertEquals(Refusal.DEVICE_MEMORY, refused.refusal());
    }

    static void shifted(double[] x, float[] z, double[] y, int[] at, int from, int to) {
        int a = at[0];
        int b = at[1];
        int c = at[2];
        int d = at[3];
        IntStream.range(from, to).parallel().forEach(i -> {
            y[i + a] += x[i + b] - z[i + c] * x.length;
            y[i + a] *= z[i + d] + i;
        });
    }

    static void shiftedInOrder(double[] x, float[] z, double[] y, int[] at, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i + at[0]] += x[i + at[1]] - z[i + at[2]] * x.length;
            y[i + at[0]] *= z[i + at[3]] + i;
        }
    }

    @InFork
    static void placesAtRandomGiveWhatJavaGives() {
        OffloadedMethod method = Offload.of(StreamedLoopsTest.class, "shifted");
        StandInDevice small = device("small", 30_000);
        StandInDevice other = device("other", 26_000);
        int done = 0;
        int thrown = 0;
        for (long seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            int from = random.nextInt(300) - 100;
            int rounds = 2000 + random.nextInt(1000);
            int[] at = new int[4];
            for (int place = 0; place < 4; place++) {
                at[place] = random.nextInt(60) - from;
            }
            // Now and then one place is not there.
            int missing = random.nextInt(4) == 0 ? 1 : 0;
            float[] z = new float[Math.max(at[2], at[3]) + from + rounds - missing];
            for (int i = 0; i < z.length; i++) {
                z[i] = random.nextInt(9);
            }
            double[] x = random.doubles(at[1] + from + rounds).toArray();
            double[] y =
                    random.doubles(at[0] + from + rounds + random.nextInt(20)).toArray();
            Object[] arguments = {x, z, y, at, from, from + rounds};
            Outcome expected = Agreement.onJvm(Agreement.method(StreamedLoopsTest.class, "shiftedInOrder"), arguments);
            String where = "seed " + seed;
            Outcome onOne = Agreement.onDevice(method, small.device(), arguments);
            assertTrue(expected.isSame(onOne), () -> where + ": " + expected.text() + "\nbut " + onOne.text());
            Outcome onTwo = Agreement.onDevices(method, List.of(small.device(), other.device()), arguments);
            assertTrue(expected.isSame(onTwo), () -> where + " on two: " + expected.text() + "\nbut " + onTwo.text());
            done += expected.thrown() == null ? 1 : 0;
            thrown += expected.thrown() == null ? 0 : 1;
        }
        assertTrue(done >= 80 && thrown >= 15, done + " done, " + thrown + " thrown");
        assertTrue(small.launches.get() > 3 * 150, () -> small.launches.get() + " launches");
        assertEquals(0, small.allocated.get() + other.allocated.get());
    }

    @InFork
    static void eightThreadsAtOnceGetWhatTheyWouldGetAloneOrNothing() throws Exception {
        StandInDevice small = device("small", 200_000);
        OffloadedMethod saxpy = Offload.of(StreamedLoopsTest.class, "saxpy");
        // The memory that others have is missing: a call that finds too little is refused, and has done nothing.
        Callable<Integer> caller = () -> {
            int done = 0;
            for (int call = 0; call < 20; call++) {
                double[] y = doubles(call);
                double[] expected = y.clone();
                try {
                    saxpy.run(small.device(), 0.5, doubles(call + 1), y);
                    saxpyInOrder(0.5, doubles(call + 1), expected);
                    done++;
                } catch (JacobiException e) {
                    assertEquals(Refusal.DEVICE_MEMORY, e.refusal());
                }
                assertArrayEquals(expected, y);
            }
            return done;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                all.add(threads.submit(caller));
            }
            int done = 0;
            for (Future<Integer> each : all) {
                done += each.get();
            }
            assertTrue(done > 0);
        }
        assertEquals(0, small.allocated.get());
    }

    @InFork
    static void arraysThatStayOnTheDeviceAreRightAfterwards() {
        StandInDevice small = device("small", 60_000);
        OffloadedMethod saxpy = Offload.of(StreamedLoopsTest.class, "saxpy");
        try (DeviceArray<double[]> held = DeviceArray.copyOf(small.device(), doubles(1))) {
            double[] y = doubles(2);
            double[] expected = doubles(2);
            for (int time = 0; time < 3; time++) {
                saxpy.run(small.device(), 2.0, held, y);
                saxpyInOrder(2, doubles(1), expected);
            }
            assertArrayEquals(expected, y);
            saxpy.run(small.device(), 1.0, y, held);
            double[] sum = doubles(1);
            saxpyInOrder(1, y, sum);
            assertArrayEquals(sum, held.get());
            assertNotNull(held.get());
        }
        assertEquals(0, small.allocated.get());
    }
}
