package dev.jacobi.offload;

import static dev.jacobi.offload.LittleMemory.LENGTH;
import static dev.jacobi.offload.LittleMemory.device;
import static dev.jacobi.offload.LittleMemory.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Sums and other reductions over arrays that are larger than the device's memory: parts go on with what they have. */
@Tag(DeviceTests.TAG)
class StreamedSumsTest {
    private static final String NAME = "dev.jacobi.offload.StreamedSumsTest.";

    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return ForkedTests.of(StreamedSumsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    /** On a device with memory for all, and with the same bits on one with little, and on two with little. */
    private static void agreeWithLarge(String name, @Nullable Object... arguments) {
        OffloadedMethod method = Offload.of(StreamedSumsTest.class, name);
        Outcome expected = Agreement.onDevice(method, Agreement.device(), arguments);
        LittleMemory.agree(expected, method, name, arguments);
    }

    static double total(double[] x) {
        return IntStream.range(0, x.length).parallel().mapToDouble(i -> x[i]).sum();
    }

    static double scalarProduct(float[] x, float[] y, int from) {
        return 3
                + IntStream.range(from, x.length - 1)
                        .parallel()
                        .mapToDouble(i -> (double) x[i + 1] * y[i - from])
                        .sum();
    }

    static long exclusive(long[] x, int[] y) {
        return IntStream.range(0, x.length)
                .parallel()
                .filter(i -> y[i] > 0)
                .mapToLong(i -> x[i] * y[i])
                .reduce(7, (one, other) -> one ^ other);
    }

    static int greatest(int[] x) {
        return IntStream.range(0, x.length).parallel().map(i -> -x[i]).max().orElse(5);
    }

    static double looked(double[] table, int[] at, double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> x[i] * table[at[i]])
                .min()
                .orElse(0);
    }

    @InFork
    static void sumsHaveTheBitsOfADeviceThatIsLargeEnough() {
        agreeWithLarge("total", doubles(1));
        double[] zeros = new double[LENGTH];
        Arrays.fill(zeros, -0.0);
        agreeWithLarge("total", zeros);
        for (int length : new int[] {4999, 4993, 4096, 5008}) {
            agreeWithLarge("total", Arrays.copyOf(doubles(2), length));
        }
        float[] x = new float[LENGTH];
        float[] y = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            x[i] = (float) doubles(3)[i];
            y[i] = 1 / x[i];
        }
        agreeWithLarge("scalarProduct", x, y, 0);
        agreeWithLarge("scalarProduct", x, y, 77);
    }

    @InFork
    static void otherReductionsDoToo() {
        long[] x = new Random(4).longs(LENGTH).toArray();
        int[] y = new Random(5).ints(LENGTH).toArray();
        agreeWithLarge("exclusive", x, y);
        agreeWithLarge("greatest", (Object) y);
        double[] table = new Random(6).doubles(50).toArray();
        int[] at = new Random(7).ints(LENGTH, 0, 50).toArray();
        agreeWithLarge("looked", table, at, doubles(8));
    }

    @InFork
    static void aSumWhoseRoundFailsThrowsAsInJava() {
        int[] at = new Random(7).ints(LENGTH, 0, 50).toArray();
        double[] table = new Random(6).doubles(50).toArray();
        for (int bad : new int[] {0, 777, 2500, LENGTH - 1}) {
            int[] wrong = at.clone();
            wrong[bad] = 50;
            StandInDevice small = device("small", 30_000);
            ArrayIndexOutOfBoundsException thrown = assertThrows(
                    ArrayIndexOutOfBoundsException.class,
                    () -> Offload.of(StreamedSumsTest.class, "looked").run(small.device(), table, wrong, doubles(8)));
            assertEquals("Index 50 out of bounds for length 50", thrown.getMessage());
            assertEquals(0, small.allocated.get());
        }
    }

    @InFork
    static void aSumMovesItsArraysOnceAndWhatItsPartsHave() {
        StandInDevice small = device("small", 20_000);
        Traffic[] moved = new Traffic[1];
        Offload.of(StreamedSumsTest.class, "total")
                .measuring(traffic -> moved[0] = traffic)
                .run(small.device(), doubles(1));
        // 312 parts of 8 bytes. Half of the memory, less these, has place for 469 rounds in two windows: one round for
        // each part.
        assertEquals(new Traffic(8 * LENGTH + 8 * 312, 18, 8 * 312, 1, 17, 0), moved[0]);
    }

    static double totalOfWritten(double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> x[i] += 1)
                .sum();
    }

    @InFork
    static void loopsThatAddUpAndWriteAreRefused() {
        StandInDevice small = device("small", 20_000);
        JacobiException refused = assertThrows(
                JacobiException.class,
                () -> Offload.of(StreamedSumsTest.class, "totalOfWritten").run(small.device(), doubles(1)));
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "totalOfWritten(double[]) on small:0: its arrays need 40000 bytes there, the largest, a double[5000], 40000, and the device has 20000, of which one array may have 20000; it cannot be done in parts, since its rounds add up, and do more than that with flat arrays of numbers",
                String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
    }

    @InFork
    static void aSumThatHasNoPlaceForARoundOfEachPartIsRefused() {
        StandInDevice small = device("small", 4_000);
        JacobiException refused = assertThrows(
                JacobiException.class,
                () -> Offload.of(StreamedSumsTest.class, "total").run(small.device(), doubles(1)));
        assertEquals(
                "cannot run the parallel loop of " + NAME
                        + "total(double[]) on small:0: its arrays need 40000 bytes there, the largest, a double[5000], 40000, and the device has 4000, of which one array may have 4000; there is no place for parts of 312 rounds either",
                String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
        assertEquals(0, small.allocated.get());
    }
}
