package dev.jacobi.calls;

import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jacobi.Jacobi;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Threads that use a derivative with recursion at once do not disturb each other. */
class RecursionThreadsTest {
    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }

    @Test
    void sixteenThreadsGetTheBitsOfOne() throws Exception {
        OfArray derivative = Jacobi.of(Recursions.class, "tree", double[].class)
                .reverse(DUPLICATED)
                .as(OfArray.class);
        List<double[]> inputs = new ArrayList<>();
        List<double[]> expected = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            double[] x = new Random(i).doubles(20 + i).toArray();
            double[] dx = new double[x.length];
            derivative.apply(x, dx, 1);
            inputs.add(x);
            expected.add(dx);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Callable<double[]>> work = new ArrayList<>();
            for (double[] x : inputs) {
                work.add(() -> {
                    double[] dx = new double[x.length];
                    for (int i = 0; i < 200; i++) {
                        dx = new double[x.length];
                        derivative.apply(x, dx, 1);
                    }
                    return dx;
                });
            }
            List<Future<double[]>> results = threads.invokeAll(work);
            for (int i = 0; i < results.size(); i++) {
                assertArrayEquals(expected.get(i), results.get(i).get());
            }
        }
    }
}
