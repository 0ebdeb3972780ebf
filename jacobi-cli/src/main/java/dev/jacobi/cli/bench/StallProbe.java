package dev.jacobi.cli.bench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;

import dev.jacobi.Backend;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.LeastSquares;
import dev.jacobi.examples.gradbench.LogSumExp;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a JVM does to measure how long a running derivative holds up other threads: one thread runs it, another one looks at the clock and allocates a little, so that memory has to be
 * collected. Prints a line for each time that the second thread was held up for longer than {@link #SHORTEST} nanoseconds: since the start of the JVM, and how long.
 */
public final class StallProbe {
    static final long SHORTEST = 500_000;
    private static final long DURATION = 2_500_000_000L;

    /** What the first thread runs. */
    enum Kernel {
        /** Nothing: what the machine and the collector do alone. */
        NOTHING,
        /** One call of a second, over small arrays. */
        LONG_CALL,
        /** Calls over arrays of 16 MB. */
        LARGE_ARRAYS
    }

    /** The derivative of a fit in a direction. */
    public interface Slope {
        double apply(double[] x, double[] direction, int points);
    }

    private StallProbe() {}

    private static volatile boolean isDone;
    /** Keeps the garbage from being optimised away. */
    private static final byte[][] RECENT = new byte[64][];

    /** @param args kernel and backend */
    public static void main(String[] args) throws InterruptedException {
        Runnable kernel = kernel(Kernel.valueOf(args[0]), Options.DEFAULT.withBackend(Backend.valueOf(args[1])));
        List<long[]> stalls = new ArrayList<>(10_000);
        observe(stalls, System.nanoTime() + DURATION / 10);
        stalls.clear();
        Thread worker = Thread.ofPlatform().start(() -> {
            long end = System.nanoTime() + DURATION;
            try {
                while (System.nanoTime() < end) {
                    kernel.run();
                }
            } finally {
                isDone = true;
            }
        });
        observe(stalls, Long.MAX_VALUE);
        worker.join();
        for (long[] stall : stalls) {
            System.out.println(stall[0] + " " + stall[1]);
        }
    }

    private static Runnable kernel(Kernel kernel, Options options) {
        return switch (kernel) {
            case NOTHING -> Thread::onSpinWait;
            case LONG_CALL -> {
                Slope slope = Jacobi.of(LeastSquares.class, "value")
                        .with(options)
                        .forward(DUAL, CONST)
                        .as(Slope.class);
                double[] x = new double[128];
                Arrays.setAll(x, i -> 1.0 / (i + 1));
                double[] direction = x.clone();
                double _ = slope.apply(x, direction, 50_000);
                long start = System.nanoTime();
                double _ = slope.apply(x, direction, 50_000);
                int points = (int) Math.min(50_000 * 1_000_000_000L / (System.nanoTime() - start), 1 << 24);
                yield () -> {
                    double _ = slope.apply(x, direction, points);
                };
            }
            case LARGE_ARRAYS -> {
                Gradient<double[]> sum = Jacobi.gradient(LogSumExp::value, options);
                double[] x = new double[2_000_000];
                Arrays.setAll(x, i -> Math.sin(i));
                double[] gradient = new double[x.length];
                yield () -> sum.into(x, gradient);
            }
        };
    }

    /** Looks at the clock until the kernel is done, or until a time. */
    private static void observe(List<long[]> stalls, long end) {
        long sinceStart = ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000 - System.nanoTime();
        long last = System.nanoTime();
        for (int i = 0; !isDone && last < end; i++) {
            RECENT[i % RECENT.length] = new byte[4096];
            long now = System.nanoTime();
            if (now - last > SHORTEST && stalls.size() < 10_000) {
                stalls.add(new long[] {last + sinceStart, now - last});
            }
            last = now;
            // A little: some hundred megabytes a second.
            while (System.nanoTime() - now < 8_000) {
                Thread.onSpinWait();
            }
        }
    }
}
