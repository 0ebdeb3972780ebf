package dev.jacobi.llvm;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Native gradients of examples that go different ways in step have the bits of one call for each on the JVM, in strict mode. */
class MaskedGradientsTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);
    private static final int[] SIZES = {0, 1, 17, 128, 129, 1000};

    /** Steps that adapt to what is computed; some are refused. */
    static double adaptive(double[] weights, double x, double end) {
        double y = x;
        double time = 0;
        double step = 0.1;
        for (int rounds = 0; time < end && rounds < 200; rounds++) {
            double slope = Math.sin(y * weights[0]) + weights[1] * y;
            if (slope < -5) {
                throw new IllegalArgumentException("steep: " + slope);
            }
            double error = Math.abs(slope * step);
            if (error < 0.5) {
                y += step * slope;
                time += step;
            }
            step = error > 0.3 ? step * 0.5 : step * 1.5;
        }
        return y * y;
    }

    /** An array of its own that only some examples make; the gradient is a new array. */
    static double places(double x, double scale, int place) {
        double y = x;
        if (x > 0) {
            double[] sums = new double[3];
            for (int i = place; i < 9; i++) {
                sums[i % 3] += Math.exp(-scale * x * i);
            }
            for (double sum : sums) {
                y = y * sum + 0.5 * sum * sum;
            }
        }
        return y;
    }

    interface One {
        double apply(double[] weights, double[] sums, double x, double end, double seed);
    }

    interface Sums {
        double[] apply(double[] weights, double[] sums, double[] x, double[] end, double seed);
    }

    interface Each {
        double[] apply(double[] weights, double[][] gradients, double[] x, double[] end, double seed);
    }

    private static double[] array(int length, IntToDoubleFunction element) {
        double[] array = new double[length];
        Arrays.setAll(array, element);
        return array;
    }

    private static Derivative derivative(Options options, String method, Activity... activities) {
        return Jacobi.of(MaskedGradientsTest.class, method).with(options).reverse(activities);
    }

    private static Batched batch(String method, Activity[] activities, Axis... axes) {
        Batched batched =
                derivative(STRICT.withBackend(Backend.LLVM), method, activities).batch(axes);
        assertTrue(batched.explain().startsWith("128 examples in step, under masks at "), batched.explain());
        return batched;
    }

    private static final Activity[] OF_WEIGHTS = {DUPLICATED, CONST, CONST};

    @Test
    void tapesAreAsLongAsEachExampleNeeds() {
        One one = derivative(STRICT, "adaptive", OF_WEIGHTS).as(One.class);
        Sums sums = batch("adaptive", OF_WEIGHTS, SHARED, SUMMED, EACH, EACH, SHARED)
                .as(Sums.class);
        Each each =
                batch("adaptive", OF_WEIGHTS, SHARED, EACH, EACH, EACH, SHARED).as(Each.class);
        double[] weights = {1.3, -0.4};
        for (int size : SIZES) {
            double[] x = array(size, e -> 0.005 * e - 2);
            double[] end = array(size, e -> e % 9 == 0 ? 0 : 0.03 * (e % 60));
            double[] expectedSums = {0.25, -3};
            double[][] expectedEach = new double[size][2];
            double[] values = array(size, e -> one.apply(weights, expectedSums, x[e], end[e], 0.7));
            for (int e = 0; e < size; e++) {
                one.apply(weights, expectedEach[e], x[e], end[e], 0.7);
            }
            double[] givenSums = {0.25, -3};
            assertArrayEquals(values, sums.apply(weights, givenSums, x, end, 0.7));
            assertArrayEquals(expectedSums, givenSums);
            double[][] givenEach = new double[size][2];
            assertArrayEquals(values, each.apply(weights, givenEach, x, end, 0.7));
            assertArrayEquals(expectedEach, givenEach);
        }
    }

    @Test
    void whatAnExampleThrowsIsItsOwn() {
        One one = derivative(STRICT, "adaptive", OF_WEIGHTS).as(One.class);
        Sums sums = batch("adaptive", OF_WEIGHTS, SHARED, SUMMED, EACH, EACH, SHARED)
                .as(Sums.class);
        double[] weights = {1.3, -2};
        for (int failing : new int[] {0, 77, 128, 895, 999}) {
            double[] x = array(1000, e -> e == failing ? 8 : 0.001 * e);
            double[] end = array(1000, e -> 0.03 * (e % 20) + 0.1);
            double[] expected = {0, 0};
            for (int e = 0; e < failing; e++) {
                one.apply(weights, expected, x[e], end[e], 1);
            }
            double[] given = {0, 0};
            BatchException thrown = assertThrows(BatchException.class, () -> sums.apply(weights, given, x, end, 1));
            assertEquals(failing, thrown.example());
            assertTrue(thrown.getCause().getMessage().startsWith("steep: -"), thrown.toString());
            assertArrayEquals(expected, given);
        }
    }

    @Test
    void gradientsThatAreNewArrays() throws Throwable {
        Activity[] activities = {ACTIVE, ACTIVE, CONST};
        MethodHandle one = derivative(STRICT, "places", activities).asMethodHandle();
        for (Layout layout : Layout.values()) {
            MethodHandle batch = batch("places", activities, EACH, SHARED, EACH, SHARED)
                    .layout(layout)
                    .asMethodHandle();
            for (int size : SIZES) {
                double[] x = array(size, e -> 0.01 * e - 3);
                int[] places = new SplittableRandom(size).ints(size, 0, 12).toArray();
                double[][] expected = new double[size][];
                for (int e = 0; e < size; e++) {
                    expected[e] = (double[]) one.invoke(x[e], 0.3, places[e], 0.7);
                }
                if (layout == Layout.SEPARATE) {
                    assertArrayEquals(expected, (double[][]) batch.invoke(x, 0.3, places, 0.7));
                    continue;
                }
                double[] flat = (double[]) batch.invoke(size, x, 0.3, places, 0.7);
                assertArrayEquals(
                        array(
                                3 * size,
                                at -> layout == Layout.PACKED
                                        ? expected[at / 3][at % 3]
                                        : expected[at % size][at / size]),
                        flat);
            }
        }
    }
}
