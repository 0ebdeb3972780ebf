package dev.jacobi.autodiff;

import static dev.jacobi.ir.MathFunction.*;
import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.Refusal;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The table of derivatives: one row for each scalar operation and each {@link MathFunction}, one {@link Formula} for each operand.
 *
 * <p>A formula is the partial derivative by its operand times {@code d}. In forward mode {@code d} is the operand's tangent and the
 * formulas of all operands add up to the tangent of the result; in reverse mode {@code d} is the adjoint of the result and each formula
 * is what its operand's adjoint grows by. {@code r} is the result of the operation, operands have the names of the second column.
 *
 * <p>The formula {@code 0} says that the result does not vary with this operand, apart from jumps: no code comes of it, and if all
 * formulas of a row are {@code 0}, the result carries no derivative. Arithmetic is plain IEEE arithmetic: an infinite partial times a
 * zero {@code d} is NaN. The values at kinks and singular points are conventions, listed in {@code docs/guide/kinks.md}.
 *
 * <p>Operations on integers, comparisons and conversions to integers have no row: they carry no derivative.
 */
public final class ScalarRules {
    private static final Map<OpCode, ScalarRule> OPERATIONS = new EnumMap<>(OpCode.class);
    private static final Map<MathFunction, ScalarRule> FUNCTIONS = new EnumMap<>(MathFunction.class);

    static {
        // operation  operands   derivative by the first, the second, ...
        rule(ADD, "x, y", "d", "d");
        rule(SUB, "x, y", "d", "-d");
        rule(MUL, "x, y", "d * y", "d * x");
        rule(DIV, "x, y", "d / y", "-(d / y) * r");
        rule(REM, "x, y", "d", "-d * rint((x - r) / y)");
        rule(NEG, "x", "-d");
        rule(SELECT, "c, x, y", "0", "c ? d : 0", "c ? 0 : d");
        rule(CONVERT, "x", "convert(d)");

        rule(SIN, "x", "d * cos(x)");
        rule(COS, "x", "-d * sin(x)");
        rule(TAN, "x", "d * (1 + r * r)");
        rule(ASIN, "x", "d / sqrt((1 - x) * (1 + x))");
        rule(ACOS, "x", "-d / sqrt((1 - x) * (1 + x))");
        rule(ATAN, "x", "d / (1 + x * x)");
        // x / (x * x + y * y) and -y / (x * x + y * y), without squares that overflow or underflow.
        rule(
                ATAN2,
                "y, x",
                "abs(x) >= abs(y) ? d / (x + y * (y / x)) : d * (x / y) / (y + x * (x / y))",
                "abs(x) >= abs(y) ? -d * (y / x) / (x + y * (y / x)) : -d / (y + x * (x / y))");
        rule(SINH, "x", "d * cosh(x)");
        rule(COSH, "x", "d * sinh(x)");
        rule(TANH, "x", "d * ((1 - r) * (1 + r))");
        rule(EXP, "x", "d * r");
        rule(EXPM1, "x", "d * exp(x)");
        rule(LOG, "x", "d / x");
        rule(LOG10, "x", "d / x * 0.4342944819032518");
        rule(LOG1P, "x", "d / (1 + x)");
        // By x nothing is left of pow(x, 0) = 1; by y, pow(0, y) = 0 for y > 0, and 0 is taken for y = 0.
        rule(
                POW,
                "x, y",
                "y == 0 ? 0 : d * (y * pow(x, y - 1))",
                "x >= 0 && r == 0 || x == 0 && y == 0 ? 0 : d * (r * log(x))");
        rule(SQRT, "x", "d / (2 * r)");
        rule(CBRT, "x", "d / (3 * r * r)");
        rule(HYPOT, "x, y", "r == 0 ? 0 : d * (x / r)", "r == 0 ? 0 : d * (y / r)");
        rule(FMA, "x, y, z", "d * y", "d * x", "d");
        rule(ABS, "x", "d * signum(x)");
        // A tie goes to the first operand, as in x <= y ? x : y.
        rule(MIN, "x, y", "x <= y ? d : 0", "x <= y ? 0 : d");
        rule(MAX, "x, y", "x >= y ? d : 0", "x >= y ? 0 : d");
        rule(FLOOR, "x", "0");
        rule(CEIL, "x", "0");
        rule(RINT, "x", "0");
        rule(ROUND, "x", "0");
        rule(SIGNUM, "x", "0");
        rule(COPY_SIGN, "x, s", "d * (signum(x) * copySign(1, s))", "0");
        rule(TO_RADIANS, "x", "toRadians(d)");
        rule(TO_DEGREES, "x", "toDegrees(d)");
        rule(IEEE_REMAINDER, "x, y", "d", "-d * rint((x - r) / y)");
        rule(ULP, "x", "0");
        rule(NEXT_UP, "x", "d");
        rule(NEXT_DOWN, "x", "d");
        rule(NEXT_AFTER, "x, y", "d", "0");
        rule(SCALB, "x, n", "scalb(d, n)", "0");
        rule(GET_EXPONENT, "x", "0");
        refuse(RAW_BITS, "x", Refusal.ACTIVE_BITS);
        refuse(CANONICAL_BITS, "x", Refusal.ACTIVE_BITS);
        rule(FROM_BITS, "n", "0");
    }

    private ScalarRules() {}

    private static void rule(OpCode opCode, String operands, String... formulas) {
        OPERATIONS.put(opCode, ScalarRule.of(opCode.mnemonic(), operands, formulas));
    }

    private static void rule(MathFunction function, String operands, String... formulas) {
        FUNCTIONS.put(function, ScalarRule.of(function.methodName(), operands, formulas));
    }

    private static void refuse(MathFunction function, String operands, Refusal refusal) {
        FUNCTIONS.put(function, ScalarRule.refused(function.methodName(), operands, refusal));
    }

    /** The rule of a mathematical function. Every function has one. */
    public static ScalarRule of(MathFunction function) {
        ScalarRule rule = FUNCTIONS.get(function);
        if (rule == null) {
            throw ScalarRule.internal("no derivative rule for " + function.methodName());
        }
        return rule;
    }

    /** The rule of an operation on floats or doubles, or empty if it is not one of the table. */
    public static Optional<ScalarRule> of(OpCode opCode) {
        return Optional.ofNullable(OPERATIONS.get(opCode));
    }

    /**
     * The rule of an instruction, or empty if its result carries no derivative by its nature: it is not a scalar operation, or
     * works on integers or references, or gives an integer. Calls of {@link KnownFunctions} count as scalar operations.
     */
    public static Optional<ScalarRule> of(Instruction instruction) {
        if (instruction.opCode() == INVOKE_STATIC) {
            return KnownFunctions.rule(instruction.method());
        }
        if (instruction.opCode() == MATH) {
            boolean floating = instruction.operand(0).type().isFloatingPoint();
            return floating ? Optional.of(of(instruction.math().function())) : Optional.empty();
        }
        boolean scalar =
                instruction.result() != null && instruction.value().type().isFloatingPoint();
        boolean fromInteger = instruction.opCode() == CONVERT
                && !instruction.operand(0).type().isFloatingPoint();
        return scalar && !fromInteger ? of(instruction.opCode()) : Optional.empty();
    }
}
