package dev.jacobi.cli.check;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.cli.check.CheckResult.Verdict;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares the derivatives of one static method at one point: reverse mode, forward mode one direction at a time, finite differences.
 *
 * <p>If the method returns an array, what is differentiated is the sum of its elements.
 */
public final class Checker {
    private static final double MODES_TOLERANCE = 1e-10;
    private static final double MODES_TOLERANCE_SINGLE = 1e-4;
    private static final double FINITE_TOLERANCE = 1e-6;
    private static final double FINITE_TOLERANCE_SINGLE = 2e-2;

    private final Method method;
    private final Primal primal;
    private final List<Object> arguments;
    private final List<Integer> inputs;
    private final boolean single;
    private final List<String> pitfalls = new ArrayList<>();

    /**
     * @param method the original, which is called for values
     * @param primal the same method, to be differentiated
     * @param inputs the numbers of the parameters to differentiate by
     */
    public Checker(Method method, Primal primal, List<Object> arguments, List<Integer> inputs) {
        this.method = method;
        this.primal = primal;
        this.arguments = List.copyOf(arguments);
        this.inputs = List.copyOf(inputs);
        this.single = Numbers.isNumeric(method.getReturnType()) && returnsSingle()
                || inputs.stream().anyMatch(input -> Numbers.isSingle(arguments.get(input)));
    }

    private boolean returnsSingle() {
        return method.getReturnType().getTypeName().startsWith("float");
    }

    /**
     * Runs everything.
     *
     * @throws InvocationTargetException if the method itself throws at this point
     */
    public CheckResult run() throws InvocationTargetException {
        try {
            Object value = call(arguments);
            List<Object> gradient = reverse();
            List<Object> forward = forward();
            return compare(value, gradient, forward);
        } catch (JacobiException refusal) {
            return CheckResult.refused(refusal);
        }
    }

    private Object call(List<Object> actual) throws InvocationTargetException {
        try {
            return method.invoke(null, Numbers.copies(actual));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the method was made accessible before", e);
        }
    }

    private List<Object> reverse() throws InvocationTargetException {
        Activity[] activities = new Activity[arguments.size()];
        List<Object> actual = new ArrayList<>();
        List<Object> shadows = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Object argument = arguments.get(i);
            actual.add(Numbers.copy(argument));
            activities[i] = Activity.CONST;
            if (inputs.contains(i)) {
                boolean array = argument.getClass().isArray();
                activities[i] = array ? Activity.DUPLICATED : Activity.ACTIVE;
                Object shadow = Numbers.zerosLike(argument);
                shadows.add(shadow);
                if (array) {
                    actual.add(shadow);
                }
            }
        }
        MethodHandle handle = primal.reverse(activities).asMethodHandle();
        actual.add(Numbers.onesLike(callResult()));
        List<Object> results = results(invoke(handle, actual));
        int adjoint = 1;
        for (int i = 0; i < shadows.size(); i++) {
            if (!shadows.get(i).getClass().isArray()) {
                shadows.set(i, results.get(adjoint++));
            }
        }
        return shadows;
    }

    private Object callResult() throws InvocationTargetException {
        return call(arguments);
    }

    private List<Object> forward() throws InvocationTargetException {
        Activity[] activities = new Activity[arguments.size()];
        for (int i = 0; i < activities.length; i++) {
            activities[i] = inputs.contains(i) ? Activity.DUAL : Activity.CONST;
        }
        MethodHandle handle = primal.forward(activities).asMethodHandle();
        List<Object> gradient = new ArrayList<>();
        for (int input : inputs) {
            Object derivative = Numbers.zerosLike(arguments.get(input));
            for (int k = 0; k < Numbers.count(derivative); k++) {
                List<Object> results = results(invoke(handle, directed(input, k)));
                derivative = Numbers.with(derivative, k, Numbers.sum(results.getLast()));
            }
            gradient.add(derivative);
        }
        return gradient;
    }

    private List<Object> directed(int input, int number) {
        List<Object> actual = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            actual.add(Numbers.copy(arguments.get(i)));
            if (inputs.contains(i)) {
                Object tangent = Numbers.zerosLike(arguments.get(i));
                actual.add(i == input ? Numbers.with(tangent, number, 1) : tangent);
            }
        }
        return actual;
    }

    /** What the handle returned, one element for each result. */
    private static List<Object> results(Object returned) {
        return switch (returned) {
            case Object[] several when !Numbers.isNumeric(several.getClass()) -> List.of(several);
            case double[] several -> {
                List<Object> list = new ArrayList<>();
                for (double result : several) {
                    list.add(result);
                }
                yield list;
            }
            default -> List.of(returned);
        };
    }

    private static Object invoke(MethodHandle handle, List<Object> actual) throws InvocationTargetException {
        try {
            return handle.invokeWithArguments(actual);
        } catch (JacobiException refusal) {
            throw refusal;
        } catch (Throwable thrown) {
            throw new InvocationTargetException(thrown);
        }
    }

    private CheckResult compare(Object value, List<Object> gradient, List<Object> forward) {
        double scale = Math.max(largest(gradient), largest(forward));
        double worst = 0;
        boolean ok = true;
        List<Object> finite = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Object argument = arguments.get(inputs.get(i));
            Object differences = Numbers.zerosLike(argument);
            for (int k = 0; k < Numbers.count(argument); k++) {
                double reverse = Numbers.get(gradient.get(i), k);
                double tangent = Numbers.get(forward.get(i), k);
                double modes = difference(reverse, tangent, scale);
                FiniteDifferences finiteDifferences = differences(inputs.get(i), k);
                differences = Numbers.with(differences, k, finiteDifferences.derivative());
                String name = "argument " + inputs.get(i) + (argument.getClass().isArray() ? ", number " + k : "");
                double error = judge(name, reverse, finiteDifferences, scale);
                worst = Math.max(worst, Math.max(modes, error));
                ok &= modes <= (single ? MODES_TOLERANCE_SINGLE : MODES_TOLERANCE) && !(error > finiteTolerance());
            }
            finite.add(differences);
            if (Numbers.count(argument) > 0 && largest(List.of(gradient.get(i))) == 0) {
                pitfalls.add("argument " + inputs.get(i) + ": all derivatives are zero here");
            }
        }
        if (Numbers.count(value) > 0 && !Double.isFinite(Numbers.sum(value))) {
            pitfalls.add("the value is not finite");
        }
        Verdict verdict = ok ? Verdict.OK : Verdict.MISMATCH;
        return new CheckResult(value, gradient, forward, finite, worst, verdict, pitfalls, Optional.empty());
    }

    /** The relative error against finite differences; 0 where these say nothing, which is noted as a pitfall. */
    private double judge(String name, double derivative, FiniteDifferences finite, double scale) {
        if (!Double.isFinite(derivative)) {
            pitfalls.add(name + ": the derivative is " + derivative + " (a singular point)");
            return 0;
        }
        double error = difference(derivative, finite.derivative(), scale);
        if (error <= finiteTolerance()) {
            return error;
        }
        if (finite.isKink(scale) && finite.isBetweenSides(derivative, scale)) {
            pitfalls.add(String.format(
                    Locale.ROOT,
                    "%s: a kink or step, with slope %.6g to the left and %.6g to the right",
                    name,
                    finite.left(),
                    finite.right()));
            return 0;
        }
        if (!finite.isReliable(scale, finiteTolerance() / 10)) {
            pitfalls.add(name + ": finite differences do not settle here and say nothing");
            return 0;
        }
        return error;
    }

    private double finiteTolerance() {
        return single ? FINITE_TOLERANCE_SINGLE : FINITE_TOLERANCE;
    }

    private FiniteDifferences differences(int input, int number) {
        double x = Numbers.get(arguments.get(input), number);
        return FiniteDifferences.of(
                displaced -> {
                    List<Object> actual = new ArrayList<>(arguments);
                    actual.set(input, Numbers.with(arguments.get(input), number, displaced));
                    try {
                        return Numbers.sum(call(actual));
                    } catch (InvocationTargetException e) {
                        return Double.NaN;
                    }
                },
                x,
                single);
    }

    private static double largest(List<Object> gradient) {
        double largest = 0;
        for (Object part : gradient) {
            for (int k = 0; k < Numbers.count(part); k++) {
                double size = Math.abs(Numbers.get(part, k));
                if (Double.isFinite(size)) {
                    largest = Math.max(largest, size);
                }
            }
        }
        return largest;
    }

    private static double difference(double a, double b, double scale) {
        if (Double.doubleToLongBits(a) == Double.doubleToLongBits(b) || a == b) {
            return 0;
        }
        double difference = Math.abs(a - b);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / Math.max(scale, Double.MIN_NORMAL);
    }
}
