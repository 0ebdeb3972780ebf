package dev.jacobi.optimize;

import dev.jacobi.interpret.MathCalls;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes operations on constants with the Java operation that they stand for.
 *
 * <p>Results that are NaN are left to run time: which of the many NaN it is, the hardware decides, and {@code doubleToRawLongBits}
 * shows it.
 */
final class ConstantArithmetic {
    private ConstantArithmetic() {}

    /** The result as Integer, Long, Float or Double, or null where there is none, it would throw or it is NaN. */
    static @Nullable Object evaluate(OpCode opCode, @Nullable Object attribute, List<?> operands) {
        Object result = switch (operands.size()) {
            case 1 -> unary(opCode, attribute, operands.getFirst());
            case 2 -> opCode == OpCode.MATH ? null : binary(opCode, operands.get(0), operands.get(1));
            default -> null;
        };
        if (opCode == OpCode.MATH && attribute instanceof MathCall call) {
            result = math(call, operands);
        }
        return isNaN(result) ? null : result;
    }

    static boolean isNaN(@Nullable Object number) {
        return number instanceof Double d && Double.isNaN(d) || number instanceof Float f && Float.isNaN(f);
    }

    private static @Nullable Object unary(OpCode opCode, @Nullable Object attribute, Object operand) {
        return switch (opCode) {
            case NEG ->
                switch (operand) {
                    case Integer x -> (Object) (-x);
                    case Long x -> -x;
                    case Float x -> -x;
                    case Double x -> -x;
                    default -> null;
                };
            case CONVERT ->
                operand instanceof Number number && attribute instanceof ClassDesc target
                        ? convert(number, target)
                        : null;
            default -> null;
        };
    }

    private static @Nullable Object convert(Number number, ClassDesc target) {
        return switch (target.descriptorString()) {
            case "I" -> (Object) toInt(number);
            case "B" -> (int) (byte) toInt(number);
            case "S" -> (int) (short) toInt(number);
            case "C" -> (int) (char) toInt(number);
            case "J" -> number.longValue();
            case "F" -> number.floatValue();
            case "D" -> number.doubleValue();
            default -> null;
        };
    }

    // Number.intValue is the Java conversion for each of the four types.
    private static int toInt(Number number) {
        return number.intValue();
    }

    private static @Nullable Object binary(OpCode opCode, Object left, Object right) {
        if (left instanceof Integer a && right instanceof Integer b) {
            return ofInts(opCode, a, b);
        }
        if (left instanceof Long a && right instanceof Long b) {
            return ofLongs(opCode, a, b);
        }
        if (left instanceof Long a && right instanceof Integer b) {
            return switch (opCode) {
                case SHL -> a << b;
                case SHR -> a >> b;
                case USHR -> a >>> b;
                default -> null;
            };
        }
        if (left instanceof Double a && right instanceof Double b) {
            return ofDoubles(opCode, a, b);
        }
        if (left instanceof Float a && right instanceof Float b) {
            return switch (opCode) {
                case ADD -> (Object) (a + b);
                case SUB -> a - b;
                case MUL -> a * b;
                case DIV -> a / b;
                case REM -> a % b;
                default -> ofDoubles(opCode, (double) a, (double) b); // comparisons: widening is exact
            };
        }
        return null;
    }

    private static @Nullable Object ofInts(OpCode opCode, int a, int b) {
        return switch (opCode) {
            case ADD -> (Object) (a + b);
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? null : (Object) (a / b);
            case REM -> b == 0 ? null : (Object) (a % b);
            case SHL -> a << b;
            case SHR -> a >> b;
            case USHR -> a >>> b;
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case GT -> truth(a > b);
            case GE -> truth(a >= b);
            default -> null;
        };
    }

    private static @Nullable Object ofLongs(OpCode opCode, long a, long b) {
        return switch (opCode) {
            case ADD -> (Object) (a + b);
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? null : (Object) (a / b);
            case REM -> b == 0 ? null : (Object) (a % b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case CMP -> Long.compare(a, b);
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case GT -> truth(a > b);
            case GE -> truth(a >= b);
            default -> null;
        };
    }

    private static @Nullable Object ofDoubles(OpCode opCode, double a, double b) {
        return switch (opCode) {
            case ADD -> (Object) (a + b);
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case CMPL -> a > b ? 1 : a == b ? 0 : -1;
            case CMPG -> a < b ? -1 : a == b ? 0 : 1;
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case GT -> truth(a > b);
            case GE -> truth(a >= b);
            default -> null;
        };
    }

    private static Integer truth(boolean holds) {
        return holds ? 1 : 0;
    }

    /** By the interpreter's table: looking up the method by reflection takes the longest of all the first time. */
    private static Object math(MathCall call, List<?> operands) {
        return MathCalls.compute(call.function(), call.strict(), operands.toArray());
    }
}
