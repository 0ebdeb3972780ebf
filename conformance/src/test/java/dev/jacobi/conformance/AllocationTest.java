package dev.jacobi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Gradient;
import dev.jacobi.Hessian;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.Primal;
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
        assertEquals(0, leastAllocated(() -> sink[0] += ofArray.apply(x, dx, 1)), "array");
    }

    interface OfTwoArrays {
        double apply(double[] x, double[] dx, double[] y, double[] dy, double seed);
    }

    interface OfConstant {
        double apply(double[] x, double[] dx, double[] y, double seed);
    }

    interface InDirection {
        double apply(double[] x, double[] dx, double[] y);
    }

    interface OfFloats {
        double apply(float[] x, float[] dx, double[] y, double[] dy, double seed);
    }

    interface OfRows {
        double apply(double[][] rows, double[][] shadows, double[] x, double seed);
    }

    interface OfConstantRows {
        double apply(double[][] rows, double[] x, double[] dx, double seed);
    }

    interface Assignment {
        void apply(double[] x, double[] dx, double[] y, double[] dy);
    }

    interface OfIndex {
        double apply(double[][] rows, double[][] shadows, int index, double seed);
    }

    private static final double[] WEIGHTS = {0.2, 0.9, 0.4};

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    static double mixed(float[] x, double[] y) {
        return x[0] * y[1] * Math.sin(x[1]);
    }

    static double bilinear(double[][] rows, double[] x) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += dot(rows[i], x) * x[i];
        }
        return sum;
    }

    static void square(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] *= x[i] * x[i];
        }
    }

    static double weighted(double[][] rows) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += WEIGHTS[i] * rows[i][i];
        }
        return sum;
    }

    /** Not inlined: it compares what the field holds with the arguments of the call from outside. */
    static double weighted(double[][] rows, int index) {
        return index == rows.length ? 1 : WEIGHTS[index] * rows[index][0] * Math.sin(weighted(rows, index + 1));
    }

    @Test
    void checksOfArgumentsAllocateNothing() {
        double[] x = {0.3, 0.2, 0.7};
        double[] dx = new double[3];
        double[] y = {0.8, 0.1, 0.5};
        double[] dy = new double[3];
        double[][] rows = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
        double[][] shadows = new double[3][3];
        double[] sink = new double[1];

        OfTwoArrays both = of("dot", double[].class, double[].class)
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED)
                .as(OfTwoArrays.class);
        assertEquals(0, leastAllocated(() -> sink[0] += both.apply(x, dx, y, dy, 1)), "two shadows");
        OfConstant one = of("dot", double[].class, double[].class)
                .reverse(Activity.DUPLICATED, Activity.CONST)
                .as(OfConstant.class);
        assertEquals(0, leastAllocated(() -> sink[0] += one.apply(x, dx, y, 1)), "one shadow");
        InDirection forward = of("dot", double[].class, double[].class)
                .forward(Activity.DUAL, Activity.CONST)
                .as(InDirection.class);
        assertEquals(0, leastAllocated(() -> sink[0] += forward.apply(x, dx, y)), "forward");
        float[] floats = {0.5f, 0.25f};
        float[] floatShadows = new float[2];
        OfFloats ofFloats = of("mixed", float[].class, double[].class)
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED)
                .as(OfFloats.class);
        assertEquals(0, leastAllocated(() -> sink[0] += ofFloats.apply(floats, floatShadows, y, dy, 1)), "floats");
        Assignment assignment = of("square", double[].class, double[].class)
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED)
                .as(Assignment.class);
        double[] product = new double[3];
        assertEquals(
                0,
                leastAllocated(() -> {
                    System.arraycopy(y, 0, product, 0, 3);
                    assignment.apply(x, dx, product, dy);
                }),
                "no result");
        OfRows ofRows = of("bilinear", double[][].class, double[].class)
                .reverse(Activity.DUPLICATED, Activity.CONST)
                .as(OfRows.class);
        assertEquals(0, leastAllocated(() -> sink[0] += ofRows.apply(rows, shadows, x, 1)), "shadows of rows");
        OfConstantRows ofConstantRows = of("bilinear", double[][].class, double[].class)
                .reverse(Activity.CONST, Activity.DUPLICATED)
                .as(OfConstantRows.class);
        assertEquals(0, leastAllocated(() -> sink[0] += ofConstantRows.apply(rows, x, dx, 1)), "rows without shadow");
    }

    @Test
    void comparisonsWithStaticArraysAllocateNothing() {
        double[][] rows = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
        double[][] shadows = new double[3][3];
        double[] sink = new double[1];
        Gradient<double[][]> gradient = Jacobi.gradient((double[][] point) -> weighted(point));
        assertEquals(0, leastAllocated(() -> sink[0] += gradient.into(rows, shadows)), "inlined");
        OfIndex ofIndex = of("weighted", double[][].class, int.class)
                .reverse(Activity.DUPLICATED, Activity.CONST)
                .as(OfIndex.class);
        assertEquals(0, leastAllocated(() -> sink[0] += ofIndex.apply(rows, shadows, 0, 1)), "recursive");
    }

    private static Primal of(String name, Class<?>... parameters) {
        return Jacobi.of(AllocationTest.class, name, parameters);
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

    /** One of many. */
    record Place(double x, double y, float mass) {
        Place {
            if (mass < 0) {
                throw new IllegalArgumentException("mass " + mass);
            }
        }
    }

    /** All of them. */
    record Places(double[] x, double[] y, float[] mass) {}

    interface Distances {
        double[] apply(Places places, Place origin);
    }

    static double distance(Place place, Place origin) {
        double x = place.x() - origin.x();
        double y = place.y() - origin.y();
        return place.mass() * Math.sqrt(x * x + y * y);
    }

    @Test
    void aBatchOfRecordsOfArraysMakesNoRecords() {
        int count = 100_000;
        Distances distances = Jacobi.of(AllocationTest.class, "distance")
                .batch(Axis.EACH, Axis.SHARED)
                .as(Distances.class);
        Places places = new Places(new double[count], new double[count], new float[count]);
        Place origin = new Place(1, 2, 3);
        distances.apply(places, origin);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        distances.apply(places, origin);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        // The results are 800 kB, what is kept for all examples of a strip is less; the places would be 40 bytes each.
        assertTrue(bytes < 2_500_000, () -> bytes + " bytes");
    }
}
