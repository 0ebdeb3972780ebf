package dev.jacobi.calls;

import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Gradient;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Caught exceptions of calls that are not inlined: what conformance does not look at. */
@SuppressWarnings("InfiniteRecursion") // recursion that ends by an exception
class CaughtExceptionsTest {
    interface Reverse {
        double apply(double[] x, double[] dx, double seed);
    }

    static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final double value;

        Carrier(double value) {
            this.value = value;
        }
    }

    private static void square(double[] a, int i) {
        a[i % 3] *= a[(i + 1) % 3];
        if (i == 4) {
            throw new Carrier(a[0] * a[1]);
        }
        square(a, i + 1);
    }

    static double written(double[] x) {
        double[] a = x.clone();
        try {
            square(a, 0);
        } catch (RuntimeException _) {
            a[2] *= 3;
        }
        return a[0] * a[2] + a[1] * a[1];
    }

    static double carried(double[] x) {
        double[] a = x.clone();
        try {
            square(a, 0);
            return 0;
        } catch (Carrier e) {
            return e.value * a[2];
        }
    }

    @Test
    void secondDerivatives() {
        double[] x = {0.7, 1.4, 0.9};
        double[] direction = {0.3, -0.8, 0.5};
        check(Jacobi.gradient(CaughtExceptionsTest::written), Jacobi.hvp(CaughtExceptionsTest::written), x, direction);
        check(Jacobi.gradient(CaughtExceptionsTest::carried), Jacobi.hvp(CaughtExceptionsTest::carried), x, direction);
    }

    private static void check(
            Gradient<double[]> gradient, HessianVectorProduct<double[]> product, double[] x, double[] direction) {
        double step = 1e-6;
        double[] above = x.clone();
        double[] below = x.clone();
        for (int i = 0; i < x.length; i++) {
            above[i] += step * direction[i];
            below[i] -= step * direction[i];
        }
        double[] upper = gradient.at(above);
        double[] lower = gradient.at(below);
        double[] found = product.at(x, direction);
        for (int i = 0; i < x.length; i++) {
            assertEquals((upper[i] - lower[i]) / (2 * step), found[i], 1e-6 * Math.max(1, Math.abs(found[i])));
        }
    }

    private static void endless(double[] a, int i) {
        a[i % 3] += 1e-9 * a[0];
        endless(a, i + 1);
    }

    static double overflowing(double[] x) {
        double[] a = x.clone();
        try {
            endless(a, 0);
            return a[0];
        } catch (StackOverflowError _) {
            return x[0] * x[1];
        }
    }

    @Test
    void anOverflowOfTheStackThatTheMethodWouldCatchStopsTheDerivative() {
        Reverse reverse = reverse("overflowing");
        double[] shadow = {1, 2, 3};
        JacobiException refused =
                assertThrows(JacobiException.class, () -> reverse.apply(new double[] {1, 2, 3}, shadow, 1));
        assertEquals(Refusal.UNSUPPORTED_CALL, refused.refusal());
        assertTrue(String.valueOf(refused.getMessage()).contains("StackOverflowError"), refused.getMessage());
        assertArrayEquals(new double[] {1, 2, 3}, shadow);
    }

    static double notCaught(double[] x) {
        double[] a = x.clone();
        try {
            square(a, 0);
        } catch (ArithmeticException _) {
            return x[0];
        }
        return a[0];
    }

    @Test
    void anExceptionOfAnotherClassLeavesTheDerivativeAndShadowsAlone() {
        Reverse reverse = reverse("notCaught");
        double[] shadow = {1, 2, 3};
        double[] x = {1.5, 2, 3};
        ToDoubleFunction<double[]> original = CaughtExceptionsTest::notCaught;
        Carrier expected = assertThrows(Carrier.class, () -> original.applyAsDouble(x));
        Carrier thrown = assertThrows(Carrier.class, () -> reverse.apply(x, shadow, 1));
        assertEquals(expected.value, thrown.value);
        assertArrayEquals(new double[] {1, 2, 3}, shadow);
    }

    private static double deep(int n, double v, double[] a) {
        if (n > 3) {
            a[0] = v * v;
            throw new Carrier(v);
        }
        return n <= 0 ? v : Math.sin(v) * deep(n - 1, v, a);
    }

    /** Reading a static field might initialise a class, as far as blocks with handlers are concerned. */
    private static int shift;

    private static double halves(int n, double a, double[] x) {
        try {
            a = 0.5 * a + deep(n, x[n + shift], x);
        } catch (ArrayIndexOutOfBoundsException | Carrier _) {
            // goes on with what there was
        }
        return n <= 0 ? a : 0.5 * halves(n - 1, Math.sin(a), x) + a;
    }

    static double beginningWithTry(double[] x) {
        return halves(5, x[0], x.clone());
    }

    /** What the try block computes first is used behind it too, and there is a way there from each place in it that may throw. */
    @Test
    void aMethodMayBeginWithATryBlock() {
        double[] x = {0.7, 1.4, 0.9, 1.1, 0.3};
        double[] gradient = new double[x.length];
        double value = Jacobi.gradient(CaughtExceptionsTest::beginningWithTry).into(x, gradient);
        assertEquals(beginningWithTry(x), value);
        for (int i = 0; i < x.length; i++) {
            double[] direction = new double[x.length];
            direction[i] = 1;
            double slope = Jacobi.jvp(CaughtExceptionsTest::beginningWithTry).at(x, direction);
            assertEquals(gradient[i], slope, 1e-14);
            double[] above = x.clone();
            double[] below = x.clone();
            above[i] += 1e-6;
            below[i] -= 1e-6;
            assertEquals((beginningWithTry(above) - beginningWithTry(below)) / 2e-6, slope, 1e-8);
        }
    }

    private static Reverse reverse(String method) {
        return Jacobi.of(CaughtExceptionsTest.class, method, double[].class)
                .reverse(DUPLICATED)
                .as(Reverse.class);
    }
}
