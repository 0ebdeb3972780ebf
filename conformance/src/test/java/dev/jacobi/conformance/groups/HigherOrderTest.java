package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Gradient;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.NumberFunction;
import dev.jacobi.ScalarFunction;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives of derivatives, of methods with calls that are not inlined: every sequence of forward and reverse mode gives the same, and what differences of the derivative
 * before give; also where a method calls the derivative of such a method.
 */
@SuppressWarnings("InfiniteRecursion") // recursion that ends by an exception
class HigherOrderTest {
    private static final double X = 0.7;
    private static final double STEP = 1e-3;

    static double nested(int n, double x) {
        return n == 0 ? x : Math.sin(nested(n - 1, x) * x) + x * x;
    }

    static double fibonacci(int n, double x) {
        return n < 2 ? x * (n + 1) : fibonacci(n - 1, x) * fibonacci(n - 2, x) + Math.sin(x);
    }

    interface Curve {
        double at(double x);
    }

    record Cube(double factor) implements Curve {
        @Override
        public double at(double x) {
            return factor * x * x * x;
        }
    }

    record Wave(double speed) implements Curve {
        @Override
        public double at(double x) {
            return Math.sin(speed * x) * x;
        }
    }

    record Product(Curve one, Curve other) implements Curve {
        @Override
        public double at(double x) {
            return one.at(x) * other.at(x * x);
        }
    }

    static double curves(double x) {
        Curve[] curves = {new Cube(x), new Wave(2 * x), new Product(new Cube(1.1), new Wave(x * x))};
        double sum = 0;
        for (Curve curve : curves) {
            sum += curve.at(x);
        }
        return sum;
    }

    static void mix(double[] a, int n) {
        if (n == 0) {
            return;
        }
        for (int i = 1; i < a.length; i++) {
            a[i] = a[i] * a[i - 1] * 0.5 + Math.cos(a[i]);
        }
        mix(a, n - 1);
        a[0] += a[n] * a[n];
    }

    static double mixed(double x) {
        double[] a = {x, x * x, 1, Math.sin(x)};
        mix(a, 3);
        double sum = 0;
        for (double each : a) {
            sum += each * each;
        }
        return sum;
    }

    /** Tapes that grow: more numbers are recorded in the calls than they have room for at first. */
    static double longLoop(int n, double x) {
        double y = x;
        for (int i = 0; i < 300; i++) {
            y = Math.sin(y) + x * 0.3;
        }
        return n == 0 ? y : longLoop(n - 1, y) * x + longLoop(n - 1, x) * y;
    }

    static double longLoop(double x) {
        double y = x;
        int i = 0;
        while (y < 1000 && i < 3000) {
            y = Math.sin(y) + x * 0.3;
            i++;
        }
        return y;
    }

    static final class Node {
        final double value;
        final Node next;

        Node(double value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    static Node list(double x, int n) {
        return n == 0 ? null : new Node(Math.sin(x * n) + 1, list(x * 1.1, n - 1));
    }

    static double total(Node node, double x) {
        return node == null ? x : node.value * total(node.next, x * node.value);
    }

    static double countdown(int n, double x, double[] written) {
        written[n] = x * n;
        if (n == 0) {
            throw new IllegalStateException();
        }
        return x * countdown(n - 1, x * x, written);
    }

    /** What the call has written before it threw counts. */
    static double caughtAfterWriting(double x) {
        double[] written = new double[5];
        try {
            return countdown(4, x, written);
        } catch (IllegalStateException _) {
            double sum = 0;
            for (double each : written) {
                sum += each * each * x;
            }
            return sum;
        }
    }

    static double caught(int n, double x) {
        if (n == 0) {
            if (x > 0) {
                throw new ArithmeticException();
            }
            return x;
        }
        try {
            return caught(n - 1, x) * x;
        } catch (ArithmeticException _) {
            return Math.sin(x) * x * x;
        }
    }

    interface Step {
        double apply(double[] state, double x);
    }

    record Failing(double limit) implements Step {
        @Override
        public double apply(double[] state, double x) {
            state[0] += x * x;
            if (state[0] > limit) {
                throw new IllegalArgumentException();
            }
            return state[0] * x;
        }
    }

    record Gentle() implements Step {
        @Override
        public double apply(double[] state, double x) {
            state[0] *= Math.cos(x);
            return state[0];
        }
    }

    /** A method that the class of the receiver decides throws after it has written. */
    static double caughtByClass(double x) {
        Step[] steps = {new Failing(10), new Gentle(), new Failing(x * 0.1), new Gentle()};
        double[] state = {x};
        double sum = 0;
        for (Step step : steps) {
            try {
                sum += step.apply(state, x);
            } catch (IllegalArgumentException _) {
                sum += state[0] * state[0];
            }
        }
        return sum;
    }

    static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;

        final double value;

        Carrier(double value) {
            super("carries");
            this.value = value;
        }
    }

    static double carrying(int n, double x, double[] written) {
        written[n] *= x;
        if (n == 0 && written[1] > -5) {
            throw new Carrier(x * written[1]);
        }
        return Math.sin(x) * carrying(n - 1, x * x, written) + x;
    }

    /** A number in an exception of a call. */
    static double carried(double x) {
        double[] written = {1, x, x * x};
        try {
            return carrying(2, x, written);
        } catch (Carrier carrier) {
            return carrier.value * written[2] * x;
        } catch (RuntimeException _) {
            return x;
        }
    }

    record Sample(String name, int order, NumberFunction function) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sample> samples() {
        return Stream.of(
                new Sample("recursion", 4, x -> nested(3, x)),
                new Sample("binary recursion", 3, x -> fibonacci(5, x)),
                new Sample("choice by class", 3, HigherOrderTest::curves),
                new Sample("array", 3, HigherOrderTest::mixed),
                new Sample("long tapes", 3, x -> longLoop(2, x)),
                new Sample("a long tape of one method", 4, HigherOrderTest::longLoop),
                new Sample("objects", 3, x -> total(list(x, 4), x)),
                new Sample("exceptions", 3, x -> caught(3, x)),
                new Sample("exceptions after writing", 3, HigherOrderTest::caughtAfterWriting),
                new Sample("exceptions with numbers", 3, HigherOrderTest::carried),
                new Sample("exceptions of a choice by class", 3, HigherOrderTest::caughtByClass));
    }

    private static NumberFunction forward(NumberFunction function) {
        DoubleUnaryOperator derivative = Jacobi.derivative(function);
        return derivative::applyAsDouble;
    }

    private static NumberFunction reverse(NumberFunction function) {
        Gradient<double[]> gradient = Jacobi.gradient((double[] x) -> function.applyAsDouble(x[0]));
        return x -> gradient.at(new double[] {x})[0];
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySequenceOfModesGivesTheSame(Sample sample) {
        chains(sample.function(), "", new double[sample.order() + 1], new boolean[sample.order() + 1]);
    }

    private static void chains(NumberFunction function, String modes, double[] values, boolean[] known) {
        int order = modes.length();
        double value = function.applyAsDouble(X);
        assertEquals(value, function.applyAsDouble(X), modes); // pooled tapes hold now what the first call left
        if (known[order]) {
            assertEquals(values[order], value, 1e-11 * Math.max(1, Math.abs(value)), modes);
        }
        values[order] = value;
        known[order] = true;
        if (order + 1 < known.length) {
            chains(forward(function), modes + "f", values, known);
            double expected = differences(function);
            assertEquals(expected, values[order + 1], 1e-7 * Math.max(1, Math.abs(expected)), modes + "f");
            chains(reverse(function), modes + "r", values, known);
        }
    }

    private static double differences(NumberFunction function) {
        return (function.applyAsDouble(X - 2 * STEP)
                        - 8 * function.applyAsDouble(X - STEP)
                        + 8 * function.applyAsDouble(X + STEP)
                        - function.applyAsDouble(X + 2 * STEP))
                / (12 * STEP);
    }

    /** A number of each method is captured by the function that is differentiated inside. */
    static double slopeWithCaptured(double[] x) {
        double slope = Jacobi.derivative(z -> nested(3, x[0] * z) * x[1]).applyAsDouble(x[0] * x[2]);
        return x[1] * slope + x[2];
    }

    static double slopeOfCaptured(double[] x) {
        double a = x[0];
        double b = x[1] * x[2];
        // The derivative of x + y by y is 1, whatever x is.
        double one = Jacobi.derivative(y -> fibonacci(3, a)
                        + Jacobi.derivative(z -> fibonacci(3, a) * z).applyAsDouble(y) * y)
                .applyAsDouble(b);
        return a * one * b;
    }

    static double squaredGradient(double[] x) {
        double[] g = Jacobi.gradient((double[] y) -> fibonacci(4, y[0] * y[1]) * nested(2, y[2]) + y[0] * x[1])
                .at(x.clone());
        double sum = 0;
        for (double each : g) {
            sum += each * each;
        }
        return sum;
    }

    static double chosen(double[] y) {
        Curve[] curves = {new Product(new Cube(y[0]), new Wave(y[1])), new Wave(y[2]), new Cube(y[1] * y[2])};
        double sum = 0;
        for (int i = 0; i < curves.length; i++) {
            sum += curves[i].at(y[i]);
        }
        return sum;
    }

    static double newtonStep(double[] x) {
        double y = x[0];
        for (int i = 0; i < 2; i++) {
            double here = y;
            y -= (nested(2, here) * x[1] - x[2])
                    / Jacobi.derivative(z -> nested(2, z) * x[1]).applyAsDouble(here);
        }
        return y * y;
    }

    static double gradientByClass(double[] x) {
        double[] g = Jacobi.gradient(HigherOrderTest::chosen).at(x);
        return g[0] * g[1] * x[2] + g[2] * g[2];
    }

    static double product(double[] x) {
        double[] direction = {x[1], 1, x[0] * x[2]};
        double[] h = Jacobi.hvp(HigherOrderTest::chosen).at(x, direction);
        return h[0] * h[2] + h[1];
    }

    static double thrownInside(double[] x) {
        double[] written = new double[5];
        double sum = x[2];
        for (int i = 0; i < 2; i++) {
            try {
                sum += Jacobi.derivative(z -> z * countdown(4, x[1], written)).applyAsDouble(x[i]);
            } catch (IllegalStateException _) {
                sum += written[1] * written[2] + written[4] * x[0];
            }
        }
        return sum;
    }

    static Stream<ScalarFunction<double[]>> functions() {
        return List.<ScalarFunction<double[]>>of(
                HigherOrderTest::slopeWithCaptured,
                HigherOrderTest::slopeOfCaptured,
                HigherOrderTest::squaredGradient,
                HigherOrderTest::newtonStep,
                HigherOrderTest::gradientByClass,
                HigherOrderTest::product,
                HigherOrderTest::thrownInside)
                .stream();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void methodsThatCallDerivativesHaveAllDerivatives(ScalarFunction<double[]> function) {
        double[] x = {0.8, 0.6, 1.1};
        double[] direction = {0.3, -0.7, 0.4};
        Gradient<double[]> reverse = Jacobi.gradient(function);
        double[] gradient = reverse.at(x);
        assertArrayEquals(gradient, reverse.at(x));
        double slope = 0;
        for (int i = 0; i < x.length; i++) {
            slope += gradient[i] * direction[i];
        }
        assertEquals(
                Jacobi.jvp(function).at(x, direction),
                slope,
                1e-12 * Math.max(1, Arrays.stream(gradient).map(Math::abs).sum()));
        DoubleUnaryOperator along = t -> function.applyAsDouble(moved(x, direction, t));
        assertEquals(differencesAtZero(along), slope, 1e-7 * Math.max(1, Math.abs(slope)));
        HessianVectorProduct<double[]> products = Jacobi.hvp(function);
        double[] product = products.at(x, direction);
        for (int i = 0; i < x.length; i++) {
            int output = i;
            double expected = differencesAtZero(t -> reverse.at(moved(x, direction, t))[output]);
            assertEquals(expected, product[i], 1e-6 * Math.max(1, Math.abs(expected)));
        }
        double[] twice = Jacobi.gradient((double[] y) -> {
                    double[] g = reverse.at(y);
                    return g[0] * 0.3 - g[1] * 0.7 + g[2] * 0.4;
                })
                .at(x);
        for (int i = 0; i < x.length; i++) {
            assertEquals(product[i], twice[i], 1e-10 * Math.max(1, Math.abs(product[i])));
        }
    }

    private static double differencesAtZero(DoubleUnaryOperator function) {
        return (function.applyAsDouble(-2 * STEP)
                        - 8 * function.applyAsDouble(-STEP)
                        + 8 * function.applyAsDouble(STEP)
                        - function.applyAsDouble(2 * STEP))
                / (12 * STEP);
    }

    private static double[] moved(double[] x, double[] direction, double t) {
        double[] moved = x.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += t * direction[i];
        }
        return moved;
    }
}
