package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.examples.parallel.Grids;
import dev.jacobi.examples.parallel.LinearAlgebra;
import dev.jacobi.examples.parallel.Models;
import dev.jacobi.examples.parallel.Signals;
import dev.jacobi.examples.parallel.Tables;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Well-known kernels on a device: the bits of plain Java, and what moves. Each figure of what moves is the least there can be, unless it says otherwise: what is read comes once, what is
 * written goes home once.
 */
class KernelsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        // So that Math.sin has the bits of StrictMath, as on the device.
        return ForkedTests.of(KernelsTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    private static Method algebra(String name) {
        return Agreement.method(LinearAlgebra.class, name);
    }

    private static Method tables(String name) {
        return Agreement.method(Tables.class, name);
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    private static float[] floats(int length, int seed) {
        float[] numbers = new float[length];
        Random random = new Random(seed);
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    @InFork
    static void saxpy() {
        Traffic moved = Agreement.same(algebra("saxpy"), 1.5f, floats(1000, 1), floats(1000, 2));
        assertEquals(new Traffic(8000, 2, 4000, 1, 1, 0), moved);
    }

    @InFork
    static void dotIsWithinTheBoundOfAnyOrder() {
        int n = 10_000;
        double[] x = doubles(n, 1);
        double[] y = doubles(n, 2);
        Traffic[] moved = new Traffic[1];
        OffloadedMethod dot = Agreement.offloaded(algebra("dot")).measuring(traffic -> moved[0] = traffic);
        double actual =
                (double) Agreement.onDevice(dot, Agreement.device(), x, y).result();
        double sizes = 0;
        for (int i = 0; i < n; i++) {
            sizes += Math.abs(x[i] * y[i]);
        }
        // Products are the same. n - 1 additions in any order are off by at most (n - 1) u / (1 - (n - 1) u) times the
        // sum of the sizes; the JDK's compensated sum by 2 u of
        // it, and something of the order of n u^2.
        double u = 0x1p-53;
        double bound = (n + 2) * u / (1 - (n + 2) * u) * sizes;
        assertEquals(LinearAlgebra.dot(x, y), actual, bound);
        // A part for 16 rounds, each with one number.
        assertEquals(new Traffic(16L * n, 2, 8L * (n / 16), 1, 1, 0), moved[0]);
    }

    @InFork
    static void productOfMatricesByRows() {
        int n = 37;
        Traffic moved = Agreement.same(algebra("multiply"), doubles(n * n, 1), doubles(n * n, 2), doubles(n * n, 3), n);
        // The product comes too: that the rounds write each element of it is not seen, since a round writes many.
        assertEquals(new Traffic(3L * 8 * n * n, 3, 8L * n * n, 1, 1, 0), moved);
    }

    @InFork
    static void productOfMatricesByElements() {
        int n = 41;
        Traffic moved =
                Agreement.same(algebra("multiplyByElements"), floats(n * n, 1), floats(n * n, 2), floats(n * n, 3), n);
        assertEquals(new Traffic(2L * 4 * n * n, 2, 4L * n * n, 1, 1, 0), moved);
    }

    @InFork
    static void sparseMatrixTimesVector() {
        int rows = 300;
        Random random = new Random(4);
        int[] starts = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            starts[row + 1] = starts[row] + random.nextInt(9);
        }
        int count = starts[rows];
        int[] columns = random.ints(count, 0, rows).toArray();
        Traffic moved = Agreement.same(
                algebra("multiplySparse"), starts, columns, doubles(count, 5), doubles(rows, 6), doubles(rows, 7));
        assertEquals(new Traffic(4L * (rows + 1) + 12L * count + 8L * rows, 4, 8L * rows, 1, 1, 0), moved);
    }

    @InFork
    static void heatInAPlate() throws NoSuchMethodException {
        int size = 33 * 21;
        Method heat = Grids.class.getMethod("heat", double[].class, double[].class, int.class, int.class, int.class);
        Traffic moved = Agreement.same(heat, doubles(size, 1), doubles(size, 2), 33, 21, 6);
        // The other grid is written before it is read, so it need not come.
        assertEquals(new Traffic(8L * size, 1, 16L * size, 2, 6, 0), moved);
    }

    @InFork
    static void diffusionInABlock() {
        int size = 9 * 10 * 11;
        Traffic moved = Agreement.same(
                Agreement.method(Grids.class, "diffuse"), floats(size, 1), floats(size, 2), 9, 10, 11, 0.1f);
        assertEquals(new Traffic(4L * size, 1, 4L * size, 1, 1, 0), moved);
    }

    @InFork
    static void mandelbrot() {
        Traffic moved = Agreement.same(
                Agreement.method(Grids.class, "mandelbrot"), new int[64 * 48], 64, 48, -2.1, -1.2, 2.7, 200);
        assertEquals(new Traffic(0, 0, 4L * 64 * 48, 1, 1, 0), moved);
    }

    @InFork
    static void discreteFourierTransform() {
        int n = 96;
        Traffic moved = Agreement.same(
                Agreement.method(Signals.class, "dft"), doubles(n, 1), doubles(n, 2), new double[n], new double[n]);
        assertEquals(new Traffic(16L * n, 2, 16L * n, 2, 1, 0), moved);
    }

    @InFork
    static void fastFourierTransform() {
        int n = 1 << 8;
        double[] re = doubles(n, 1);
        double[] im = doubles(n, 2);
        Traffic moved = Agreement.same(Agreement.method(Signals.class, "fft"), re, im, new double[n], new double[n], 8);
        // All four arrays are the caller's, and written.
        assertEquals(new Traffic(16L * n, 2, 32L * n, 4, 8, 0), moved);
        double[] expectedRe = new double[n];
        double[] expectedIm = new double[n];
        Signals.dft(re, im, expectedRe, expectedIm);
        Signals.fft(re, im, new double[n], new double[n], 8);
        for (int k = 0; k < n; k++) {
            assertEquals(expectedRe[k], re[k], 1e-11);
            assertEquals(expectedIm[k], im[k], 1e-11);
        }
    }

    @InFork
    static void convolution() {
        Traffic moved = Agreement.same(
                Agreement.method(Signals.class, "convolve"), floats(500, 1), floats(17, 2), new float[484]);
        assertEquals(new Traffic(4L * 517, 2, 4L * 484, 1, 1, 0), moved);
    }

    @InFork
    static void stepOfBodies() {
        int n = 100;
        double[] masses = new Random(3).doubles(n).toArray();
        Traffic moved = Agreement.same(
                Agreement.method(Models.class, "nBodyStep"), doubles(3 * n, 1), doubles(3 * n, 2), masses, 0.01);
        assertEquals(new Traffic(7L * 8 * n, 3, 6L * 8 * n, 2, 2, 0), moved);
    }

    @InFork
    static void pricesOfOptionsAndHowTheyChange() {
        int n = 500;
        Random random = new Random(3);
        double[] share = random.doubles(n, 5, 30).toArray();
        double[] strike = random.doubles(n, 1, 100).toArray();
        double[] years = random.doubles(n, 0.25, 10).toArray();
        Traffic moved = Agreement.same(
                Agreement.method(Models.class, "blackScholes"),
                share,
                strike,
                years,
                0.02,
                0.3,
                new double[n],
                new double[n],
                new double[n],
                new double[n],
                new double[n],
                new double[n]);
        assertEquals(new Traffic(3L * 8 * n, 3, 6L * 8 * n, 6, 1, 0), moved);
    }

    @InFork
    static void nearestCentres() {
        Traffic moved = Agreement.same(tables("nearest"), floats(3 * 400, 1), floats(3 * 7, 2), 3, new int[400]);
        assertEquals(new Traffic(4L * 1200 + 4 * 21, 2, 4L * 400, 1, 1, 0), moved);
    }

    @InFork
    static void histogramInParts() {
        byte[] bytes = new byte[5000];
        new Random(1).nextBytes(bytes);
        int parts = 16;
        Traffic moved = Agreement.same(tables("histogram"), bytes, new int[256], parts);
        // The counters of the parts, which the method makes, go there and come back too, though nobody looks at them on
        // the host.
        assertEquals(new Traffic(5000 + 1024L * parts, 2, 1024L * parts + 1024, 2, 2, 0), moved);
    }

    @InFork
    static void prefixSums() {
        int n = 1000;
        long[] numbers = new Random(1).longs(n).toArray();
        Traffic moved = Agreement.same(tables("prefixSums"), numbers, new long[n]);
        assertEquals(new Traffic(8L * n, 1, 16L * n, 2, 10, 0), moved);
        long[] expected = numbers.clone();
        Tables.prefixSumsOfJdk(expected);
        assertTrue(Arrays.equals(expected, Tables.prefixSums(numbers, new long[n])));
    }

    @InFork
    static void shortestWays() {
        int n = 24;
        int[] lengths = new Random(1).ints((long) n * n, 1, 1000).toArray();
        for (int i = 0; i < n; i++) {
            lengths[i * n + i] = 0;
        }
        Traffic moved = Agreement.same(tables("shortestWays"), lengths, new int[n * n], n);
        assertEquals(new Traffic(4L * n * n, 1, 8L * n * n, 2, n, 0), moved);
        int[] inPlace = lengths.clone();
        Tables.shortestWaysInPlace(inPlace, n);
        assertTrue(Arrays.equals(inPlace, Tables.shortestWays(lengths, new int[n * n], n)));
    }

    /** The first line of what is said, without packages and numbers of lines. */
    private static String refusal(Method method) {
        return assertThrows(JacobiException.class, () -> Agreement.offloaded(method))
                .getMessage()
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll("dev\\.jacobi\\.examples\\.parallel\\.|:\\d+", "");
    }

    @InFork
    static void countersThatAllShareAreRefused() {
        assertEquals(
                "cannot run the parallel loop of Tables.histogramOfShared(byte[], int[]) at Tables.histogramOfShared on a device: "
                        + "the read at Tables.lambda$histogramOfShared$0 < Tables.histogramOfShared and "
                        + "the write at Tables.lambda$histogramOfShared$0 < Tables.histogramOfShared may meet in different rounds",
                refusal(tables("histogramOfShared")));
    }

    @InFork
    static void prefixSumsOfTheJdkAreRefused() {
        assertEquals(
                "cannot offload Tables.prefixSumsOfJdk(long[]): it has a parallel stream that is not seen whole, by "
                        + "java.util.Arrays.parallelPrefix(long[], java.util.function.LongBinaryOperator)",
                refusal(tables("prefixSumsOfJdk")));
    }

    @InFork
    static void shortestWaysInPlaceAreRefused() {
        assertEquals(
                "cannot run the parallel loop of Tables.shortestWaysInPlace(int[], int) at Tables.shortestWaysInPlace on a device: "
                        + "the read at Tables.lambda$shortestWaysInPlace$0 < Tables.shortestWaysInPlace and "
                        + "the write at Tables.lambda$shortestWaysInPlace$0 < Tables.shortestWaysInPlace may meet in different rounds",
                refusal(tables("shortestWaysInPlace")));
    }
}
