package dev.jacobi.interpret;

import dev.jacobi.ir.MathFunction;

/**
 * The mathematical functions on boxed values, computed by {@code Math} or, where they may differ, by {@code StrictMath}.
 *
 * <p>Functions whose result Java specifies to the bit have one entry for both.
 */
public final class MathCalls {
    private MathCalls() {}

    public static Object compute(MathFunction function, boolean strict, Object... operands) {
        return switch (operands.length) {
            case 1 -> one(function, strict, operands[0]);
            case 2 -> two(function, strict, operands[0], operands[1]);
            default -> fma(operands[0], operands[1], operands[2]);
        };
    }

    private static Object one(MathFunction function, boolean strict, Object operand) {
        return switch (operand) {
            case Double x -> strict ? strictDouble(function, x) : ofDouble(function, x);
            case Float x -> ofFloat(function, x);
            case Integer x ->
                switch (function) {
                    case ABS -> Math.abs(x);
                    case FROM_BITS -> Float.intBitsToFloat(x);
                    default -> throw undefined(function);
                };
            case Long x ->
                switch (function) {
                    case ABS -> Math.abs(x);
                    case FROM_BITS -> Double.longBitsToDouble(x);
                    default -> throw undefined(function);
                };
            default -> throw undefined(function);
        };
    }

    private static Object ofDouble(MathFunction function, double x) {
        return switch (function) {
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG10 -> Math.log10(x);
            case LOG1P -> Math.log1p(x);
            case SQRT -> Math.sqrt(x);
            case CBRT -> Math.cbrt(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case RINT -> Math.rint(x);
            case TO_RADIANS -> Math.toRadians(x);
            case TO_DEGREES -> Math.toDegrees(x);
            case ABS -> Math.abs(x);
            case ROUND -> Math.round(x);
            case SIGNUM -> Math.signum(x);
            case ULP -> Math.ulp(x);
            case NEXT_UP -> Math.nextUp(x);
            case NEXT_DOWN -> Math.nextDown(x);
            case GET_EXPONENT -> Math.getExponent(x);
            case RAW_BITS -> Double.doubleToRawLongBits(x);
            case CANONICAL_BITS -> Double.doubleToLongBits(x);
            default -> throw undefined(function);
        };
    }

    private static Object strictDouble(MathFunction function, double x) {
        return switch (function) {
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TAN -> StrictMath.tan(x);
            case ASIN -> StrictMath.asin(x);
            case ACOS -> StrictMath.acos(x);
            case ATAN -> StrictMath.atan(x);
            case SINH -> StrictMath.sinh(x);
            case COSH -> StrictMath.cosh(x);
            case TANH -> StrictMath.tanh(x);
            case EXP -> StrictMath.exp(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG -> StrictMath.log(x);
            case LOG10 -> StrictMath.log10(x);
            case LOG1P -> StrictMath.log1p(x);
            case SQRT -> StrictMath.sqrt(x);
            case CBRT -> StrictMath.cbrt(x);
            case FLOOR -> StrictMath.floor(x);
            case CEIL -> StrictMath.ceil(x);
            case RINT -> StrictMath.rint(x);
            case TO_RADIANS -> StrictMath.toRadians(x);
            case TO_DEGREES -> StrictMath.toDegrees(x);
            default -> ofDouble(function, x);
        };
    }

    private static Object ofFloat(MathFunction function, float x) {
        return switch (function) {
            case ABS -> Math.abs(x);
            case ROUND -> Math.round(x);
            case SIGNUM -> Math.signum(x);
            case ULP -> Math.ulp(x);
            case NEXT_UP -> Math.nextUp(x);
            case NEXT_DOWN -> Math.nextDown(x);
            case GET_EXPONENT -> Math.getExponent(x);
            case RAW_BITS -> Float.floatToRawIntBits(x);
            case CANONICAL_BITS -> Float.floatToIntBits(x);
            default -> throw undefined(function);
        };
    }

    private static Object two(MathFunction function, boolean strict, Object left, Object right) {
        return switch (left) {
            case Double x
            when right instanceof Double y -> strict ? strictDouble(function, x, y) : ofDouble(function, x, y);
            case Double x when right instanceof Integer n && function == MathFunction.SCALB -> Math.scalb(x, n);
            case Float x
            when right instanceof Float y ->
                switch (function) {
                    case MIN -> Math.min(x, y);
                    case MAX -> Math.max(x, y);
                    case COPY_SIGN -> strict ? StrictMath.copySign(x, y) : Math.copySign(x, y);
                    default -> throw undefined(function);
                };
            case Float x when right instanceof Double y && function == MathFunction.NEXT_AFTER -> Math.nextAfter(x, y);
            case Float x when right instanceof Integer n && function == MathFunction.SCALB -> Math.scalb(x, n);
            case Integer x
            when right instanceof Integer y ->
                switch (function) {
                    case MIN -> Math.min(x, y);
                    case MAX -> Math.max(x, y);
                    default -> throw undefined(function);
                };
            case Long x
            when right instanceof Long y ->
                switch (function) {
                    case MIN -> Math.min(x, y);
                    case MAX -> Math.max(x, y);
                    default -> throw undefined(function);
                };
            default -> throw undefined(function);
        };
    }

    private static Object ofDouble(MathFunction function, double x, double y) {
        return switch (function) {
            case ATAN2 -> Math.atan2(x, y);
            case POW -> Math.pow(x, y);
            case HYPOT -> Math.hypot(x, y);
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case COPY_SIGN -> Math.copySign(x, y);
            case IEEE_REMAINDER -> Math.IEEEremainder(x, y);
            case NEXT_AFTER -> Math.nextAfter(x, y);
            default -> throw undefined(function);
        };
    }

    private static Object strictDouble(MathFunction function, double x, double y) {
        return switch (function) {
            case ATAN2 -> StrictMath.atan2(x, y);
            case POW -> StrictMath.pow(x, y);
            case HYPOT -> StrictMath.hypot(x, y);
            case COPY_SIGN -> StrictMath.copySign(x, y);
            case IEEE_REMAINDER -> StrictMath.IEEEremainder(x, y);
            default -> ofDouble(function, x, y);
        };
    }

    private static Object fma(Object a, Object b, Object c) {
        if (a instanceof Double x && b instanceof Double y && c instanceof Double z) {
            return Math.fma(x, y, z);
        } else if (a instanceof Float x && b instanceof Float y && c instanceof Float z) {
            return Math.fma(x, y, z);
        }
        throw undefined(MathFunction.FMA);
    }

    private static IllegalStateException undefined(MathFunction function) {
        return new IllegalStateException(function.methodName() + " is not defined for operands of these types");
    }
}
