package dev.jacobi.autodiff.forward;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.FiniteDifferences;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tangents of plain methods against finite differences, interpreted and compiled; the primal's results bit for bit. */
class ForwardValuesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "straightLine",
                "branches",
                "ternary",
                "whileLoop",
                "earlyReturn",
                "integersBetween",
                "checkedWithMessage",
                "calledMath",
                "caughtDivision",
                "finallyBlock"
            })
    void numbers(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int trial = 0; trial < 5; trial++) {
            Object[] arguments = {0.4 + random.nextDouble(), 0.4 + random.nextDouble()};
            check(method, List.of(DUAL, DUAL), arguments, random);
            check(method, List.of(DUAL, CONST), arguments, random);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "rosenbrock",
                "nestedLoops",
                "prefixProductsInPlace",
                "localArray",
                "localMatrix",
                "swappedBuffers",
                "copied",
                "copiedRange",
                "cloned",
                "filled",
                "filledRange",
                "copiedWithinItself",
                "clearedByCopyOfConstants",
                "chosenArray",
                "arraysInObjectArray",
                "outOfBoundsCaught",
                "returnedArray",
                "returnedInput",
                "overwrittenInput",
                "arrayHoldingConstants",
                "breaksAndContinues",
            })
    void arrays(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {1, 2, 5, 8}) {
            check(method, List.of(DUAL), new Object[] {numbers(random, length)}, random);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"matrixVector", "rowsMoved", "rowsOfLocalMatrix", "clonedRows", "raggedSum"})
    void matrices(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {1, 2, 5}) {
            double[][] matrix = new double[length][];
            Arrays.setAll(matrix, _ -> numbers(random, length));
            Object[] arguments = {matrix, numbers(random, length)};
            check(method, List.of(DUAL, DUAL), arguments, random);
            check(method, List.of(DUAL, CONST), arguments, random);
        }
    }

    @Test
    void constantMatrix() throws Throwable {
        Random random = new Random(1);
        Object[] arguments = {new double[][] {{1, 2}, {3, 4}}, new double[] {5, 6}};
        check("matrixVector", List.of(CONST, DUAL), arguments, random);
    }

    @Test
    void constantOrActiveArray() throws Throwable {
        Random random = new Random(1);
        for (int choice = 0; choice < 2; choice++) {
            Object[] arguments = {new double[] {1, 2}, new double[] {5, 6}, choice};
            check("oneOfTwo", List.of(DUAL, CONST, CONST), arguments, random);
            check("oneOfTwo", List.of(DUAL, DUAL, CONST), arguments, random);
            check("copyOfOneOfTwo", List.of(DUAL, CONST, CONST), arguments, random);
            check("copyOfOneOfTwo", List.of(CONST, DUAL, CONST), arguments, random);
        }
    }

    @Test
    void switchOnInt() throws Throwable {
        for (int which = 0; which < 3; which++) {
            check("switchOnInt", List.of(DUAL, DUAL, CONST), new Object[] {1.5, 0.7, which}, new Random(1));
        }
    }

    @Test
    void outputArray() throws Throwable {
        Random random = new Random(1);
        check(
                "outer",
                List.of(DUAL, DUAL, DUAL),
                new Object[] {numbers(random, 3), numbers(random, 2), new double[6]},
                random);
    }

    @Test
    void floats() throws Throwable {
        Function derivative = ForwardMode.transform(
                Code.lift(Samples.class, "floatMix"), DerivativeRequest.forward(true, DUAL, DUAL));
        float[] array = {2, 3};
        for (double[] result : both(derivative, array, new float[] {1, 0}, 0.5f, 0f)) {
            assertEquals(Samples.floatMix(array, 0.5f), (float) result[0]);
            assertEquals(2 * 2 * 0.5f, (float) result[1]);
        }
        for (double[] result : both(derivative, array, new float[] {0, 0}, 0.5f, 1f)) {
            assertEquals(4f + (float) Math.cos(0.5f), (float) result[1], 1e-6f);
        }
    }

    @Test
    void nullArrayThrowsWhatTheOriginalThrows() {
        Function derivative =
                ForwardMode.transform(Code.lift(Samples.class, "sum"), DerivativeRequest.forward(true, DUAL));
        assertThrows(
                NullPointerException.class,
                () -> Code.call(Code.compile(derivative, MethodHandles.lookup()), null, null));
    }

    @Test
    void exceptionsOfThePrimalLeaveTheDerivative() throws Throwable {
        Function derivative = ForwardMode.transform(
                Code.lift(Samples.class, "checkedWithMessage"), DerivativeRequest.forward(true, DUAL, DUAL));
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> Code.call(Code.compile(derivative, MethodHandles.lookup()), -1.0, 1.0, 1.0, 1.0));
        assertEquals("negative: -1.0", thrown.getMessage());
    }

    @Test
    void tangentAloneIsReturnedBare() throws Throwable {
        Function derivative = ForwardMode.transform(
                Code.lift(Samples.class, "straightLine"), DerivativeRequest.forward(false, DUAL, CONST));
        Object tangent = Code.call(Code.compile(derivative, MethodHandles.lookup()), 2.0, 1.0, 3.0);
        assertEquals(3.0 * Math.cos(6.0) - 1 / 3.0, (double) tangent, 1e-15);
    }

    @Test
    void tangentsOfTangentsAreSecondDerivatives() throws Throwable {
        Function first =
                ForwardMode.transform(Code.lift(Samples.class, "rosenbrock"), DerivativeRequest.forward(false, DUAL));
        Function second = ForwardMode.transform(first, DerivativeRequest.forward(false, DUAL, CONST));
        double[] x = {0.5, 0.7};
        // d2/dx0dx0 is 1200 x0^2 - 400 x1 + 2, d2/dx0dx1 is -400 x0.
        double[][] directions = {{1, 0}, {0, 1}};
        double[] expected = {1200 * 0.25 - 400 * 0.7 + 2, -400 * 0.5};
        for (int index = 0; index < 2; index++) {
            Object value =
                    Code.call(Code.compile(second, MethodHandles.lookup()), x, directions[index], new double[] {1, 0});
            assertEquals(expected[index], (double) value, 1e-10);
        }
    }

    private static double[] numbers(Random random, int length) {
        return random.doubles(length, 0.5, 2).toArray();
    }

    private static List<double[]> both(Function function, Object... arguments) throws Throwable {
        Object compiled = Code.call(Code.compile(function, MethodHandles.lookup()), arguments);
        Object interpreted = new Interpreter(MethodHandles.lookup()).call(function, Arrays.asList(arguments));
        return List.of((double[]) compiled, (double[]) interpreted);
    }

    /** Compares the derivative in a random direction, of the result and of all active arrays. */
    private static void check(String name, List<Activity> activities, Object[] arguments, Random random)
            throws Throwable {
        Function primal = Code.lift(Samples.class, name);
        Function derivative =
                ForwardMode.transform(primal, DerivativeRequest.forward(true, activities.toArray(Activity[]::new)));
        Object[] direction = new Object[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            direction[index] = activities.get(index).isActive() ? direction(arguments[index], random) : null;
        }
        double[] value = outputs(name, activities, arguments, direction, 0);
        double[] expected = new double[value.length];
        for (int output = 0; output < value.length; output++) {
            int which = output;
            expected[output] = FiniteDifferences.derivative(
                    t -> outputs(name, activities, arguments, direction, t)[which], 0, 0.01);
        }
        for (boolean compiled : new boolean[] {true, false}) {
            List<@Nullable Object> all = new ArrayList<>();
            List<Object> arrays = new ArrayList<>();
            List<Object> shadows = new ArrayList<>();
            for (int index = 0; index < arguments.length; index++) {
                Object argument = moved(arguments[index], null, 0);
                all.add(argument);
                if (activities.get(index).isActive()) {
                    Object tangent = moved(direction[index], null, 0);
                    all.add(tangent);
                    arrays.add(argument);
                    shadows.add(tangent);
                }
            }
            Object result = compiled
                    ? Code.call(Code.compile(derivative, MethodHandles.lookup()), all.toArray())
                    : new Interpreter(MethodHandles.lookup()).call(derivative, all);
            List<Double> values = new ArrayList<>();
            List<Double> tangents = new ArrayList<>();
            if (result instanceof Object[] pair) {
                flatten(pair[0], values);
                flatten(pair[1], tangents);
            } else if (result instanceof double[] pair) {
                values.add(pair[0]);
                tangents.add(pair[1]);
            }
            flattenArrays(arrays, values);
            flattenArrays(shadows, tangents);
            assertEquals(value.length, values.size(), name);
            for (int output = 0; output < value.length; output++) {
                assertEquals(
                        Double.doubleToRawLongBits(value[output]),
                        Double.doubleToRawLongBits(values.get(output)),
                        name);
                assertEquals(
                        expected[output], tangents.get(output), 1e-8 * Math.max(1, Math.abs(expected[output])), name);
            }
        }
    }

    /** The result and the active arrays after a call at the arguments moved in the direction. */
    private static double[] outputs(
            String name, List<Activity> activities, Object[] arguments, Object[] direction, double t) {
        Object[] moved = new Object[arguments.length];
        List<Object> arrays = new ArrayList<>();
        for (int index = 0; index < arguments.length; index++) {
            moved[index] = moved(arguments[index], direction[index], t);
            if (activities.get(index).isActive()) {
                arrays.add(moved[index]);
            }
        }
        List<Double> outputs = new ArrayList<>();
        try {
            var method = Code.method(Samples.class, name);
            method.setAccessible(true);
            Object result = method.invoke(null, moved);
            if (result != null) {
                flatten(result, outputs);
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(name, e);
        }
        flattenArrays(arrays, outputs);
        return outputs.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void flattenArrays(List<Object> arguments, List<Double> into) {
        arguments.stream().filter(argument -> argument.getClass().isArray()).forEach(array -> flatten(array, into));
    }

    private static void flatten(Object value, List<Double> into) {
        if (value instanceof Double number) {
            into.add(number);
        } else if (value.getClass().isArray()) {
            for (int index = 0; index < Array.getLength(value); index++) {
                flatten(Array.get(value, index), into);
            }
        }
    }

    private static Object direction(Object argument, Random random) {
        return switch (argument) {
            case Double _ -> random.nextGaussian();
            case double[] array -> random.doubles(array.length, -1, 1).toArray();
            case double[][] rows ->
                Arrays.stream(rows).map(row -> direction(row, random)).toArray(double[][]::new);
            default -> throw new IllegalArgumentException();
        };
    }

    private static Object moved(Object argument, @Nullable Object direction, double t) {
        return switch (argument) {
            case Double number -> direction == null ? number : number + t * (double) direction;
            case double[] array -> {
                double[] moved = array.clone();
                if (direction != null) {
                    Arrays.setAll(moved, index -> array[index] + t * ((double[]) direction)[index]);
                }
                yield moved;
            }
            case double[][] rows -> {
                double[][] moved = rows.clone();
                Arrays.setAll(moved, index ->
                        (double[]) moved(rows[index], direction == null ? null : ((double[][]) direction)[index], t));
                yield moved;
            }
            default -> argument;
        };
    }
}
