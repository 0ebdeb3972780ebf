package dev.jacobi.lift;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.lang.classfile.Opcode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of branches.
 *
 * <p>The JVM compares longs and floating-point numbers three-way and then branches on the result; here both together become one
 * comparison. With NaN all comparisons but {@code ne} are false, so a branch that the JVM takes on NaN becomes the opposite comparison
 * with the ways out exchanged.
 */
final class Comparisons {
    /** Makes an instruction at the place that the translation has reached. */
    interface Appender {
        @Nullable
        Value append(OpCode opCode, @Nullable Object attribute, List<Value> operands);
    }

    /** The branch is taken if {@code value} is not 0, or if it is 0 when {@code negated}. */
    record Condition(Value value, boolean negated) {}

    private final Appender appender;

    Comparisons(Appender appender) {
        this.appender = appender;
    }

    static boolean isZeroTest(Opcode opcode) {
        return switch (opcode) {
            case IFEQ, IFNE, IFLT, IFLE, IFGT, IFGE -> true;
            default -> false;
        };
    }

    private Value make(OpCode opCode, Value left, Value right) {
        return Objects.requireNonNull(appender.append(opCode, null, List.of(left, right)));
    }

    private Value constant(Object value) {
        return Objects.requireNonNull(appender.append(CONSTANT, value, List.of()));
    }

    /** {@code ifeq} and the like. */
    Condition zero(Opcode opcode, Value value) {
        return switch (opcode) {
            case IFNE -> new Condition(value, false);
            case IFEQ -> new Condition(value, true);
            default -> new Condition(make(ofZeroTest(opcode), value, constant(0)), false);
        };
    }

    /** {@code if_icmplt}, {@code if_acmpeq} and the like; {@code ifnull} and {@code ifnonnull} have no right side. */
    Condition two(Opcode opcode, Value left, @Nullable Value right) {
        OpCode comparison = switch (opcode) {
            case IF_ICMPEQ, IF_ACMPEQ, IFNULL -> EQ;
            case IF_ICMPNE, IF_ACMPNE, IFNONNULL -> NE;
            case IF_ICMPLT -> LT;
            case IF_ICMPLE -> LE;
            case IF_ICMPGT -> GT;
            case IF_ICMPGE -> GE;
            default -> throw new Frame.Malformed("unknown branch " + opcode);
        };
        return new Condition(make(comparison, left, right == null ? constant(Instruction.NULL) : right), false);
    }

    /** {@code lcmp}, {@code dcmpg} and the like, followed by {@code ifeq} and the like. */
    Condition threeWay(OpCode compare, Opcode zeroTest, Value left, Value right) {
        boolean takenOnNaN = switch (zeroTest) {
            case IFGT, IFGE -> compare == CMPG;
            case IFLT, IFLE -> compare == CMPL;
            default -> false;
        };
        OpCode comparison = ofZeroTest(zeroTest);
        return takenOnNaN
                ? new Condition(make(opposite(comparison), left, right), true)
                : new Condition(make(comparison, left, right), false);
    }

    private static OpCode ofZeroTest(Opcode opcode) {
        return switch (opcode) {
            case IFEQ -> EQ;
            case IFNE -> NE;
            case IFLT -> LT;
            case IFLE -> LE;
            case IFGT -> GT;
            default -> GE;
        };
    }

    private static OpCode opposite(OpCode comparison) {
        return switch (comparison) {
            case LT -> GE;
            case LE -> GT;
            case GT -> LE;
            default -> LT;
        };
    }
}
