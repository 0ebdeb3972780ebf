package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays on devices that have memory for some of them only. */
@Tag(DeviceTests.TAG)
class DeviceMemoryTest {
    private static final int LENGTH = 1000;
    private static final long BYTES = 8L * LENGTH;
    /** For status words and numbers that parts of loops give. */
    private static final long SMALL = 2000;

    private static final String NAME = "dev.jacobi.offload.DeviceMemoryTest.";

    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return ForkedTests.of(DeviceMemoryTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    private static StandInDevice device(String name, long memory) {
        return new StandInDevice(name, new AtomicLong(), 1, memory);
    }

    private static double[] doubles(int seed) {
        return new Random(seed).doubles(LENGTH, -2, 2).toArray();
    }

    static void twice(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 2 * x[i]);
    }

    static void positive(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            if (x[i] > 0) {
                y[i] = x[i];
            }
        });
    }

    private static String refusal(Runnable code) {
        JacobiException refused = assertThrows(JacobiException.class, code::run);
        assertEquals(Refusal.DEVICE_MEMORY, refused.refusal());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("at:  dev.jacobi.offload.DeviceMemoryTest"), message);
        return message.lines().findFirst().orElse("");
    }

    @InFork
    static void arraysThatDoNotFitAreRefusedWithTheFigures() {
        StandInDevice small = device("small", 15_000);
        double[] x = doubles(1);
        double[] y = doubles(2);
        OffloadedMethod positive = Offload.of(DeviceMemoryTest.class, "positive");
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "positive(double[], double[]) on small:0: its arrays need 16000 bytes there, the largest, a double[1000], 8000, and the device has 15000, of which one array may have 15000; it cannot be done in parts, since it may write any element of an array",
                refusal(() -> positive.run(small.device(), x, y)));
        assertArrayEquals(doubles(2), y);
        assertEquals(0, small.allocated.get());
        assertEquals(0, small.launches.get());
        // One array given twice needs memory once.
        positive.run(small.device(), x, x);
        assertArrayEquals(doubles(1), x);
    }

    static void sumRows(float[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i][0] + x[i][1]);
    }

    @InFork
    static void soAreRows() {
        StandInDevice small = device("small", 10_000);
        float[][] x = new float[500][5];
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "sumRows(float[][], double[]) on small:0: its arrays need 18000 bytes there, the largest, a float[500][], 14000, and the device has 10000, of which one array may have 10000; it cannot be done in parts, since it does not only read and write elements of flat arrays",
                refusal(() -> Offload.of(DeviceMemoryTest.class, "sumRows").run(small.device(), x, new double[500])));
    }

    /** Loops that need two arrays each, the first one again at the end. */
    static double inTurn(double[] a, double[] b, double[] c, double[] d) {
        IntStream.range(0, a.length).parallel().forEach(i -> b[i] = a[i] + 1);
        IntStream.range(0, a.length).parallel().forEach(i -> d[i] = c[i] * b[5 + i % 10]);
        IntStream.range(0, a.length).parallel().forEach(i -> c[i] -= d[i]);
        IntStream.range(0, a.length).parallel().forEach(i -> a[i] = b[i] * b[i]);
        return IntStream.range(0, a.length)
                .parallel()
                .mapToDouble(i -> a[i])
                .max()
                .getAsDouble();
    }

    @InFork
    static void rowsMayBeAsLargeTogetherAsOneArray() {
        StandInDevice device = new StandInDevice("exact", new AtomicLong(), 1, 20_000, 10_000);
        float[][] x = new float[500][5];
        double[] y = new double[500];
        x[7][1] = 2;
        Offload.of(DeviceMemoryTest.class, "sumRows").run(device.device(), x, y);
        assertEquals(2, y[7]);
        assertEquals(0, device.refused.get());
    }

    static double sumOfNumbers(int n) {
        return IntStream.range(0, n).parallel().mapToDouble(i -> 1.0 / (1 + i)).sum();
    }

    @InFork
    static void soAreSumsOfWhatIsInNoArray() {
        StandInDevice tiny = device("tiny", 16);
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "sumOfNumbers(int) on tiny:0: its arrays need 0 bytes there, sums or copies of them another 50000, and the device has 16, of which one array may have 16; there is no place for parts of 6250 rounds either",
                refusal(() -> Offload.of(DeviceMemoryTest.class, "sumOfNumbers").run(tiny.device(), 100_000)));
    }

    @InFork
    static void arraysOfOtherLoopsGoHomeWhereTheyDoNotFitBesides() {
        StandInDevice small = device("small", 3 * BYTES + SMALL);
        Method method = Agreement.method(DeviceMemoryTest.class, "inTurn");
        Object[] arguments = {doubles(1), doubles(2), doubles(3), doubles(4)};
        Outcome expected = Agreement.onJvm(method, arguments);
        OffloadedMethod offloaded = Agreement.offloaded(method);
        List<String> said = DeviceChoices.said(() -> {
            for (int time = 0; time < 3; time++) {
                Outcome actual = Agreement.onDevice(offloaded, small.device(), arguments);
                assertTrue(expected.isSame(actual), actual::text);
                assertEquals(0, small.allocated.get());
            }
        });
        assertTrue(small.mostAllocated.get() > 3 * BYTES, () -> small.mostAllocated.get() + " bytes at most");
        // Of two loops: the second one, and the fourth.
        assertEquals(2, said.size(), said::toString);
        assertTrue(
                said.getFirst()
                        .startsWith("WARNING the memory of small:0 is full: arrays of other loops of " + NAME
                                + "inTurn(double[], double[], double[], double[]) go home for one at " + NAME
                                + "inTurn:"),
                said::toString);
        assertTrue(said.getFirst().endsWith(", and come again when they are needed; said once"), said::toString);
    }

    @InFork
    static void whatFitsStays() {
        StandInDevice large = device("large", 4 * BYTES + SMALL);
        Traffic[] moved = new Traffic[2];
        Object[] arguments = {doubles(1), doubles(2), doubles(3), doubles(4)};
        Offload.of(DeviceMemoryTest.class, "inTurn")
                .measuring(traffic -> moved[0] = traffic)
                .run(large.device(), Agreement.copy(arguments));
        Offload.of(DeviceMemoryTest.class, "inTurn")
                .measuring(traffic -> moved[1] = traffic)
                .run(Agreement.device(), Agreement.copy(arguments));
        assertEquals(moved[1], moved[0]);
    }

    static void mixed(int[] steps, double[] a, double[] b, double[] c, double[][] rows) {
        double[] own = new double[a.length];
        for (int step : steps) {
            switch (step) {
                case 0 -> IntStream.range(0, a.length).parallel().forEach(i -> a[i] += b[i]);
                case 1 -> IntStream.range(0, a.length).parallel().forEach(i -> b[i] = c[i] - b[i]);
                case 2 -> IntStream.range(1, a.length).parallel().forEach(i -> c[i] = 0.5 * a[i - 1]);
                case 3 -> IntStream.range(0, a.length).parallel().forEach(i -> own[i] = own[i] + a[i]);
                case 4 -> a[3] = own[7] + c[2];
                case 5 -> IntStream.range(0, rows.length).parallel().forEach(i -> rows[i][0] += b[i]);
                case 6 -> b[9] = rows[4][0];
                default ->
                    IntStream.range(0, a.length).parallel().forEach(i -> {
                        if (own[i] > 3) {
                            own[i] = c[i];
                        }
                    });
            }
        }
    }

    @InFork
    static void loopsAtRandomGiveWhatTheyGiveWithMemoryForAll() {
        OffloadedMethod mixed = Offload.of(DeviceMemoryTest.class, "mixed");
        Method method = Agreement.method(DeviceMemoryTest.class, "mixed");
        StandInDevice small = device("small", 2 * BYTES + SMALL);
        StandInDevice other = device("other", 2 * BYTES + 3 * SMALL);
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int[] steps = random.ints(2 + random.nextInt(30), 0, 8).toArray();
            double[][] rows = new double[100][1 + random.nextInt(5)];
            Object[] arguments = {steps, doubles(1), doubles(2), doubles(3), rows};
            Outcome expected = Agreement.onJvm(method, arguments);
            String where = "seed " + seed;
            Outcome onOne = Agreement.onDevice(mixed, small.device(), arguments);
            assertTrue(expected.isSame(onOne), () -> where + ": " + expected.text() + "\nbut " + onOne.text());
            Outcome onTwo = Agreement.onDevices(mixed, List.of(small.device(), other.device()), arguments);
            assertTrue(expected.isSame(onTwo), () -> where + " on two: " + expected.text() + "\nbut " + onTwo.text());
        }
        assertEquals(0, small.allocated.get());
        assertEquals(0, other.allocated.get());
    }

    static void fails(double[] a, double[] b, double[] c, int[] where) {
        IntStream.range(0, a.length).parallel().forEach(i -> b[i] = a[i] + 1);
        IntStream.range(0, where.length).parallel().forEach(i -> c[i] = 1 + where[i] % (where[i] - 7));
    }

    @InFork
    static void aRoundThatFailsLeavesWhatJavaLeaves() {
        StandInDevice small = device("small", 2 * BYTES + SMALL);
        int[] where = new Random(5).ints(LENGTH, 10, 100).toArray();
        where[500] = 7;
        Object[] arguments = {doubles(1), doubles(2), doubles(3), where};
        Method plain = Agreement.method(DeviceMemoryTest.class, "failsInOrder");
        Outcome expected = Agreement.onJvm(plain, arguments);
        Outcome actual = Agreement.onDevice(
                Agreement.offloaded(Agreement.method(DeviceMemoryTest.class, "fails")), small.device(), arguments);
        assertNotNull(actual.thrown());
        assertTrue(expected.isSame(actual), () -> expected.text() + "\nbut " + actual.text());
    }

    static void failsInOrder(double[] a, double[] b, double[] c, int[] where) {
        for (int i = 0; i < a.length; i++) {
            b[i] = a[i] + 1;
        }
        for (int i = 0; i < where.length; i++) {
            c[i] = 1 + where[i] % (where[i] - 7);
        }
    }

    static double layers(double[] w, double[] x, int n) {
        double[] hidden = new double[n];
        double[] other = new double[n];
        IntStream.range(0, n).parallel().forEach(i -> hidden[i] = Math.exp(w[0] * x[i]));
        IntStream.range(0, n).parallel().forEach(i -> other[i] = hidden[i] * w[1] + hidden[(i + 1) % n]);
        return IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> other[i] * other[i])
                .sum();
    }

    interface Loss {
        void gradient(double[] w, double[] dw, double[] x, double[] dx, int n, double seed);
    }

    @InFork
    static void gradientsHaveTheBitsThatTheyHaveWithMemoryForAll() {
        OffloadedMethod gradient = Offload.of(
                Jacobi.of(DeviceMemoryTest.class, "layers")
                        .reverse(Activity.DUPLICATED, Activity.DUPLICATED, Activity.CONST),
                Loss.class);
        double[] w = {0.3, 1.5};
        double[] x = doubles(5);
        double[][] dw = new double[3][2];
        double[][] dx = new double[3][LENGTH];
        StandInDevice large = device("large", 100 * BYTES);
        gradient.on(large.device(), Loss.class).gradient(w, dw[0], x, dx[0], LENGTH, 1);
        long needed = large.mostAllocated.get();
        StandInDevice small = device("small", needed - 1);
        gradient.on(small.device(), Loss.class).gradient(w, dw[1], x, dx[1], LENGTH, 1);
        assertArrayEquals(dw[0], dw[1]);
        assertArrayEquals(dx[0], dx[1]);
        StandInDevice smaller = device("smaller", needed - 3 * BYTES);
        gradient.on(smaller.device(), Loss.class).gradient(w, dw[2], x, dx[2], LENGTH, 1);
        assertArrayEquals(dw[0], dw[2]);
        assertArrayEquals(dx[0], dx[2]);
    }

    @InFork
    static void arraysThatStayAreNotPushedOut() {
        StandInDevice small = device("small", 3 * BYTES + SMALL);
        OffloadedMethod inTurn = Offload.of(DeviceMemoryTest.class, "positive");
        double[] x = IntStream.range(0, LENGTH).mapToDouble(i -> i + 1).toArray();
        try (DeviceArray<double[]> held = DeviceArray.copyOf(small.device(), x);
                DeviceArray<double[]> more = DeviceArray.copyOf(small.device(), doubles(2))) {
            inTurn.run(small.device(), held, more);
            double[] y = new double[LENGTH];
            inTurn.run(small.device(), more, y);
            assertEquals(10, y[9]);
            assertEquals(2 * BYTES, small.allocated.get());
            assertEquals(
                    "cannot run the parallel loop of " + NAME
                            + "positive(double[], double[]) on small:0: its arrays need 16000 bytes there, the largest, a double[1000], 8000, and the device has 26000, of which one array may have 26000; it cannot be done in parts, since it may write any element of an array",
                    refusal(() -> inTurn.run(small.device(), new double[LENGTH], new double[LENGTH])));
        }
        assertEquals(0, small.allocated.get());
    }

    /** Has arrays where a choice does not see them. */
    static final class Model {
        private final double[] x;
        private final double[] y;

        Model(double[] x, double[] y) {
            this.x = x;
            this.y = y;
        }

        void step() {
            double[] from = x;
            double[] to = y;
            IntStream.range(0, from.length).parallel().forEach(i -> {
                if (from[i] != 0) {
                    to[i] = 2 * from[i];
                }
            });
        }
    }

    @InFork
    static void choicesGoElsewhereAfterIt() {
        StandInDevice small = device("small", 15_000);
        StandInDevice large = device("large", 100_000);
        DeviceChoice choice = DeviceChoice.fastestOf(List.of(small.device(), large.device()));
        Model model = new Model(doubles(1), doubles(2));
        refusal(() -> Offload.offload(choice, model::step));
        for (int call = 0; call < 50; call++) {
            Offload.offload(choice, model::step);
        }
        assertEquals(2 * model.x[3], model.y[3]);
        assertEquals(50, large.launches.get());
    }
}
