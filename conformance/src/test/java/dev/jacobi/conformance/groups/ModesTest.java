package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.ArrayFunction;
import dev.jacobi.Gradient;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.NumberFunction;
import dev.jacobi.ScalarFunction;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways to ask for derivatives agree: gradients, directions, Jacobians, Hessians, derivatives of derivatives. */
class ModesTest {
    private static final double[] POINT = {0.9, 0.4, 1.3};

    static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double t = x[i + 1] - x[i] * x[i];
            sum += 100 * t * t + (1 - x[i]) * (1 - x[i]);
        }
        return sum;
    }

    static double transcendental(double[] x) {
        return Math.exp(x[0] * x[1]) * Math.sin(x[2]) + Math.pow(x[0], x[2]) / Math.log(1 + x[1]);
    }

    static double overwriting(double[] x) {
        double[] work = x.clone();
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < work.length; i++) {
                work[i] = Math.sin(work[i]) * work[(i + 1) % work.length] + x[i];
            }
        }
        return work[0] * work[1] * work[2];
    }

    static double branching(double[] x) {
        double y = 1;
        for (double element : x) {
            y = element > 0.5 ? y * element + Math.cos(y) : y - element * element * y;
        }
        return y;
    }

    static double local(double[] x) {
        record Point(double a, double b) {
            Point turned(double c) {
                return new Point(a * c - b, b * c + a);
            }
        }
        Point point = new Point(x[0], x[1]);
        for (int i = 0; i < 3; i++) {
            point = point.turned(x[2]);
        }
        return point.a() * point.b();
    }

    static double recursive(double[] x) {
        return product(x, 0) * product(x, 1);
    }

    private static double product(double[] x, int from) {
        return from == x.length ? x[0] : Math.sin(x[from]) * product(x, from + 1) + x[from] * x[from];
    }

    /** A part of an expression. */
    interface Term {
        double value(double[] x);
    }

    record Element(int index) implements Term {
        @Override
        public double value(double[] x) {
            return x[index] * x[index];
        }
    }

    record Quotient(Term one, Term other) implements Term {
        @Override
        public double value(double[] x) {
            return one.value(x) / (1 + other.value(x));
        }
    }

    static double dispatched(double[] x) {
        Term[] terms = {new Quotient(new Element(0), new Element(1)), new Element(2)};
        double sum = 0;
        for (Term term : terms) {
            sum += term.value(x) * new Quotient(term, terms[0]).value(x);
        }
        return sum;
    }

    static Stream<ScalarFunction<double[]>> functions() {
        return Stream.of(
                ModesTest::rosenbrock,
                ModesTest::transcendental,
                ModesTest::overwriting,
                ModesTest::branching,
                ModesTest::local,
                ModesTest::recursive,
                ModesTest::dispatched);
    }

    private static void assertClose(double[] expected, double[] actual, double relative) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(expected, actual, relative * Math.max(1, largest));
    }

    private static double[] unit(int index) {
        double[] unit = new double[POINT.length];
        unit[index] = 1;
        return unit;
    }

    @ParameterizedTest
    @MethodSource("functions")
    void gradientIsTheDerivativeInEachDirection(ScalarFunction<double[]> function) {
        double[] gradient = Jacobi.gradient(function).at(POINT.clone());
        double[] slopes = new double[POINT.length];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = Jacobi.jvp(function).at(POINT.clone(), unit(i));
        }
        assertClose(slopes, gradient, 1e-13);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void hessianIsTheChangeOfTheGradient(ScalarFunction<double[]> function) {
        Gradient<double[]> gradient = Jacobi.gradient(function);
        double[][] hessian = Jacobi.hessian(function).at(POINT.clone());
        double[][] finite = FiniteJacobian.of(gradient::at, POINT, 0.02);
        for (int i = 0; i < POINT.length; i++) {
            assertClose(finite[i], hessian[i], 1e-8);
            for (int j = 0; j < i; j++) {
                assertEquals(hessian[j][i], hessian[i][j], 1e-12 * Math.max(1, Math.abs(hessian[i][j])));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("functions")
    void hessianVectorProductIsTheHessianTimesTheVector(ScalarFunction<double[]> function) {
        double[] direction = {0.3, -1.1, 0.7};
        double[][] hessian = Jacobi.hessian(function).at(POINT.clone());
        double[] expected = new double[POINT.length];
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected.length; j++) {
                expected[i] += hessian[i][j] * direction[j];
            }
        }
        HessianVectorProduct<double[]> product = Jacobi.hvp(function);
        double[] one = product.at(POINT.clone(), direction);
        assertClose(expected, one, 1e-12);
        List<double[]> several = product.at(POINT.clone(), List.of(unit(0), direction, unit(2)));
        assertArrayEquals(one, several.get(1));
        assertClose(hessian[0], several.get(0), 1e-12);
        assertClose(hessian[2], several.get(2), 1e-12);
    }

    static double[] polar(double[] x) {
        return new double[] {x[0] * Math.cos(x[1]), x[0] * Math.sin(x[1]), x[2] * x[0], x[2]};
    }

    static double[] single(double[] x) {
        return new double[] {rosenbrock(x)};
    }

    static double[] many(double[] x) {
        double[] made = new double[4 * x.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = Math.sin(x[i % x.length] * i) * x[0];
        }
        return made;
    }

    static Stream<ArrayFunction<double[], double[]>> vectorFunctions() {
        return Stream.of(ModesTest::polar, ModesTest::single, ModesTest::many);
    }

    @ParameterizedTest
    @MethodSource("vectorFunctions")
    void jacobianIsThatOfFiniteDifferencesAndOfBothProducts(ArrayFunction<double[], double[]> function) {
        double[][] jacobian = Jacobi.jacobian(function).at(POINT.clone());
        double[][] finite = FiniteJacobian.of(x -> function.apply(x.clone()), POINT, 0.02);
        for (int row = 0; row < finite.length; row++) {
            assertClose(finite[row], jacobian[row], 1e-9);
            double[] weights = new double[finite.length];
            weights[row] = 1;
            assertClose(jacobian[row], Jacobi.vjp(function).at(POINT.clone(), weights), 1e-13);
        }
        for (int column = 0; column < POINT.length; column++) {
            double[] slopes = Jacobi.jvp(function).at(POINT.clone(), unit(column));
            for (int row = 0; row < slopes.length; row++) {
                assertEquals(jacobian[row][column], slopes[row], 1e-13 * Math.max(1, Math.abs(slopes[row])));
            }
        }
    }

    @Test
    void derivativesOfHigherOrderFollowTheRule() {
        NumberFunction sine = x -> Math.sin(2 * x);
        double[] expected = {
            2 * Math.cos(1.4), -4 * Math.sin(1.4), -8 * Math.cos(1.4), 16 * Math.sin(1.4), 32 * Math.cos(1.4)
        };
        for (int order = 1; order <= expected.length; order++) {
            assertEquals(
                    expected[order - 1], Jacobi.derivative(sine, order).applyAsDouble(0.7), 1e-12, "order " + order);
        }
    }

    @Test
    void derivativesOfHigherOrderThroughALoop() {
        NumberFunction power = x -> {
            double product = 1;
            for (int i = 0; i < 5; i++) {
                product *= x;
            }
            return product;
        };
        DoubleUnaryOperator third = Jacobi.derivative(power, 3);
        assertEquals(60 * 0.7 * 0.7, third.applyAsDouble(0.7), 1e-12);
        assertEquals(0, Jacobi.derivative(power, 6).applyAsDouble(0.7));
    }

    /** Two numbers and an array, with weights. */
    interface Reverse {
        double[] apply(double x, double[] y, double[] shadow, double z, double seed);
    }

    static double mixed(double x, double[] y, double z) {
        return x * y[0] * z + y[1] * x;
    }

    @Test
    void seedsAreFactorsAndShadowsAreAddedTo() {
        Reverse reverse = Jacobi.of(ModesTest.class, "mixed")
                .reverse(Activity.ACTIVE, Activity.DUPLICATED, Activity.ACTIVE)
                .as(Reverse.class);
        double[] shadow = {100, 200};
        double[] results = reverse.apply(2, new double[] {3, 5}, shadow, 7, 10);
        assertArrayEquals(new double[] {52, 260, 60}, results);
        assertArrayEquals(new double[] {240, 220}, shadow);
        reverse.apply(2, new double[] {3, 5}, shadow, 7, -10);
        assertArrayEquals(new double[] {100, 200}, shadow);
    }
}
