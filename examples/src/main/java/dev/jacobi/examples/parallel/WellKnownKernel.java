package dev.jacobi.examples.parallel;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/** The kernels of this package that run on devices, with arguments of any size for each: what tests check and benchmarks time. */
public enum WellKnownKernel {
    /** n numbers. */
    SAXPY(
            LinearAlgebra.class,
            "saxpy",
            Bound.MEMORY,
            Bits.SAME,
            1 << 16,
            1 << 25,
            n -> of(1.5f, floats(n, 1), floats(n, 2))),
    /** n numbers. */
    DOT(
            LinearAlgebra.class,
            "dot",
            Bound.MEMORY,
            Bits.ROUNDED,
            1 << 16,
            1 << 24,
            n -> of(numbers(n, 1), numbers(n, 2))),
    /** n rows. */
    MULTIPLY(
            LinearAlgebra.class,
            "multiply",
            Bound.COMPUTATION,
            Bits.SAME,
            64,
            1024,
            n -> of(numbers(n * n, 1), numbers(n * n, 2), numbers(n * n, 3), n)),
    /** n rows. */
    MULTIPLY_BY_ELEMENTS(
            LinearAlgebra.class,
            "multiplyByElements",
            Bound.COMPUTATION,
            Bits.SAME,
            64,
            1024,
            n -> of(floats(n * n, 1), floats(n * n, 2), floats(n * n, 3), n)),
    /** n rows of up to 16 numbers that are not zero. */
    MULTIPLY_SPARSE(
            LinearAlgebra.class,
            "multiplySparse",
            Bound.MEMORY,
            Bits.SAME,
            1 << 12,
            1 << 21,
            WellKnownKernel::sparseMatrix),
    /** A plate of n times about two thirds of n places, six steps. */
    HEAT(
            Grids.class,
            "heat",
            Bound.MEMORY,
            Bits.SAME,
            128,
            4096,
            n -> of(numbers(n * part(n, 2, 3), 1), numbers(n * part(n, 2, 3), 2), n, part(n, 2, 3), 6)),
    /** A block of n times n + 1 times n + 2 places. */
    DIFFUSE(
            Grids.class,
            "diffuse",
            Bound.MEMORY,
            Bits.SAME,
            32,
            320,
            n -> of(floats(n * (n + 1) * (n + 2), 1), floats(n * (n + 1) * (n + 2), 2), n, n + 1, n + 2, 0.1f)),
    /** A picture of n times about three quarters of n places, up to 500 steps for each. */
    MANDELBROT(
            Grids.class,
            "mandelbrot",
            Bound.COMPUTATION,
            Bits.SAME,
            96,
            2048,
            n -> of(new int[n * part(n, 3, 4)], n, part(n, 3, 4), -2.1, -1.2, 2.7, 500)),
    /** n numbers. */
    DFT(
            Signals.class,
            "dft",
            Bound.COMPUTATION,
            Bits.ROUNDED,
            256,
            4096,
            n -> of(numbers(n, 1), numbers(n, 2), new double[n], new double[n])),
    /** 2^n numbers. */
    FFT(
            Signals.class,
            "fft",
            Bound.MEMORY,
            Bits.ROUNDED,
            10,
            20,
            n -> of(numbers(1 << n, 1), numbers(1 << n, 2), new double[1 << n], new double[1 << n], n)),
    /** A signal of n numbers under a kernel of 65. */
    CONVOLVE(
            Signals.class,
            "convolve",
            Bound.COMPUTATION,
            Bits.SAME,
            1 << 12,
            1 << 22,
            n -> of(floats(n, 1), floats(65, 2), new float[n - 64])),
    /** n bodies. */
    N_BODY_STEP(
            Models.class,
            "nBodyStep",
            Bound.COMPUTATION,
            Bits.SAME,
            256,
            8192,
            n -> of(
                    numbers(3 * n, 1),
                    numbers(3 * n, 2),
                    new Random(3).doubles(n).toArray(),
                    0.01)),
    /** n options. */
    BLACK_SCHOLES(
            Models.class, "blackScholes", Bound.COMPUTATION, Bits.ROUNDED, 1 << 12, 1 << 21, WellKnownKernel::options),
    /** n points in space and 64 centres, a step of k-means. */
    NEAREST(
            Tables.class,
            "nearest",
            Bound.COMPUTATION,
            Bits.SAME,
            1 << 12,
            1 << 21,
            n -> of(floats(3 * n, 1), floats(3 * 64, 2), 3, new int[n])),
    /** n bytes, in 256 parts. */
    HISTOGRAM(
            Tables.class, "histogram", Bound.MEMORY, Bits.SAME, 1 << 16, 1 << 26, n -> of(bytes(n), new int[256], 256)),
    /** n numbers. */
    PREFIX_SUMS(
            Tables.class,
            "prefixSums",
            Bound.MEMORY,
            Bits.SAME,
            1 << 12,
            1 << 22,
            n -> of(new Random(1).longs(n).toArray(), new long[n])),
    /** n places. */
    SHORTEST_WAYS(
            Tables.class, "shortestWays", Bound.MEMORY, Bits.SAME, 64, 512, n -> of(wayLengths(n), new int[n * n], n));

    /** What takes the most time on a machine that has everything in its memory. */
    public enum Bound {
        MEMORY,
        COMPUTATION
    }

    /** Whether results have the same bits wherever the kernel runs. */
    public enum Bits {
        SAME,
        /** Sums of floating point in parts, or functions of {@link Math} other than roots: these may differ in the last places. */
        ROUNDED
    }

    private final Class<?> owner;
    private final String methodName;
    private final Bound bound;
    private final Bits bits;
    private final int small;
    private final int large;
    private final IntFunction<Object[]> arguments;

    WellKnownKernel(
            Class<?> owner,
            String methodName,
            Bound bound,
            Bits bits,
            int small,
            int large,
            IntFunction<Object[]> arguments) {
        this.owner = owner;
        this.methodName = methodName;
        this.bound = bound;
        this.bits = bits;
        this.small = small;
        this.large = large;
        this.arguments = arguments;
    }

    /** In words of the command line: {@code n-body-step}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Bound bound() {
        return bound;
    }

    public Bits bits() {
        return bits;
    }

    /** A size for which each way to run it takes milliseconds. */
    public int smallSize() {
        return small;
    }

    /** A size that keeps a GPU busy. */
    public int largeSize() {
        return large;
    }

    /** New arguments for {@link #method}, the same ones for the same size. */
    public Object[] arguments(int size) {
        return arguments.apply(size);
    }

    /** The kernel, a static method with parallel streams. */
    public Method method() {
        return method(owner);
    }

    /** The same without parallel streams, in another class. */
    public Method inPlainOrder() {
        return method(PlainOrder.of(owner));
    }

    /** The same many times, with a clock: of {@link Repeated}. */
    public Method repeated() {
        return method(Repeated.class);
    }

    private Method method(Class<?> of) {
        // Where a name has several methods, that with the most parameters: many steps, not one.
        return Arrays.stream(of.getMethods())
                .filter(method -> method.getName().equals(methodName))
                .max(Comparator.comparingInt(Method::getParameterCount))
                .orElseThrow();
    }

    private static Object[] of(Object... arguments) {
        return arguments;
    }

    private static int part(int n, int numerator, int denominator) {
        return Math.max(1, n * numerator / denominator);
    }

    private static double[] numbers(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    private static float[] floats(int length, int seed) {
        float[] numbers = new float[length];
        Random random = new Random(seed);
        for (int i = 0; i < length; i++) {
            numbers[i] = random.nextFloat(-2, 2);
        }
        return numbers;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static Object[] sparseMatrix(int rows) {
        Random random = new Random(4);
        int[] starts = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            starts[row + 1] = starts[row] + random.nextInt(17);
        }
        int count = starts[rows];
        int[] columns = random.ints(count, 0, rows).toArray();
        return of(starts, columns, numbers(count, 5), numbers(rows, 6), numbers(rows, 7));
    }

    private static Object[] options(int n) {
        Random random = new Random(3);
        double[] share = random.doubles(n, 5, 30).toArray();
        double[] strike = random.doubles(n, 1, 100).toArray();
        double[] years = random.doubles(n, 0.25, 10).toArray();
        return of(
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
    }

    private static int[] wayLengths(int n) {
        int[] lengths = new Random(1).ints((long) n * n, 1, 1000).toArray();
        for (int i = 0; i < n; i++) {
            lengths[i * n + i] = 0;
        }
        return lengths;
    }
}
