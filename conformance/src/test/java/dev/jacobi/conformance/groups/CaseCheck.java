package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.conformance.random.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that is compared at one point of one method. Taken as a function from the active numbers among its arguments to the numbers of its
 * result and to what its active arrays hold afterwards, the method has a Jacobian:
 *
 * <ul>
 *   <li>each column by forward mode, and a random combination of columns; several directions at once give the bits of each alone;
 *   <li>each row by reverse mode, and a random combination of rows: weights of the result as the seed, of the arrays as their shadows;
 *   <li>all rows again by reverse mode in two parts, from one tape;
 *   <li>all of it by finite differences, or as the case gives it.
 * </ul>
 *
 * In every one of these runs the result and the arrays must have the bits that the method itself gives. One run of either mode is
 * repeated by the interpreter, which must give the same bits as the compiled code, and one by code that was not optimised first,
 * which may be refused where objects and boxes stay that the optimiser removes.
 */
final class CaseCheck {
    /**
     * How far forward and reverse mode may be apart, of the largest entry of the Jacobian: a few hundred roundings, since both do the
     * same multiplications and add up in different orders.
     */
    private static final double MODES = 1e-13;

    private static final double MODES_OF_FLOATS = 2e-5;

    /**
     * How far extrapolated finite differences may be off, of the largest of value, Jacobian and 1. Cases are smooth on the scale of the
     * step, where extrapolation leaves about 1e-11; a wrong derivative of a case is off by far more than the tolerance.
     */
    private static final double FINITE = 1e-8;

    /** Values in single precision have 2^-24, which a step of 0.03 makes 1e-5. */
    private static final double FINITE_OF_FLOATS = 2e-3;

    private static final int WIDTH = 3;

    private final Primal primal;
    private final Method method;
    private final Case point;
    private final @Nullable Object[] arguments;
    private final boolean floats;
    private final String where;
    private final SplittableRandom random = new SplittableRandom(20_260_101);

    CaseCheck(Primal primal, Method method, Case point) {
        this.primal = primal.with(Options.DEFAULT.withVerify(true));
        this.method = method;
        this.point = point;
        this.arguments = ArgumentText.read(point.value(), method.getParameterTypes());
        this.floats = point.floats() || Transformed.usesFloats(method);
        this.where = method.getDeclaringClass().getSimpleName() + "." + method.getName() + "(" + point.value() + ")";
        method.setAccessible(true);
    }

    private boolean isActive(int parameter) {
        return Transformed.carries(method.getParameterTypes()[parameter])
                && Arrays.stream(point.constant()).noneMatch(constant -> constant == parameter);
    }

    private Numbers numbers(@Nullable Object[] values, boolean scalars) {
        Parameter[] parameters = method.getParameters();
        return Numbers.of(values, this::isActive, i -> parameters[i].getName(), scalars);
    }

    private Activity[] activities(Activity ofNumbers, Activity ofArrays) {
        return IntStream.range(0, arguments.length)
                .mapToObj(i -> !isActive(i)
                        ? Activity.CONST
                        : Transformed.isNumber(method.getParameterTypes()[i]) ? ofNumbers : ofArrays)
                .toArray(Activity[]::new);
    }

    private Transformed forward(Primal of, boolean interpreted) {
        return Transformed.forward(of, method, interpreted, activities(Activity.DUAL, Activity.DUAL));
    }

    private Transformed reverse(Primal of, boolean interpreted) {
        return Transformed.reverse(of, method, interpreted, activities(Activity.ACTIVE, Activity.DUPLICATED));
    }

    void refusedInEveryMode(Refusal expected) {
        assertEquals(
                expected,
                assertThrows(JacobiException.class, () -> forward(primal, false), where + ": forward mode")
                        .refusal());
        assertEquals(
                expected,
                assertThrows(JacobiException.class, () -> reverse(primal, false), where + ": reverse mode")
                        .refusal());
    }

    private @Nullable Object original(@Nullable Object[] copy) throws Throwable {
        try {
            return method.invoke(null, copy);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Result and final arrays of the method as one vector. */
    private double[] values(double[] at) {
        @Nullable Object[] copy = Numbers.copy(arguments);
        numbers(copy, true).set(at);
        Numbers arrays = numbers(copy, false);
        try {
            return joined(Numbers.of(original(copy), "result").get(), arrays.get());
        } catch (Throwable thrown) {
            throw new AssertionError(where + " throws beside the point", thrown);
        }
    }

    private static double[] joined(double[] one, double[] other) {
        return IntStream.range(0, one.length + other.length)
                .mapToDouble(i -> i < one.length ? one[i] : other[i - one.length])
                .toArray();
    }

    void run() {
        @Nullable Object[] copy = Numbers.copy(arguments);
        Outcome expected = outcome(this::original, copy);
        if (point.throwing() != Case.None.class) {
            throwsAlike(expected);
            return;
        }
        if (expected.result().startsWith("throws")) {
            fail(where + " " + expected.result());
        }
        @Nullable Object[] atPoint = Numbers.copy(arguments);
        Numbers result = Numbers.of(uncheckedOriginal(atPoint), "result");
        Numbers inputs = numbers(Numbers.copy(arguments), true);
        Numbers arrays = numbers(Numbers.copy(arguments), false);
        String[] outputs = IntStream.range(0, result.count() + arrays.count())
                .mapToObj(i -> i < result.count() ? result.name(i) : arrays.name(i - result.count()) + " afterwards")
                .toArray(String[]::new);

        Transformed forward = forward(primal, false);
        Transformed reverse = reverse(primal, false);
        double[][] byForward = new double[outputs.length][inputs.count()];
        for (int column = 0; column < inputs.count(); column++) {
            double[] slopes = tangents(forward, unit(inputs.count(), column), expected, "forward mode");
            for (int row = 0; row < slopes.length; row++) {
                byForward[row][column] = slopes[row];
            }
        }
        double[][] byReverse = new double[outputs.length][];
        for (int row = 0; row < outputs.length; row++) {
            byReverse[row] = adjoints(reverse, unit(outputs.length, row), result.count(), expected, "reverse mode");
        }
        double modes = floats ? MODES_OF_FLOATS : MODES;
        Comparison comparison = new Comparison(where, outputs, inputs, byForward);
        Comparison backward = new Comparison(where, outputs, inputs, byReverse);
        if (point.reverseJacobian().length > 0) {
            double[][] given = given(point.reverseJacobian(), outputs.length);
            backward.with(given, "reverse mode", "the given Jacobian", modes * comparison.largest());
        } else {
            comparison.with(byReverse, "forward mode", "reverse mode", modes * comparison.largest());
        }
        if (point.jacobian().length > 0) {
            comparison.with(
                    given(point.jacobian(), outputs.length),
                    "forward mode",
                    "the given Jacobian",
                    modes * comparison.largest());
        } else {
            double scale = Math.max(1, Math.max(comparison.largest(), largest(values(inputs.get()))));
            double[][] finite = FiniteJacobian.of(this::values, inputs.get(), floats ? 0.1 : 0.02);
            comparison.with(finite, "forward mode", "finite differences", (floats ? FINITE_OF_FLOATS : FINITE) * scale);
        }

        double[] direction = random.doubles(inputs.count(), -1, 1).toArray();
        double[] weights = random.doubles(outputs.length, -1, 1).toArray();
        double[] combined = tangents(forward, direction, expected, "forward mode");
        double[] summed = adjoints(reverse, weights, result.count(), expected, "reverse mode");
        comparison.columns(direction, combined, modes);
        backward.rows(weights, summed, modes);
        double[][] directions = {
            direction,
            new double[inputs.count()],
            Arrays.stream(direction).map(d -> -3 * d).toArray()
        };
        assertEquals(
                Arrays.deepToString(Arrays.stream(directions)
                        .map(each -> tangents(forward, each, expected, "forward mode"))
                        .toArray()),
                Arrays.deepToString(tangents(
                        Transformed.forward(primal, method, WIDTH, activities(Activity.DUAL, Activity.DUAL)),
                        directions,
                        expected,
                        "forward mode in several directions")),
                where + ": forward mode in one direction and in several");
        backward.with(
                bySplit(outputs.length, result.count(), expected),
                "reverse mode",
                "sweeps from one tape",
                modes * comparison.largest());
        String interpreted = "interpreted ";
        assertEquals(
                Arrays.toString(combined),
                Arrays.toString(tangents(forward(primal, true), direction, expected, interpreted + "forward mode")),
                where + ": forward mode, compiled and interpreted");
        assertEquals(
                Arrays.toString(summed),
                Arrays.toString(adjoints(
                        reverse(primal, true), weights, result.count(), expected, interpreted + "reverse mode")),
                where + ": reverse mode, compiled and interpreted");
        Primal plain = primal.with(Options.DEFAULT.withOptimizeFirst(false));
        Transformed unoptimized;
        try {
            unoptimized = reverse(plain, false);
        } catch (JacobiException _) {
            return;
        }
        backward.rows(
                weights,
                adjoints(unoptimized, weights, result.count(), expected, "reverse mode, not optimised first"),
                modes);
    }

    private void throwsAlike(Outcome expected) {
        assertEquals("throws " + point.throwing().getName(), expected.result(), where);
        int inputs = numbers(Numbers.copy(arguments), true).count();
        double[] ones = IntStream.range(0, inputs).mapToDouble(_ -> 1).toArray();
        @Nullable Object[] copy = Numbers.copy(arguments);
        @Nullable Object[] shadows = Numbers.copy(arguments);
        numbers(shadows, true).set(ones);
        assertEquals(
                expected,
                outcome(c -> forward(primal, false).call(c, null, shadows).value(), copy),
                where + ": forward mode");
        numbers(shadows, true).set(ones);
        @Nullable
        Object seed = method.getReturnType() == float.class
                ? (Object) 1f
                : method.getReturnType() == double.class ? (Object) 1.0 : null;
        assertEquals(
                expected,
                outcome(c -> reverse(primal, false).call(c, seed, shadows).value(), Numbers.copy(arguments)),
                where + ": reverse mode");
        assertEquals(
                Arrays.toString(ones),
                Arrays.toString(numbers(shadows, true).get()),
                where + ": shadows after an exception in reverse mode");
    }

    /** What the call does to these arguments themselves, so that one array given twice stays one array. */
    private static Outcome outcome(Outcome.Callable callable, @Nullable Object[] copy) {
        JacobiException[] refusal = new JacobiException[1];
        String result = Outcome.of(
                        _ -> {
                            try {
                                return callable.call(copy);
                            } catch (JacobiException e) {
                                refusal[0] = e;
                                throw e;
                            }
                        },
                        new Object[0])
                .result();
        if (refusal[0] != null) {
            throw refusal[0];
        }
        return new Outcome(result, Outcome.describe(copy));
    }

    private @Nullable Object uncheckedOriginal(@Nullable Object[] copy) {
        try {
            return original(copy);
        } catch (Throwable thrown) {
            throw new AssertionError(where, thrown);
        }
    }

    private static double[] unit(int count, int index) {
        double[] unit = new double[count];
        unit[index] = 1;
        return unit;
    }

    /** The tangents of the outputs, in one direction. */
    private double[] tangents(Transformed forward, double[] direction, Outcome expected, String mode) {
        return tangents(forward, new double[][] {direction}, expected, mode)[0];
    }

    /** The tangents of the outputs, in as many directions as the derivative takes. */
    private double[][] tangents(Transformed forward, double[][] directions, Outcome expected, String mode) {
        @Nullable Object[] copy = Numbers.copy(arguments);
        @Nullable Object[][] shadows = new @Nullable Object[directions.length][];
        Numbers[] arrays = new Numbers[directions.length];
        for (int i = 0; i < directions.length; i++) {
            shadows[i] = Numbers.copy(arguments);
            numbers(shadows[i], true).set(directions[i]);
            arrays[i] = numbers(shadows[i], false);
        }
        double[][] slopes = new double[directions.length][];
        Outcome actual = outcome(
                c -> {
                    Transformed.Results results = forward.call(c, null, shadows);
                    Arrays.setAll(
                            slopes,
                            i -> Numbers.of(results.tangents().get(i), "tangent")
                                    .get());
                    return results.value();
                },
                copy);
        assertEquals(expected, actual, where + ": result and arguments afterwards, " + mode);
        Arrays.setAll(slopes, i -> joined(slopes[i], arrays[i].get()));
        return slopes;
    }

    /** The adjoints of the inputs, for weights of the outputs. */
    private double[] adjoints(Transformed reverse, double[] weights, int results, Outcome expected, String mode) {
        @Nullable Object[] copy = Numbers.copy(arguments);
        @Nullable Object[] shadows = Numbers.copy(arguments);
        Numbers inputs = numbers(shadows, true);
        inputs.set(new double[inputs.count()]);
        Numbers arrays = numbers(shadows, false);
        arrays.set(Arrays.copyOfRange(weights, results, weights.length));
        @Nullable Object[] seed = Numbers.copy(new @Nullable Object[] {uncheckedOriginal(Numbers.copy(arguments))});
        Numbers.of(seed, _ -> true, _ -> "seed", true).set(Arrays.copyOf(weights, results));
        Outcome actual = outcome(c -> reverse.call(c, seed[0], shadows).value(), copy);
        assertEquals(expected, actual, where + ": result and arguments afterwards, " + mode);
        return inputs.get();
    }

    /** The Jacobian, all of its rows from one tape. */
    private double[][] bySplit(int outputs, int results, Outcome expected) {
        SplitDerivative split =
                primal.reverse(activities(Activity.ACTIVE, Activity.DUPLICATED)).split();
        @Nullable Object[] copy = Numbers.copy(arguments);
        @Nullable Object[] shadows = Numbers.copy(arguments);
        Numbers inputs = numbers(shadows, true);
        Numbers arrays = numbers(shadows, false);
        inputs.set(new double[inputs.count()]);
        @Nullable Object[] seed = Numbers.copy(new @Nullable Object[] {uncheckedOriginal(Numbers.copy(arguments))});
        List<@Nullable Object> all = new ArrayList<>();
        for (int i = 0; i < copy.length; i++) {
            all.add(copy[i]);
            if (isActive(i) && !Transformed.isNumber(method.getParameterTypes()[i])) {
                all.add(shadows[i]);
            }
        }
        Tape[] tape = new Tape[1];
        Outcome actual = outcome(
                _ -> {
                    tape[0] = split.augment(all.toArray());
                    return tape[0].value();
                },
                copy);
        assertEquals(expected, actual, where + ": result and arguments afterwards, split reverse mode");
        double[][] rows = new double[outputs][];
        try (Tape open = tape[0]) {
            for (int row = 0; row < outputs; row++) {
                double[] weights = unit(outputs, row);
                arrays.set(Arrays.copyOfRange(weights, results, outputs));
                Numbers.of(seed, _ -> true, _ -> "seed", true).set(Arrays.copyOf(weights, results));
                double[] adjoints = open.reverse(seed[0]);
                int next = 0;
                for (int i = 0; i < shadows.length; i++) {
                    if (isActive(i) && Transformed.isNumber(method.getParameterTypes()[i])) {
                        boolean single = method.getParameterTypes()[i] == float.class;
                        shadows[i] = single ? (Object) (float) adjoints[next] : (Object) adjoints[next];
                        next++;
                    }
                }
                rows[row] = inputs.get();
            }
        }
        return rows;
    }

    private static double[][] given(double[] numbers, int rows) {
        int columns = numbers.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> Arrays.copyOfRange(numbers, row * columns, (row + 1) * columns))
                .toArray(double[][]::new);
    }

    private static double largest(double[] values) {
        return Arrays.stream(values)
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }
}
