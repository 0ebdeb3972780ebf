package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.conformance.gradient.ArgumentText;
import dev.jacobi.conformance.gradient.Numbers;
import dev.jacobi.conformance.gradient.Point;
import dev.jacobi.conformance.gradient.Transformed;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;

/**
 * All that is compared at one point of one method. Taken as a function from the active numbers among its arguments to the numbers of its
 * result and to what its active arrays hold afterwards, the method has a Jacobian:
 *
 * <ul>
 *   <li>each column by forward mode, and a random combination of columns; several directions at once give the bits of each alone, with a shadow for
 *       each or one for all;
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
    private final Case annotation;
    private final Point point;
    private final boolean floats;
    private final String where;
    private final SplittableRandom random = new SplittableRandom(20_260_101);

    CaseCheck(Primal primal, Method method, Case annotation) {
        this.primal = primal.with(primal.options().withVerify(true));
        this.method = method;
        this.annotation = annotation;
        method.setAccessible(true);
        this.point =
                new Point(method, this::isActive, ArgumentText.read(annotation.value(), method.getParameterTypes()));
        this.floats = annotation.floats() || Transformed.usesFloats(method);
        this.where =
                method.getDeclaringClass().getSimpleName() + "." + method.getName() + "(" + annotation.value() + ")";
    }

    private boolean isActive(int parameter) {
        return Transformed.carries(method.getParameterTypes()[parameter])
                && Arrays.stream(annotation.constant()).noneMatch(constant -> constant == parameter);
    }

    private Activity[] activities(Activity ofNumbers, Activity ofArrays) {
        return IntStream.range(0, method.getParameterCount())
                .mapToObj(i -> !isActive(i)
                        ? Activity.CONST
                        : Transformed.isNumber(method.getParameterTypes()[i]) ? ofNumbers : ofArrays)
                .toArray(Activity[]::new);
    }

    private Transformed forward(Primal of, boolean interpreted) {
        return Transformed.forward(of, method, interpreted, activities(Activity.DUAL, Activity.DUAL));
    }

    private Transformed several() {
        return Transformed.forward(primal, method, WIDTH, activities(Activity.DUAL, Activity.DUAL));
    }

    private Optional<Transformed> packed() {
        return Transformed.packed(primal, method, WIDTH, activities(Activity.DUAL, Activity.DUAL));
    }

    private Transformed reverse(Primal of, boolean interpreted) {
        return Transformed.reverse(of, method, interpreted, activities(Activity.ACTIVE, Activity.DUPLICATED));
    }

    private SplitDerivative split() {
        return primal.reverse(activities(Activity.ACTIVE, Activity.DUPLICATED)).split();
    }

    /** Refused when it is made, or when it is called with these arguments. */
    void refusedInEveryMode(Refusal expected) {
        double[] direction = new double[point.inputs().count()];
        double[] weights = new double[point.outputs().length];
        Map<String, Executable> modes = Map.of(
                "forward mode", () -> tangents(forward(primal, false), direction, "forward mode"),
                "forward mode in several directions",
                        () -> point.tangents(
                                several(), new double[][] {direction, direction, direction}, "several directions"),
                "forward mode in packed directions",
                        () -> point.tangents(
                                packed().orElseThrow(),
                                new double[][] {direction, direction, direction},
                                "packed directions"),
                "reverse mode", () -> point.adjoints(reverse(primal, false), weights, "reverse mode"),
                "split reverse mode", () -> point.adjoints(split(), new double[][] {weights}, "split reverse mode"));
        modes.forEach((mode, called) -> assertEquals(
                expected,
                assertThrows(JacobiException.class, called, where + ": " + mode).refusal()));
    }

    void run() {
        try {
            if (annotation.throwing() != Case.None.class) {
                assertEquals(
                        "throws " + annotation.throwing().getName(),
                        point.expected().result());
                throwsAlike();
            } else if (point.throwing()) {
                fail(where + " " + point.expected().result());
            } else {
                compare();
            }
        } catch (Point.Differs e) {
            throw new AssertionError(where + ": " + e.getMessage(), e);
        }
    }

    private void throwsAlike() {
        double[] weights =
                IntStream.range(0, point.outputs().length).mapToDouble(_ -> 1).toArray();
        double[] direction = new double[point.inputs().count()];
        tangents(forward(primal, false), direction, "forward mode");
        point.tangents(
                several(), new double[][] {direction, direction, direction}, "forward mode in several directions");
        point.adjoints(reverse(primal, false), weights, "reverse mode");
        point.adjoints(split(), new double[0][], "split reverse mode");
    }

    private void compare() {
        Numbers inputs = point.inputs();
        String[] outputs = point.outputs();
        Transformed forward = forward(primal, false);
        Transformed reverse = reverse(primal, false);
        double[][] byForward = new double[outputs.length][inputs.count()];
        for (int column = 0; column < inputs.count(); column++) {
            double[] slopes = tangents(forward, unit(inputs.count(), column), "forward mode");
            for (int row = 0; row < slopes.length; row++) {
                byForward[row][column] = slopes[row];
            }
        }
        double[][] units = IntStream.range(0, outputs.length)
                .mapToObj(row -> unit(outputs.length, row))
                .toArray(double[][]::new);
        double[][] byReverse = Arrays.stream(units)
                .map(unit -> point.adjoints(reverse, unit, "reverse mode"))
                .toArray(double[][]::new);
        double modes = floats ? MODES_OF_FLOATS : MODES;
        Comparison comparison = new Comparison(where, outputs, inputs, byForward);
        Comparison backward = new Comparison(where, outputs, inputs, byReverse);
        if (annotation.reverseJacobian().length > 0) {
            double[][] given = given(annotation.reverseJacobian(), outputs.length);
            backward.with(given, "reverse mode", "the given Jacobian", modes * comparison.largest());
        } else {
            comparison.with(byReverse, "forward mode", "reverse mode", modes * comparison.largest());
        }
        if (annotation.jacobian().length > 0) {
            comparison.with(
                    given(annotation.jacobian(), outputs.length),
                    "forward mode",
                    "the given Jacobian",
                    modes * comparison.largest());
        } else {
            double scale = Math.max(1, Math.max(comparison.largest(), largest(values(inputs.get()))));
            double[][] finite = FiniteJacobian.of(this::values, inputs.get(), floats ? 0.1 : 0.02);
            comparison.with(finite, "forward mode", "finite differences", (floats ? FINITE_OF_FLOATS : FINITE) * scale);
        }
        backward.with(
                point.adjoints(split(), units, "split reverse mode"),
                "reverse mode",
                "sweeps from one tape",
                modes * comparison.largest());
        double[] direction = random.doubles(inputs.count(), -1, 1).toArray();
        double[] weights = random.doubles(outputs.length, -1, 1).toArray();
        combinations(comparison, backward, direction, weights);
    }

    /** Random combinations of columns and rows, by all forms of the code. */
    private void combinations(Comparison comparison, Comparison backward, double[] direction, double[] weights) {
        double modes = floats ? MODES_OF_FLOATS : MODES;
        Transformed forward = forward(primal, false);
        double[] combined = tangents(forward, direction, "forward mode");
        double[] summed = point.adjoints(reverse(primal, false), weights, "reverse mode");
        comparison.columns(direction, combined, modes);
        backward.rows(weights, summed, modes);
        double[][] directions = {
            direction,
            new double[direction.length],
            Arrays.stream(direction).map(d -> -3 * d).toArray()
        };
        String separately = Arrays.deepToString(Arrays.stream(directions)
                .map(each -> tangents(forward, each, "forward mode"))
                .toArray());
        assertEquals(
                separately,
                Arrays.deepToString(point.tangents(several(), directions, "forward mode in several directions")),
                where + ": forward mode in one direction and in several");
        packed().ifPresent(packed -> assertEquals(
                separately,
                Arrays.deepToString(point.tangents(packed, directions, "forward mode in packed directions")),
                where + ": forward mode in one direction and in packed ones"));
        assertEquals(
                Arrays.toString(combined),
                Arrays.toString(tangents(forward(primal, true), direction, "interpreted forward mode")),
                where + ": forward mode, compiled and interpreted");
        assertEquals(
                Arrays.toString(summed),
                Arrays.toString(point.adjoints(reverse(primal, true), weights, "interpreted reverse mode")),
                where + ": reverse mode, compiled and interpreted");
        Primal plain = primal.with(primal.options().withVerify(false).withOptimizeFirst(false));
        Transformed unoptimized;
        try {
            unoptimized = reverse(plain, false);
        } catch (JacobiException _) {
            return;
        }
        backward.rows(weights, point.adjoints(unoptimized, weights, "reverse mode, not optimised first"), modes);
    }

    private double[] values(double[] at) {
        try {
            return point.values(at);
        } catch (Throwable thrown) {
            throw new AssertionError(where + " throws beside the point", thrown);
        }
    }

    private double[] tangents(Transformed forward, double[] direction, String mode) {
        return point.tangents(forward, new double[][] {direction}, mode)[0];
    }

    private static double[] unit(int count, int index) {
        double[] unit = new double[count];
        unit[index] = 1;
        return unit;
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
