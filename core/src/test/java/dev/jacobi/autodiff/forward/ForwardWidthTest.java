package dev.jacobi.autodiff.forward;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several directions at once give what each gives alone, bit for bit, with a shadow for each and with one for all. */
class ForwardWidthTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "straightLine",
                "branches",
                "whileLoop",
                "earlyReturn",
                "calledMath",
                "caughtDivision",
                "finallyBlock"
            })
    void numbers(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int width : new int[] {1, 2, 5}) {
            check(method, width, List.of(DUAL, DUAL), random, 0.7, 0.9);
            check(method, width, List.of(DUAL, CONST), random, 1.2, 0.6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "rosenbrock",
                "nestedLoops",
                "prefixProductsInPlace",
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
            })
    void arrays(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int width : new int[] {2, 4}) {
            check(method, width, List.of(DUAL), random, numbers(random));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"matrixVector", "rowsMoved", "rowsOfLocalMatrix", "clonedRows", "raggedSum"})
    void matrices(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        double[][] matrix = {numbers(random), numbers(random), numbers(random), numbers(random), numbers(random)};
        check(method, 3, List.of(DUAL, DUAL), random, matrix, numbers(random));
        check(method, 3, List.of(DUAL, CONST), random, matrix, numbers(random));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void arrayThatMayHaveNoShadow(int choice) throws Throwable {
        Random random = new Random(1);
        List<Activity> activities = List.of(DUAL, CONST, CONST);
        check("oneOfTwo", 3, activities, random, numbers(random), numbers(random), choice);
        check("copyOfOneOfTwo", 3, activities, random, numbers(random), numbers(random), choice);
    }

    private static double[] numbers(Random random) {
        return random.doubles(5, 0.5, 2).toArray();
    }

    private static void check(String name, int width, List<Activity> activities, Random random, Object... arguments)
            throws Throwable {
        List<List<Object>> directions = new ArrayList<>();
        for (int lane = 0; lane < width; lane++) {
            directions.add(Arrays.stream(arguments)
                    .map(argument -> copy(argument, random))
                    .toList());
        }
        Function primal = Code.lift(Samples.class, name);
        DerivativeRequest request = DerivativeRequest.forward(true, activities.toArray(Activity[]::new));
        Function single = ForwardMode.transform(primal, request);
        Function several = ForwardMode.transform(primal, request.withWidth(width));
        Function optimized = several.copy();
        Pipeline.standard().verifying(true).run(optimized);
        List<List<Double>> expected = new ArrayList<>();
        for (int lane = 0; lane < width; lane++) {
            expected.addAll(run(single, 1, true, activities, List.of(directions.get(lane)), arguments));
        }
        for (Function function : List.of(several, optimized)) {
            for (boolean compiled : new boolean[] {true, false}) {
                List<List<Double>> lanes = run(function, width, compiled, activities, directions, arguments);
                assertEquals(expected, lanes, name + " " + width);
            }
        }
        Function packed = ForwardMode.transform(primal, request.withWidth(width).inOneShadow());
        Function optimizedPacked = packed.copy();
        Pipeline.standard().verifying(true).run(optimizedPacked);
        for (Function function : List.of(packed, optimizedPacked)) {
            for (boolean compiled : new boolean[] {true, false}) {
                List<List<Double>> lanes = runPacked(function, width, compiled, activities, directions, arguments);
                assertEquals(expected, lanes, name + " packed " + width);
            }
        }
    }

    private static List<List<Double>> runPacked(
            Function function,
            int width,
            boolean compiled,
            List<Activity> activities,
            List<List<Object>> directions,
            Object... arguments)
            throws Throwable {
        List<Object> all = new ArrayList<>();
        List<Object> primals = new ArrayList<>();
        List<List<Object>> shadows = new ArrayList<>();
        for (int index = 0; index < arguments.length; index++) {
            Object argument = copy(arguments[index], null);
            int parameter = index;
            all.add(argument);
            if (activities.get(index).isActive()) {
                primals.add(argument);
                List<Object> lanes =
                        directions.stream().map(lane -> lane.get(parameter)).toList();
                List<Object> given = argument instanceof Double ? lanes : List.of(packed(lanes));
                shadows.add(given);
                all.addAll(given);
            }
        }
        Object result = compiled
                ? Code.call(Code.compile(function, MethodHandles.lookup()), all.toArray())
                : new Interpreter(MethodHandles.lookup()).call(function, all);
        List<List<Double>> lanes = new ArrayList<>();
        for (int lane = 0; lane < width; lane++) {
            List<Double> numbers = new ArrayList<>();
            if (result != null) {
                flatten(Array.get(result, 0), numbers);
                boolean array = Array.get(result, 1).getClass().isArray();
                flatten(array ? lane(Array.get(result, 1), lane, width) : Array.get(result, 1 + lane), numbers);
            }
            primals.forEach(primal -> flatten(primal, numbers));
            for (List<Object> given : shadows) {
                flatten(given.size() == 1 ? lane(given.getFirst(), lane, width) : given.get(lane), numbers);
            }
            lanes.add(numbers);
        }
        return lanes;
    }

    /** One shadow of several. */
    private static Object packed(List<Object> lanes) {
        if (lanes.getFirst() instanceof double[] first) {
            double[] packed = new double[first.length * lanes.size()];
            for (int index = 0; index < packed.length; index++) {
                packed[index] = ((double[]) lanes.get(index % lanes.size()))[index / lanes.size()];
            }
            return packed;
        }
        double[][] rows = new double[Array.getLength(lanes.getFirst())][];
        Arrays.setAll(rows, row -> (double[])
                packed(lanes.stream().map(lane -> Array.get(lane, row)).toList()));
        return rows;
    }

    private static Object lane(Object packed, int lane, int width) {
        if (packed instanceof Double) {
            return packed;
        }
        if (packed instanceof double[] numbers) {
            double[] own = new double[numbers.length / width];
            Arrays.setAll(own, index -> numbers[index * width + lane]);
            return own;
        }
        double[][] rows = new double[Array.getLength(packed)][];
        Arrays.setAll(rows, row -> (double[]) lane(Array.get(packed, row), lane, width));
        return rows;
    }

    /** For each lane the value, the tangent of the result, the active arrays and their shadows. */
    private static List<List<Double>> run(
            Function function,
            int width,
            boolean compiled,
            List<Activity> activities,
            List<List<Object>> directions,
            Object... arguments)
            throws Throwable {
        List<Object> all = new ArrayList<>();
        List<Object> primals = new ArrayList<>();
        List<List<Object>> shadows = new ArrayList<>();
        directions.forEach(_ -> shadows.add(new ArrayList<>()));
        for (int index = 0; index < arguments.length; index++) {
            Object argument = copy(arguments[index], null);
            all.add(argument);
            if (activities.get(index).isActive()) {
                primals.add(argument);
                for (int lane = 0; lane < width; lane++) {
                    Object shadow = copy(directions.get(lane).get(index), null);
                    shadows.get(lane).add(shadow);
                    all.add(shadow);
                }
            }
        }
        Object result = compiled
                ? Code.call(Code.compile(function, MethodHandles.lookup()), all.toArray())
                : new Interpreter(MethodHandles.lookup()).call(function, all);
        List<List<Double>> lanes = new ArrayList<>();
        for (int lane = 0; lane < width; lane++) {
            List<Double> numbers = new ArrayList<>();
            if (result != null) {
                flatten(Array.get(result, 0), numbers);
                flatten(Array.get(result, 1 + lane), numbers);
            }
            primals.forEach(primal -> flatten(primal, numbers));
            shadows.get(lane).forEach(shadow -> flatten(shadow, numbers));
            lanes.add(numbers);
        }
        return lanes;
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

    /** A copy, or with a random generator something of the same shape. */
    private static Object copy(Object argument, Random random) {
        return switch (argument) {
            case Double number -> random == null ? number : (Object) random.nextGaussian();
            case double[] array ->
                random == null
                        ? array.clone()
                        : random.doubles(array.length, -1, 1).toArray();
            case double[][] rows ->
                Arrays.stream(rows).map(row -> (double[]) copy(row, random)).toArray(double[][]::new);
            default -> argument;
        };
    }
}
