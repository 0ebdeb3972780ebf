package dev.jacobi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.jacobi.Activity;
import dev.jacobi.Gradient;
import dev.jacobi.Hessian;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Derivatives that are written into given arrays allocate nothing of their own. */
class AllocationTest {
    /** Its tape holds numbers; it makes no array itself. */
    static double chained(double[] x) {
        double y = 0;
        for (int step = 0; step < 400; step++) {
            y = Math.sin(y + x[step % x.length]) * x[0];
        }
        return y;
    }

    @Test
    void nothingIsAllocatedOnceTapesHaveGrown() {
        Gradient<double[]> gradient = Jacobi.gradient(AllocationTest::chained);
        HessianVectorProduct<double[]> hvp = Jacobi.hvp(AllocationTest::chained);
        Hessian hessian = Jacobi.hessian(AllocationTest::chained);
        double[] x = {0.4, 0.8, 1.1, 0.3, 0.9};
        double[] direction = {1, 2, 3, 4, 5};
        double[] product = new double[5];
        double[][] matrix = new double[5][5];
        Runnable calls = () -> {
            gradient.into(x, product);
            hvp.into(x, direction, product);
            hessian.into(x, matrix);
        };
        for (int i = 0; i < 10; i++) {
            calls.run();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long again = threads.getCurrentThreadAllocatedBytes();
        calls.run();
        long after = threads.getCurrentThreadAllocatedBytes();
        assertEquals(again - before, after - again);
    }

    interface OfNumber {
        double apply(int n, double x, double seed);
    }

    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }

    static double fibonacci(int n, double x) {
        return n <= 1 ? x : Math.sin(fibonacci(n - 1, x)) * 0.5 + fibonacci(n - 2, x * 1.1);
    }

    static double halves(double[] x) {
        return halves(x, 0, x.length);
    }

    private static double halves(double[] x, int from, int to) {
        int middle = (from + to) >>> 1;
        return to - from == 1 ? x[from] : halves(x, from, middle) * Math.cos(halves(x, middle, to));
    }

    @Test
    void recursionAllocatesNothing() {
        // The adjoint of x alone is returned: no result object.
        OfNumber reverse = Jacobi.of(AllocationTest.class, "fibonacci")
                .reverse(Activity.CONST, Activity.ACTIVE)
                .as(OfNumber.class);
        OfNumber forward = Jacobi.of(AllocationTest.class, "fibonacci")
                .forward(Activity.CONST, Activity.DUAL)
                .as(OfNumber.class);
        OfArray ofArray = Jacobi.of(AllocationTest.class, "halves", double[].class)
                .reverse(Activity.DUPLICATED)
                .as(OfArray.class);
        double[] x = new Random(1).doubles(63).toArray();
        double[] dx = new double[63];
        double[] sink = new double[1];
        assertEquals(0, leastAllocated(() -> sink[0] += reverse.apply(12, 0.4, 1)), "reverse");
        assertEquals(0, leastAllocated(() -> sink[0] += forward.apply(12, 0.4, 1)), "forward");
        // Ten calls: each keeps a list of its one argument with a shadow, for callees to compare with.
        assertEquals(10 * 24, leastAllocated(() -> sink[0] += ofArray.apply(x, dx, 1)), "array");
    }

    /** The least of several trials: HotSpot may be compiling in between. */
    private static long leastAllocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 200; i++) {
            work.run();
        }
        long least = Long.MAX_VALUE;
        for (int trial = 0; trial < 20; trial++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10; i++) {
                work.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
