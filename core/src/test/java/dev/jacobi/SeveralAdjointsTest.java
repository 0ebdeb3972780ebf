package dev.jacobi;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.DerivativeCompiler;
import dev.jacobi.compile.Specification;
import dev.jacobi.ir.Printer;
import dev.jacobi.optimize.StageObserver;
import dev.jacobi.testing.Golden;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reverse mode for several adjoints at once: each has the bits that it has alone, and the method runs once. */
class SeveralAdjointsTest {
    private static Primal of(String name) {
        return Jacobi.of(SeveralAdjointsTest.class, name);
    }

    record Slopes(double value, double ofX0, double ofX1, double ofX2, double ofY0, double ofY1, double ofY2) {}

    interface OfNumbers {
        Slopes apply(double x, double y, double seed0, double seed1, double seed2);
    }

    static double product(double x, double y) {
        return x > 0 ? Math.sin(x) * y : x * y * y;
    }

    @Test
    void numbersHaveAnAdjointForEachSeed() {
        OfNumbers three = of("product").reverse(3, ACTIVE, ACTIVE).as(OfNumbers.class);
        assertEquals(new Slopes(-12, 4, 8, -4, -12, -24, 12), three.apply(-3, 2, 1, 2, -1));
        double slope = 2 * Math.cos(1);
        assertEquals(
                new Slopes(2 * Math.sin(1), slope, 0, 3 * slope, Math.sin(1), 0, 3 * Math.sin(1)),
                three.apply(1, 2, 1, 0, 3));
    }

    /** Loops with a tape, rows of its own, some made in a loop, a copy, and an argument that is overwritten. */
    static double[] mixed(double[] x, double[][] a, int n) {
        double[][] rows = new double[n][];
        double[] sums = new double[a.length];
        for (int i = 0; i < n; i++) {
            rows[i] = new double[x.length];
            for (int j = 0; j < x.length; j++) {
                rows[i][j] = (i == 0 ? 1 : rows[i - 1][j]) * Math.sin(x[j] + i);
            }
        }
        for (int i = 0; i < a.length; i++) {
            double[] copy = a[i].clone();
            double sum = 0;
            for (int j = 0; j < copy.length; j++) {
                sum += copy[j] * rows[(i + j) % n][j % x.length];
                if (sum > 1) {
                    sum = Math.sqrt(sum);
                }
            }
            sums[i] = sum;
            a[i][0] = sum * sum;
        }
        x[0] = sums[0] * x[1];
        return sums;
    }

    interface OfOne {
        double[] apply(double[] x, double[] dx, double[][] a, double[][] da, int n, double[] seed);
    }

    interface OfTwo {
        double[] apply(
                double[] x,
                double[] dx0,
                double[] dx1,
                double[][] a,
                double[][] da0,
                double[][] da1,
                int n,
                double[] seed0,
                double[] seed1);
    }

    private static double[][] matrix(Random random) {
        return new double[][] {
            random.doubles(3).toArray(),
            random.doubles(1).toArray(),
            random.doubles(5).toArray()
        };
    }

    @Test
    void arraysHaveAShadowForEachAdjoint() {
        OfOne one = of("mixed").reverse(DUPLICATED, DUPLICATED, CONST).as(OfOne.class);
        OfTwo two = of("mixed").reverse(2, DUPLICATED, DUPLICATED, CONST).as(OfTwo.class);
        List<double[]> shadows = new ArrayList<>();
        List<double[][]> rows = new ArrayList<>();
        for (int adjoint = 0; adjoint < 2; adjoint++) {
            Random random = new Random(1);
            Random seeds = new Random(2 + adjoint);
            double[] shadow = seeds.doubles(4).toArray();
            double[][] row = matrix(seeds);
            one.apply(
                    random.doubles(4).toArray(),
                    shadow,
                    matrix(random),
                    row,
                    4,
                    seeds.doubles(3).toArray());
            shadows.add(shadow);
            rows.add(row);
        }
        Random random = new Random(1);
        Random first = new Random(2);
        Random second = new Random(3);
        double[] dx0 = first.doubles(4).toArray();
        double[] dx1 = second.doubles(4).toArray();
        double[][] da0 = matrix(first);
        double[][] da1 = matrix(second);
        two.apply(
                random.doubles(4).toArray(),
                dx0,
                dx1,
                matrix(random),
                da0,
                da1,
                4,
                first.doubles(3).toArray(),
                second.doubles(3).toArray());
        assertArrayEquals(shadows.get(0), dx0);
        assertArrayEquals(shadows.get(1), dx1);
        assertArrayEquals(rows.get(0), da0);
        assertArrayEquals(rows.get(1), da1);
    }

    static double weighted(double[] x, double[] w) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.sin(x[i]) * w[i];
        }
        return sum;
    }

    interface OfExample {
        double apply(double[] x, double[] w, double[] dw0, double[] dw1, double seed0, double seed1);
    }

    interface OfExamples {
        double[] apply(double[][] x, double[] w, double[] dw0, double[] dw1, double[] seeds0, double[] seeds1);
    }

    @Test
    void theyAreBatched() {
        Derivative two = of("weighted").reverse(2, CONST, DUPLICATED);
        Random random = new Random(1);
        double[][] x = new double[137][];
        Arrays.setAll(x, _ -> random.doubles(5).toArray());
        double[] w = random.doubles(5).toArray();
        double[] seeds0 = random.doubles(x.length).toArray();
        double[] seeds1 = random.doubles(x.length).toArray();
        double[][] expected = new double[2][5];
        OfExample example = two.as(OfExample.class);
        double[] values = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            values[i] = example.apply(x[i], w, expected[0], expected[1], seeds0[i], seeds1[i]);
        }
        double[][] sums = new double[2][5];
        OfExamples examples =
                two.batch(EACH, SHARED, SUMMED, SUMMED, EACH, EACH).as(OfExamples.class);
        assertArrayEquals(values, examples.apply(x, w, sums[0], sums[1], seeds0, seeds1));
        assertArrayEquals(expected, sums);
    }

    static double caught(double[] x, int at) {
        try {
            return x[at] * x[0];
        } catch (ArrayIndexOutOfBoundsException _) {
            return x[0];
        }
    }

    interface OfPlace {
        double apply(double[] x, double[] dx0, double[] dx1, int at, double seed0, double seed1);
    }

    @Test
    void exceptionsAreCaughtOnTheWayForward() {
        OfPlace two = of("caught").reverse(2, DUPLICATED, CONST).as(OfPlace.class);
        double[] dx0 = new double[2];
        double[] dx1 = new double[2];
        assertEquals(6, two.apply(new double[] {2, 3}, dx0, dx1, 1, 1, 10));
        assertArrayEquals(new double[] {3, 2}, dx0);
        assertArrayEquals(new double[] {30, 20}, dx1);
        assertEquals(2, two.apply(new double[] {2, 3}, dx0, dx1, 2, 1, 10));
        assertArrayEquals(new double[] {4, 2}, dx0);
        assertArrayEquals(new double[] {40, 20}, dx1);
    }

    private static int runs;

    static void counted(double[] x, double[] y) {
        runs++;
        y[0] += x[0] * x[1];
    }

    @Test
    void theMethodRunsOnce() throws Throwable {
        MethodHandle four = of("counted").reverse(4, DUPLICATED, DUPLICATED).asMethodHandle();
        double[] y = {1};
        Object[] arguments = new Object[10];
        arguments[0] = new double[] {2, 3};
        arguments[5] = y;
        for (int adjoint = 0; adjoint < 4; adjoint++) {
            arguments[1 + adjoint] = new double[2];
            arguments[6 + adjoint] = new double[] {adjoint};
        }
        runs = 0;
        four.invokeWithArguments(arguments);
        assertEquals(1, runs);
        assertEquals(7, y[0]);
        for (int adjoint = 0; adjoint < 4; adjoint++) {
            assertArrayEquals(new double[] {3 * adjoint, 2 * adjoint}, (double[]) arguments[1 + adjoint]);
        }
    }

    @Test
    void whatDoesNotDependOnTheAdjointIsComputedOnce() {
        Specification specification =
                new Specification(of("product").target(), Options.DEFAULT, Mode.REVERSE, List.of(ACTIVE, ACTIVE), 2);
        DerivativeRequest request =
                DerivativeRequest.reverse(true, ACTIVE, ACTIVE).withWidth(2);
        String[] text = new String[1];
        DerivativeCompiler.derive(specification, request, new StageObserver() {
            @Override
            public void after(String stage, dev.jacobi.ir.Function function, boolean changed) {
                if (stage.equals("SeveralAdjoints")) {
                    text[0] = Printer.print(function);
                }
            }
        });
        Golden.check(
                SeveralAdjointsTest.class,
                "product",
                Optional.ofNullable(text[0]).orElseThrow());
    }

    private static void assertRefused(Refusal refusal, String text, Runnable work) {
        JacobiException refused = assertThrows(JacobiException.class, work::run);
        assertEquals(refusal, refused.refusal());
        assertEquals(text, refused.getMessage().lines().findFirst().orElseThrow());
    }

    interface OfArray {
        double apply(double[] x, double[] dx0, double[] dx1, double seed0, double seed1);
    }

    static double first(double[] x) {
        return x[0];
    }

    @Test
    void oneArrayIsNotTheShadowOfTwoAdjoints() {
        OfArray two = of("first").reverse(2, DUPLICATED).as(OfArray.class);
        double[] shadow = new double[1];
        assertRefused(
                Refusal.WRONG_SHADOW,
                "cannot call the derivative of dev.jacobi.SeveralAdjointsTest.first(double[]): the shadow of parameter 0 for adjoint 1 is also that of parameter 0 for adjoint 0",
                () -> two.apply(new double[1], shadow, shadow, 1, 2));
        assertEquals(0, shadow[0]);
    }

    record Point(double x, double y) {}

    static double ofRecord(Point point) {
        return point.x * point.y;
    }

    static double recursive(double[] x, int n) {
        return n == 0 ? 1 : x[n] * recursive(x, n - 1);
    }

    static double inList(double[] x) {
        List<Double> numbers = new ArrayList<>();
        for (double element : x) {
            numbers.add(element * element);
        }
        return numbers.get(numbers.size() - 1);
    }

    @Test
    void whatAnAdjointCannotHaveToItselfIsRefused() {
        String start = "cannot take several adjoints at once through dev.jacobi.SeveralAdjointsTest.";
        assertRefused(
                Refusal.SEVERAL_ADJOINTS,
                start + "ofRecord(dev.jacobi.SeveralAdjointsTest$Point): it takes objects with numbers",
                () -> of("ofRecord").reverse(2, DUPLICATED).asMethodHandle());
        assertRefused(
                Refusal.SEVERAL_ADJOINTS,
                start
                        + "recursive(double[], int): its adjoints get into the call of dev.jacobi.SeveralAdjointsTest.recursive.augmented, which was not inlined",
                () -> of("recursive").reverse(2, DUPLICATED, CONST).asMethodHandle());
        assertRefused(
                Refusal.SEVERAL_ADJOINTS,
                start + "inList(double[]): its adjoints get into an object or a collection",
                () -> of("inList").reverse(2, DUPLICATED).asMethodHandle());
        assertRefused(
                Refusal.SEVERAL_ADJOINTS,
                "cannot split the derivative of dev.jacobi.SeveralAdjointsTest.first(double[]) for 2 adjoints at once: a tape is swept for one after the other",
                () -> of("first").reverse(2, DUPLICATED).split());
        assertRefused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate dev.jacobi.SeveralAdjointsTest.first(double[]) in 0 adjoints at once",
                () -> of("first").reverse(0, DUPLICATED));
    }

    interface OfResult {
        double[] apply(double[] x, double[] dx, double[] seed);
    }

    interface OfTwoResults {
        double[] apply(double[] x, double[] dx0, double[] dx1, double[] seed0, double[] seed1);
    }

    static double[] products(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.sin(x[i]) * x[(i + 1) % x.length];
        }
        return y;
    }

    static double[] squares(double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= x[i];
        }
        return x;
    }

    static double[] perhaps(double[] x) {
        return x[0] > 0 ? x : null;
    }

    private static String messageOf(Runnable work) {
        try {
            work.run();
            return "";
        } catch (JacobiException refused) {
            return refused.getMessage();
        }
    }

    @Test
    void seedsThatAreArraysAreEachTakenAsAlone() {
        double[][] seeds = {null, {1, 2, 3}, {1, 2}, {1, 2, 3, 4}, {}, {-1, 5, 0.5}};
        for (String method : List.of("products", "squares", "perhaps")) {
            OfResult one = of(method).reverse(DUPLICATED).as(OfResult.class);
            OfTwoResults two = of(method).reverse(2, DUPLICATED).as(OfTwoResults.class);
            for (double first : new double[] {1.5, -1.5}) {
                double[] x = {first, 0.25, -2};
                for (double[] seed0 : seeds) {
                    for (double[] seed1 : seeds) {
                        double[][] expected = new double[2][3];
                        double[][] found = new double[2][3];
                        String refused = messageOf(() -> {
                            one.apply(x.clone(), expected[0], seed0);
                            one.apply(x.clone(), expected[1], seed1);
                        });
                        assertEquals(refused, messageOf(() -> two.apply(x.clone(), found[0], found[1], seed0, seed1)));
                        if (refused.isEmpty()) {
                            assertArrayEquals(expected, found);
                        }
                    }
                }
            }
        }
    }

    @Test
    void aSeedMayBeTheShadowOfAnotherAdjoint() {
        for (String method : List.of("products", "squares")) {
            OfResult one = of(method).reverse(DUPLICATED).as(OfResult.class);
            OfTwoResults two = of(method).reverse(2, DUPLICATED).as(OfTwoResults.class);
            double[] x = {1.5, 0.25, -2};
            double[][] expected = {{0, 1, 2}, {3, 4, 5}};
            double[][] found = {{0, 1, 2}, {3, 4, 5}};
            one.apply(x.clone(), expected[0], new double[] {3, 4, 5});
            one.apply(x.clone(), expected[1], new double[] {0, 1, 2});
            two.apply(x.clone(), found[0], found[1], found[1], found[0]);
            assertArrayEquals(expected, found);
        }
    }
}
