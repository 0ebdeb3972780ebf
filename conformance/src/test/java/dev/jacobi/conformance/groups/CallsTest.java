package dev.jacobi.conformance.groups;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Calls of all kinds: static, virtual, through interfaces, lambdas, generics. */
@SuppressWarnings({"UnnecessaryLambda"}) // code as users write it
class CallsTest extends GroupTest {

    private static double square(double x) {
        return x * x;
    }

    @Case("1.3")
    static double calledTwice(double x) {
        return square(x) + square(square(x) * x);
    }

    @Case("1.3; 3")
    static double calledInLoop(double x, int n) {
        double y = x;
        for (int i = 0; i < n; i++) {
            y = square(y) * 0.5 + x;
        }
        return y;
    }

    private static double inPlace(double[] x, int i) {
        x[i] *= x[i];
        return x[i] + 1;
    }

    @Case("[1.3, 0.4]")
    static double callWithEffects(double[] x) {
        return inPlace(x, 0) * inPlace(x, 1) * inPlace(x, 0);
    }

    private static double manyExits(double x, int n) {
        for (int i = 0; i < n; i++) {
            if (x * i > 2) {
                return x * i;
            }
        }
        return x;
    }

    @Case("1.3; 5")
    @Case("0.1; 5")
    static double calledMethodHasSeveralReturns(double x, int n) {
        return manyExits(x, n) * x + manyExits(x * x, n);
    }

    private static double sum(double... numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number * number;
        }
        return sum;
    }

    @Case("1.3; 0.2; 0.7")
    static double variableArguments(double x, double y, double z) {
        return sum(x, y, z) * sum(x) + sum() + sum(y, z);
    }

    /** Functions of a number. */
    private interface Curve {
        double at(double x);

        default double slope(double x) {
            return (at(x + 0.5) - at(x - 0.5)) * 2;
        }
    }

    private record Parabola(int a) implements Curve {
        @Override
        public double at(double x) {
            return a * x * x;
        }
    }

    private record Wave(int n) implements Curve {
        @Override
        public double at(double x) {
            return Math.sin(n * x);
        }

        @Override
        public double slope(double x) {
            return n * Math.cos(n * x);
        }
    }

    @Case("1.3")
    static double interfaceWithOneClass(double x) {
        Curve curve = new Parabola(3);
        return curve.at(x) * curve.slope(x);
    }

    @Case("1.3; true")
    @Case("1.3; false")
    static double interfaceWithTwoClasses(double x, boolean wave) {
        Curve curve = wave ? new Wave(2) : new Parabola(3);
        return curve.at(x) * x;
    }

    @Case("1.3; true")
    @Case("1.3; false")
    static double defaultMethodsOfTwoClasses(double x, boolean wave) {
        Curve curve = wave ? new Wave(2) : new Parabola(3);
        return curve.slope(x) * x;
    }

    @Case("1.3; 4")
    static double receiversFromAnArray(double x, int n) {
        Curve[] curves = {new Wave(1), new Parabola(2), new Wave(3)};
        double y = x;
        for (int i = 0; i < n; i++) {
            y = curves[i % curves.length].at(y) * 0.5 + x;
        }
        return y;
    }

    private abstract static class Shape {
        abstract double size(double x);

        double twice(double x) {
            return 2 * size(x);
        }
    }

    private static final class Circle extends Shape {
        @Override
        double size(double x) {
            return Math.PI * x * x;
        }
    }

    private static class Square extends Shape {
        @Override
        double size(double x) {
            return x * x;
        }
    }

    private static final class Frame extends Square {
        @Override
        double size(double x) {
            return super.size(x) - super.size(x - 0.1);
        }
    }

    @Case("1.3")
    static double abstractMethods(double x) {
        return new Circle().twice(x) * new Square().twice(x) + new Frame().twice(x);
    }

    @Case("1.3; 0")
    @Case("1.3; 1")
    @Case("1.3; 2")
    static double classChosenAtRunTime(double x, int which) {
        Shape shape = switch (which) {
            case 0 -> new Circle();
            case 1 -> new Square();
            default -> new Frame();
        };
        return shape.twice(x) * x;
    }

    private static double applied(DoubleUnaryOperator f, double x) {
        return f.applyAsDouble(f.applyAsDouble(x)) + x;
    }

    @Case("1.3")
    static double lambdas(double x) {
        return applied(y -> y * y, x) * applied(Math::sin, x) + applied(CallsTest::square, x);
    }

    @Case("1.3; 0.4")
    static double lambdaCapturesActive(double x, double a) {
        DoubleUnaryOperator f = y -> y * a + x;
        return f.applyAsDouble(x) * f.applyAsDouble(a);
    }

    @Case("1.3; 0.4")
    static double composedLambdas(double x, double a) {
        DoubleUnaryOperator f = y -> y * a;
        DoubleUnaryOperator g = Math::sin;
        return f.andThen(g).compose(f).applyAsDouble(x);
    }

    private static DoubleUnaryOperator scaled(double a) {
        return y -> a * y * y;
    }

    @Case("1.3; 0.4")
    static double lambdaThatIsReturned(double x, double a) {
        return scaled(a).applyAsDouble(x) + scaled(x).applyAsDouble(a);
    }

    @Case("[1.3, 0.4]; 0.7")
    static double lambdaChangesCapturedArray(double[] x, double a) {
        Runnable change = () -> x[0] *= a * x[1];
        change.run();
        change.run();
        return x[0];
    }

    private static double folded(double[] x, DoubleBinaryOperator operator) {
        double result = x[0];
        for (int i = 1; i < x.length; i++) {
            result = operator.applyAsDouble(result, x[i]);
        }
        return result;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double lambdasAsArguments(double[] x) {
        return folded(x, Double::sum) * folded(x, (a, b) -> a * b) + folded(x, Math::max);
    }

    private static <T> T twice(T start, Function<T, T> step) {
        return step.apply(step.apply(start));
    }

    @Case("1.3")
    static double generics(double x) {
        return twice(x, y -> y * y + 1);
    }

    private static <A, B> ToDoubleFunction<A> chained(Function<A, B> first, ToDoubleFunction<B> second) {
        return a -> second.applyAsDouble(first.apply(a));
    }

    @Case("[1.3, 0.4]")
    static double genericChain(double[] x) {
        ToDoubleFunction<double[]> f = chained(a -> new double[] {a[0] * a[1], a[0]}, b -> b[0] * b[1]);
        return f.applyAsDouble(x);
    }

    private static final double[] TABLE = new double[4];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            TABLE[i] = Math.sqrt(i + 1);
        }
    }

    @Case("1.3")
    static double staticTable(double x) {
        double y = 0;
        for (double coefficient : TABLE) {
            y = y * x + coefficient;
        }
        return y;
    }

    private static final DoubleUnaryOperator CONSTANT_FUNCTION = y -> y * y * y;

    @Case("1.3")
    static double constantFunction(double x) {
        return CONSTANT_FUNCTION.applyAsDouble(x) * x;
    }

    private abstract static class Layer<T> {
        abstract T apply(T input);
    }

    private static final class Affine extends Layer<double[]> {
        private final double[] weights;
        private final double bias;

        Affine(double[] weights, double bias) {
            this.weights = weights;
            this.bias = bias;
        }

        @Override
        double[] apply(double[] input) {
            double[] output = new double[input.length];
            for (int i = 0; i < input.length; i++) {
                output[i] = input[i] * weights[i] + bias;
            }
            return output;
        }
    }

    private static final class Squash extends Layer<double[]> {
        int applied;

        @Override
        double[] apply(double[] input) {
            applied++;
            double[] output = input.clone();
            for (int i = 0; i < output.length; i++) {
                output[i] = Math.tanh(output[i]) / applied;
            }
            return output;
        }
    }

    @Case("[1.3, 0.4]; [0.7, 0.2]; 0.3; 3")
    static double layersThroughBridges(double[] x, double[] weights, double bias, int n) {
        Squash squash = new Squash();
        java.util.List<Layer<double[]>> layers = new java.util.ArrayList<>();
        for (int i = 0; i < n; i++) {
            layers.add(new Affine(weights, bias * i));
            layers.add(squash);
        }
        double[] y = x;
        for (Layer<double[]> layer : layers) {
            y = layer.apply(y);
        }
        return y[0] * y[1];
    }
}
