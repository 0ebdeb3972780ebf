package dev.jacobi.conformance.gradient;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.conformance.random.Outcome;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Forward and reverse mode of a static method with a floating-point result, compared with each other and with finite differences. All
 * floating-point numbers among the arguments are active, those in arrays too.
 */
public final class GradientCheck {
    /** How far forward and reverse mode may be apart, of the largest of the adjoints. */
    private static final double MODES = 1e-12;

    private static final double MODES_OF_FLOATS = 2e-4;
    /** Adjoints smaller than this may be what is left of sums of terms of the size of 1. */
    private static final double SMALL = 1e-3;
    /** How far finite differences may be off, of the scale of the function and its adjoints. */
    private static final double FINITE = 2e-6;
    /** How far finite differences of several steps may be apart, and those from left and right. */
    private static final double STEPS = 1e-5;

    private static final double SIDES = 1e-3;
    /** The steps, of the size of the coordinate. */
    private static final double[] SIZES = {1e-4, 2.5e-5, 6.25e-6};

    /** The verdict on one set of arguments. */
    public enum Verdict {
        OK,
        /** Derivatives of both modes agree, but finite differences from left and right do not. */
        KINK,
        /** Derivatives of both modes agree, but finite differences of several steps do not: the function changes too fast for them. */
        NOT_RESOLVED,
        /** The method throws, or a number is not finite. */
        NOT_FINITE,
        MISMATCH
    }

    /** What was found. */
    public record Finding(Verdict verdict, String text) {}

    private final Method method;
    private final boolean floats;
    private final MethodHandle forward;
    private final MethodHandle reverse;

    /**
     * Compiles both derivatives.
     *
     * @param floats whether it computes in single precision, and less is to be expected
     * @throws dev.jacobi.JacobiException if one of them is refused
     */
    public GradientCheck(Method method, boolean floats) {
        this.method = method;
        this.floats = floats;
        Primal primal = Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes());
        forward =
                spread(primal.forward(activities(Activity.DUAL, Activity.DUAL)).asMethodHandle());
        reverse = spread(
                primal.reverse(activities(Activity.ACTIVE, Activity.DUPLICATED)).asMethodHandle());
    }

    private Activity[] activities(Activity ofNumbers, Activity ofArrays) {
        return Arrays.stream(method.getParameterTypes())
                .map(type ->
                        Coordinates.isNumber(type) ? ofNumbers : Coordinates.carries(type) ? ofArrays : Activity.CONST)
                .toArray(Activity[]::new);
    }

    private static MethodHandle spread(MethodHandle handle) {
        return handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private @Nullable Object original(@Nullable Object[] arguments) throws Throwable {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** @throws JacobiException if a derivative refuses to go on: it met a class that it cannot follow */
    public Finding check(@Nullable Object[] arguments) {
        Outcome expected = Outcome.of(this::original, arguments);
        double[] point = Coordinates.get(arguments);
        if (expected.result().startsWith("throws")) {
            return exceptions(expected, arguments, point);
        }
        List<Object> reverseResults = new ArrayList<>();
        @Nullable Object[] shadows = Coordinates.with(arguments, new double[point.length]);
        Outcome ofReverse = derivative(copy -> reverse(copy, shadows, reverseResults), arguments);
        if (!ofReverse.equals(expected)) {
            return mismatch("value in reverse mode", expected, ofReverse);
        }
        double[] adjoints = Coordinates.get(shadows);
        double[] tangents = new double[point.length];
        for (int i = 0; i < point.length; i++) {
            double[] direction = new double[point.length];
            direction[i] = 1;
            @Nullable Object[] tangent = Coordinates.with(arguments, direction);
            double[] slope = new double[1];
            Outcome ofForward = derivative(copy -> forward(copy, tangent, slope), arguments);
            if (!ofForward.equals(expected)) {
                return mismatch("value in forward mode", expected, ofForward);
            }
            tangents[i] = slope[0];
        }
        return compare(arguments, point, adjoints, tangents);
    }

    private static Outcome derivative(Outcome.Callable callable, @Nullable Object[] arguments) {
        List<JacobiException> refusals = new ArrayList<>();
        Outcome outcome = Outcome.of(
                copy -> {
                    try {
                        return callable.call(copy);
                    } catch (JacobiException e) {
                        refusals.add(e);
                        throw e;
                    }
                },
                arguments);
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
        return outcome;
    }

    private Finding exceptions(Outcome expected, @Nullable Object[] arguments, double[] point) {
        @Nullable Object[] shadows = Coordinates.with(arguments, new double[point.length]);
        Outcome ofReverse = derivative(copy -> reverse(copy, shadows, new ArrayList<>()), arguments);
        if (!ofReverse.equals(expected)) {
            return mismatch("exception in reverse mode", expected, ofReverse);
        }
        @Nullable Object[] tangents = Coordinates.with(arguments, new double[point.length]);
        Outcome ofForward = derivative(copy -> forward(copy, tangents, new double[1]), arguments);
        return ofForward.equals(expected)
                ? new Finding(Verdict.NOT_FINITE, expected.result())
                : mismatch("exception in forward mode", expected, ofForward);
    }

    private static Finding mismatch(String what, Object expected, Object actual) {
        return new Finding(Verdict.MISMATCH, what + "\nexpected: " + expected + "\nactual:   " + actual);
    }

    private @Nullable Object reverse(@Nullable Object[] copy, @Nullable Object[] shadows, List<Object> results)
            throws Throwable {
        List<@Nullable Object> all = interleaved(copy, shadows, false);
        boolean isFloat = method.getReturnType() == float.class;
        all.add(isFloat ? (Object) 1f : (Object) 1.0);
        results.addAll(unpacked(reverse.invokeExact(all.toArray())));
        int next = 1;
        for (int i = 0; i < copy.length; i++) {
            if (Coordinates.isNumber(method.getParameterTypes()[i])) {
                Number adjoint = (Number) results.get(next++);
                shadows[i] =
                        shadows[i] instanceof Float ? (Object) adjoint.floatValue() : (Object) adjoint.doubleValue();
            }
        }
        return valueOf(results.getFirst());
    }

    private Object forward(@Nullable Object[] copy, @Nullable Object[] tangents, double[] slope) throws Throwable {
        List<Object> results =
                unpacked(forward.invokeExact(interleaved(copy, tangents, true).toArray()));
        slope[0] = ((Number) results.get(1)).doubleValue();
        return valueOf(results.getFirst());
    }

    private Object valueOf(Object result) {
        Number number = (Number) result;
        return method.getReturnType() == float.class ? (Object) number.floatValue() : (Object) number.doubleValue();
    }

    private static List<Object> unpacked(Object result) {
        return switch (result) {
            case double[] numbers ->
                new ArrayList<>(Arrays.stream(numbers).boxed().toList());
            case Object[] objects -> Arrays.asList(objects);
            default -> List.of(result);
        };
    }

    private List<@Nullable Object> interleaved(
            @Nullable Object[] arguments, @Nullable Object[] shadows, boolean numbersToo) {
        List<@Nullable Object> all = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            all.add(arguments[i]);
            if (Coordinates.carries(type) && (numbersToo || !Coordinates.isNumber(type))) {
                all.add(shadows[i]);
            }
        }
        return all;
    }

    private Finding compare(@Nullable Object[] arguments, double[] point, double[] adjoints, double[] tangents) {
        double largest = 0;
        for (int i = 0; i < point.length; i++) {
            if (!Double.isFinite(adjoints[i]) || !Double.isFinite(tangents[i])) {
                boolean both = !Double.isFinite(adjoints[i]) && !Double.isFinite(tangents[i]);
                return new Finding(Verdict.NOT_FINITE, (both ? "both modes" : "one mode") + " at coordinate " + i);
            }
            largest = Math.max(largest, Math.max(Math.abs(adjoints[i]), Math.abs(tangents[i])));
        }
        double allowed = (floats ? MODES_OF_FLOATS : MODES) * Math.max(largest, SMALL);
        for (int i = 0; i < point.length; i++) {
            if (Math.abs(adjoints[i] - tangents[i]) > allowed) {
                String text = "coordinate " + i;
                return mismatch(text, "reverse " + Arrays.toString(adjoints), "forward " + Arrays.toString(tangents));
            }
        }
        return floats ? new Finding(Verdict.OK, "") : finite(arguments, point, adjoints, largest);
    }

    private Finding finite(@Nullable Object[] arguments, double[] point, double[] adjoints, double largest) {
        Finding result = new Finding(Verdict.OK, "");
        for (int i = 0; i < point.length; i++) {
            int coordinate = i;
            DoubleUnaryOperator f = h -> value(arguments, point, coordinate, h);
            double center = f.applyAsDouble(0.0);
            double scale = Math.max(Math.max(Math.abs(center), largest), 1e-3);
            double size = Math.max(Math.abs(point[i]), 0.1);
            double[] slopes =
                    Arrays.stream(SIZES).map(each -> slope(f, each * size)).toArray();
            double adjoint = adjoints[i];
            if (Arrays.stream(slopes).anyMatch(slope -> Math.abs(slope - adjoint) <= FINITE * scale)) {
                continue;
            }
            // Three-point formulas of either side alone.
            double[] right = Arrays.stream(SIZES)
                    .map(each -> side(f, each * size, center))
                    .toArray();
            double[] left = Arrays.stream(SIZES)
                    .map(each -> side(f, -each * size, center))
                    .toArray();
            // Whether they agree is their own affair: a large adjoint does not bring them together.
            double steepest = Math.max(Math.max(Math.abs(center), 1e-3), largest(slopes));
            boolean sidesAgree = Math.abs(right[0] - left[0]) <= SIDES * steepest;
            if (sidesAgree && spread(slopes) <= STEPS * steepest) {
                String finite = "finite differences " + Arrays.toString(slopes) + " (left " + left[0] + ", right "
                        + right[0] + ")";
                return mismatch("coordinate " + i, finite, adjoint);
            }
            boolean kink = !sidesAgree && spread(left) <= SIDES * steepest && spread(right) <= SIDES * steepest;
            result = new Finding(kink ? Verdict.KINK : Verdict.NOT_RESOLVED, "coordinate " + i);
        }
        return result;
    }

    private static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    }

    private static double spread(double[] numbers) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double number : numbers) {
            low = Math.min(low, number);
            high = Math.max(high, number);
        }
        return high - low;
    }

    /** The central difference, extrapolated once. */
    private static double slope(DoubleUnaryOperator f, double step) {
        double coarse = (f.applyAsDouble(step) - f.applyAsDouble(-step)) / (2 * step);
        double fine = (f.applyAsDouble(step / 2) - f.applyAsDouble(-step / 2)) / step;
        return (4 * fine - coarse) / 3;
    }

    private static double side(DoubleUnaryOperator f, double step, double center) {
        return (4 * f.applyAsDouble(step / 2) - f.applyAsDouble(step) - 3 * center) / step;
    }

    private double value(@Nullable Object[] arguments, double[] point, int coordinate, double by) {
        double[] moved = point.clone();
        moved[coordinate] += by;
        try {
            return ((Number) java.util.Objects.requireNonNull(original(Coordinates.with(arguments, moved))))
                    .doubleValue();
        } catch (Throwable _) {
            return Double.NaN;
        }
    }

    /** The method with this name, the result and parameters of which are as wanted. */
    public static Optional<Method> find(Class<?> owner, String name, List<Class<?>> parameters) {
        return Arrays.stream(owner.getMethods())
                .filter(method -> method.getName().equals(name)
                        && List.of(method.getParameterTypes()).equals(parameters))
                .findFirst();
    }
}
