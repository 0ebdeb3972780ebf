package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/**
 * Each kernel many times over the same arrays, with a clock. On a device, where the arrays stay between two rounds, {@code clock} tells how long a kernel takes when its data are
 * there: after the first run, and after all {@code times} that follow, it is looked at when all kernels so far are done.
 */
public final class Repeated {
    private Repeated() {}

    /**
     * Does something once, and then {@code times} times.
     *
     * @param clock becomes the time in nanoseconds after the first run, and at the end
     * @param mark one number, counted up by a kernel of one round: to read it is to wait for all that was started before
     */
    public static void repeat(int times, long[] clock, int[] mark, Runnable kernel) {
        for (int time = 0; time <= times; time++) {
            kernel.run();
            if (time == 0) {
                clock[0] = now(mark);
            }
        }
        clock[1] = now(mark);
    }

    private static long now(int[] mark) {
        IntStream.range(0, 1).parallel().forEach(i -> mark[i]++);
        // Read on the host, so what runs beside it has to be done.
        return mark[0] == 0 ? 0 : System.nanoTime();
    }

    /** Nothing but kernels of one round that count up. */
    public static void empty(int times, long[] clock, int[] mark, int[] counter) {
        repeat(times, clock, mark, () -> IntStream.range(0, 1).parallel().forEach(i -> counter[i]++));
    }

    /** As {@link #empty}; before each of them, the host reads what the one before it has counted. */
    public static void emptyOneByOne(int times, long[] clock, int[] mark, int[] counter) {
        int[] last = new int[1];
        repeat(times, clock, mark, () -> {
            IntStream.range(0, 1).parallel().forEach(i -> counter[i]++);
            last[0] = counter[0];
        });
        if (last[0] != counter[0]) {
            throw new IllegalStateException();
        }
    }

    public static void saxpy(int times, long[] clock, int[] mark, float a, float[] x, float[] y) {
        repeat(times, clock, mark, () -> LinearAlgebra.saxpy(a, x, y));
    }

    /** The last product. */
    public static double dot(int times, long[] clock, int[] mark, double[] x, double[] y) {
        double[] product = new double[1];
        repeat(times, clock, mark, () -> product[0] = LinearAlgebra.dot(x, y));
        return product[0];
    }

    public static void multiply(int times, long[] clock, int[] mark, double[] a, double[] b, double[] product, int n) {
        repeat(times, clock, mark, () -> LinearAlgebra.multiply(a, b, product, n));
    }

    public static void multiplyByElements(
            int times, long[] clock, int[] mark, float[] a, float[] b, float[] product, int n) {
        repeat(times, clock, mark, () -> LinearAlgebra.multiplyByElements(a, b, product, n));
    }

    public static void multiplySparse(
            int times, long[] clock, int[] mark, int[] starts, int[] columns, double[] values, double[] x, double[] y) {
        repeat(times, clock, mark, () -> LinearAlgebra.multiplySparse(starts, columns, values, x, y));
    }

    public static void heat(
            int times, long[] clock, int[] mark, double[] grid, double[] other, int width, int height, int steps) {
        repeat(times, clock, mark, () -> Grids.heat(grid, other, width, height, steps));
    }

    public static void diffuse(
            int times,
            long[] clock,
            int[] mark,
            float[] from,
            float[] to,
            int width,
            int height,
            int depth,
            float rate) {
        repeat(times, clock, mark, () -> Grids.diffuse(from, to, width, height, depth, rate));
    }

    public static void mandelbrot(
            int times,
            long[] clock,
            int[] mark,
            int[] steps,
            int width,
            int height,
            double left,
            double top,
            double size,
            int most) {
        repeat(times, clock, mark, () -> Grids.mandelbrot(steps, width, height, left, top, size, most));
    }

    public static void dft(
            int times, long[] clock, int[] mark, double[] re, double[] im, double[] outRe, double[] outIm) {
        repeat(times, clock, mark, () -> Signals.dft(re, im, outRe, outIm));
    }

    public static void fft(
            int times,
            long[] clock,
            int[] mark,
            double[] re,
            double[] im,
            double[] otherRe,
            double[] otherIm,
            int stages) {
        repeat(times, clock, mark, () -> Signals.fft(re, im, otherRe, otherIm, stages));
    }

    public static void convolve(int times, long[] clock, int[] mark, float[] signal, float[] kernel, float[] out) {
        repeat(times, clock, mark, () -> Signals.convolve(signal, kernel, out));
    }

    public static void nBodyStep(
            int times, long[] clock, int[] mark, double[] places, double[] velocities, double[] masses, double dt) {
        repeat(times, clock, mark, () -> Models.nBodyStep(places, velocities, masses, dt));
    }

    public static void blackScholes(
            int times,
            long[] clock,
            int[] mark,
            double[] share,
            double[] strike,
            double[] years,
            double rate,
            double volatility,
            double[] price,
            double[] delta,
            double[] gamma,
            double[] vega,
            double[] theta,
            double[] rho) {
        repeat(
                times,
                clock,
                mark,
                () -> Models.blackScholes(
                        share, strike, years, rate, volatility, price, delta, gamma, vega, theta, rho));
    }

    public static void nearest(
            int times, long[] clock, int[] mark, float[] points, float[] centres, int dimensions, int[] nearest) {
        repeat(times, clock, mark, () -> Tables.nearest(points, centres, dimensions, nearest));
    }

    public static void histogram(int times, long[] clock, int[] mark, byte[] bytes, int[] counts, int parts) {
        repeat(times, clock, mark, () -> Tables.histogram(bytes, counts, parts));
    }

    public static void prefixSums(int times, long[] clock, int[] mark, long[] numbers, long[] other) {
        repeat(times, clock, mark, () -> Tables.prefixSums(numbers, other));
    }

    public static void shortestWays(int times, long[] clock, int[] mark, int[] lengths, int[] other, int n) {
        repeat(times, clock, mark, () -> Tables.shortestWays(lengths, other, n));
    }
}
