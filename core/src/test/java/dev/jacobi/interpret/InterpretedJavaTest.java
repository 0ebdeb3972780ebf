package dev.jacobi.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Verifier;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The methods of {@link JavaSemantics} behave under the interpreter as they do when they are called. */
class InterpretedJavaTest {
    private static final int CALLS = 60;

    static Stream<Method> methods() {
        return Arrays.stream(JavaSemantics.class.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void interpretedCodeBehavesAsTheOriginal(Method method) {
        Function function = Lifter.lift(reference(method), ClassFiles.of(JavaSemantics.class.getClassLoader()));
        Verifier.verify(function);
        Interpreter interpreter = new Interpreter(MethodHandles.lookup());
        Random random = new Random(method.getName().hashCode());
        for (int call = 0; call < CALLS; call++) {
            List<@Nullable Object> arguments = new ArrayList<>();
            List<@Nullable Object> copies = new ArrayList<>();
            for (Class<?> parameter : method.getParameterTypes()) {
                Object[] values = values(parameter);
                Object argument = values[random.nextInt(values.length)];
                arguments.add(copy(argument, parameter));
                copies.add(copy(argument, parameter));
            }
            String text = describe(arguments.toArray());
            String expected = outcome(() -> method.invoke(null, arguments.toArray()), method.getReturnType());
            String actual = outcome(() -> interpreter.call(function, copies), method.getReturnType());
            assertEquals(expected, actual, () -> method.getName() + text);
            assertEquals(
                    describe(arguments.toArray()),
                    describe(copies.toArray()),
                    () -> "effects of " + method.getName() + text);
        }
    }

    private static MethodReference reference(Method method) {
        MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        return new MethodReference(
                ClassDesc.ofDescriptor(method.getDeclaringClass().descriptorString()),
                method.getName(),
                MethodTypeDesc.ofDescriptor(type.descriptorString()),
                false);
    }

    private interface Call {
        @Nullable
        Object run() throws Throwable;
    }

    /** The result or the class of the exception, in a text that shows each bit. */
    private static String outcome(Call call, Class<?> type) {
        try {
            return describe(asDeclared(call.run(), type));
        } catch (InvocationTargetException e) {
            return "throws " + e.getCause().getClass().getName();
        } catch (Throwable e) {
            return "throws " + e.getClass().getName();
        }
    }

    /** The interpreter gives ints where Java has narrower types. */
    private static @Nullable Object asDeclared(@Nullable Object result, Class<?> type) {
        if (!(result instanceof Integer number)) {
            return result;
        } else if (type == boolean.class) {
            return number != 0;
        } else if (type == char.class) {
            return (char) (int) number;
        }
        return result;
    }

    private static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> number + "#" + Long.toHexString(Double.doubleToRawLongBits(number));
            case Float number -> number + "#" + Integer.toHexString(Float.floatToRawIntBits(number));
            default -> {
                if (!value.getClass().isArray()) {
                    yield value.getClass() == Object.class ? "object" : value.toString();
                }
                StringBuilder text =
                        new StringBuilder(value.getClass().getComponentType().getName());
                for (int i = 0; i < Array.getLength(value); i++) {
                    text.append(i == 0 ? "[" : ", ").append(describe(Array.get(value, i)));
                }
                yield text.append(']').toString();
            }
        };
    }

    /** Arrays are copied where the method may write to them; other arguments are compared by identity too. */
    private static @Nullable Object copy(@Nullable Object value, Class<?> parameter) {
        return switch (value) {
            case Object _ when !parameter.isArray() -> value;
            case double[] array -> array.clone();
            case int[] array -> array.clone();
            case null, default -> value;
        };
    }

    private static @Nullable Object[] values(Class<?> type) {
        return switch (type.getName()) {
            case "int" ->
                new Object[] {0, 1, 2, 3, -1, -5, 7, 31, 33, 255, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE};
            case "long" -> new Object[] {0L, 1L, -1L, 63L, 1L << 40, 123456789012345L, Long.MAX_VALUE, Long.MIN_VALUE};
            case "float" ->
                new Object[] {
                    0f,
                    -0f,
                    1f,
                    -1.5f,
                    0.1f,
                    1e10f,
                    3e38f,
                    Float.MIN_VALUE,
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY
                };
            case "double" ->
                new Object[] {
                    0.0,
                    -0.0,
                    1.0,
                    -1.5,
                    0.1,
                    1e10,
                    1e300,
                    3e9,
                    -1e19,
                    Double.MIN_VALUE,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    65.9
                };
            case "boolean" -> new Object[] {true, false};
            case "byte" -> new Object[] {(byte) 0, (byte) -1, Byte.MIN_VALUE, (byte) 77};
            case "short" -> new Object[] {(short) 0, (short) -1, Short.MAX_VALUE};
            case "char" -> new Object[] {'a', '\0', '\uffff'};
            case "java.lang.Long" -> new Object[] {null, 5L, Long.MIN_VALUE};
            case "java.lang.String" -> new Object[] {null, "", "x", "Aa", "BB", "some text"};
            case "[D" -> new Object[] {null, new double[0], new double[] {1.5}, new double[] {1, -2, Double.NaN, 4}};
            case "[I" -> new Object[] {null, new int[0], new int[] {7}, new int[] {1, 20, 300, 4000}};
            case "java.lang.Object" ->
                new Object[] {null, "text", 2, 9, 2.5, new Object(), new int[] {1}, new JavaSemantics.Circle(2)};
            default -> throw new IllegalArgumentException(type.getName());
        };
    }
}
