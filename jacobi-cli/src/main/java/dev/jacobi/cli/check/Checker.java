package dev.jacobi.cli.check;

import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.cli.check.CheckResult.Verdict;
import dev.jacobi.cli.check.Derivatives.Adjoints;
import dev.jacobi.cli.check.Derivatives.Values;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * Compares the derivatives of one static method at one point: reverse mode, forward mode one direction at a time, finite differences.
 *
 * <p>If the method returns an array, what is differentiated is the sum of its elements; if it returns nothing, the sum of the elements
 * of the array arguments that are differentiated by, after the call. As a sum does not see elements in the wrong order, reverse and forward
 * mode are then also compared for random weights and a random direction.
 */
public final class Checker {
    private final Method method;
    private final Primal primal;
    private final List<Object> arguments;
    private final List<Integer> inputs;
    private final boolean single;

    /**
     * @param method the original, which is called for values
     * @param primal the same method, to be differentiated
     * @param inputs the numbers of the parameters to differentiate by, each once
     */
    public Checker(Method method, Primal primal, List<Object> arguments, List<Integer> inputs) {
        this.method = method;
        this.primal = primal;
        this.arguments = List.copyOf(arguments);
        this.inputs = List.copyOf(inputs);
        this.single = Numbers.isSingle(method.getReturnType())
                || inputs.stream()
                        .anyMatch(input -> Numbers.isSingle(arguments.get(input).getClass()));
    }

    /**
     * Runs everything.
     *
     * @throws InvocationTargetException if the method itself throws at this point
     */
    public CheckResult run() throws InvocationTargetException {
        try {
            Derivatives derivatives = new Derivatives(method, primal, arguments, inputs);
            Values values = derivatives.call(arguments);
            if (values.result() == null && method.getReturnType() != void.class) {
                throw new JacobiException(
                        Refusal.NOT_DIFFERENTIABLE_RESULT, method.getName() + " returns null at this point", null);
            }
            double[] ones = new double[values.outputs().length];
            Arrays.fill(ones, 1);
            Adjoints gradient = derivatives.reverse(values.result(), ones);
            return compare(derivatives, values, gradient, forward(derivatives));
        } catch (JacobiException refusal) {
            return CheckResult.refused(refusal);
        }
    }

    private List<double[]> zeros() {
        return inputs.stream()
                .map(input -> new double[Numbers.count(arguments.get(input))])
                .toList();
    }

    private List<double[]> forward(Derivatives derivatives) {
        List<double[]> gradient = zeros();
        List<double[]> direction = zeros();
        for (int i = 0; i < inputs.size(); i++) {
            for (int k = 0; k < gradient.get(i).length; k++) {
                direction.get(i)[k] = 1;
                gradient.get(i)[k] = Numbers.sum(derivatives.forward(direction));
                direction.get(i)[k] = 0;
            }
        }
        return gradient;
    }

    private CheckResult compare(Derivatives derivatives, Values values, Adjoints gradient, List<double[]> forward)
            throws InvocationTargetException {
        double scale = largest(DoubleStream.concat(
                gradient.ofInputs().stream().flatMapToDouble(Arrays::stream),
                forward.stream().flatMapToDouble(Arrays::stream)));
        Judgement judgement = new Judgement(single, scale, largest(Arrays.stream(values.outputs())));
        checkValue(derivatives, values, gradient, judgement);
        List<double[]> finite = zeros();
        for (int i = 0; i < inputs.size(); i++) {
            int input = inputs.get(i);
            String argument = "argument " + input;
            double[] reverse = gradient.ofInputs().get(i);
            for (int k = 0; k < reverse.length; k++) {
                boolean array = arguments.get(input).getClass().isArray();
                int number = k;
                finite.get(i)[k] = judgement.judge(
                        array ? argument + ", number " + k : argument,
                        reverse[k],
                        forward.get(i)[k],
                        stretch -> differences(derivatives, input, number, stretch));
            }
            if (reverse.length > 0 && Arrays.stream(reverse).allMatch(number -> number == 0)) {
                judgement.pitfall(argument + ": all derivatives are zero here");
            }
        }
        if (values.outputs().length != 1 || method.getReturnType() == void.class) {
            checkProduct(derivatives, values, judgement);
        }
        return new CheckResult(
                values.result(),
                shaped(gradient.ofInputs()),
                shaped(forward),
                shaped(finite),
                judgement.worst(),
                judgement.isOk() ? Verdict.OK : Verdict.MISMATCH,
                judgement.pitfalls(),
                Optional.empty());
    }

    /** The derivative must compute the same bits as the method. */
    private void checkValue(Derivatives derivatives, Values values, Adjoints gradient, Judgement judgement)
            throws InvocationTargetException {
        if (!Arrays.equals(values.outputs(), derivatives.call(arguments).outputs())) {
            judgement.pitfall("the method gives other values when it is called again");
        } else if (!Arrays.equals(values.outputs(), gradient.outputs())) {
            judgement.mismatch("the derivative computes the value " + shown(gradient.outputs()) + ", the method "
                    + shown(values.outputs()));
        }
        if (!Double.isFinite(Numbers.sum(values.outputs()))) {
            judgement.pitfall("the value is not finite");
        }
    }

    private static String shown(double[] numbers) {
        return numbers.length == 1
                ? String.valueOf(numbers[0])
                : Arrays.toString(Arrays.copyOf(numbers, Math.min(numbers.length, 10)));
    }

    /** Whether weights times (Jacobian times direction) is (weights times Jacobian) times direction. */
    private void checkProduct(Derivatives derivatives, Values values, Judgement judgement) {
        Random random = new Random(1);
        double[] weights = random.doubles(values.outputs().length, -1, 1).toArray();
        List<double[]> direction = zeros();
        direction.forEach(part -> Arrays.setAll(part, _ -> random.nextDouble(-1, 1)));
        double[] tangents = derivatives.forward(direction);
        List<double[]> adjoints = derivatives.reverse(values.result(), weights).ofInputs();
        double forward = 0;
        double size = 0;
        for (int k = 0; k < weights.length; k++) {
            forward += weights[k] * tangents[k];
            size += Math.abs(weights[k] * tangents[k]);
        }
        double reverse = 0;
        for (int i = 0; i < direction.size(); i++) {
            for (int k = 0; k < direction.get(i).length; k++) {
                reverse += adjoints.get(i)[k] * direction.get(i)[k];
                size += Math.abs(adjoints.get(i)[k] * direction.get(i)[k]);
            }
        }
        if (Math.abs(reverse - forward) > (single ? 1e-4 : 1e-10) * size) {
            judgement.mismatch("for random weights of the results, reverse and forward mode disagree: " + reverse
                    + " and " + forward);
        }
    }

    private List<Object> shaped(List<double[]> parts) {
        List<Object> shaped = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            shaped.add(Numbers.like(arguments.get(inputs.get(i)), parts.get(i)));
        }
        return shaped;
    }

    private FiniteDifferences differences(Derivatives derivatives, int input, int number, double stretch) {
        Object argument = arguments.get(input);
        double[] numbers = Numbers.flatten(argument);
        double x = numbers[number];
        List<Object> actual = new ArrayList<>(arguments);
        return FiniteDifferences.of(
                displaced -> {
                    numbers[number] = displaced;
                    actual.set(input, Numbers.like(argument, numbers));
                    try {
                        return Numbers.sum(derivatives.call(actual).outputs());
                    } catch (InvocationTargetException e) {
                        return Double.NaN;
                    }
                },
                x,
                single,
                stretch);
    }

    private static double largest(DoubleStream numbers) {
        return numbers.map(Math::abs).filter(Double::isFinite).max().orElse(0);
    }
}
