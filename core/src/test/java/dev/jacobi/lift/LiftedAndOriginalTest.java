package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method of {@link Samples}, lifted and interpreted, does what it does on the JVM. */
class LiftedAndOriginalTest {
    private static final double[] DOUBLES = {
        0.0, -0.0, 1.0, -1.0, 2.5, -3.75, 1e300, 1e-310, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    private static final String[] TEXTS = {"", "Aa", "BB", "seven", "null", "long text", "a"};

    static Stream<String> methods() {
        return Arrays.stream(Samples.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
                .map(Method::getName)
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void interpretedCodeEqualsTheOriginal(String name) throws Throwable {
        Method method = Arrays.stream(Samples.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        Function function = Methods.find(Samples.class, name).lift();
        Verifier.verify(function);
        SplittableRandom random = new SplittableRandom(name.hashCode());
        boolean returned = false;
        for (int round = 0; round < 60; round++) {
            List<@Nullable Object> arguments = new ArrayList<>();
            for (Class<?> type : method.getParameterTypes()) {
                arguments.add(argument(type, random));
            }
            List<@Nullable Object> others =
                    arguments.stream().map(LiftedAndOriginalTest::copy).toList();
            String text = text(arguments);
            Outcome expected = original(method, arguments);
            Outcome actual = interpreted(function, others);
            assertEquals(expected, actual, () -> name + text);
            assertEquals(text(arguments), text(others), () -> "arrays after " + name + text);
            returned |= expected.exception() == null;
        }
        assertTrue(returned, "the method never returned");
    }

    private record Outcome(String result, @Nullable Class<?> exception) {}

    private static Outcome original(Method method, List<@Nullable Object> arguments) throws IllegalAccessException {
        try {
            return new Outcome(text(method.invoke(null, arguments.toArray())), null);
        } catch (InvocationTargetException e) {
            return new Outcome("", e.getCause().getClass());
        }
    }

    private static Outcome interpreted(Function function, List<@Nullable Object> arguments) {
        try {
            Interpreter interpreter = new Interpreter(MethodHandles.lookup()).limitSteps(100_000);
            return new Outcome(text(interpreter.call(function, arguments)), null);
        } catch (Throwable e) {
            if (e instanceof dev.jacobi.JacobiException refused) {
                throw refused;
            }
            return new Outcome("", e.getClass());
        }
    }

    private static @Nullable Object argument(Class<?> type, SplittableRandom random) {
        if (type == int.class) {
            return random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(-8, 9);
        } else if (type == long.class) {
            return random.nextInt(3) == 0 ? random.nextLong() : random.nextLong(-8, 9);
        } else if (type == double.class) {
            return random.nextInt(2) == 0 ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextDouble(-9, 9);
        } else if (type == float.class) {
            return (float) (double) argument(double.class, random);
        } else if (type == String.class) {
            return random.nextInt(9) == 0 ? null : TEXTS[random.nextInt(TEXTS.length)];
        }
        if (random.nextInt(12) == 0) {
            return null;
        }
        Object array = Array.newInstance(type.componentType(), random.nextInt(6));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(array, i, argument(type.componentType(), random));
        }
        return array;
    }

    private static @Nullable Object copy(@Nullable Object argument) {
        return switch (argument) {
            case int[] array -> array.clone();
            case double[] array -> array.clone();
            case null, default -> argument;
        };
    }

    /** The bits of a value, so that zeros differ. Which NaN an operation gives is open on the JVM, so all are one here. */
    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double d -> Long.toHexString(Double.doubleToLongBits(d));
            case Float f -> Integer.toHexString(Float.floatToIntBits(f));
            case List<?> list ->
                list.stream().map(LiftedAndOriginalTest::text).toList().toString();
            case Object array
            when array.getClass().isArray() -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (int i = 0; i < Array.getLength(array); i++) {
                    elements.add(Array.get(array, i));
                }
                yield text(elements);
            }
            default -> value.toString();
        };
    }
}
