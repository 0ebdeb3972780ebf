package dev.jacobi.jvm;

import dev.jacobi.ir.OpCode;
import java.lang.classfile.Opcode;

/** The tables of comparisons. */
final class Comparisons {
    private Comparisons() {}

    static OpCode negated(OpCode test) {
        return switch (test) {
            case EQ -> OpCode.NE;
            case NE -> OpCode.EQ;
            case LT -> OpCode.GE;
            case GE -> OpCode.LT;
            case GT -> OpCode.LE;
            case LE -> OpCode.GT;
            default -> throw new IllegalArgumentException(test.mnemonic());
        };
    }

    static Opcode ofInts(OpCode test) {
        return switch (test) {
            case EQ -> Opcode.IF_ICMPEQ;
            case NE -> Opcode.IF_ICMPNE;
            case LT -> Opcode.IF_ICMPLT;
            case GE -> Opcode.IF_ICMPGE;
            case GT -> Opcode.IF_ICMPGT;
            case LE -> Opcode.IF_ICMPLE;
            default -> throw new IllegalArgumentException(test.mnemonic());
        };
    }

    static Opcode withZero(OpCode test) {
        return switch (test) {
            case EQ -> Opcode.IFEQ;
            case NE -> Opcode.IFNE;
            case LT -> Opcode.IFLT;
            case GE -> Opcode.IFGE;
            case GT -> Opcode.IFGT;
            case LE -> Opcode.IFLE;
            default -> throw new IllegalArgumentException(test.mnemonic());
        };
    }
}
