package dev.jacobi.cli.check;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.Jacobi;
import dev.jacobi.Primal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** What {@link Backend#AUTO} chooses for a derivative that is called over and over with the same arguments. */
public final class Choices {
    private Choices() {}

    /**
     * Calls the reverse or forward derivative until there is a choice, or for so many seconds.
     *
     * @throws InvocationTargetException if the method throws
     */
    public static List<BackendChoice> of(
            Method method, Primal primal, List<Object> arguments, List<Integer> inputs, boolean reverse, double seconds)
            throws InvocationTargetException {
        List<BackendChoice> before = Jacobi.backendChoices();
        Primal automatic = primal.with(primal.options().withBackend(Backend.AUTO));
        Derivatives derivatives = new Derivatives(method, automatic, arguments, inputs);
        Derivatives.Values values = derivatives.call(arguments);
        double[] weights = new double[values.outputs().length];
        Arrays.fill(weights, 1);
        List<double[]> direction = inputs.stream()
                .map(input -> new double[Numbers.count(arguments.get(input))])
                .toList();
        List<BackendChoice> choices;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            if (reverse) {
                derivatives.reverse(values.result(), weights);
            } else {
                derivatives.forward(direction);
            }
            choices = Jacobi.backendChoices().stream()
                    .filter(choice -> !before.contains(choice) && isOf(choice, reverse))
                    .toList();
        } while (System.nanoTime() < end && choices.stream().allMatch(BackendChoice::pending));
        return choices;
    }

    /** Both derivatives are compiled, one is called. */
    private static boolean isOf(BackendChoice choice, boolean reverse) {
        return choice.derivative().endsWith(reverse ? "reverse" : "forward");
    }
}
