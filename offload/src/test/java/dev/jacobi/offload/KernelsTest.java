package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.examples.parallel.Grids;
import dev.jacobi.examples.parallel.LinearAlgebra;
import dev.jacobi.examples.parallel.Signals;
import dev.jacobi.examples.parallel.Tables;
import dev.jacobi.examples.parallel.WellKnownKernel;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Well-known kernels on a device: the bits of plain Java, and what moves. Each figure of what moves is the least there can be, unless it says otherwise: what is read comes once, what is
 * written goes home once.
 */
@Tag(DeviceTests.TAG)
class KernelsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        // So that Math.sin has the bits of StrictMath, as on the device.
        return ForkedTests.of(KernelsTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    /** Checks the bits of a kernel for arguments of a size, and gives what moved. */
    private static Traffic same(WellKnownKernel kernel, int size) {
        return Agreement.same(kernel.method(), kernel.arguments(size));
    }

    private static Method tables(String name) {
        return Agreement.method(Tables.class, name);
    }

    @InFork
    static void saxpy() {
        assertEquals(new Traffic(8000, 2, 4000, 1, 1, 0), same(WellKnownKernel.SAXPY, 1000));
    }

    @InFork
    static void dotIsWithinTheBoundOfAnyOrder() {
        int n = 10_000;
        Object[] arguments = WellKnownKernel.DOT.arguments(n);
        double[] x = (double[]) arguments[0];
        double[] y = (double[]) arguments[1];
        Traffic[] moved = new Traffic[1];
        OffloadedMethod dot =
                Agreement.offloaded(WellKnownKernel.DOT.method()).measuring(traffic -> moved[0] = traffic);
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
        // The product comes too: that the rounds write each element of it is not seen, since a round writes many.
        assertEquals(new Traffic(3L * 8 * n * n, 3, 8L * n * n, 1, 1, 0), same(WellKnownKernel.MULTIPLY, n));
    }

    @InFork
    static void productOfMatricesByElements() {
        int n = 41;
        assertEquals(
                new Traffic(2L * 4 * n * n, 2, 4L * n * n, 1, 1, 0), same(WellKnownKernel.MULTIPLY_BY_ELEMENTS, n));
    }

    @InFork
    static void sparseMatrixTimesVector() {
        int rows = 300;
        int count = ((int[]) WellKnownKernel.MULTIPLY_SPARSE.arguments(rows)[1]).length;
        assertEquals(
                new Traffic(4L * (rows + 1) + 12L * count + 8L * rows, 4, 8L * rows, 1, 1, 0),
                same(WellKnownKernel.MULTIPLY_SPARSE, rows));
    }

    @InFork
    static void heatInAPlate() {
        int size = 33 * 22;
        // The other grid is written before it is read, so it need not come.
        assertEquals(new Traffic(8L * size, 1, 16L * size, 2, 6, 0), same(WellKnownKernel.HEAT, 33));
    }

    @InFork
    static void diffusionInABlock() {
        int size = 9 * 10 * 11;
        assertEquals(new Traffic(4L * size, 1, 4L * size, 1, 1, 0), same(WellKnownKernel.DIFFUSE, 9));
    }

    private static float[] floats(int length) {
        float[] numbers = new float[length];
        Random random = new Random(1);
        for (int i = 0; i < length; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }

    @InFork
    static void diffusionInABlockByLoopsInOneAnother() {
        int size = 9 * 10 * 11;
        Traffic moved = Agreement.same(
                Agreement.method(Grids.class, "diffuseInside"), floats(size), new float[size], 9, 10, 11, 0.1f);
        // What is at the border stays, so all of the other block comes along.
        assertEquals(new Traffic(8L * size, 2, 4L * size, 1, 1, 0), moved);
    }

    @InFork
    static void productOfMatricesByLoopsInOneAnother() {
        int rows = 13;
        int inner = 17;
        int columns = 19;
        Traffic moved = Agreement.same(
                Agreement.method(LinearAlgebra.class, "multiplyRectangular"),
                new Random(1).doubles((long) rows * inner).toArray(),
                new Random(2).doubles((long) inner * columns).toArray(),
                new double[rows * columns],
                rows,
                inner,
                columns);
        assertEquals(new Traffic(8L * (rows * inner + inner * columns), 2, 8L * rows * columns, 1, 1, 0), moved);
    }

    @InFork
    static void mandelbrot() {
        assertEquals(new Traffic(0, 0, 4L * 64 * 48, 1, 1, 0), same(WellKnownKernel.MANDELBROT, 64));
    }

    @InFork
    static void discreteFourierTransform() {
        int n = 96;
        assertEquals(new Traffic(16L * n, 2, 16L * n, 2, 1, 0), same(WellKnownKernel.DFT, n));
    }

    @InFork
    static void fastFourierTransform() {
        int n = 1 << 8;
        // All four arrays are the caller's, and written.
        assertEquals(new Traffic(16L * n, 2, 32L * n, 4, 8, 0), same(WellKnownKernel.FFT, 8));
        Object[] arguments = WellKnownKernel.FFT.arguments(8);
        double[] re = (double[]) arguments[0];
        double[] im = (double[]) arguments[1];
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
        assertEquals(new Traffic(4L * 565, 2, 4L * 436, 1, 1, 0), same(WellKnownKernel.CONVOLVE, 500));
    }

    @InFork
    static void stepOfBodies() {
        int n = 100;
        assertEquals(new Traffic(7L * 8 * n, 3, 6L * 8 * n, 2, 2, 0), same(WellKnownKernel.N_BODY_STEP, n));
    }

    @InFork
    static void pricesOfOptionsAndHowTheyChange() {
        int n = 500;
        assertEquals(new Traffic(3L * 8 * n, 3, 6L * 8 * n, 6, 1, 0), same(WellKnownKernel.BLACK_SCHOLES, n));
    }

    @InFork
    static void nearestCentres() {
        assertEquals(new Traffic(4L * 1200 + 4 * 192, 2, 4L * 400, 1, 1, 0), same(WellKnownKernel.NEAREST, 400));
    }

    @InFork
    static void histogramInParts() {
        // The counters of the parts, which the method makes, are made on the device, and stay there: nobody looks at
        // them on
        // the host.
        assertEquals(new Traffic(5000, 1, 1024, 1, 2, 0), same(WellKnownKernel.HISTOGRAM, 5000));
    }

    @InFork
    static void histogramByAtomics() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        Traffic moved = Agreement.same(tables("histogramByAtomics"), (Object) bytes);
        assertEquals(new Traffic(100_000 + 1024, 2, 1024, 1, 1, 0), moved);
        assertTrue(Arrays.equals(Tables.histogramByAtomics(bytes), Tables.histogramByAtomics(bytes)));
    }

    @InFork
    static void stepOfMeans() {
        int points = 500;
        int[] sizes = new int[5];
        long[] sums = new long[10];
        Traffic moved = Agreement.same(
                tables("stepOfMeans"),
                new Random(2).ints(2L * points, -1000, 1000).toArray(),
                new int[] {-500, -500, 500, 500, 0, 0, -500, 500, 500, -500},
                sums,
                sizes);
        assertEquals(1, moved.launches());
    }

    @InFork
    static void prefixSums() {
        int n = 1000;
        assertEquals(new Traffic(8L * n, 1, 16L * n, 2, 10, 0), same(WellKnownKernel.PREFIX_SUMS, n));
        long[] numbers = (long[]) WellKnownKernel.PREFIX_SUMS.arguments(n)[0];
        long[] expected = numbers.clone();
        Tables.prefixSumsOfJdk(expected);
        assertTrue(Arrays.equals(expected, Tables.prefixSums(numbers, new long[n])));
    }

    @InFork
    static void shortestWays() {
        int n = 24;
        assertEquals(new Traffic(4L * n * n, 1, 8L * n * n, 2, n, 0), same(WellKnownKernel.SHORTEST_WAYS, n));
        int[] lengths = (int[]) WellKnownKernel.SHORTEST_WAYS.arguments(n)[0];
        int[] inPlace = lengths.clone();
        Tables.shortestWaysInPlace(inPlace, n);
        assertTrue(Arrays.equals(inPlace, Tables.shortestWays(lengths, new int[n * n], n)));
    }

    @InFork
    static void repetitionsLeaveWhatTheyLeaveOnTheJvmAndMoveNothingBetween() throws ReflectiveOperationException {
        for (WellKnownKernel kernel : WellKnownKernel.values()) {
            int size = kernel == WellKnownKernel.FFT ? 6 : 70;
            Traffic[] moved = new Traffic[2];
            for (int times = 1; times <= 2; times++) {
                Object[] there = repeated(times, kernel.arguments(size));
                Object[] here = repeated(times, kernel.arguments(size));
                int runs = times;
                OffloadedMethod method =
                        Agreement.offloaded(kernel.repeated()).measuring(traffic -> moved[runs - 1] = traffic);
                Object result = method.run(Agreement.device(), there);
                Object expected = kernel.repeated().invoke(null, here);
                long[] clock = (long[]) there[1];
                assertTrue(clock[0] < clock[1], kernel::label);
                there[1] = here[1];
                if (kernel != WellKnownKernel.DOT) {
                    assertTrue(Arrays.deepEquals(here, there), kernel::label);
                    assertEquals(expected, result);
                }
            }
            // What the method makes or gives in each run, counters of parts and parts of sums, does move.
            if (kernel != WellKnownKernel.DOT && kernel != WellKnownKernel.HISTOGRAM) {
                assertEquals(moved[0].bytesIn(), moved[1].bytesIn(), kernel::label);
                assertEquals(moved[0].bytesOut(), moved[1].bytesOut(), kernel::label);
            }
        }
    }

    private static Object[] repeated(int times, Object[] arguments) {
        return Stream.concat(Stream.of(times, new long[2], new int[1]), Arrays.stream(arguments))
                .toArray();
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
    static void prefixSumsOfTheJdk() {
        for (int n : new int[] {0, 1, 64, 65, 1000, 100_000}) {
            Traffic moved = Agreement.same(
                    tables("prefixSumsOfJdk"), new Random(n).longs(n).toArray());
            // All goes there and comes back once. So does what ends the blocks, for the host to put together; the end
            // of
            // the last is of no use to the device.
            long ends = 8L * ((n + 63) / 64);
            if (n == 1000) {
                assertEquals(new Traffic(8L * n + ends - 8, 2, 8L * n + ends, 2, 2, 0), moved);
            }
        }
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
