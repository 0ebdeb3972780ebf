package dev.jacobi.cli.check;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method and its derivatives, called with numbers taken out of their arrays.
 *
 * <p>The outputs are the numbers that the method returns; of a method that returns nothing, the numbers in the array arguments that
 * are differentiated by, after the call.
 */
final class Derivatives {
    private final Method method;
    private final List<Object> arguments;
    private final List<Integer> inputs;
    private final boolean isVoid;
    private final MethodHandle reverse;
    private final MethodHandle forward;

    /**
     * Compiles both derivatives; the method does not run.
     *
     * @param inputs the numbers of the parameters to differentiate by
     * @throws JacobiException if Jacobi refuses, or fails
     */
    Derivatives(Method method, Primal primal, List<Object> arguments, List<Integer> inputs) {
        this.method = method;
        this.arguments = arguments;
        this.inputs = inputs;
        this.isVoid = method.getReturnType() == void.class;
        try {
            this.reverse = primal.reverse(activities(true)).asMethodHandle();
            this.forward = primal.forward(activities(false)).asMethodHandle();
        } catch (JacobiException refusal) {
            throw refusal;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError bug) {
            throw internal("cannot differentiate " + name() + ": " + bug, bug);
        }
    }

    /** What the method gives: its result, null if it has none, and the outputs. */
    record Values(@Nullable Object result, double[] outputs) {}

    /** Values as the derivative computed them, and the adjoints of each input. */
    record Adjoints(double[] outputs, List<double[]> ofInputs) {}

    private Activity[] activities(boolean isReverse) {
        Activity[] activities = new Activity[arguments.size()];
        Arrays.fill(activities, Activity.CONST);
        for (int input : inputs) {
            boolean array = arguments.get(input).getClass().isArray();
            activities[input] = !isReverse ? Activity.DUAL : array ? Activity.DUPLICATED : Activity.ACTIVE;
        }
        return activities;
    }

    /** Calls the method itself. */
    Values call(List<Object> actual) throws InvocationTargetException {
        Object[] copies = Numbers.copies(actual);
        try {
            Object result = method.invoke(null, copies);
            return new Values(result, isVoid ? written(Arrays.asList(copies)) : Numbers.flatten(result));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the method was made accessible before", e);
        }
    }

    /** The numbers in the array arguments among the inputs, one after the other. */
    private double[] written(List<Object> arrays) {
        return inputs.stream()
                .map(arrays::get)
                .filter(array -> array.getClass().isArray())
                .map(Numbers::flatten)
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    /** The adjoints of the inputs if those of the outputs are these weights. */
    Adjoints reverse(@Nullable Object result, double[] weights) {
        List<Object> actual = new ArrayList<>();
        List<Object> primals = new ArrayList<>();
        Object[] shadows = new Object[arguments.size()];
        int next = 0;
        for (int i = 0; i < arguments.size(); i++) {
            Object argument = Numbers.copies(List.of(arguments.get(i)))[0];
            primals.add(argument);
            actual.add(argument);
            if (inputs.contains(i) && argument.getClass().isArray()) {
                int count = Numbers.count(argument);
                double[] seed = isVoid ? Arrays.copyOfRange(weights, next, next + count) : new double[count];
                next += count;
                shadows[i] = Numbers.like(argument, seed);
                actual.add(shadows[i]);
            }
        }
        if (result != null) {
            actual.add(Numbers.like(result, weights));
        }
        int adjoints = (int) inputs.stream().filter(i -> shadows[i] == null).count();
        List<Object> results = results(invoke(reverse, actual), adjoints + (isVoid ? 0 : 1));
        int adjoint = isVoid ? 0 : 1;
        for (int i = 0; i < shadows.length; i++) {
            if (inputs.contains(i) && shadows[i] == null) {
                shadows[i] = results.get(adjoint++);
            }
        }
        return new Adjoints(
                isVoid ? written(primals) : Numbers.flatten(results.getFirst()),
                inputs.stream().map(i -> Numbers.flatten(shadows[i])).toList());
    }

    /** The tangents of the outputs in a direction, which is given for each input. */
    double[] forward(List<double[]> direction) {
        List<Object> actual = new ArrayList<>();
        List<Object> tangents = new ArrayList<>(arguments);
        for (int i = 0; i < arguments.size(); i++) {
            Object argument = Numbers.copies(List.of(arguments.get(i)))[0];
            actual.add(argument);
            if (inputs.contains(i)) {
                tangents.set(i, Numbers.like(argument, direction.get(inputs.indexOf(i))));
                actual.add(tangents.get(i));
            }
        }
        List<Object> results = results(invoke(forward, actual), isVoid ? 0 : 2);
        return isVoid ? written(tangents) : Numbers.flatten(results.getLast());
    }

    /** What the handle returned, one element for each result. */
    private static List<Object> results(@Nullable Object returned, int count) {
        if (returned == null) {
            return List.of();
        }
        if (count == 1) {
            return List.of(returned);
        }
        return returned instanceof double[] numbers
                ? List.copyOf(Arrays.stream(numbers).boxed().toList())
                : Arrays.asList((Object[]) returned);
    }

    private @Nullable Object invoke(MethodHandle handle, List<Object> actual) {
        try {
            return handle.invokeWithArguments(actual);
        } catch (JacobiException refusal) {
            throw refusal;
        } catch (Throwable thrown) {
            throw internal("the derivative of " + name() + " throws " + thrown + ", which the method does not", thrown);
        }
    }

    private JacobiException internal(String what, Throwable cause) {
        return new JacobiException(Refusal.INTERNAL, what, null, cause);
    }

    private String name() {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
