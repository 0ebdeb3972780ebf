package dev.jacobi.interpret;

import dev.jacobi.ir.OpCode;
import java.lang.constant.ClassDesc;

/**
 * The scalar operations on boxed values. Java's own operators do the work, so their semantics is Java's: wrapping integers, masked
 * shift distances, saturating conversions, comparisons with NaN.
 */
final class Arithmetic {
    private Arithmetic() {}

    static Object binary(OpCode opCode, Object left, Object right) {
        return switch (left) {
            case Integer a when right instanceof Integer b -> ints(opCode, a, b);
            case Long a when right instanceof Long b -> longs(opCode, a, b);
            case Long a when right instanceof Integer b -> shift(opCode, a, b);
            case Float a when right instanceof Float b -> floats(opCode, a, b);
            case Double a when right instanceof Double b -> doubles(opCode, a, b);
            default -> throw undefined(opCode);
        };
    }

    private static Object ints(OpCode opCode, int a, int b) {
        return switch (opCode) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case SHL -> a << b;
            case SHR -> a >> b;
            case USHR -> a >>> b;
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case EQ -> bit(a == b);
            case NE -> bit(a != b);
            case LT -> bit(a < b);
            case LE -> bit(a <= b);
            case GT -> bit(a > b);
            case GE -> bit(a >= b);
            default -> throw undefined(opCode);
        };
    }

    private static Object longs(OpCode opCode, long a, long b) {
        return switch (opCode) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case CMP -> Long.compare(a, b);
            case EQ -> bit(a == b);
            case NE -> bit(a != b);
            case LT -> bit(a < b);
            case LE -> bit(a <= b);
            case GT -> bit(a > b);
            case GE -> bit(a >= b);
            default -> throw undefined(opCode);
        };
    }

    private static Object shift(OpCode opCode, long a, int distance) {
        return switch (opCode) {
            case SHL -> a << distance;
            case SHR -> a >> distance;
            case USHR -> a >>> distance;
            default -> throw undefined(opCode);
        };
    }

    private static Object floats(OpCode opCode, float a, float b) {
        return switch (opCode) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case CMPL -> a > b ? 1 : a == b ? 0 : -1;
            case CMPG -> a < b ? -1 : a == b ? 0 : 1;
            case EQ -> bit(a == b);
            case NE -> bit(a != b);
            case LT -> bit(a < b);
            case LE -> bit(a <= b);
            case GT -> bit(a > b);
            case GE -> bit(a >= b);
            default -> throw undefined(opCode);
        };
    }

    private static Object doubles(OpCode opCode, double a, double b) {
        return switch (opCode) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case CMPL -> a > b ? 1 : a == b ? 0 : -1;
            case CMPG -> a < b ? -1 : a == b ? 0 : 1;
            case EQ -> bit(a == b);
            case NE -> bit(a != b);
            case LT -> bit(a < b);
            case LE -> bit(a <= b);
            case GT -> bit(a > b);
            case GE -> bit(a >= b);
            default -> throw undefined(opCode);
        };
    }

    static int bit(boolean condition) {
        return condition ? 1 : 0;
    }

    static Object negate(Object operand) {
        return switch (operand) {
            case Integer a -> -a;
            case Long a -> -a;
            case Float a -> -a;
            case Double a -> -a;
            default -> throw undefined(OpCode.NEG);
        };
    }

    /** Conversion to the primitive {@code target} by Java's cast. */
    static Object convert(ClassDesc target, Object operand) {
        char to = target.descriptorString().charAt(0);
        return switch (operand) {
            case Integer a ->
                switch (to) {
                    case 'B' -> (int) (byte) (int) a;
                    case 'S' -> (int) (short) (int) a;
                    case 'C' -> (int) (char) (int) a;
                    case 'I' -> a;
                    case 'J' -> (long) a;
                    case 'F' -> (float) a;
                    case 'D' -> (double) a;
                    default -> throw undefined(OpCode.CONVERT);
                };
            case Long a ->
                switch (to) {
                    case 'I' -> (int) (long) a;
                    case 'J' -> a;
                    case 'F' -> (float) a;
                    case 'D' -> (double) a;
                    default -> throw undefined(OpCode.CONVERT);
                };
            case Float a ->
                switch (to) {
                    case 'I' -> (int) (float) a;
                    case 'J' -> (long) (float) a;
                    case 'F' -> a;
                    case 'D' -> (double) a;
                    default -> throw undefined(OpCode.CONVERT);
                };
            case Double a ->
                switch (to) {
                    case 'I' -> (int) (double) a;
                    case 'J' -> (long) (double) a;
                    case 'F' -> (float) (double) a;
                    case 'D' -> a;
                    default -> throw undefined(OpCode.CONVERT);
                };
            default -> throw undefined(OpCode.CONVERT);
        };
    }

    private static IllegalStateException undefined(OpCode opCode) {
        return new IllegalStateException(opCode.mnemonic() + " is not defined for operands of these types");
    }
}
