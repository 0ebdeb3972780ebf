package dev.jacobi.calls;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lambdas in arrays, fields, collections and arguments: forward, reverse, split mode and differences agree. */
class KeptLambdasTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "layers",
                "chosen",
                "functionsOfFunctions",
                "list",
                "table",
                "andThen",
                "andThenOfNumbers",
                "identity",
                "conditions",
                "curried",
                "fieldsInARecursion",
                "strategy",
                "strategiesThatCaptureNothing",
                "expressionTree",
                "memo",
                "tasks",
                "consumers",
                "constructors",
                "boundMethods",
                "adapted",
                "identityOfObjects"
            })
    void derivativesAreRight(String method) throws Throwable {
        new CallCheck(KeptLambdas.class, method).run((Object) new double[] {0.7, 1.3, 0.4});
    }

    private static final Map<String, ScalarFunction<double[]>> TWICE = Map.of(
            "layers", KeptLambdas::layers,
            "functionsOfFunctions", KeptLambdas::functionsOfFunctions,
            "consumers", KeptLambdas::consumers,
            "expressionTree", KeptLambdas::expressionTree,
            "boundMethods", KeptLambdas::boundMethods);

    @ParameterizedTest
    @ValueSource(strings = {"layers", "functionsOfFunctions", "consumers", "expressionTree", "boundMethods"})
    void secondDerivativesAreRight(String method) {
        ScalarFunction<double[]> function = Objects.requireNonNull(TWICE.get(method));
        Gradient<double[]> gradient = Jacobi.gradient(function);
        double[] x = {0.7, 1.3, 0.4};
        double[] v = {0.4, -0.6, 0.9};
        double[] found = Jacobi.hvp(function).at(x, v);
        for (int i = 0; i < 3; i++) {
            int at = i;
            double expected = FiniteDifferences.derivative(
                    t -> gradient.at(new double[] {x[0] + t * v[0], x[1] + t * v[1], x[2] + t * v[2]})[at], 0, 1e-3);
            assertEquals(expected, found[i], 1e-6 * Math.max(1, Math.abs(expected)));
        }
    }

    /** Holds a function for everybody. */
    static final class Registry {
        static DoubleUnaryOperator last = x -> x;
        static Object any = "";
    }

    static double storedInAStatic(double[] x) {
        Registry.last = v -> v * x[0];
        return Registry.last.applyAsDouble(x[1]);
    }

    static double passedToALibrary(double[] x) throws Exception {
        DoubleUnaryOperator[] all = {v -> v * x[0]};
        FutureTask<Double> task = new FutureTask<>(() -> all[0].applyAsDouble(x[1]));
        task.run();
        return task.get();
    }

    /** What carries a derivative is refused where it leaves the code that is followed, as any other object is. */
    @Test
    void whatLeavesIsRefused() {
        JacobiException stored = assertThrows(
                JacobiException.class,
                () -> Jacobi.of(KeptLambdasTest.class, "storedInAStatic")
                        .reverse(DUPLICATED)
                        .asMethodHandle());
        assertEquals(Refusal.ACTIVE_STATIC, stored.refusal());
        JacobiException passed = assertThrows(
                JacobiException.class,
                () -> Jacobi.of(KeptLambdasTest.class, "passedToALibrary")
                        .reverse(DUPLICATED)
                        .asMethodHandle());
        assertEquals(Refusal.UNSUPPORTED_CALL, passed.refusal());
    }

    private static final double[] TABLE = {2, 3};

    static double capturesAConstantArray(double[] x) {
        double[] table = TABLE;
        DoubleUnaryOperator[] all = {v -> v * table[1] + x[0], Math::sin};
        return all[x.length % 2].applyAsDouble(x[1]);
    }

    static double changesAConstantArray(double[] x) {
        double[] table = TABLE;
        DoubleUnaryOperator[] all = {v -> table[1] = v * x[0], Math::sin};
        return all[x.length % 2].applyAsDouble(x[1]);
    }

    @Test
    void constantArraysAreReadOnly() throws Throwable {
        new CallCheck(KeptLambdasTest.class, "capturesAConstantArray").run((Object) new double[] {0.7, 1.3});
        double[] x = {0.7, 1.3};
        double[] shadow = new double[2];
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.gradient(KeptLambdasTest::changesAConstantArray).into(x, shadow));
        assertEquals(Refusal.ACTIVE_TO_CONSTANT_MEMORY, refusal.refusal());
        assertEquals(
                "cannot go on with the derivative of "
                        + "dev.jacobi.calls.KeptLambdasTest$$JacobiLambda$lambda$changesAConstantArray$0.applyAsDouble(double): "
                        + "it stores a value that carries a derivative into memory without a shadow",
                String.valueOf(refusal.getMessage()).lines().findFirst().orElse(""));
        assertEquals(0, shadow[0]);
    }

    static double madeInALoop(double[] x, int n) {
        DoubleUnaryOperator f = v -> v * x[0];
        for (int i = 0; i < n; i++) {
            f = f.andThen(Math::sin);
        }
        return f.applyAsDouble(x[1]);
    }

    /** A chain as long as a loop has a class for each place, not for each link. */
    @Test
    void longChains() {
        double[] dx = new double[2];
        double[] x = {0.7, 1.3};
        double value = Jacobi.of(KeptLambdasTest.class, "madeInALoop")
                .reverse(DUPLICATED, CONST)
                .as(OfChain.class)
                .apply(x, dx, 200, 1);
        assertEquals(madeInALoop(x, 200), value);
        double expected = FiniteDifferences.derivative(t -> madeInALoop(new double[] {t, 1.3}, 200), 0.7, 1e-3);
        assertEquals(expected, dx[0], 1e-8 * Math.max(1, Math.abs(expected)));
    }

    interface OfChain {
        double apply(double[] x, double[] dx, int n, double seed);
    }
}
