package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacobi.Jacobi;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What recursion costs in memory, and that threads do not disturb each other. */
class RecursionCountsTest {
    interface OfNumber {
        double apply(int n, double x, double seed);
    }

    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }


    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 200; i++) {
            work.run();
        }
        long best = Long.MAX_VALUE;
        for (int trial = 0; trial < 20; trial++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10; i++) {
                work.run();
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return best;
    }

    @Test
    void callsAllocateNothingInTheSteadyState() {
        // The adjoint of x alone is returned: no result object.
        OfNumber reverse =
                Jacobi.of(Recursions.class, "fibonacci").reverse(CONST, ACTIVE).as(OfNumber.class);
        OfNumber forward = Jacobi.of(Recursions.class, "fibonacci").forward(CONST, DUAL).as(OfNumber.class);
        OfArray ofArray = Jacobi.of(Recursions.class, "tree", double[].class).reverse(DUPLICATED).as(OfArray.class);
        double[] x = new Random(1).doubles(63).toArray();
        double[] dx = new double[63];
        double[] sink = new double[1];
        assertEquals(0, allocated(() -> sink[0] += reverse.apply(12, 0.4, 1)), "reverse");
        assertEquals(0, allocated(() -> sink[0] += forward.apply(12, 0.4, 1)), "forward");
        // The check of the shadow looks for arrays that are the same.
        assertTrue(allocated(() -> sink[0] += ofArray.apply(x, dx, 1)) <= 10 * 64, "tree");
    }

    @Test
    void sixteenThreadsGetTheBitsOfOne() throws Exception {
        OfArray derivative =
                Jacobi.of(Recursions.class, "tree", double[].class).reverse(DUPLICATED).as(OfArray.class);
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
