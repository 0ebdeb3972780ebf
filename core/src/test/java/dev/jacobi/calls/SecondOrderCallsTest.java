package dev.jacobi.calls;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Gradient;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.ScalarFunction;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Second and higher derivatives of methods with calls that are not inlined. */
class SecondOrderCallsTest {
    private static final Map<String, ScalarFunction<double[]>> FUNCTIONS = new LinkedHashMap<>();

    static {
        FUNCTIONS.put("sum", Recursions::sum);
        FUNCTIONS.put("tree", Recursions::tree);
        FUNCTIONS.put("workspace", Recursions::workspace);
        FUNCTIONS.put("fibonacci", x -> Recursions.fibonacci(5, x[0]) * Recursions.fibonacci(3, x[1]) + x[2] * x[3]);
        FUNCTIONS.put("even", x -> Recursions.even(4, x[0] * x[1]) * Recursions.even(3, x[2] - x[3]));
        FUNCTIONS.put("ackermann", x -> Recursions.ackermann(2, 2, x[0] * x[3]) + x[1] * x[2]);
        FUNCTIONS.put("integral", x -> Recursions.integral(x[0], x[1] + 2, x[2]) * x[3]);
        FUNCTIONS.put("thrown", x -> Recursions.thrown(x[0]) * Recursions.thrown(x[1] * x[2]) + x[3]);
        FUNCTIONS.put("caught", x -> caught(2, x[0] * x[1], x) * x[3]);
        FUNCTIONS.put("mix", SecondOrderCallsTest::mixed);
        FUNCTIONS.put("determinant", SecondOrderCallsTest::determinant);
        FUNCTIONS.put("derivatives", x -> {
            double[] all = Recursions.derivatives(x);
            return all[0] * all[1] + all[2] * all[2];
        });
        FUNCTIONS.put("chosen", x -> {
            double[] row = Recursions.chosen(new double[][] {{x[0], x[1]}, {x[2], x[3]}});
            return row[0] * row[0] * row[1];
        });
        FUNCTIONS.put("list", ObjectRecursions::list);
        FUNCTIONS.put("scaled", ObjectRecursions::scaled);
        FUNCTIONS.put("pairs", ObjectRecursions::pairs);
        FUNCTIONS.put("objects in a list", ObjectRecursions::walked);
        FUNCTIONS.put("copied objects", ObjectRecursions::copied);
        FUNCTIONS.put("constant parts", ObjectRecursions::constantParts);
        FUNCTIONS.put("constants in lambdas", ObjectRecursions::constantsInLambdas);
        FUNCTIONS.put("boxed functions", ObjectRecursions::boxedFunctions);
        FUNCTIONS.put("joined functions", ObjectRecursions::joinedFunctions);
        FUNCTIONS.put("dispatch by class", Dispatched::mixed);
        FUNCTIONS.put("dispatch of constants", SecondOrderCallsTest::ofConstants);
        FUNCTIONS.put(
                "dispatch in a recursion",
                x -> evaluate(new Sum(new Leaf(0), new Product(new Leaf(1), new Sum(new Leaf(2), new Leaf(3)))), x));
    }

    private static double caught(int depth, double y, double[] x) {
        if (depth <= 0) {
            return y * x[2];
        }
        double below = 0.1;
        try {
            below = caught(depth - 1, Math.sin(y), x);
        } catch (IllegalStateException | ArithmeticException _) {
            below = y;
        }
        return below * y;
    }

    private static double mixed(double[] x) {
        double[] copy = x.clone();
        Recursions.mix(copy);
        double sum = 0;
        for (double each : copy) {
            sum += each * each;
        }
        return sum;
    }

    private static double determinant(double[] x) {
        double[][] a = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                a[i][j] = Math.cos(x[(i + j) % x.length] * (i + 1)) + (i == j ? 2 : 0);
            }
        }
        return Recursions.determinant(a);
    }

    private static double ofConstants(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            Dispatched.Base base = i % 2 == 0 ? new Dispatched.Base() : new Dispatched.Shifted();
            sum += Dispatched.ofBase(base, x[i]) * x[0];
        }
        return sum;
    }

    /** An expression over the elements of an array. */
    interface Expression {
        double value(double[] x);
    }

    record Leaf(int index) implements Expression {
        @Override
        public double value(double[] x) {
            return Math.sin(x[index]) + x[index];
        }
    }

    record Sum(Expression one, Expression other) implements Expression {
        @Override
        public double value(double[] x) {
            return one.value(x) + other.value(x);
        }
    }

    record Product(Expression one, Expression other) implements Expression {
        @Override
        public double value(double[] x) {
            x[0] *= 1.5;
            return one.value(x) * other.value(x);
        }
    }

    private static double evaluate(Expression expression, double[] x) {
        return expression.value(x.clone()) * expression.value(x.clone());
    }

    private static double[] numbers(Random random) {
        return random.doubles(4, 0.3, 1.1).toArray();
    }

    @Test
    void hessianTimesVectorIsTheChangeOfTheGradient() {
        Random random = new Random(11);
        assertAll(FUNCTIONS.entrySet().stream().map(entry -> () -> {
            String name = entry.getKey();
            ScalarFunction<double[]> function = entry.getValue();
            Gradient<double[]> gradient = Jacobi.gradient(function);
            HessianVectorProduct<double[]> hvp = Jacobi.hvp(function);
            double[] x = numbers(random);
            double[] direction = numbers(random);
            for (int repeated = 0; repeated < 2; repeated++) {
                double[] product = hvp.at(x.clone(), direction.clone());
                for (int i = 0; i < x.length; i++) {
                    int output = i;
                    double expected =
                            FiniteDifferences.derivative(t -> gradient.at(moved(x, direction, t))[output], 0, 1e-3);
                    assertEquals(expected, product[i], 1e-7 * Math.max(1, Math.abs(expected)), name);
                }
            }
        }));
    }

    private static double[] moved(double[] x, double[] direction, double t) {
        return IntStream.range(0, x.length)
                .mapToDouble(j -> x[j] + t * direction[j])
                .toArray();
    }

    @Test
    void hessiansAreSymmetricAndTheProductWithEachAxis() {
        Random random = new Random(12);
        assertAll(FUNCTIONS.entrySet().stream().map(entry -> () -> {
            String name = entry.getKey();
            ScalarFunction<double[]> function = entry.getValue();
            double[] x = numbers(random);
            double[][] hessian = Jacobi.hessian(function).at(x);
            HessianVectorProduct<double[]> hvp = Jacobi.hvp(function);
            for (int i = 0; i < x.length; i++) {
                double[] axis = new double[x.length];
                axis[i] = 1;
                assertArrayEquals(hvp.at(x.clone(), axis), hessian[i], name);
                for (int j = 0; j < i; j++) {
                    assertEquals(hessian[i][j], hessian[j][i], 1e-12 * Math.max(1, Math.abs(hessian[i][j])), name);
                }
            }
        }));
    }

    @Test
    void derivativesOfHigherOrderOfARecursion() {
        double expected = 1;
        for (int order = 1; order <= 5; order++) {
            expected *= 8 - order;
            DoubleUnaryOperator derivative = Jacobi.derivative(x -> Recursions.power(x, 7), order);
            double power = Math.pow(1.3, 7 - order);
            assertEquals(expected * power, derivative.applyAsDouble(1.3), 1e-13 * expected * power);
        }
    }

    @Test
    void derivativesOfHigherOrderByClass() {
        for (int order = 2; order <= 4; order++) {
            DoubleUnaryOperator below = Jacobi.derivative(SecondOrderCallsTest::byClass, order - 1);
            double expected = FiniteDifferences.derivative(below, 0.7, 1e-2);
            double actual =
                    Jacobi.derivative(SecondOrderCallsTest::byClass, order).applyAsDouble(0.7);
            assertEquals(expected, actual, 1e-8 * Math.abs(expected));
        }
    }

    private static Dispatched.Base pick(double x) {
        return x > 0.5 ? new Dispatched.Base() : new Dispatched.Shifted();
    }

    private static double byClass(double x) {
        return Dispatched.ofBase(pick(x), x) * Dispatched.ofBase(pick(1 - x), x);
    }

    private static double slopes(double x) {
        double[] gradient = Jacobi.gradient((double[] y) -> Recursions.sum(y)).at(new double[] {x, x * x, 0.5});
        return gradient[0] * gradient[1]
                + Jacobi.derivative(y -> Recursions.power(y * x, 4)).applyAsDouble(x);
    }

    @Test
    void derivativesOfRecursionsThatAreCalledAreDifferentiatedForwards() {
        double expected = FiniteDifferences.derivative(SecondOrderCallsTest::slopes, 0.7, 1e-2);
        assertEquals(expected, Jacobi.derivative(SecondOrderCallsTest::slopes).applyAsDouble(0.7), 1e-9);
    }

    @Test
    void whatARecursionOverwritesIsOverwrittenOnce() {
        double[] x = {0.4, 0.8, 0.7, 0.3};
        double[] expected = x.clone();
        Recursions.mix(expected);
        double[] mixed = x.clone();
        Jacobi.hvp((double[] y) -> {
                    Recursions.mix(y);
                    return y[0] * y[0];
                })
                .at(mixed, new double[] {1, 0, 2, 1});
        assertArrayEquals(expected, mixed);
    }

    @Test
    void threadsShareNothing() {
        var hessian = Jacobi.hessian(FUNCTIONS.get("dispatch by class"));
        double[] x = {0.4, 0.8, 0.7, 0.3};
        double[][] expected = hessian.at(x);
        assertTrue(IntStream.range(0, 200)
                .parallel()
                .mapToObj(_ -> hessian.at(x))
                .allMatch(matrix -> Arrays.deepEquals(expected, matrix)));
    }
}
