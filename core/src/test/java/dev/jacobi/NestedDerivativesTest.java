package dev.jacobi;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.autodiff.FiniteDifferences;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Derivatives called in methods that are differentiated: differentiated again, with no perturbation confused. */
class NestedDerivativesTest {
    private static final DoubleUnaryOperator SLOPE_OF_CUBE = Jacobi.derivative(x -> x * x * x);
    private static final DoubleUnaryOperator CURVATURE_OF_SINE = Jacobi.derivative(x -> Math.sin(x), 2);
    private static final Gradient<double[]> GRADIENT = Jacobi.gradient(NestedDerivativesTest::valley);

    @SuppressWarnings("UnnecessaryLambda") // a constant lambda is what is tested
    private static final NumberFunction QUARTIC = x -> x * x * x * x;

    interface Reverse {
        double[] apply(double x, double y, double seed);
    }

    interface WithFunction {
        double apply(double x, double dx, DoubleUnaryOperator slope);
    }

    interface Slope {
        double apply(double x, double dx, double seed);
    }

    static double valley(double[] x) {
        double step = x[1] - x[0] * x[0];
        return step * step + x[0] * x[1];
    }

    /** d/dx (x d/dy (x + y)) is 1; with the perturbations confused it is 2. */
    static double sumInside(double x) {
        return x * Jacobi.derivative(y -> x + y).applyAsDouble(1.0);
    }

    /** d/dx (x d/dy (x y)) is 2x. */
    static double productInside(double x) {
        return x * Jacobi.derivative(y -> x * y).applyAsDouble(2.0);
    }

    /** Siskind and Pearlmutter: d/dx (x d/dy (x y at y = x) ...) with the inner point active too. */
    static double innerPointIsActive(double x) {
        return Jacobi.derivative(y -> x * y * y).applyAsDouble(x);
    }

    static double threeDeep(double x) {
        return Jacobi.derivative(
                        y -> y * Jacobi.derivative(z -> x * y * z * z * z).applyAsDouble(y))
                .applyAsDouble(x);
    }

    static double ofStaticFields(double x) {
        return SLOPE_OF_CUBE.applyAsDouble(x * x) + CURVATURE_OF_SINE.applyAsDouble(2 * x);
    }

    static double ofStaticFunction(double x) {
        return Jacobi.derivative(QUARTIC).applyAsDouble(x) * x;
    }

    /** A loop in which the derivative is taken, as in Newton's method. */
    static double newton(double a) {
        DoubleUnaryOperator slope = Jacobi.derivative(y -> y * y * y - a);
        double y = 1;
        for (int i = 0; i < 8; i++) {
            y -= (y * y * y - a) / slope.applyAsDouble(y);
        }
        return y;
    }

    /** The loop is inside the function that is differentiated. */
    static double loopInside(double x) {
        return Jacobi.derivative(y -> {
                    double sum = 1;
                    for (int i = 0; i < 4; i++) {
                        sum = Math.sin(sum * y) + x * y;
                    }
                    return sum;
                })
                .applyAsDouble(x + 0.3);
    }

    static double stepDownhill(double[] x) {
        double[] g = GRADIENT.at(x);
        double[] moved = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            moved[i] = x[i] - 0.1 * g[i];
        }
        return valley(moved);
    }

    /** The well-known nest of a minimisation: the captured array is constant inside, active outside. */
    static double gradientInside(double[] x) {
        Gradient<double[]> inner = Jacobi.gradient((double[] y) -> {
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += x[i] * y[i] * y[i] * y[i];
            }
            return sum;
        });
        double[] y = {1, 2, 0.5};
        double[] g = new double[3];
        for (int step = 0; step < 3; step++) {
            double value = inner.into(y, g);
            for (int i = 0; i < 3; i++) {
                y[i] -= 0.01 * g[i] * value;
            }
        }
        return y[0] * y[1] + y[2];
    }

    static double directionInside(double[] x) {
        double[] direction = {x[1], 1, x[0]};
        double slope =
                Jacobi.jvp((double[] y) -> y[0] * y[1] * y[2] * x[2]).at(new double[] {x[0], 2, x[1]}, direction);
        double[] tangent = Jacobi.jvp((double[] y) -> new double[] {y[0] * y[1], x[0] * y[2]})
                .at(new double[] {x[0], 2, x[1]}, direction);
        double[] adjoint = Jacobi.vjp((double[] y) -> new double[] {y[0] * y[1], x[0] * y[2] * y[2]})
                .at(new double[] {x[0], 2, x[1]}, new double[] {x[2], 3});
        return slope + tangent[0] * tangent[1] + adjoint[0] * adjoint[2] + adjoint[1];
    }

    private static void check(NumberFunction function, double expected, double x) {
        assertEquals(expected, Jacobi.derivative(function).applyAsDouble(x), 1e-13 * Math.max(1, Math.abs(expected)));
        Slope reverse = Jacobi.of(function).reverse(ACTIVE).as(OneSlope.class)::apply;
        assertEquals(expected, reverse.apply(x, 0, 1), 1e-13 * Math.max(1, Math.abs(expected)));
    }

    interface OneSlope {
        double apply(double x, double seed);

        default double apply(double x, double ignored, double seed) {
            return apply(x, seed);
        }
    }

    @Test
    void capturedActiveValuesAreConstantInsideAndActiveOutside() {
        double x = 1.5;
        check(NestedDerivativesTest::sumInside, 1, x);
        check(NestedDerivativesTest::productInside, 2 * x, x);
        check(NestedDerivativesTest::innerPointIsActive, 4 * x, x);
        // Inside: y d/dz (x y z^3) at z = y is 3 x y^4; its derivative by y at y = x is 12 x^4.
        assertEquals(12 * Math.pow(x, 4), threeDeep(x), 1e-12);
        check(NestedDerivativesTest::threeDeep, 48 * Math.pow(x, 3), x);
    }

    @Test
    void derivativesHeldInStaticFieldsAndFunctionsHeldThere() {
        double x = 0.7;
        check(NestedDerivativesTest::ofStaticFields, 12 * x * x * x - 2 * Math.cos(2 * x), x);
        check(NestedDerivativesTest::ofStaticFunction, 16 * x * x * x, x);
    }

    @Test
    void capturedDerivatives() {
        DoubleUnaryOperator slope = Jacobi.derivative(t -> Math.exp(2 * t));
        Slope raw = Jacobi.of(NestedDerivativesTest.class, "productOf")
                .forward(DUAL, CONST)
                .as(Slope.class);
        check(t -> t * slope.applyAsDouble(t), 2 * Math.exp(1) + 4 * 0.5 * Math.exp(1), 0.5);
        // The tangent of x x y for dx = 3 at y = t.
        check(t -> raw.apply(t, 3, t), 12 * 0.5, 0.5);
        Gradient<double[]> gradient = Jacobi.gradient(NestedDerivativesTest::valley);
        assertGradient(x -> valley(gradient.at(x)), new double[] {0.4, 0.9});
        assertGradient(
                x -> {
                    double[] g = {7, 7};
                    return gradient.into(x, g) * g[0] + g[1];
                },
                new double[] {0.4, 0.9});
    }

    static double productOf(double x, double y) {
        return x * x * y;
    }

    @Test
    void derivativesInLoops() {
        double a = 5;
        check(NestedDerivativesTest::newton, 1 / (3 * Math.cbrt(a) * Math.cbrt(a)), a);
        double expected = FiniteDifferences.derivative(NestedDerivativesTest::loopInside, 0.4, 0.01);
        assertEquals(
                expected, Jacobi.derivative(NestedDerivativesTest::loopInside).applyAsDouble(0.4), 1e-9);
        check(
                NestedDerivativesTest::loopInside,
                Jacobi.derivative(NestedDerivativesTest::loopInside).applyAsDouble(0.4),
                0.4);
    }

    @Test
    void gradientsInside() {
        assertGradient(NestedDerivativesTest::stepDownhill, new double[] {0.4, 0.9});
        assertGradient(NestedDerivativesTest::gradientInside, new double[] {0.4, 0.9, 1.3});
        assertGradient(NestedDerivativesTest::directionInside, new double[] {0.4, 0.9, 1.3});
    }

    private static void assertGradient(ScalarFunction<double[]> function, double[] x) {
        double value = function.applyAsDouble(x.clone());
        double[] gradient = new double[x.length];
        assertEquals(value, Jacobi.gradient(function).into(x, gradient));
        for (int i = 0; i < x.length; i++) {
            int input = i;
            double expected = FiniteDifferences.derivative(
                    t -> {
                        double[] moved = x.clone();
                        moved[input] += t;
                        return function.applyAsDouble(moved);
                    },
                    0,
                    0.01);
            assertEquals(expected, gradient[i], 1e-8 * Math.max(1, Math.abs(expected)));
            double[] axis = new double[x.length];
            axis[i] = 1;
            assertEquals(gradient[i], Jacobi.jvp(function).at(x, axis), 1e-12 * Math.max(1, Math.abs(expected)));
        }
        double[][] hessian = Jacobi.hessian(function).at(x);
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < i; j++) {
                assertEquals(hessian[i][j], hessian[j][i], 1e-10 * Math.max(1, Math.abs(hessian[i][j])));
            }
        }
    }

    static double unknownDerivative(double x, DoubleUnaryOperator slope) {
        return slope.applyAsDouble(x);
    }

    static double endless(double x) {
        return Jacobi.derivative(NestedDerivativesTest::endless).applyAsDouble(x) + x;
    }

    @Test
    void whatCannotBeDoneIsRefused() {
        // Which function it is comes out when it is called.
        WithFunction unknown = Jacobi.of(NestedDerivativesTest.class, "unknownDerivative")
                .forward(DUAL, CONST)
                .as(WithFunction.class);
        assertEquals(
                Refusal.UNSUPPORTED_CALL,
                assertThrows(JacobiException.class, () -> unknown.apply(2, 1, SLOPE_OF_CUBE))
                        .refusal());
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Jacobi.derivative(NestedDerivativesTest::endless));
        assertEquals(Refusal.NESTED_TOO_DEEP, refused.refusal());
        assertEquals(
                "cannot differentiate derivatives that are nested deeper than 8",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    @Test
    void innerGradientChecksItsArguments() {
        Gradient<double[]> gradient = Jacobi.gradient(NestedDerivativesTest::valley);
        Gradient<double[]> outer = Jacobi.gradient((double[] x) -> gradient.into(x, new double[3]));
        JacobiException refused = assertThrows(JacobiException.class, () -> outer.at(new double[] {1, 2}));
        assertEquals(Refusal.WRONG_SHADOW, refused.refusal());
    }

    /** Loaded by another class loader in the test. */
    static final class Elsewhere {
        private Elsewhere() {}

        static double cube(double[] x) {
            double product = x[0] * x[0];
            return Double.isNaN(product) ? fallback(x) : product * x[0];
        }

        private static double fallback(double[] x) {
            return x.length;
        }

        static ScalarFunction<double[]> function() {
            return Elsewhere::cube;
        }
    }

    private static final class Child extends ClassLoader {
        Child() {
            super(NestedDerivativesTest.class.getClassLoader());
        }

        Class<?> define(Class<?> original) throws IOException {
            String file = original.getName().replace('.', '/') + ".class";
            try (InputStream in = Objects.requireNonNull(getParent().getResourceAsStream(file))) {
                byte[] bytes = in.readAllBytes();
                return defineClass(original.getName(), bytes, 0, bytes.length);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return getParent().getResourceAsStream(name);
        }
    }

    /** Its classes cannot be named in the code around it, so the call stays, and what carries a derivative gets into it. */
    @Test
    @SuppressWarnings("unchecked") // the type that the method declares
    void aDerivativeOfAClassThatIsNotVisibleIsRefused() throws Exception {
        Method function = new Child().define(Elsewhere.class).getDeclaredMethod("function");
        function.setAccessible(true);
        Gradient<double[]> inner = Jacobi.gradient((ScalarFunction<double[]>) function.invoke(null));
        assertEquals(12, inner.at(new double[] {2})[0]);
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Jacobi.gradient((double[] x) -> inner.at(x)[0] * x[0]));
        assertEquals(Refusal.UNSUPPORTED_CALL, refused.refusal());
    }
}
