package dev.jacobi.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarRulesTest {
    private static final double INF = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @EnumSource(MathFunction.class)
    void everyFunctionHasARowWithAFormulaForEachOperand(MathFunction function) {
        ScalarRule rule = ScalarRules.of(function);
        assertEquals(function.operandCount(), rule.operands().size());
        assertTrue(rule.refusal().isPresent() || rule.formulas().size() == function.operandCount());
    }

    @ParameterizedTest
    @CsvSource({
        // function, range of each operand
        "SIN, -9, 9, 0, 0",
        "COS, -9, 9, 0, 0",
        "TAN, -1.3, 1.3, 0, 0",
        "ASIN, -0.95, 0.95, 0, 0",
        "ACOS, -0.95, 0.95, 0, 0",
        "ATAN, -9, 9, 0, 0",
        "ATAN2, -5, 5, 0.3, 5",
        "ATAN2, 0.3, 5, -5, 5",
        "ATAN2, -5, -0.3, -5, 5",
        "SINH, -5, 5, 0, 0",
        "COSH, -5, 5, 0, 0",
        "TANH, -3, 3, 0, 0",
        "EXP, -9, 9, 0, 0",
        "EXPM1, -5, 5, 0, 0",
        "LOG, 0.2, 9, 0, 0",
        "LOG10, 0.2, 9, 0, 0",
        "LOG1P, -0.8, 9, 0, 0",
        "POW, 0.3, 5, -4, 4",
        "SQRT, 0.2, 9, 0, 0",
        "CBRT, 0.2, 9, 0, 0",
        "CBRT, -9, -0.2, 0, 0",
        "HYPOT, -9, 9, 0.2, 9",
        "FMA, -9, 9, -9, 9",
        "ABS, 0.2, 9, 0, 0",
        "ABS, -9, -0.2, 0, 0",
        "MIN, -9, 0.9, 1.1, 9",
        "MIN, 1.1, 9, -9, 0.9",
        "MAX, -9, 0.9, 1.1, 9",
        "MAX, 1.1, 9, -9, 0.9",
        "COPY_SIGN, 0.2, 9, -9, -0.2",
        "COPY_SIGN, -9, -0.2, -9, -0.2",
        "COPY_SIGN, -9, -0.2, 0.2, 9",
        "TO_RADIANS, -9, 9, 0, 0",
        "TO_DEGREES, -9, 9, 0, 0",
        "IEEE_REMAINDER, 7.2, 8.6, 3.1, 3.2",
        "IEEE_REMAINDER, -8.6, -7.2, 3.1, 3.2",
        "FLOOR, 1.1, 1.9, 0, 0",
        "CEIL, 1.1, 1.9, 0, 0",
        "RINT, 0.6, 1.4, 0, 0",
        "SIGNUM, 0.2, 9, 0, 0",
    })
    void derivativesAgreeWithFiniteDifferences(
            MathFunction function, double low1, double high1, double low2, double high2) throws Throwable {
        compare(OpCode.MATH, function, new double[] {low1, low2, -2}, new double[] {high1, high2, 2});
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, -9, 9, -9, 9",
        "SUB, -9, 9, -9, 9",
        "MUL, -9, 9, -9, 9",
        "DIV, -9, 9, 0.3, 9",
        "REM, 6.5, 9.1, 3.1, 3.2",
        "REM, -9.1, -6.5, 3.1, 3.2",
        "REM, 6.5, 9.1, -3.2, -3.1",
        "NEG, -9, 9, 0, 0",
    })
    void derivativesOfOperationsAgreeWithFiniteDifferences(
            OpCode opCode, double low1, double high1, double low2, double high2) throws Throwable {
        compare(opCode, null, new double[] {low1, low2, -2}, new double[] {high1, high2, 2});
    }

    @Test
    void derivativeOfPowByANegativeBaseAgreesWithFiniteDifferences() throws Throwable {
        MethodHandle derivative = derivative(OpCode.MATH, MathFunction.POW, 2, 0, Type.DOUBLE);
        for (int exponent = -4; exponent <= 5; exponent++) {
            int power = exponent;
            double expected = FiniteDifferences.derivative(x -> Math.pow(x, power), -1.7, 0.1);
            assertEquals(
                    expected, (double) derivative.invoke(-1.7, (double) power, 1.0), 1e-8 * (1 + Math.abs(expected)));
        }
    }

    private static void compare(OpCode opCode, @Nullable MathFunction function, double[] low, double[] high)
            throws Throwable {
        int count = function != null ? function.operandCount() : opCode.operandCount();
        MethodHandle value = primal(opCode, function, count);
        Random random = new Random(17);
        for (int operand = 0; operand < count; operand++) {
            MethodHandle derivative = derivative(opCode, function, count, operand, Type.DOUBLE);
            for (int trial = 0; trial < 100; trial++) {
                double[] at = new double[count];
                for (int index = 0; index < count; index++) {
                    at[index] = low[index] + (high[index] - low[index]) * random.nextDouble();
                }
                double seed = random.nextGaussian();
                int varied = operand;
                double expected = seed * FiniteDifferences.derivative(x -> at(value, at, varied, x), at[operand], 0.02);
                Object[] arguments = boxed(at, seed);
                double actual = (double) derivative.invokeWithArguments(arguments);
                assertEquals(
                        expected,
                        actual,
                        2e-9 * Math.max(1, Math.abs(expected)),
                        () -> opCode + " " + function + " by operand " + varied + " at " + Arrays.toString(at));
            }
        }
    }

    private static double at(MethodHandle value, double[] at, int varied, double x) {
        double[] moved = at.clone();
        moved[varied] = x;
        try {
            return (double) value.invokeWithArguments(boxed(moved));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static Object[] boxed(double[] numbers, double... more) {
        Object[] boxed = new Object[numbers.length + more.length];
        for (int index = 0; index < boxed.length; index++) {
            boxed[index] = index < numbers.length ? numbers[index] : more[index - numbers.length];
        }
        return boxed;
    }

    /** The table of {@code docs/guide/kinks.md}. */
    @ParameterizedTest
    @CsvSource({
        // function, operands, derivative by the first, by the second
        "SQRT, 0, 0, Infinity, 0",
        "SQRT, -1, 0, NaN, 0",
        "CBRT, 0, 0, Infinity, 0",
        "LOG, 0, 0, Infinity, 0",
        "LOG1P, -1, 0, Infinity, 0",
        "ASIN, 1, 0, Infinity, 0",
        "ASIN, -1, 0, Infinity, 0",
        "ACOS, 1, 0, -Infinity, 0",
        "ACOS, -1, 0, -Infinity, 0",
        "ASIN, 2, 0, NaN, 0",
        "ABS, 0, 0, 0, 0",
        "ABS, -0.0, 0, 0, 0",
        "ABS, NaN, 0, NaN, 0",
        "MIN, 2, 2, 1, 0",
        "MAX, 2, 2, 1, 0",
        "MAX, 0.0, -0.0, 1, 0",
        "MAX, NaN, 1, 0, 1",
        "HYPOT, 0, 0, 0, 0",
        "HYPOT, 3, 0, 1, 0",
        "HYPOT, 3e200, 4e200, 0.6, 0.8",
        "HYPOT, 3e-200, 4e-200, 0.6, 0.8",
        "ATAN2, 0, 0, NaN, NaN",
        "ATAN2, 0, -1, -1, 0",
        "ATAN2, 1e200, 1e200, 5e-201, -5e-201",
        "ATAN2, 1e-200, 1e-200, 5e199, -5e199",
        "POW, 0, 0, 0, 0",
        "POW, 0, 1, 1, 0",
        "POW, 0, 2, 0, 0",
        "POW, 0, 0.5, Infinity, 0",
        "POW, 0, -1, -Infinity, -Infinity",
        "POW, 3, 0, 0, 1.0986122886681098",
        "POW, -2, 3, 12, NaN",
        "POW, Infinity, -1, -0.0, 0",
        "FLOOR, 2, 0, 0, 0",
        "CEIL, 2, 0, 0, 0",
        "RINT, 2.5, 0, 0, 0",
        "SIGNUM, 0, 0, 0, 0",
        "COPY_SIGN, 0, 1, 0, 0",
        "COPY_SIGN, -3, 0, -1, 0",
        "TANH, 1000, 0, 0, 0",
        "EXP, 1000, 0, Infinity, 0",
        "ULP, 3, 0, 0, 0",
        "NEXT_UP, 3, 0, 1, 0",
        "NEXT_DOWN, 3, 0, 1, 0",
        "NEXT_AFTER, 3, 4, 1, 0",
        "IEEE_REMAINDER, 6, 3, 1, -2",
    })
    void kinksAndSingularPointsHaveTheDocumentedDerivatives(
            MathFunction function, double x, double y, double byFirst, double bySecond) throws Throwable {
        int count = function.operandCount();
        double[] operands = count == 1 ? new double[] {x} : new double[] {x, y};
        double[] expected = {byFirst, bySecond};
        for (int operand = 0; operand < count; operand++) {
            double actual = (double) derivative(OpCode.MATH, function, count, operand, Type.DOUBLE)
                    .invokeWithArguments(boxed(operands, 1));
            double tolerance =
                    Math.max(Double.MIN_VALUE, 1e-15 * Math.min(Double.MAX_VALUE, Math.abs(expected[operand])));
            assertEquals(expected[operand], actual, Double.isNaN(tolerance) ? 1 : tolerance, "by operand " + operand);
        }
    }

    @Test
    void remainderAtAMultipleTakesTheQuotientOfTheResult() throws Throwable {
        MethodHandle derivative = derivative(OpCode.REM, null, 2, 1, Type.DOUBLE);
        assertEquals(-2.0, (double) derivative.invoke(6.0, 3.0, 1.0));
    }

    @Test
    void anInfinitePartialTimesZeroIsNaN() throws Throwable {
        MethodHandle derivative = derivative(OpCode.MATH, MathFunction.SQRT, 1, 0, Type.DOUBLE);
        assertEquals(Double.NaN, (double) derivative.invoke(0.0, 0.0));
        assertEquals(INF, (double) derivative.invoke(0.0, 1.0));
    }

    @Test
    void floatsAreDifferentiatedInFloat() throws Throwable {
        MethodHandle quotient = derivative(OpCode.DIV, null, 2, 1, Type.FLOAT);
        assertEquals(-(1f / 3f) * (2f / 3f), (float) quotient.invoke(2f, 3f, 1f));
        MethodHandle remainder = derivative(OpCode.REM, null, 2, 1, Type.FLOAT);
        assertEquals(-2f, (float) remainder.invoke(7f, 3f, 1f));
        MethodHandle absolute = derivative(OpCode.MATH, MathFunction.ABS, 1, 0, Type.FLOAT);
        assertEquals(-1f, (float) absolute.invoke(-7f, 1f));
    }

    @Test
    void formulasTellWhatTheyUse() {
        assertEquals(
                Set.of(Formula.SEED),
                ScalarRules.of(OpCode.ADD).orElseThrow().formula(0).uses());
        assertEquals(
                Set.of(Formula.SEED, 1),
                ScalarRules.of(OpCode.MUL).orElseThrow().formula(0).uses());
        assertEquals(
                Set.of(Formula.SEED, Formula.RESULT),
                ScalarRules.of(MathFunction.EXP).formula(0).uses());
        assertEquals(Set.of(), ScalarRules.of(MathFunction.FLOOR).formula(0).uses());
    }

    @Test
    void whatIsFlatDoesNotDependOnItsOperand() {
        assertFalse(ScalarRules.of(MathFunction.FLOOR).dependsOn(0));
        assertFalse(ScalarRules.of(MathFunction.COPY_SIGN).dependsOn(1));
        assertTrue(ScalarRules.of(MathFunction.COPY_SIGN).dependsOn(0));
    }

    @Test
    void theBitsOfANumberAreRefused() {
        assertEquals(
                Refusal.ACTIVE_BITS,
                ScalarRules.of(MathFunction.RAW_BITS).refusal().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d * | derivative formula \"d *\": unknown name ",
                "d * q | derivative formula \"d * q\": unknown name q",
                "sine(x) | derivative formula \"sine(x)\": no function sine of 1 arguments",
                "pow(x) | derivative formula \"pow(x)\": no function pow of 1 arguments",
                "d ) | derivative formula \"d )\": unexpected )",
                "(d | derivative formula \"(d\": expected ), found ",
                "d # x | derivative formula \"d # x\": unreadable from character 1",
            })
    void mistakesInFormulasAreInternalErrors(String formula, String message) {
        JacobiException thrown = assertThrows(JacobiException.class, () -> Formula.parse(formula, List.of("x")));
        assertEquals(Refusal.INTERNAL, thrown.refusal());
        assertEquals(
                message.strip(),
                String.valueOf(thrown.getMessage())
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .strip());
    }

    private static MethodHandle primal(OpCode opCode, @Nullable MathFunction function, int count) {
        Function made = new Function("test.primal", null, Type.DOUBLE);
        Block block = made.newBlock();
        List<Value> operands = parameters(block, count, Type.DOUBLE);
        block.setTerminator(new Return(operation(block, opCode, function, operands), null));
        return Code.compile(made, MethodHandles.lookup());
    }

    /** Takes the operands and the seed, gives the formula of one operand. */
    private static MethodHandle derivative(
            OpCode opCode, @Nullable MathFunction function, int count, int operand, Type type) {
        Function made = new Function("test.derivative", null, type);
        Block block = made.newBlock();
        List<Value> operands = parameters(block, count, type);
        Value seed = block.addParameter(type);
        if (function == MathFunction.SCALB) {
            throw new IllegalArgumentException("scalb has operands of different types");
        }
        Value result = operation(block, opCode, function, operands);
        ScalarRule rule = function != null
                ? ScalarRules.of(function)
                : ScalarRules.of(opCode).orElseThrow();
        Value derivative = rule.formula(operand)
                .emit(
                        Emitter.appendingTo(block, null),
                        name -> switch (name) {
                            case Formula.SEED -> seed;
                            case Formula.RESULT -> result;
                            default -> operands.get(name);
                        },
                        false,
                        type);
        block.setTerminator(new Return(derivative, null));
        return Code.compile(made, MethodHandles.lookup());
    }

    private static List<Value> parameters(Block block, int count, Type type) {
        List<Value> parameters = new ArrayList<>();
        for (Type each : Collections.nCopies(count, type)) {
            parameters.add(block.addParameter(each));
        }
        return parameters;
    }

    private static Value operation(Block block, OpCode opCode, @Nullable MathFunction function, List<Value> operands) {
        Object attribute = function == null ? null : new MathCall(function, false);
        return block.append(opCode, attribute, operands, null).value();
    }
}
