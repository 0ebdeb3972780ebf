package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The same method twice, twins, classes of several loaders, derivatives made again. */
class BuildAndCachingTest extends GroupTest {

    static double cube(double x) {
        return x * x * x;
    }

    static double twinOfCube(double x) {
        return x * x * x;
    }

    @Case("1.3")
    static double twins(double x) {
        return cube(x) * twinOfCube(x + 1);
    }

    @Test
    void theSameDerivativeFromTwoPlaces() {
        DoubleUnaryOperator one = Jacobi.derivative(BuildAndCachingTest::cube);
        DoubleUnaryOperator other = Jacobi.derivative(BuildAndCachingTest::cube);
        assertEquals(one.applyAsDouble(1.3), other.applyAsDouble(1.3));
    }

    @Test
    void twoIdenticalFunctionsStayApart() {
        DoubleUnaryOperator one = Jacobi.derivative(BuildAndCachingTest::cube);
        DoubleUnaryOperator other = Jacobi.derivative(BuildAndCachingTest::twinOfCube);
        assertNotSame(one, other);
        assertEquals(one.applyAsDouble(0.4), other.applyAsDouble(0.4));
    }

    static double captured(double a, double x) {
        return a * x * x;
    }

    private static Jacobian1 curve(double a) {
        return x -> captured(a, x);
    }

    /** A function of a number that says what it captured. */
    private interface Jacobian1 extends dev.jacobi.NumberFunction {}

    @Test
    void oneLambdaWithTwoCapturedValues() {
        assertEquals(2 * 3 * 1.3, Jacobi.derivative(curve(3)).applyAsDouble(1.3), 1e-15);
        assertEquals(2 * 5 * 1.3, Jacobi.derivative(curve(5)).applyAsDouble(1.3), 1e-15);
    }

    /** A class to be loaded again. */
    static final class Reloaded {
        private static double factor = 2;

        private Reloaded() {}

        static double value(double x) {
            return factor * x * x;
        }

        static void setFactor(double to) {
            factor = to;
        }
    }

    private static Class<?> loadedAgain() throws ClassNotFoundException {
        ClassLoader loader = new ClassLoader(BuildAndCachingTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.equals(Reloaded.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = Objects.requireNonNull(code).readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        return Class.forName(Reloaded.class.getName(), true, loader);
    }

    /** A derivative of a number. */
    interface Slope {
        double at(double x, double dx);
    }

    @Test
    void aReloadedClassHasADerivativeOfItsOwn() throws ReflectiveOperationException {
        Class<?> again = loadedAgain();
        assertNotSame(Reloaded.class, again);
        Slope first = Jacobi.of(Reloaded.class, "value").forward(Activity.DUAL).as(Slope.class);
        Slope second = Jacobi.of(again, "value").forward(Activity.DUAL).as(Slope.class);
        Reloaded.setFactor(7);
        assertEquals(2 * 7 * 1.5, first.at(1.5, 1));
        assertEquals(2 * 2 * 1.5, second.at(1.5, 1));
        Reloaded.setFactor(2);
    }

    static double sum(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += Math.exp(element) * element;
        }
        return sum;
    }

    @Test
    void optionsChangeTheCodeButNotTheDerivative() {
        double[] x = {0.3, 1.2, -0.4};
        double[][] shadows = new double[4][3];
        int next = 0;
        for (boolean optimize : new boolean[] {true, false}) {
            for (boolean verify : new boolean[] {true, false}) {
                ReverseOfSum reverse = Jacobi.of(BuildAndCachingTest.class, "sum")
                        .with(Options.DEFAULT.withOptimizeFirst(optimize).withVerify(verify))
                        .reverse(Activity.DUPLICATED)
                        .as(ReverseOfSum.class);
                assertEquals(sum(x), reverse.apply(x, shadows[next++], 1));
            }
        }
        for (double[] shadow : shadows) {
            assertArrayEquals(shadows[0], shadow, 1e-14);
        }
    }

    /** The value, with the gradient added to the shadow. */
    interface ReverseOfSum {
        void gradient(double[] x, double[] shadow, double seed);

        default double apply(double[] x, double[] shadow, double seed) {
            gradient(x, shadow, seed);
            return sum(x);
        }
    }

    @Test
    void aGradientMayBeUsedForAllLengthsInTurn() {
        Gradient<double[]> gradient = Jacobi.gradient(BuildAndCachingTest::sum);
        for (int length : new int[] {3, 0, 100, 1, 3}) {
            double[] x = new double[length];
            Arrays.setAll(x, i -> 0.1 * i);
            double[] expected = Arrays.stream(x).map(e -> Math.exp(e) * (1 + e)).toArray();
            assertArrayEquals(expected, gradient.at(x), 1e-12 * Math.exp(0.1 * length) * (1 + 0.1 * length));
        }
    }

    @Test
    void aGradientIsRightAfterTheMethodThrew() {
        Gradient<double[]> gradient = Jacobi.gradient((double[] x) -> {
            double product = 1;
            for (int i = 0; i < 3; i++) {
                product *= Math.sin(x[i]) + product;
            }
            return product;
        });
        String before = Arrays.toString(gradient.at(new double[] {0.3, 0.2, 0.9}));
        boolean threw = false;
        try {
            gradient.at(new double[] {0.3, 0.2});
        } catch (ArrayIndexOutOfBoundsException _) {
            threw = true;
        }
        assertTrue(threw);
        assertEquals(before, Arrays.toString(gradient.at(new double[] {0.3, 0.2, 0.9})));
        assertFalse(before.contains("NaN"));
    }
}
