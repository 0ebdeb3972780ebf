package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Lambdas that were made before, and elsewhere: which one of its class a lambda is, is found out if that is certain. */
class LambdaOriginsTest {
    interface OfOperator {
        double[] apply(DoubleUnaryOperator f, double x, double seed);
    }

    interface OfOperatorAndArray {
        double apply(DoubleUnaryOperator f, double[] x, double[] dx, double seed);
    }

    static double apply(DoubleUnaryOperator f, double x) {
        return f.applyAsDouble(x) * x + f.applyAsDouble(2 * x);
    }

    static double sum(DoubleUnaryOperator f, double[] x) {
        double sum = 0;
        for (double each : x) {
            sum += f.applyAsDouble(each) * each;
        }
        return sum;
    }

    private static final OfOperator DERIVATIVE =
            Jacobi.of(LambdaOriginsTest.class, "apply").reverse(CONST, ACTIVE).as(OfOperator.class);

    private static void check(DoubleUnaryOperator f) {
        double[] result = DERIVATIVE.apply(f, 0.7, 1);
        assertEquals(apply(f, 0.7), result[0]);
        double expected = FiniteDifferences.derivative(x -> apply(f, x), 0.7, 1e-3);
        assertEquals(expected, result[1], 1e-8 * Math.max(1, Math.abs(expected)));
    }

    static double square(double x) {
        return x * x;
    }

    @Test
    void functionsThatComputeDifferentThings() {
        check(x -> x * x * x);
        check(Math::tanh);
        check(LambdaOriginsTest::square);
        check(x -> x > 0 ? x : 0);
        check(x -> x > 0 ? x : 0.01 * x);
        check(x -> Math.min(Math.max(x, 0), 6));
    }

    @Test
    void functionsOfTheSameCode() {
        check(x -> x * Math.exp(x));
        check(x -> x * Math.exp(x));
    }

    @Test
    void capturedNumbersAndArrays() {
        double scale = 3;
        double[] weights = {2, 5};
        check(x -> x * scale);
        check(x -> x + scale);
        check(x -> x * weights[0]);
        check(x -> x * weights[1]);
    }

    @Test
    void whatIsCapturedMayNotBeAnArgument() {
        double[] x = {0.5, 0.6};
        OfOperatorAndArray derivative = Jacobi.of(LambdaOriginsTest.class, "sum")
                .reverse(CONST, DUPLICATED)
                .as(OfOperatorAndArray.class);
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> derivative.apply(v -> v * x[0], x, new double[2], 1));
        assertEquals(Refusal.ALIASED_ARGUMENTS, refusal.refusal());
    }

    @Test
    void capturedObjectsOfFunctions() {
        DoubleUnaryOperator inner = x -> Math.log(x) * x;
        assertEquals(
                (Math.log(1.44) + 1) * 2.4,
                Jacobi.derivative(x -> inner.applyAsDouble(x * x)).applyAsDouble(1.2),
                1e-14);
    }

    @Test
    void lambdasOfTheJdkAreNotKnown() {
        DoubleUnaryOperator composed = DoubleUnaryOperator.identity().andThen(Math::sin);
        JacobiException refusal = assertThrows(JacobiException.class, () -> DERIVATIVE.apply(composed, 0.7, 1));
        assertEquals(Refusal.NOT_SERIALIZABLE_LAMBDA, refusal.refusal());
    }

    /** They agree wherever they are asked. */
    static final class Alike {
        static final DoubleUnaryOperator FIRST = x -> x > 1e9 ? 1e9 : x;
        static final DoubleUnaryOperator SECOND = x -> x > 2e9 ? 2e9 : x;
    }

    @Test
    void functionsThatAgreeWhereverTheyAreAskedAreRefused() {
        for (DoubleUnaryOperator f : List.of(Alike.FIRST, Alike.SECOND)) {
            JacobiException refusal = assertThrows(JacobiException.class, () -> DERIVATIVE.apply(f, 0.7, 1));
            assertEquals(Refusal.NOT_SERIALIZABLE_LAMBDA, refusal.refusal());
        }
    }

    enum Operation {
        ADD((a, b) -> a + b),
        MULTIPLY((a, b) -> a * b),
        POWER(Math::pow);

        private final DoubleBinaryOperator operator;

        Operation(DoubleBinaryOperator operator) {
            this.operator = operator;
        }

        double apply(double a, double b) {
            return operator.applyAsDouble(a, b);
        }
    }

    static double operations(double[] x) {
        double y = x[0];
        for (Operation operation : Operation.values()) {
            y = operation.apply(y, x[1]);
        }
        return y * Operation.MULTIPLY.apply(x[0], x[1]);
    }

    /** Tables of functions. */
    static final class Tables {
        static final DoubleUnaryOperator[] ARRAY = {Math::tanh, x -> x * x};
        static final List<Function<Double, Double>> LIST = List.of(Math::exp, x -> x * x, x -> x + 1);
        static final Map<String, DoubleUnaryOperator> MAP = Map.of("sin", Math::sin, "cos", Math::cos);
    }

    static double tables(double[] x) {
        double y = x[0];
        for (int i = 0; i < 3; i++) {
            y = Tables.ARRAY[i % 2].applyAsDouble(y) * x[1];
        }
        for (Function<Double, Double> each : Tables.LIST) {
            y = each.apply(y) * x[0];
        }
        return y * Tables.MAP.get("sin").applyAsDouble(x[0])
                + Tables.MAP.get("cos").applyAsDouble(y);
    }

    @Test
    void constantsOfEnumsAndStaticTables() throws Throwable {
        new CallCheck(LambdaOriginsTest.class, "operations").run((Object) new double[] {0.7, 1.3});
        new CallCheck(LambdaOriginsTest.class, "tables").run((Object) new double[] {0.7, 1.3});
    }

    @Test
    void secondDerivatives() {
        double[] x = {0.7, 1.3};
        double[] v = {0.4, -0.6};
        double[] expected = new double[2];
        for (int i = 0; i < 2; i++) {
            int at = i;
            expected[i] = FiniteDifferences.derivative(
                    t -> Jacobi.gradient(LambdaOriginsTest::operations)
                            .at(new double[] {x[0] + t * v[0], x[1] + t * v[1]})[at],
                    0,
                    1e-3);
        }
        assertArrayEquals(expected, Jacobi.hvp(LambdaOriginsTest::operations).at(x, v), 1e-6);
    }

    record Layer(DoubleUnaryOperator activation, double weight) {}

    record Network(Layer[] layers) {}

    static double network(Network network) {
        double y = 0.3;
        for (Layer layer : network.layers()) {
            y = layer.activation().applyAsDouble(y * layer.weight());
        }
        return y;
    }

    private static Network network(double... weights) {
        double scale = 3;
        return new Network(new Layer[] {
            new Layer(Math::tanh, weights[0]), new Layer(Math::exp, weights[1]), new Layer(y -> y * scale, weights[2])
        });
    }

    @Test
    void functionsInObjectsThatAreArguments() {
        double[] weights = {0.4, 0.6, 0.9};
        Network gradient = Jacobi.gradient((ScalarFunction<Network>) LambdaOriginsTest::network)
                .at(network(weights));
        for (int i = 0; i < 3; i++) {
            int at = i;
            double expected = FiniteDifferences.derivative(
                    w -> {
                        double[] moved = weights.clone();
                        moved[at] = w;
                        return network(network(moved));
                    },
                    weights[i],
                    1e-3);
            assertEquals(expected, gradient.layers()[i].weight(), 1e-8);
        }
    }
}
