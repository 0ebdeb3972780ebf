package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Parallel code in the method, and one derivative used by many threads. */
class ParallelTest extends GroupTest {

    @Case("[1.3, 0.4, 0.9]")
    static double parallelSum(double[] x) {
        return Arrays.stream(x).parallel().map(element -> element * element).sum();
    }

    @Case("[1.3, 0.4, 0.9]; [0, 0, 0]")
    static void parallelLoop(double[] x, double[] out) {
        IntStream.range(0, x.length).parallel().forEach(i -> out[i] = x[i] * x[(i + 1) % x.length]);
    }

    @Case("1.3; [1, 2, 3]")
    static void valueSharedByTheLoop(double x, double[] out) {
        double shared = x * x;
        IntStream.range(0, out.length).parallel().forEach(i -> out[i] += shared * i);
    }

    @Case("[1.3, 0.4, 0.9]")
    static double parallelReduction(double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> Math.sin(x[i]) * i)
                .reduce(0, Double::sum);
    }

    @Case("[1.3, 0.4, 0.9]")
    static double parallelSetAll(double[] x) {
        double[] y = new double[x.length];
        Arrays.parallelSetAll(y, i -> x[i] * x[i]);
        return y[0] * y[1] + y[2];
    }

    private static double total;

    @Case(value = "[1.3, 0.4]", refused = Refusal.ACTIVE_STATIC)
    static double criticalSectionOverStaticField(double[] x) {
        total = 0;
        for (double element : x) {
            synchronized (ParallelTest.class) {
                total += element * element;
            }
        }
        return total;
    }

    @Case("[1.3, 0.4]")
    static double synchronizedLoop(double[] x) {
        double sum = 0;
        for (double element : x) {
            synchronized (x) {
                sum = sum * 0.5 + element * element;
            }
        }
        return sum;
    }

    @Case(value = "1.3", refused = Refusal.UNSUPPORTED_CALL)
    static double taskOfAnotherThread(double x) {
        return CompletableFuture.supplyAsync(() -> x * x).join() * x;
    }

    static double work(double[] x) {
        double[] y = x.clone();
        double sum = 0;
        for (int k = 0; k < 50; k++) {
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.sin(y[i]) + x[(i + k) % x.length] * 0.1;
                sum += y[i] * y[i];
            }
        }
        return sum;
    }

    @Test
    void oneGradientGivesManyThreadsTheSameBits() throws Exception {
        Gradient<double[]> gradient = Jacobi.gradient(ParallelTest::work);
        double[] x = {1.3, 0.4, 0.9};
        String expected = Arrays.toString(gradient.at(x));
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<Long>> wrong = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                wrong.add(executor.submit(() -> IntStream.range(0, 500)
                        .filter(_ -> !Arrays.toString(gradient.at(x.clone())).equals(expected))
                        .count()));
            }
            for (Future<Long> each : wrong) {
                assertEquals(0, each.get());
            }
        }
    }

    @Test
    void virtualThreadsMayShareAGradientToo() throws Exception {
        Gradient<double[]> gradient = Jacobi.gradient(ParallelTest::work);
        double[] x = {1.3, 0.4, 0.9};
        String expected = Arrays.toString(gradient.at(x));
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(executor.submit(() -> Arrays.toString(gradient.at(x.clone()))));
            }
            for (Future<String> result : results) {
                assertEquals(expected, result.get());
            }
        }
    }

    @Test
    void derivativesAreCompiledByManyThreadsAtOnce() throws Exception {
        double[] x = {1.3, 0.4, 0.9};
        String expected = Arrays.toString(Jacobi.gradient(ParallelTest::work).at(x));
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                results.add(executor.submit(() ->
                        Arrays.toString(Jacobi.gradient(ParallelTest::work).at(x.clone()))));
            }
            for (Future<String> result : results) {
                assertEquals(expected, result.get());
            }
        }
    }

    @Case(value = "[1.3, 0.4]", refused = Refusal.UNSUPPORTED_CALL)
    static double sumOfAdder(double[] x) {
        java.util.concurrent.atomic.DoubleAdder sum = new java.util.concurrent.atomic.DoubleAdder();
        for (double element : x) {
            sum.add(element * element);
        }
        return sum.sum();
    }

    @Case(value = "[1.3, 0.4]; [0, 0]", refused = Refusal.UNSUPPORTED_CALL)
    static void threadOfItsOwn(double[] x, double[] out) throws InterruptedException {
        Thread thread = new Thread(() -> out[0] = x[0] * x[1]);
        thread.start();
        thread.join();
        out[1] = out[0] * x[0];
    }

    @Case("[1.3, 0.4, 0.9, 0.2]; [0, 0]")
    static void parallelLoopInBlocks(double[] x, double[] out) {
        IntStream.range(0, 2).parallel().forEach(block -> {
            double local = 0;
            for (int i = 2 * block; i < 2 * block + 2; i++) {
                local += x[i] * x[i];
            }
            out[block] = Math.sqrt(local);
        });
    }
}
