package dev.jacobi.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.MathFunction;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every overload of every function in the table gives the bits that {@code Math} and {@code StrictMath} give. */
class MathCallsTest {
    private static final List<Double> SPECIAL = List.of(
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            -2.5,
            3.5,
            1e-310,
            1e10,
            -1e300,
            710.0,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);

    @ParameterizedTest
    @EnumSource(
            value = MathFunction.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RAW_BITS", "CANONICAL_BITS", "FROM_BITS"})
    void everyOverloadGivesTheBitsOfTheMethod(MathFunction function) throws ReflectiveOperationException {
        int overloads = 0;
        for (Class<?> owner : List.of(Math.class, StrictMath.class)) {
            for (Method method : owner.getMethods()) {
                if (method.getName().equals(function.methodName())
                        && method.getParameterCount() == function.operandCount()) {
                    overloads++;
                    compare(function, method, owner == StrictMath.class);
                }
            }
        }
        assertTrue(overloads >= 2, "found in Math and StrictMath");
    }

    private static void compare(MathFunction function, Method method, boolean strict)
            throws ReflectiveOperationException {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            Object[] operands = Arrays.stream(method.getParameterTypes())
                    .map(type -> operand(type, random))
                    .toArray();
            assertEquals(
                    method.invoke(null, operands),
                    MathCalls.compute(function, strict, operands),
                    () -> method + " of " + Arrays.toString(operands));
        }
    }

    private static Object operand(Class<?> type, Random random) {
        double number =
                random.nextInt(3) == 0 ? random.nextGaussian() * 10 : SPECIAL.get(random.nextInt(SPECIAL.size()));
        return switch (type.getName()) {
            case "double" -> number;
            case "float" -> (float) number;
            case "int" -> (int) number;
            case "long" -> (long) number;
            default -> throw new IllegalArgumentException(type.getName());
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = MathFunction.class,
            names = {"RAW_BITS", "CANONICAL_BITS", "FROM_BITS"})
    void conversionsOfBitsAreThoseOfTheBoxes(MathFunction function) {
        double nan = Double.longBitsToDouble(0x7ff8000000000123L);
        float floatNan = Float.intBitsToFloat(0x7fc00123);
        switch (function) {
            case RAW_BITS -> {
                assertEquals(0x7ff8000000000123L, MathCalls.compute(function, false, nan));
                assertEquals(0x7fc00123, MathCalls.compute(function, false, floatNan));
            }
            case CANONICAL_BITS -> {
                assertEquals(0x7ff8000000000000L, MathCalls.compute(function, false, nan));
                assertEquals(0x7fc00000, MathCalls.compute(function, false, floatNan));
            }
            default -> {
                assertEquals(1.0, MathCalls.compute(function, false, Double.doubleToRawLongBits(1.0)));
                assertEquals(1.0f, MathCalls.compute(function, false, Float.floatToRawIntBits(1.0f)));
            }
        }
    }
}
