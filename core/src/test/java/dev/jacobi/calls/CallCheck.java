package dev.jacobi.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.FiniteDifferences;
import dev.jacobi.ir.Type;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Compares forward mode, reverse mode and finite differences of a static method: with weights w for the result and s for what the arrays hold in
 * the end, the derivative of w·r + s·a(end) in a random direction. The value and the arrays in the end must be those of the method, bit for bit.
 */
final class CallCheck {
    private final Method method;
    private final Random random;

    CallCheck(Class<?> owner, String name) {
        method = Arrays.stream(owner.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name)
                        && !java.lang.reflect.Modifier.isPrivate(candidate.getModifiers()))
                .findFirst()
                .orElseThrow();
        method.setAccessible(true);
        random = new Random(name.hashCode());
    }

    void run(Object... arguments) throws Throwable {
        Object value = call(arguments);
        Object resultWeight = value == null ? null : like(value);
        Object[] direction = new Object[arguments.length];
        Object[] weights = new Object[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            if (isActive(index)) {
                direction[index] = like(arguments[index]);
                weights[index] = like(arguments[index]);
            }
        }
        double forward = forward(arguments, direction, weights, resultWeight);
        double reverse = reverse(arguments, direction, weights, resultWeight);
        double split = split(arguments, direction, weights, resultWeight);
        double difference = FiniteDifferences.derivative(
                t -> {
                    Object[] moved = new Object[arguments.length];
                    for (int index = 0; index < arguments.length; index++) {
                        moved[index] =
                                isActive(index) ? moved(arguments[index], direction[index], t) : arguments[index];
                    }
                    Object result = uncheckedCall(moved);
                    return total(result, resultWeight, moved, weights);
                },
                0,
                1e-3);
        boolean single = Arrays.asList(method.getParameterTypes()).contains(float.class);
        assertEquals(forward, reverse, (single ? 1e-6 : 1e-12) * Math.max(1, Math.abs(forward)), "forward and reverse");
        assertEquals(reverse, split, 1e-12 * Math.max(1, Math.abs(reverse)), "reverse and split");
        assertEquals(difference, reverse, (single ? 1e-2 : 1e-6) * Math.max(1, Math.abs(difference)), "differences");
    }

    private boolean isActive(int index) {
        return DerivativeRequest.carriesDerivative(
                Type.of(method.getParameterTypes()[index].describeConstable().orElseThrow()));
    }

    private Activity[] activities(Activity ofNumber, Activity ofArray) {
        Activity[] activities = new Activity[method.getParameterCount()];
        for (int index = 0; index < activities.length; index++) {
            boolean number = method.getParameterTypes()[index].isPrimitive();
            activities[index] = !isActive(index) ? Activity.CONST : number ? ofNumber : ofArray;
        }
        return activities;
    }

    private double forward(Object[] arguments, Object[] direction, Object[] weights, @Nullable Object resultWeight)
            throws Throwable {
        MethodHandle handle = Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes())
                .forward(activities(Activity.DUAL, Activity.DUAL))
                .asMethodHandle();
        List<@Nullable Object> passed = new ArrayList<>();
        Object[] tangents = new Object[arguments.length];
        Object[] primals = new Object[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            primals[index] = copy(arguments[index]);
            passed.add(primals[index]);
            if (isActive(index)) {
                tangents[index] = copy(direction[index]);
                passed.add(tangents[index]);
            }
        }
        Object results = Code.call(handle, passed.toArray());
        assertSame(arguments, primals, resultWeight == null ? null : Array.get(results, 0));
        return total(resultWeight == null ? null : Array.get(results, 1), resultWeight, tangents, weights);
    }

    private double reverse(Object[] arguments, Object[] direction, Object[] weights, @Nullable Object resultWeight)
            throws Throwable {
        MethodHandle handle = Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes())
                .reverse(activities(Activity.ACTIVE, Activity.DUPLICATED))
                .asMethodHandle();
        List<@Nullable Object> passed = new ArrayList<>();
        Object[] adjoints = new Object[arguments.length];
        Object[] primals = new Object[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            primals[index] = copy(arguments[index]);
            passed.add(primals[index]);
            if (isActive(index) && primals[index].getClass().isArray()) {
                adjoints[index] = copy(weights[index]);
                passed.add(adjoints[index]);
            }
        }
        if (resultWeight != null) {
            passed.add(copy(resultWeight));
        }
        Object results = Code.call(handle, passed.toArray());
        int next = resultWeight == null ? 0 : 1;
        boolean several = results instanceof Object[] && !(results instanceof double[][])
                || results instanceof double[] && !method.getReturnType().isArray();
        assertSame(arguments, primals, resultWeight == null ? null : several ? Array.get(results, 0) : results);
        double sum = 0;
        for (int index = 0; index < arguments.length; index++) {
            if (isActive(index)) {
                Object adjoint = adjoints[index] == null ? Array.get(results, next++) : adjoints[index];
                sum += dot(adjoint, direction[index]);
            }
        }
        return sum;
    }

    /** Several sweeps from one tape, of which each must be right; the arguments change meanwhile. */
    private double split(Object[] arguments, Object[] direction, Object[] weights, @Nullable Object resultWeight) {
        SplitDerivative split = Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes())
                .reverse(activities(Activity.ACTIVE, Activity.DUPLICATED))
                .split();
        List<@Nullable Object> passed = new ArrayList<>();
        Object[] adjoints = new Object[arguments.length];
        Object[] primals = new Object[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            primals[index] = copy(arguments[index]);
            passed.add(primals[index]);
            if (isActive(index) && primals[index].getClass().isArray()) {
                adjoints[index] = copy(weights[index]);
                passed.add(adjoints[index]);
            }
        }
        double sum = 0;
        try (Tape tape = split.augment(passed.toArray())) {
            assertSame(arguments, primals, tape.value());
            for (double factor : new double[] {1, 4, 1}) {
                for (int index = 0; index < arguments.length; index++) {
                    if (adjoints[index] != null) {
                        fill(adjoints[index], moved(weights[index], weights[index], factor - 1));
                        fill(primals[index], moved(primals[index], primals[index], 0.5));
                    }
                }
                Object seed = resultWeight == null ? null : moved(resultWeight, resultWeight, factor - 1);
                double[] results = tape.reverse(seed);
                double now = 0;
                int next = 0;
                for (int index = 0; index < arguments.length; index++) {
                    if (isActive(index)) {
                        Object adjoint = adjoints[index] == null ? (Object) results[next++] : adjoints[index];
                        now += dot(adjoint, direction[index]);
                    }
                }
                now /= factor;
                if (factor == 4) {
                    assertEquals(sum, now, 1e-12 * Math.max(1, Math.abs(sum)), "the second sweep");
                }
                sum = now;
            }
        }
        return sum;
    }

    private static void fill(Object array, Object content) {
        switch (array) {
            case double[] numbers -> System.arraycopy(content, 0, numbers, 0, numbers.length);
            case Object[] rows -> {
                for (int row = 0; row < rows.length; row++) {
                    fill(rows[row], Array.get(content, row));
                }
            }
            default -> throw new IllegalArgumentException();
        }
    }

    private void assertSame(Object[] arguments, Object[] primals, @Nullable Object result) {
        Object[] expected = copy(arguments);
        Object value = uncheckedCall(expected);
        Object[] actual = primals.clone();
        for (int index = 0; index < expected.length; index++) {
            if (!expected[index].getClass().isArray()) {
                actual[index] = expected[index];
            }
        }
        assertEquals(Arrays.deepToString(expected), Arrays.deepToString(actual), "the arrays in the end");
        Object converted = value instanceof Float && result instanceof Double number ? number.floatValue() : result;
        assertEquals(
                Arrays.deepToString(new Object[] {value}), Arrays.deepToString(new Object[] {converted}), "the value");
    }

    /** The weighted sum of the result and of what the arrays hold. */
    private double total(@Nullable Object result, @Nullable Object resultWeight, Object[] arguments, Object[] weights) {
        double sum = result == null || resultWeight == null ? 0 : dot(result, resultWeight);
        for (int index = 0; index < arguments.length; index++) {
            if (weights[index] != null && weights[index].getClass().isArray()) {
                sum += dot(arguments[index], weights[index]);
            }
        }
        return sum;
    }

    private Object call(Object[] arguments) throws ReflectiveOperationException {
        return method.invoke(null, copy(arguments));
    }

    private Object uncheckedCall(Object[] arguments) {
        try {
            return method.invoke(null, arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(method.getName(), e);
        }
    }

    private static double dot(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return a.doubleValue() * b.doubleValue();
        }
        double sum = 0;
        for (int index = 0; index < Array.getLength(one); index++) {
            sum += dot(Array.get(one, index), Array.get(other, index));
        }
        return sum;
    }

    private Object like(Object value) {
        return switch (value) {
            case Double _ -> random.nextGaussian();
            case Float _ -> (float) random.nextGaussian();
            case double[] array -> random.doubles(array.length, -1, 1).toArray();
            case Object[] rows -> {
                Object[] made = rows.clone();
                Arrays.setAll(made, index -> like(rows[index]));
                yield made;
            }
            default -> throw new IllegalArgumentException();
        };
    }

    private static Object moved(Object value, Object direction, double by) {
        return switch (value) {
            case Double number -> number + by * (Double) direction;
            case Float number -> (float) (number + by * (Float) direction);
            case double[] array -> {
                double[] made = array.clone();
                Arrays.setAll(made, index -> array[index] + by * Array.getDouble(direction, index));
                yield made;
            }
            case Object[] rows -> {
                Object[] made = rows.clone();
                Arrays.setAll(made, index -> moved(rows[index], Array.get(direction, index), by));
                yield made;
            }
            default -> throw new IllegalArgumentException();
        };
    }

    private static Object[] copy(Object[] values) {
        Object[] made = values.clone();
        Arrays.setAll(made, index -> copy(values[index]));
        return made;
    }

    private static Object copy(Object value) {
        return switch (value) {
            case double[] array -> array.clone();
            case Object[] rows -> copy(rows);
            default -> value;
        };
    }
}
