package dev.jacobi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.jacobi.Gradient;
import dev.jacobi.Hessian;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import java.lang.management.ManagementFactory;
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
}
