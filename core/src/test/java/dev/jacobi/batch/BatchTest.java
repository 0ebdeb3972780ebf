package dev.jacobi.batch;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Primal;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A batch does what calls do, one for each example. */
class BatchTest {
    private static final List<Layout> ALL = List.of(Layout.values());

    private static Primal of(String method) {
        return Jacobi.of(Examples.class, method);
    }

    private static MethodHandle single(String method) throws IllegalAccessException {
        return BatchCheck.single(Examples.class, method);
    }

    private static void check(String method, List<Layout> layouts, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        for (Layout layout : layouts) {
            BatchCheck.check(single(method), of(method).batch(axes.toArray(Axis[]::new)), layout, axes, arguments);
        }
    }

    private static SplittableRandom random(int example) {
        return new SplittableRandom(31 + example);
    }

    private static double[] numbers(int example, int length) {
        return random(example).doubles(length, -2, 2).toArray();
    }

    @Test
    void numbersBecomeArrays() throws Throwable {
        check("straight", ALL, List.of(EACH, EACH), example ->
                new Object[] {random(example).nextDouble(), 1.0 + example});
        check("straight", ALL, List.of(SHARED, EACH), example -> new Object[] {0.25, 1.0 + example});
        check("isSmall", ALL, List.of(EACH), example ->
                new Object[] {random(example).nextDouble()});
        check("low", ALL, List.of(EACH), example -> new Object[] {example * 77 - 300});
    }

    @Test
    void allPrimitiveTypesAreKnown() throws Throwable {
        check("choose", ALL, List.of(EACH, EACH, EACH, EACH, EACH, EACH), example -> new Object[] {
            example,
            random(example).nextLong(),
            (example & 4) != 0,
            (byte) (example % 10),
            (char) example,
            (short) -example
        });
    }

    @Test
    void whatIsSharedKeepsItsNarrowType() throws Throwable {
        check("choose", ALL, List.of(SHARED, EACH, SHARED, SHARED, SHARED, SHARED), example ->
                new Object[] {2, random(example).nextLong(), true, (byte) 9, 'x', (short) -1});
    }

    @Test
    void arraysGetALeadingAxis() throws Throwable {
        check("dot", ALL, List.of(SHARED, EACH, EACH), example ->
                new Object[] {new double[] {1, -2, 3}, numbers(example, 3), (double) example});
        check("dot", ALL, List.of(EACH, EACH, SHARED), example ->
                new Object[] {numbers(-example, 5), numbers(example, 5), 0.5});
        check("dot", List.of(Layout.SEPARATE), List.of(SHARED, EACH, EACH), example ->
                new Object[] {numbers(1, 9), numbers(example, example % 9), (double) example});
    }

    @Test
    void everyExampleRunsAsManyRoundsAsItNeeds() throws Throwable {
        check("newton", ALL, List.of(EACH, EACH), example ->
                new Object[] {example == 2 ? Double.NaN : 1e-3 * example * example, 3 + example % 40});
        check("collatz", ALL, List.of(EACH), example -> new Object[] {example});
    }

    @Test
    void whatIsWrittenIntoTheArraysOfTheExamplesIsThere() throws Throwable {
        check("normalise", ALL, List.of(EACH, SHARED), example -> new Object[] {numbers(example, 4), 2.0});
        check("normalise", ALL, List.of(EACH, EACH), example -> new Object[] {numbers(example, 0), 1.0 * example});
    }

    @Test
    void resultsMayBeArraysAndObjects() throws Throwable {
        check("prefix", ALL, List.of(EACH, EACH), example -> new Object[] {numbers(example, 6), example});
        check("identity", ALL, List.of(EACH), example -> new Object[] {new float[] {example, 0.5f}});
        check("move", ALL, List.of(EACH, EACH), example ->
                new Object[] {new Examples.Point(example, 0.5f, example), 0.1 * example});
        check("table", ALL, List.of(EACH), _ -> new Object[] {3});
        check("table", List.of(Layout.SEPARATE), List.of(EACH), example -> new Object[] {example % 7});
    }

    @Test
    void nestedArraysAndRecursion() throws Throwable {
        check("nested", ALL, List.of(SHARED, EACH), example ->
                new Object[] {new double[][] {{1, 2}, {3, 4}}, numbers(example, 2)});
        check("nested", ALL, List.of(EACH, EACH), example ->
                new Object[] {new double[][] {numbers(example, 2), {3, 4}}, numbers(example, 2)});
        check("turnRows", ALL, List.of(EACH, EACH), example ->
                new Object[] {new double[][] {numbers(example, 2), {3, example}, {5}}, 0.5 * example});
        check("recursive", ALL, List.of(EACH, EACH), example -> new Object[] {0.1 * example, example % 6});
    }

    @Test
    void sharedArraysMayBeCopiedAndTheCopiesWritten() throws Throwable {
        check("copying", ALL, List.of(SHARED, EACH), example -> new Object[] {numbers(1, 4), 0.1 * example});
    }

    @Test
    void anExceptionComesWithTheNumberOfItsExample() throws Throwable {
        for (int failing : new int[] {0, 2, 16, 500}) {
            check("throwing", ALL, List.of(EACH, EACH, EACH), example ->
                    new Object[] {new int[] {1, 2, 3}, example % 3, example == failing ? 3 : example % 3});
        }
    }

    @Test
    void nullRowsAreTheExceptionOfTheirExample() throws Throwable {
        MethodHandle batch = of("dot").batch(SHARED, EACH, SHARED).asMethodHandle();
        BatchException thrown = assertThrows(
                BatchException.class,
                () -> batch.invokeWithArguments(new double[2], new double[][] {{1}, {2}, null, {3}}, 1.0));
        assertEquals(2, thrown.example());
        assertEquals(NullPointerException.class, thrown.getCause().getClass());
    }

    @Test
    void theMessageNamesExampleMethodAndCause() throws Throwable {
        MethodHandle batch = of("throwing").batch(SHARED_NONE).asMethodHandle();
        BatchException thrown = assertThrows(
                BatchException.class,
                () -> batch.invokeWithArguments(new int[][] {{1}, {2}}, new int[] {1, 1}, new int[] {0, 5}));
        assertEquals(
                "example 1 of the batch of dev.jacobi.batch.Examples.throwing(int[], int, int): "
                        + "java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 1",
                thrown.getMessage());
        assertThrows(IllegalStateException.class, thrown::results);
    }

    private static final Axis[] SHARED_NONE = {EACH, EACH, EACH};

    @Test
    void theOthersAreFinishedWhereThatIsWanted() throws Throwable {
        for (Layout layout : ALL) {
            MethodHandle batch = of("throwing")
                    .batch(EACH, EACH, EACH)
                    .layout(layout)
                    .finishingOthers()
                    .asMethodHandle();
            int[] divisors = {1, 2, 4, 5};
            int[] indices = {0, 9, 0, -1};
            BatchException thrown = assertThrows(BatchException.class, () -> {
                if (layout == Layout.SEPARATE) {
                    batch.invokeWithArguments(new int[4][1], divisors, indices);
                } else {
                    batch.invokeWithArguments(4, new int[4], divisors, indices);
                }
            });
            assertEquals(1, thrown.example());
            Map<Integer, String> failures = new TreeMap<>();
            thrown.failures().forEach((example, failure) -> failures.put(example, failure.getMessage()));
            assertEquals(
                    Map.of(1, "Index 9 out of bounds for length 1", 3, "Index -1 out of bounds for length 1"),
                    failures);
            assertArrayEquals(new int[] {100, 0, 25, 0}, (int[]) thrown.results());
        }
    }

    @Test
    void staticStateIsSeenInTheOrderOfTheExamples() throws Throwable {
        MethodHandle batch = of("countingCalls").batch(EACH).asMethodHandle();
        Examples.calls = 0;
        assertArrayEquals(new double[] {11, 22, 33}, (double[]) batch.invoke(new double[] {10, 20, 30}));
        assertEquals(3, Examples.calls);
    }

    private static List<Axis> all(int count) {
        return java.util.Collections.nCopies(count, EACH);
    }

    private void checkDerivative(
            String method,
            Activity[] activities,
            boolean forward,
            List<Layout> layouts,
            IntFunction<Object[]> arguments)
            throws Throwable {
        var derivative = forward ? of(method).forward(activities) : of(method).reverse(activities);
        MethodHandle single = derivative.asMethodHandle();
        List<Axis> axes = all(single.type().parameterCount());
        for (Layout layout : layouts) {
            BatchCheck.check(single, derivative.batch(axes.toArray(Axis[]::new)), layout, axes, arguments);
        }
    }

    @Test
    void theBatchOfADerivativeIsThatOfItsExamples() throws Throwable {
        checkDerivative("straight", new Activity[] {ACTIVE, ACTIVE}, false, ALL, example ->
                new Object[] {0.1 * example, 2.0, 1.0});
        checkDerivative(
                "newton", new Activity[] {ACTIVE, CONST}, false, ALL, example -> new Object[] {0.1 * example, 10, 0.5});
        checkDerivative(
                "newton", new Activity[] {DUAL, CONST}, true, ALL, example -> new Object[] {0.1 * example, 1.0, 10});
        checkDerivative(
                "dot", new Activity[] {DUPLICATED, DUPLICATED, ACTIVE}, false, ALL, example -> new Object[] {
                    numbers(example, 3), new double[3], numbers(7, 3), new double[] {0, 1, example}, 1.0, 2.0
                });
        checkDerivative("normalise", new Activity[] {DUPLICATED, CONST}, false, ALL, example ->
                new Object[] {numbers(example, 3), numbers(5, 3), 2.0});
        checkDerivative("normalise", new Activity[] {DUAL, DUAL}, true, ALL, example ->
                new Object[] {numbers(example, 3), numbers(5, 3), 2.0, 0.5});
    }

    @Test
    void gradientsAreSummedInTheOrderOfTheExamples() throws Throwable {
        var derivative = of("dot").reverse(DUPLICATED, CONST, CONST);
        MethodHandle single = derivative.asMethodHandle();
        for (Layout layout : ALL) {
            BatchCheck.check(
                    single,
                    derivative.batch(SHARED, SUMMED, EACH, EACH, EACH),
                    layout,
                    List.of(SHARED, SUMMED, EACH, EACH, EACH),
                    example -> new Object[] {
                        numbers(3, 4), new double[] {1, 2, 3, 4}, numbers(example, 4), 1.0 * example, 0.5
                    });
        }
    }

    @Test
    void theGradientOfTheBatchIsTheBatchOfTheGradient() {
        int n = 50;
        double[] weights = {1, -2, 3};
        double[][] x = new double[n][];
        Arrays.setAll(x, example -> numbers(example, 3));
        double[] y = numbers(2, n);
        double[] seeds = numbers(3, n);
        double[] dw = new double[3];
        double[][] dx = new double[n][3];
        double[] dy = new double[n];
        interface Values {
            void apply(double[] w, double[] dw, double[][] x, double[][] dx, double[] y, double[] dy, double[] seeds);
        }
        Jacobi.of(Examples.class, "dot")
                .batch(SHARED, EACH, EACH)
                .reverse(DUPLICATED, DUPLICATED, DUPLICATED)
                .as(Values.class)
                .apply(weights, dw, x, dx, y, dy, seeds);
        double[] expectedDw = new double[3];
        double[][] expectedDx = new double[n][3];
        interface PerExample {
            double[] apply(double[] w, double[] dw, double[][] x, double[][] dx, double[] y, double[] seeds);
        }
        double[] expectedDy = of("dot")
                .reverse(DUPLICATED, DUPLICATED, ACTIVE)
                .batch(SHARED, SUMMED, EACH, EACH, EACH, EACH)
                .as(PerExample.class)
                .apply(weights, expectedDw, x, expectedDx, y, seeds);
        assertArrayEquals(expectedDw, dw, 1e-12);
        assertArrayEquals(expectedDx, dx);
        assertArrayEquals(expectedDy, dy);
        for (Layout layout : List.of(Layout.PACKED, Layout.LANES)) {
            double[] flat = new double[n * 3];
            double[] expectedFlat = new double[n * 3];
            for (int example = 0; example < n; example++) {
                for (int i = 0; i < 3; i++) {
                    int at = layout == Layout.PACKED ? example * 3 + i : i * n + example;
                    flat[at] = x[example][i];
                    expectedFlat[at] = expectedDx[example][i];
                }
            }
            interface Flat {
                void apply(
                        int n,
                        double[] w,
                        double[] dw,
                        double[] x,
                        double[] dx,
                        double[] y,
                        double[] dy,
                        double[] seeds);
            }
            double[] flatDw = new double[3];
            double[] flatDx = new double[n * 3];
            double[] flatDy = new double[n];
            of("dot")
                    .batch(SHARED, EACH, EACH)
                    .layout(layout)
                    .reverse(CONST, DUPLICATED, DUPLICATED, DUPLICATED)
                    .as(Flat.class)
                    .apply(n, weights, flatDw, flat, flatDx, y, flatDy, seeds);
            assertArrayEquals(expectedDw, flatDw, 1e-12);
            assertArrayEquals(expectedFlat, flatDx);
            assertArrayEquals(expectedDy, flatDy);
        }
    }

    @Test
    void theForwardDerivativeOfTheBatchIsTheBatchOfTheForwardDerivative() {
        interface Slopes {
            double[] apply(double[] a, double[] da, int[] limits);
        }
        double[] a = numbers(1, 300);
        double[] da = numbers(2, 300);
        int[] limits = new int[300];
        Arrays.setAll(limits, example -> example % 20);
        double[] ofBatch = of("newton")
                .batch(EACH, EACH)
                .forward(DUAL, CONST)
                .as(Slopes.class)
                .apply(a, da, limits);
        double[] batched = of("newton")
                .forward(DUAL, CONST)
                .batch(EACH, EACH, EACH)
                .as(Slopes.class)
                .apply(a, da, limits);
        assertArrayEquals(batched, ofBatch);
    }

    @Test
    void batchesOfBatches() {
        interface Table {
            double[][] apply(double[] a, double[] b);
        }
        Table table = of("straight").batch(SHARED, EACH).batch(EACH, SHARED).as(Table.class);
        double[] a = numbers(1, 20);
        double[] b = numbers(2, 300);
        double[][] all = table.apply(a, b);
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                assertEquals(Examples.straight(a[i], b[j]), all[i][j]);
            }
        }
    }

    @Test
    void theDerivativeOfABatchChecksTheLengths() {
        interface Slopes {
            double[] apply(double[] a, double[] da, int[] limits);
        }
        Slopes slopes = of("newton").batch(EACH, EACH).forward(DUAL, CONST).as(Slopes.class);
        JacobiException thrown =
                assertThrows(JacobiException.class, () -> slopes.apply(new double[3], new double[3], new int[4]));
        assertEquals(
                "cannot run the batch of dev.jacobi.batch.Examples.newton(double, int): "
                        + "parameter 1 has 4 elements for 3 examples",
                thrown.getMessage().lines().findFirst().orElseThrow());
    }
}
