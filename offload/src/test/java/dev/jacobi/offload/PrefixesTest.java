package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Prefixes of doubles, which are put together of those of blocks on a device. */
@Tag(DeviceTests.TAG)
class PrefixesTest {
    private static final int[] LENGTHS = {1, 2, 63, 64, 65, 127, 128, 129, 1_000, 100_000};

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(PrefixesTest.class)
                .environment("POCL_DEVICES", "pthread pthread")
                .run();
    }

    static void sums(double[] x) {
        Arrays.parallelPrefix(x, Double::sum);
    }

    static void sumsOfSome(double[] x, int from, int to) {
        Arrays.parallelPrefix(x, from, to, Double::sum);
    }

    static void greatest(double[] x) {
        Arrays.parallelPrefix(x, Math::max);
    }

    static void products(double[] x) {
        Arrays.parallelPrefix(x, (a, b) -> a * b);
    }

    static void between(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] *= 2);
        Arrays.parallelPrefix(x, Double::sum);
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i] / x[x.length - 1]);
    }

    /** The area between the running sum of squares and a line. */
    static double spread(double[] x) {
        double[] sums = new double[x.length];
        IntStream.range(0, x.length).parallel().forEach(i -> sums[i] = x[i] * x[i]);
        Arrays.parallelPrefix(sums, Double::sum);
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> Math.sqrt(1 + sums[i]) * x[i])
                .sum();
    }

    /** The running product, of which each element has all before it as factors. */
    static double decay(double[] x) {
        double[] products = x.clone();
        Arrays.parallelPrefix(products, (a, b) -> a * b);
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> products[i])
                .sum();
    }

    private static double[] numbers(int length) {
        return new Random(length).doubles(length, -1, 1).toArray();
    }

    private static OffloadedMethod offloaded(String name) {
        return Agreement.offloaded(Agreement.method(PrefixesTest.class, name));
    }

    @InFork
    static void sumsAreWithinTheBoundAndTheSameOnOneDeviceAndOnTwo() {
        OffloadedMethod method = offloaded("sums");
        for (int length : LENGTHS) {
            double[] given = numbers(length);
            double[] one = given.clone();
            Traffic[] moved = new Traffic[1];
            method.measuring(traffic -> moved[0] = traffic).run(Agreement.device(), (Object) one);
            BigDecimal exact = BigDecimal.ZERO;
            double magnitudes = 0;
            for (int i = 0; i < length; i++) {
                exact = exact.add(new BigDecimal(given[i]));
                magnitudes += Math.abs(given[i]);
                double difference = exact.subtract(new BigDecimal(one[i])).abs().doubleValue();
                assertTrue(difference <= (i + 1) * 0x1p-53 * magnitudes, length + " at " + i + ": " + difference);
            }
            assertTrue(moved[0].launches() >= 1, moved[0].toString());
            assertEquals(0, moved[0].failures());
            double[] again = given.clone();
            method.run(Agreement.device(), (Object) again);
            assertArrayEquals(one, again);
            double[] two = given.clone();
            method.run(Agreement.devices(2), (Object) two);
            assertArrayEquals(one, two);
        }
    }

    @InFork
    static void operatorsThatAreExactGiveTheBitsOfPlainOrder() {
        OffloadedMethod method = offloaded("greatest");
        for (int length : LENGTHS) {
            double[] expected = numbers(length);
            double[] actual = expected.clone();
            for (int i = 1; i < length; i++) {
                expected[i] = Math.max(expected[i - 1], expected[i]);
            }
            method.run(Agreement.device(), (Object) actual);
            assertArrayEquals(expected, actual);
        }
    }

    @InFork
    static void aRangeLeavesWhatIsBesideIt() {
        OffloadedMethod method = offloaded("sumsOfSome");
        for (int[] range : new int[][] {{0, 0}, {5, 5}, {5, 6}, {0, 300}, {7, 205}, {299, 300}}) {
            double[] expected = new double[300];
            Arrays.fill(expected, 1);
            double[] actual = expected.clone();
            for (int i = range[0] + 1; i < range[1]; i++) {
                expected[i] += expected[i - 1];
            }
            method.run(Agreement.device(), actual, range[0], range[1]);
            assertArrayEquals(expected, actual);
        }
    }

    @InFork
    static void whatIsWrongThrowsWhatTheJdkThrows() {
        OffloadedMethod method = offloaded("sumsOfSome");
        for (int[] range : new int[][] {{-1, 3}, {3, 2}, {0, 11}, {Integer.MIN_VALUE, Integer.MAX_VALUE}}) {
            double[] given = numbers(10);
            Throwable expected =
                    assertThrows(RuntimeException.class, () -> sumsOfSome(given.clone(), range[0], range[1]));
            double[] left = given.clone();
            Throwable thrown =
                    assertThrows(expected.getClass(), () -> method.run(Agreement.device(), left, range[0], range[1]));
            assertEquals(expected.getMessage(), thrown.getMessage());
            assertArrayEquals(given, left);
        }
        assertThrows(
                NullPointerException.class, () -> offloaded("sums").run(Agreement.device(), new @Nullable Object[1]));
    }

    @InFork
    static void prefixesBetweenKernelsStayOnTheDevice() {
        double[] x = {1, 2, 3, 4};
        double[] y = new double[4];
        Traffic[] moved = new Traffic[1];
        offloaded("between").measuring(traffic -> moved[0] = traffic).run(Agreement.device(), x, y);
        assertArrayEquals(new double[] {2, 6, 12, 20}, x);
        assertArrayEquals(new double[] {0.1, 0.3, 0.6, 1}, y);
        // x there; the end of the only block home; x and y home.
        assertEquals(4 * Double.BYTES, moved[0].bytesIn());
        assertEquals((1 + 4 + 4) * Double.BYTES, moved[0].bytesOut());
    }

    @InFork
    static void gradientsOfPrefixesRunThereToo() {
        for (String name : new String[] {"spread", "decay"}) {
            Derivative gradient = Jacobi.of(PrefixesTest.class, name).reverse(Activity.DUPLICATED);
            for (int length : new int[] {1, 2, 64, 65, 200, 1_000}) {
                double[] x = new Random(length).doubles(length, 0.9, 1.05).toArray();
                double[] expected = new double[length];
                double[] actual = new double[length];
                double value = (double) call(gradient, x, expected);
                Traffic[] moved = new Traffic[1];
                double there = (double) Offload.of(gradient)
                        .measuring(traffic -> moved[0] = traffic)
                        .run(Agreement.device(), x.clone(), actual, 1.0);
                double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
                assertEquals(value, there, 1e-12 * Math.abs(value));
                assertArrayEquals(expected, actual, 1e-11 * largest, name + " " + length);
                assertEquals(0, moved[0].failures());
            }
        }
    }

    private static Object call(Derivative gradient, double[] x, double[] shadow) {
        try {
            return gradient.asMethodHandle().invokeWithArguments(x.clone(), shadow, 1.0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
