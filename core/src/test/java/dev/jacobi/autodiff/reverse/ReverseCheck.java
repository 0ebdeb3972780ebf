package dev.jacobi.autodiff.reverse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Compares the reverse derivative of a method with its forward derivative: with weights w for the results and s for what the arrays hold in the
 * end, w·ṙ + s·ȧ(end) = ā·ȧ(start) for any direction.
 */
final class ReverseCheck {
    private final Class<?> owner;
    private final String name;
    private final List<Activity> activities;
    private final Random random;

    ReverseCheck(Class<?> owner, String name, Activity... activities) {
        this.owner = owner;
        this.name = name;
        this.activities = List.of(activities);
        this.random = new Random(name.hashCode());
    }

    /** The primal as reverse mode gets it. */
    static Function primal(Class<?> owner, String name, boolean optimized) {
        Function primal = Code.lift(owner, name);
        if (optimized) {
            Pipeline.forDifferentiation(owner, KnownCall::isKnown).run(primal);
        }
        return primal;
    }

    void run(Object... arguments) throws Throwable {
        for (boolean optimized : new boolean[] {false, true}) {
            Function primal = primal(owner, name, optimized);
            Function reverse = ReverseMode.transform(
                    primal, DerivativeRequest.reverse(true, activities.toArray(Activity[]::new)), true);
            Verifier.verify(reverse);
            compare(reverse, false, arguments);
            compare(reverse, true, arguments);
            Function careful = ReverseMode.transform(
                    primal, DerivativeRequest.reverse(true, activities.toArray(Activity[]::new)), false);
            compare(careful, false, arguments);
            Pipeline.standard().run(reverse);
            Verifier.verify(reverse);
            compare(reverse, true, arguments);
        }
    }

    private void compare(Function reverse, boolean compiled, Object... arguments) throws Throwable {
        String where = name + (compiled ? " compiled" : " interpreted");
        Object[] direction = new Object[arguments.length];
        List<@Nullable Object> forwardArguments = new ArrayList<>();
        List<Object> finalTangents = new ArrayList<>();
        List<Object> finalValues = new ArrayList<>();
        Activity[] forward = new Activity[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            boolean active = activities.get(index).isActive();
            forward[index] = active ? Activity.DUAL : Activity.CONST;
            Object value = copy(arguments[index]);
            forwardArguments.add(value);
            if (active) {
                direction[index] = like(arguments[index]);
                Object tangent = copy(direction[index]);
                forwardArguments.add(tangent);
                if (tangent.getClass().isArray()) {
                    finalTangents.add(leaves(tangent));
                    finalValues.add(value);
                }
            }
        }
        Function tangent = ForwardMode.transform(primal(owner, name, false), DerivativeRequest.forward(true, forward));
        Object forwardResult = new Interpreter(MethodHandles.lookup()).call(tangent, forwardArguments);
        Object value = null;
        Object valueTangent = null;
        if (forwardResult instanceof Object[] both) {
            value = both[0];
            valueTangent = both[1];
        } else if (forwardResult instanceof double[] both) {
            value = both[0];
            valueTangent = both[1];
        }

        List<@Nullable Object> reverseArguments = new ArrayList<>();
        List<Object> shadows = new ArrayList<>();
        List<Object> shadowDirections = new ArrayList<>();
        List<Object> primalsAfter = new ArrayList<>();
        List<Object> scalarDirections = new ArrayList<>();
        double expected = 0;
        int finals = 0;
        for (int index = 0; index < arguments.length; index++) {
            Object argument = copy(arguments[index]);
            reverseArguments.add(argument);
            if (activities.get(index) == Activity.ACTIVE) {
                scalarDirections.add(direction[index]);
            } else if (activities.get(index).isActive()) {
                Object shadow = like(argument);
                expected += dot(leaves(shadow), finalTangents.get(finals++));
                reverseArguments.add(shadow);
                shadows.add(leaves(shadow));
                shadowDirections.add(leaves(direction[index]));
                primalsAfter.add(argument);
            }
        }
        if (valueTangent != null) {
            Object seed = like(valueTangent);
            expected += dot(seed, valueTangent);
            reverseArguments.add(
                    seed instanceof Double number
                                    && reverse.parameters().getLast().type().kind() == dev.jacobi.ir.Type.Kind.FLOAT
                            ? (Object) (float) (double) number
                            : seed);
        }
        Object result = compiled
                ? Code.call(Code.compile(reverse, MethodHandles.lookup()), reverseArguments.toArray())
                : new Interpreter(MethodHandles.lookup()).call(reverse, reverseArguments);
        List<Object> results = new ArrayList<>();
        if (value == null && scalarDirections.isEmpty()) {
            // void
        } else if (result instanceof Object[] several && (value == null ? 0 : 1) + scalarDirections.size() > 1) {
            results.addAll(Arrays.asList(several));
        } else if (result instanceof double[] several && (value == null ? 0 : 1) + scalarDirections.size() > 1) {
            for (double number : several) {
                results.add(number);
            }
        } else {
            results.add(result);
        }
        if (value != null) {
            assertEquals(text(value), text(results.removeFirst()), where + ": the value");
        }
        for (int index = 0; index < finalValues.size(); index++) {
            assertEquals(text(finalValues.get(index)), text(primalsAfter.get(index)), where + ": the arrays");
        }
        double actual = 0;
        for (int index = 0; index < shadows.size(); index++) {
            actual += dot(shadows.get(index), shadowDirections.get(index));
        }
        for (int index = 0; index < scalarDirections.size(); index++) {
            actual += dot(results.get(index), scalarDirections.get(index));
        }
        assertEquals(expected, actual, 1e-10 * Math.max(1, Math.abs(expected)), where + ": the derivative");
    }

    private static String text(Object value) {
        return value.getClass().isArray() ? Arrays.deepToString(new Object[] {value}) : "[" + value + "]";
    }

    /** The arrays of numbers themselves, which the method may put into other places. */
    private static Object leaves(Object array) {
        if (!(array instanceof Object[] rows)) {
            return array;
        }
        return Arrays.stream(rows).map(ReverseCheck::leaves).toArray();
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
            case float[] array -> {
                float[] made = new float[array.length];
                for (int index = 0; index < made.length; index++) {
                    made[index] = random.nextFloat();
                }
                yield made;
            }
            case Object[] rows -> {
                Object[] made = rows.clone();
                Arrays.setAll(made, index -> like(rows[index]));
                yield made;
            }
            default -> throw new IllegalArgumentException();
        };
    }

    private static Object copy(Object value) {
        return switch (value) {
            case double[] array -> array.clone();
            case float[] array -> array.clone();
            case int[] array -> array.clone();
            case Object[] rows -> {
                Object[] made = rows.clone();
                Arrays.setAll(made, index -> copy(rows[index]));
                yield made;
            }
            default -> value;
        };
    }
}
