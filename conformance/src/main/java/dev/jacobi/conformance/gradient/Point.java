package dev.jacobi.conformance.gradient;

import dev.jacobi.JacobiException;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.conformance.random.Arguments;
import dev.jacobi.conformance.random.Outcome;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A static method and the arguments of one call. It is taken as a function from the active numbers among the arguments, the inputs, to the
 * outputs: the numbers of its result and what its active arrays hold afterwards. A derivative that runs here must return what the method
 * returns, or throw what it throws, and leave the arguments as the method does, bit for bit.
 *
 * <p>One array given as two arguments, or as two rows, stays one array in each run, and its shadow is one array too.
 */
public final class Point {
    /** A run did not do what the method does. */
    public static final class Differs extends AssertionError {
        private static final long serialVersionUID = 1;

        private Differs(String what, Object expected, Object actual) {
            super(what + "\nexpected: " + expected + "\nactual:   " + actual);
        }
    }

    private final Method method;
    private final IntPredicate isActive;
    private final @Nullable Object[] arguments;
    private final Outcome expected;
    private final @Nullable Object result;

    /** @param isActive which parameters are active; those that carry no numbers are not */
    public Point(Method method, IntPredicate isActive, @Nullable Object[] arguments) {
        this.method = method;
        this.isActive = i -> Transformed.carries(method.getParameterTypes()[i]) && isActive.test(i);
        this.arguments = arguments;
        method.setAccessible(true);
        @Nullable Object[] results = new @Nullable Object[1];
        this.expected = outcome(copy -> results[0] = original(copy), Arguments.copy(arguments));
        this.result = results[0];
    }

    public Outcome expected() {
        return expected;
    }

    public boolean throwing() {
        return expected.result().startsWith("throws ");
    }

    /** The inputs, at new places. */
    public Numbers inputs() {
        return numbers(Arguments.copy(arguments), true);
    }

    private Numbers numbers(@Nullable Object[] values, boolean scalars) {
        Parameter[] parameters = method.getParameters();
        return Numbers.of(values, isActive, i -> parameters[i].getName(), scalars);
    }

    /** How many numbers the result has: the first outputs. */
    public int results() {
        return Numbers.of(result, "result").count();
    }

    public String[] outputs() {
        Numbers first = Numbers.of(result, "result");
        Numbers arrays = numbers(arguments, false);
        return IntStream.range(0, first.count() + arrays.count())
                .mapToObj(i -> i < first.count() ? first.name(i) : arrays.name(i - first.count()) + " afterwards")
                .toArray(String[]::new);
    }

    private @Nullable Object original(@Nullable Object[] copy) throws Throwable {
        try {
            return method.invoke(null, copy);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The outputs for other inputs. */
    public double[] values(double[] at) throws Throwable {
        @Nullable Object[] copy = Arguments.copy(arguments);
        numbers(copy, true).set(at);
        Numbers arrays = numbers(copy, false);
        return joined(Numbers.of(original(copy), "result").get(), arrays.get());
    }

    /** The same method at other inputs. */
    Point movedTo(double[] at) {
        @Nullable Object[] moved = Arguments.copy(arguments);
        numbers(moved, true).set(at);
        return new Point(method, isActive, moved);
    }

    private static double[] joined(double[] one, double[] other) {
        return IntStream.range(0, one.length + other.length)
                .mapToDouble(i -> i < one.length ? one[i] : other[i - one.length])
                .toArray();
    }

    /** The tangents of the outputs, in as many directions as the derivative takes. */
    public double[][] tangents(Transformed forward, double[][] directions, String mode) {
        @Nullable Object[][] shadows = new @Nullable Object[directions.length][];
        Numbers[] arrays = new Numbers[directions.length];
        for (int i = 0; i < directions.length; i++) {
            shadows[i] = Arguments.copy(arguments);
            numbers(shadows[i], true).set(directions[i]);
            arrays[i] = numbers(shadows[i], false);
        }
        double[][] slopes = new double[directions.length][];
        run(mode, copy -> {
            Transformed.Results results = forward.call(copy, List.of(), shadows);
            Arrays.setAll(
                    slopes,
                    i -> Numbers.of(results.tangents().get(i), "tangent").get());
            return results.value();
        });
        if (throwing()) {
            return slopes;
        }
        Arrays.setAll(slopes, i -> joined(slopes[i], arrays[i].get()));
        return slopes;
    }

    /** The adjoints of the inputs, for weights of the outputs. If the method throws, shadows must stay as they are. */
    public double[] adjoints(Transformed reverse, double[] weights, String mode) {
        return adjoints(reverse, new double[][] {weights}, mode)[0];
    }

    /** As above, for as many weights at once as the derivative takes. */
    public double[][] adjoints(Transformed reverse, double[][] weights, String mode) {
        Shadows[] shadows = new Shadows[weights.length];
        @Nullable Object[][] values = new @Nullable Object[weights.length][];
        List<@Nullable Object> seeds = new ArrayList<>();
        double[][] before = new double[weights.length][];
        for (int i = 0; i < weights.length; i++) {
            shadows[i] = new Shadows();
            values[i] = shadows[i].values;
            seeds.add(shadows[i].seed(weights[i]));
            before[i] = shadows[i].inputs.get();
        }
        run(mode, copy -> reverse.call(copy, seeds, values).value());
        double[][] after = Arrays.stream(shadows).map(each -> each.inputs.get()).toArray(double[][]::new);
        if (throwing() && !Arrays.deepEquals(before, after)) {
            throw new Differs(
                    "shadows after an exception in " + mode, Arrays.deepToString(before), Arrays.deepToString(after));
        }
        return after;
    }

    /** The adjoints of the inputs by code that need not do what the method does, bit for bit; NaN if it throws. */
    double[] roughAdjoints(Transformed reverse, double[] weights) {
        Shadows shadows = new Shadows();
        List<@Nullable Object> seeds = new ArrayList<>();
        seeds.add(shadows.seed(weights));
        try {
            reverse.call(Arguments.copy(arguments), seeds, shadows.values);
            return shadows.inputs.get();
        } catch (Throwable _) {
            double[] unknown = shadows.inputs.get();
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }
    }

    /** Shadows of the arguments in reverse mode. Places are those before the call: the method may move rows about. */
    private final class Shadows {
        final @Nullable Object[] values = Arguments.copy(arguments);
        final Numbers inputs = numbers(values, true);
        private final Numbers arrays = numbers(values, false);

        /** Puts the weights of arrays into their shadows, where numbers are 0, and gives those of the result. */
        @Nullable
        Object seed(double[] weights) {
            inputs.set(new double[inputs.count()]);
            if (throwing()) {
                arrays.set(weights);
                boolean isNumber = Transformed.isNumber(method.getReturnType());
                return isNumber ? Transformed.exact(1.0, method.getReturnType()) : null;
            }
            arrays.set(Arrays.copyOfRange(weights, results(), weights.length));
            @Nullable Object[] seed = Arguments.copy(new @Nullable Object[] {result});
            Numbers.of(seed, _ -> true, _ -> "seed", true).set(Arrays.copyOf(weights, results()));
            return seed[0];
        }
    }

    /**
     * The adjoints of the inputs for several weights of the outputs, all from one tape. The arguments are spoilt before the reverse sweeps.
     */
    public double[][] adjoints(SplitDerivative split, double[][] weights, String mode) {
        Shadows shadows = new Shadows();
        shadows.inputs.set(new double[shadows.inputs.count()]);
        Tape[] tape = new Tape[1];
        run(mode, copy -> {
            tape[0] = split.augment(interleaved(copy, shadows.values));
            return tape[0].value();
        });
        double[][] rows = new double[weights.length][];
        if (throwing()) {
            return rows;
        }
        try (Tape open = tape[0]) {
            for (int row = 0; row < weights.length; row++) {
                double[] adjoints = open.reverse(shadows.seed(weights[row]));
                int next = 0;
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> type = method.getParameterTypes()[i];
                    if (isActive.test(i) && Transformed.isNumber(type)) {
                        shadows.values[i] = Transformed.exact(adjoints[next++], type);
                    }
                }
                rows[row] = shadows.inputs.get();
            }
        }
        return rows;
    }

    private @Nullable Object[] interleaved(@Nullable Object[] copy, @Nullable Object[] shadows) {
        List<@Nullable Object> all = new ArrayList<>();
        for (int i = 0; i < copy.length; i++) {
            all.add(copy[i]);
            if (isActive.test(i) && !Transformed.isNumber(method.getParameterTypes()[i])) {
                all.add(shadows[i]);
            }
        }
        return all.toArray();
    }

    /** Calls with a copy of the arguments and compares what is done with what the method does; spoils the copy then. */
    private void run(String mode, Outcome.Callable callable) {
        @Nullable Object[] copy = Arguments.copy(arguments);
        Outcome actual = outcome(callable, copy);
        if (!actual.equals(expected)) {
            throw new Differs("value in " + mode, expected, actual);
        }
        spoil(copy);
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
        // How deep calls go before the stack overflows is the machine's affair, and so is what they have stored by
        // then.
        boolean overflowed = result.equals("throws java.lang.StackOverflowError");
        return new Outcome(result, overflowed ? "as the depth of the stack has it" : Outcome.describe(copy));
    }

    private static void spoil(Object array) {
        for (int i = 0; i < Array.getLength(array); i++) {
            @Nullable Object element = Array.get(array, i);
            switch (element) {
                case Double _ -> Array.set(array, i, Double.NaN);
                case Float _ -> Array.set(array, i, Float.NaN);
                case Integer _ -> Array.set(array, i, -1);
                case null -> {}
                default -> {
                    if (element.getClass().isArray()) {
                        spoil(Objects.requireNonNull(element));
                        Array.set(array, i, null);
                    }
                }
            }
        }
    }
}
