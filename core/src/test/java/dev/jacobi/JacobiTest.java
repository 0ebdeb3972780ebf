package dev.jacobi;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What users get from each call of the public interface. */
class JacobiTest {
    record ValueAndSlopes(double value, double byX, double byY) {}

    record Slopes(double byX, double byY) {}

    interface OfTwo {
        ValueAndSlopes apply(double x, double y, double seed);
    }

    interface SlopesOfTwo {
        Slopes apply(double x, double y, double seed);
    }

    interface ArrayOfTwo {
        double[] apply(double x, double y, double seed);
    }

    interface TangentOfTwo {
        double apply(double x, double dx, double y);
    }

    interface FloatGradient {
        float apply(float[] x, float[] shadow, float seed);
    }

    interface InPlace {
        void apply(double[] x, double[] dx);
    }

    static double product(double x, double y) {
        return x * y * y;
    }

    static float squares(float[] x) {
        float sum = 0;
        for (float element : x) {
            sum += element * element;
        }
        return sum;
    }

    static double[] cumulate(double[] x) {
        double[] y = x.clone();
        for (int i = 1; i < y.length; i++) {
            y[i] += y[i - 1] * x[i];
        }
        return y;
    }

    static void squareInPlace(double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= x[i];
        }
    }

    static double frobenius(double[][] a) {
        double sum = 0;
        for (double[] row : a) {
            for (double element : row) {
                sum += element * element;
            }
        }
        return Math.sqrt(sum);
    }

    static double logOf(double[] x) {
        double sum = 0;
        for (int i = 0; i <= 2; i++) {
            sum += Math.log(x[i]);
        }
        return sum;
    }

    @Test
    void derivativeOfLambdaMethodReferenceAndLibraryMethod() {
        double factor = 2.5;
        DoubleUnaryOperator ofLambda = Jacobi.derivative(x -> factor * x * x);
        DoubleUnaryOperator ofLibrary = Jacobi.derivative(Math::exp);
        assertEquals(15.0, ofLambda.applyAsDouble(3));
        assertEquals(Math.E, ofLibrary.applyAsDouble(1));
    }

    @Test
    void gradientIsOverwrittenAndTheValueIsTheMethodsOwn() {
        Gradient<double[]> gradient = Jacobi.gradient(JacobiTest::logOf);
        double[] x = {1, 2, 4};
        double[] g = {7, 7, 7};
        assertEquals(logOf(x), gradient.into(x, g));
        assertArrayEquals(new double[] {1, 0.5, 0.25}, g);
        assertArrayEquals(g, gradient.at(x));
    }

    @Test
    void gradientByNestedArraysHasTheirShape() {
        double[][] g = Jacobi.gradient(JacobiTest::frobenius).at(new double[][] {{3}, {0, 4}, {}});
        assertEquals(3, g.length);
        assertArrayEquals(new double[] {0.6}, g[0], 1e-15);
        assertArrayEquals(new double[] {0, 0.8}, g[1], 1e-15);
        assertArrayEquals(new double[0], g[2]);
    }

    @Test
    void capturedArraysAreConstants() {
        double[] weights = {1, 10};
        Gradient<double[]> gradient = Jacobi.gradient((double[] x) -> weights[0] * x[0] + weights[1] * x[1] * x[1]);
        assertArrayEquals(new double[] {1, 60}, gradient.at(new double[] {2, 3}));
        weights[0] = 5;
        assertArrayEquals(new double[] {5, 60}, gradient.at(new double[] {2, 3}), "contents are read at each call");
    }

    @Test
    void productsWithTheJacobianFromBothSides() {
        double[] x = {1, 2, 3};
        double[] tangent = Jacobi.jvp(JacobiTest::cumulate).at(x, new double[] {1, 0, 0});
        assertArrayEquals(new double[] {1, 2, 6}, tangent);
        double[] adjoint = Jacobi.vjp(JacobiTest::cumulate).at(x, new double[] {0, 0, 1});
        assertArrayEquals(new double[] {6, 6, 5}, adjoint);
        assertEquals(6 * 0.5, Jacobi.jvp(JacobiTest::lastOfCumulate).at(x, new double[] {0.5, 0, 0}));
    }

    static double lastOfCumulate(double[] x) {
        return cumulate(x)[x.length - 1];
    }

    @Test
    void returnTypeOfTheInterfaceSaysWhichResultsAreWanted() {
        Derivative derivative = Jacobi.of(JacobiTest.class, "product").reverse(ACTIVE, ACTIVE);
        assertEquals(new ValueAndSlopes(18, 9, 12), derivative.as(OfTwo.class).apply(2, 3, 1));
        assertEquals(new Slopes(18, 24), derivative.as(SlopesOfTwo.class).apply(2, 3, 2));
        assertArrayEquals(
                new double[] {18, 9, 12}, derivative.as(ArrayOfTwo.class).apply(2, 3, 1));
        assertEquals(
                9 * 0.5,
                Jacobi.of(JacobiTest.class, "product")
                        .forward(DUAL, CONST)
                        .as(TangentOfTwo.class)
                        .apply(2, 0.5, 3));
    }

    @Test
    void shadowsAccumulateInReverseMode() {
        FloatGradient gradient =
                Jacobi.of(JacobiTest.class, "squares").reverse(DUPLICATED).as(FloatGradient.class);
        float[] shadow = {100, 0};
        assertEquals(13f, gradient.apply(new float[] {2, 3}, shadow, 1));
        assertArrayEquals(new float[] {104, 6}, shadow);
        gradient.apply(new float[] {2, 3}, shadow, 2);
        assertArrayEquals(new float[] {112, 18}, shadow);
    }

    @Test
    void methodsWithoutResultWorkOnTheirArrays() {
        InPlace forward =
                Jacobi.of(JacobiTest.class, "squareInPlace").forward(DUAL).as(InPlace.class);
        double[] x = {2, 3};
        double[] dx = {1, 10};
        forward.apply(x, dx);
        assertArrayEquals(new double[] {4, 9}, x);
        assertArrayEquals(new double[] {4, 60}, dx);

        InPlace reverse =
                Jacobi.of(JacobiTest.class, "squareInPlace").reverse(DUPLICATED).as(InPlace.class);
        double[] z = {2, 3};
        double[] seed = {1, 10};
        reverse.apply(z, seed);
        assertArrayEquals(new double[] {4, 9}, z);
        assertArrayEquals(new double[] {4, 60}, seed);
    }

    @Test
    void exceptionsAreTheMethodsOwnAndLeaveShadowsAlone() {
        Gradient<double[]> gradient = Jacobi.gradient(JacobiTest::logOf);
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> gradient.at(new double[] {1, 2}));
        InPlace reverse =
                Jacobi.of(JacobiTest.class, "failing").reverse(DUPLICATED).as(InPlace.class);
        double[] shadow = {5, 6};
        assertThrows(ArithmeticException.class, () -> reverse.apply(new double[] {1, 2}, shadow));
        assertArrayEquals(new double[] {5, 6}, shadow);
    }

    static void failing(double[] x) {
        x[0] = x[0] * x[1];
        int quotient = 1 / (x.length - 2);
        x[1] = x[0] + quotient;
    }

    @Test
    void aGradientOfTheWrongShapeIsRefusedBeforeAnythingIsWritten() {
        Gradient<double[]> gradient = Jacobi.gradient(JacobiTest::logOf);
        double[] x = {1, 2, 3};
        double[] tooLong = {7, 7, 7, 7};
        JacobiException refused = assertThrows(JacobiException.class, () -> gradient.into(x, tooLong));
        assertEquals(Refusal.WRONG_SHADOW, refused.refusal());
        assertArrayEquals(new double[] {7, 7, 7, 7}, tooLong);
        assertEquals(
                Refusal.WRONG_SHADOW,
                assertThrows(JacobiException.class, () -> gradient.into(x, x)).refusal());
        assertArrayEquals(new double[] {1, 2, 3}, x);
    }

    @Test
    void streamsLambdasAndHelpersAreFollowed() {
        Gradient<double[]> gradient = Jacobi.gradient(JacobiTest::variance);
        double[] x = {1, 2, 4, 9};
        double mean = 4;
        double[] expected = Arrays.stream(x).map(v -> 2 * (v - mean) / x.length).toArray();
        assertArrayEquals(expected, gradient.at(x), 1e-14);
    }

    static double variance(double[] x) {
        double mean = Arrays.stream(x).sum() / x.length;
        return IntStream.range(0, x.length)
                        .mapToDouble(i -> square(x[i] - mean))
                        .sum()
                / x.length;
    }

    private static double square(double x) {
        return x * x;
    }

    @Test
    void derivativesDoNotDependOnTheOptions() {
        double[] x = {1, 2, 4, 9};
        double[] expected = Jacobi.gradient(JacobiTest::variance).at(x);
        for (boolean optimizeFirst : new boolean[] {false, true}) {
            Options options = Options.DEFAULT.withOptimizeFirst(optimizeFirst).withVerify(true);
            DoubleGradient gradient = Jacobi.of(JacobiTest.class, "variance")
                    .with(options)
                    .reverse(DUPLICATED)
                    .as(DoubleGradient.class);
            double[] shadow = new double[4];
            assertEquals(variance(x), gradient.apply(x, shadow, 1));
            assertArrayEquals(expected, shadow, 1e-15);
        }
    }

    interface DoubleGradient {
        double apply(double[] x, double[] shadow, double seed);
    }

    @Test
    void oneObjectServesManyThreads() throws InterruptedException {
        Gradient<double[]> gradient = Jacobi.gradient(JacobiSnippets::rosenbrock);
        List<double[]> points = IntStream.range(0, 64)
                .mapToObj(i -> IntStream.range(0, 50)
                        .mapToDouble(j -> Math.sin(i + 10.0 * j))
                        .toArray())
                .toList();
        List<double[]> expected = points.stream().map(gradient::at).toList();
        List<double[]> found = points.parallelStream().map(gradient::at).toList();
        for (int i = 0; i < points.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i));
        }
        int[] wrong = new int[8];
        Thread[] threads = new Thread[wrong.length];
        for (int t = 0; t < threads.length; t++) {
            int me = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 200; round++) {
                    int i = (me + round) % points.size();
                    wrong[me] += Arrays.equals(expected.get(i), gradient.at(points.get(i))) ? 0 : 1;
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertArrayEquals(new int[8], wrong);
    }
}
