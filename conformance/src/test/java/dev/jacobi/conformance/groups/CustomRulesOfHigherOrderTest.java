package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.Rules;
import dev.jacobi.ScalarFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives of derivatives of methods with rules of the user's own: the code of a rule is differentiated, and the method itself by its rule again. Every sequence of modes to
 * order 3 gives the derivative of the same function without rules.
 */
class CustomRulesOfHigherOrderTest {
    private static final Options OPTIONS = Options.DEFAULT.withRules(Rules.of(CustomRulesGroupTest.Derivatives.class));
    private static final double[] X = {1.3, 0.4, 0.9};
    private static final double[] DIRECTION = {0.5, -0.3, 0.8};

    /** A function with rules, and the same without. */
    record Sample(String name, ScalarFunction<double[]> ruled, ScalarFunction<double[]> plain) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static double descending(double x, int n) {
        return n == 0 ? x : Math.log1p(descending(x * 0.9, n - 1) + n);
    }

    static Stream<Sample> samples() {
        return Stream.of(
                new Sample(
                        "one call",
                        x -> CustomRulesGroupTest.calledOnce(x[0]) * x[1],
                        x -> x[0] * Math.log1p(x[0] * x[0]) * x[1]),
                new Sample("in a loop", x -> CustomRulesGroupTest.calledInLoop(x, 4), x -> {
                    double y = x[0];
                    for (int i = 0; i < 4; i++) {
                        y = Math.log1p(y * y + x[i % x.length]) * x[1];
                    }
                    return y;
                }),
                new Sample(
                        "a tape of its own",
                        x -> CustomRulesGroupTest.tapeOfItsOwn(x[0], x[1], 3) * x[2],
                        x -> (Math.pow(x[0], 3) * x[1] * x[1] + 4 * x[1] + x[0] * x[0] * 3) * x[2]),
                new Sample("tapes in a loop", x -> CustomRulesGroupTest.tapesInLoop(x.clone(), 5), x -> {
                    double[] a = x.clone();
                    double y = 1;
                    for (int i = 0; i < 5; i++) {
                        y = Math.sin(Math.pow(a[i % a.length], i % 3 + 1) * y);
                        a[(i + 1) % a.length] *= y + 1;
                    }
                    return y;
                }),
                new Sample(
                        "in a recursion",
                        x -> CustomRulesGroupTest.ruleInRecursion(x[0], 3) * x[1],
                        x -> descending(x[0], 3) * x[0] * x[1]),
                new Sample("arrays in place", x -> CustomRulesGroupTest.arraysInPlace(x, 1.7), x -> {
                    double[] copy = x.clone();
                    copy[0] *= 1.7;
                    double sum = 0;
                    for (int i = 0; i < copy.length; i++) {
                        sum += copy[i];
                        copy[i] *= copy[i];
                    }
                    for (int i = 0; i < copy.length; i++) {
                        sum += copy[i] * 1.7;
                        copy[i] *= copy[i];
                    }
                    return sum * copy[0] + copy[1] * copy[2];
                }));
    }

    private static ScalarFunction<double[]> forward(ScalarFunction<double[]> function, Options options) {
        DirectionalDerivative<double[]> derivative = Jacobi.jvp(function, options);
        return x -> derivative.at(x, DIRECTION);
    }

    private static ScalarFunction<double[]> reverse(ScalarFunction<double[]> function, Options options) {
        Gradient<double[]> derivative = Jacobi.gradient(function, options);
        return x -> {
            double[] gradient = derivative.at(x);
            double sum = 0;
            for (int i = 0; i < gradient.length; i++) {
                sum += gradient[i] * DIRECTION[i];
            }
            return sum;
        };
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySequenceOfModesIsThatWithoutRules(Sample sample) {
        double[] expected = new double[4];
        ScalarFunction<double[]> plain = sample.plain();
        for (int order = 0; order < expected.length; order++) {
            expected[order] = plain.applyAsDouble(X);
            plain = forward(plain, Options.DEFAULT);
        }
        chains(sample.ruled(), "", expected);
    }

    private static void chains(ScalarFunction<double[]> function, String modes, double[] expected) {
        double value = expected[modes.length()];
        assertEquals(value, function.applyAsDouble(X.clone()), 1e-11 * Math.max(1, Math.abs(value)), modes);
        if (modes.length() + 1 < expected.length) {
            chains(forward(function, OPTIONS), modes + "f", expected);
            chains(reverse(function, OPTIONS), modes + "r", expected);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void productsWithTheHessianAreThoseWithoutRules(Sample sample) {
        double[] expected = Jacobi.hvp(sample.plain()).at(X, DIRECTION);
        assertArrayEquals(expected, Jacobi.hvp(sample.ruled(), OPTIONS).at(X, DIRECTION), 1e-11);
        double[][] rows = Jacobi.hessian(sample.ruled(), OPTIONS).at(X);
        for (int i = 0; i < rows.length; i++) {
            double sum = 0;
            for (int j = 0; j < rows[i].length; j++) {
                sum += rows[i][j] * DIRECTION[j];
            }
            assertEquals(expected[i], sum, 1e-10 * Math.max(1, Math.abs(sum)));
        }
    }
}
