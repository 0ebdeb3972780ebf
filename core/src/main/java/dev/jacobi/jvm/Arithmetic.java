package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The table of arithmetic instructions by operation and type. */
final class Arithmetic {
    // int, long, float, double
    private static final Map<OpCode, List<Opcode>> TABLE = new EnumMap<>(Map.ofEntries(
            Map.entry(OpCode.ADD, List.of(Opcode.IADD, Opcode.LADD, Opcode.FADD, Opcode.DADD)),
            Map.entry(OpCode.SUB, List.of(Opcode.ISUB, Opcode.LSUB, Opcode.FSUB, Opcode.DSUB)),
            Map.entry(OpCode.MUL, List.of(Opcode.IMUL, Opcode.LMUL, Opcode.FMUL, Opcode.DMUL)),
            Map.entry(OpCode.DIV, List.of(Opcode.IDIV, Opcode.LDIV, Opcode.FDIV, Opcode.DDIV)),
            Map.entry(OpCode.REM, List.of(Opcode.IREM, Opcode.LREM, Opcode.FREM, Opcode.DREM)),
            Map.entry(OpCode.NEG, List.of(Opcode.INEG, Opcode.LNEG, Opcode.FNEG, Opcode.DNEG)),
            Map.entry(OpCode.SHL, List.of(Opcode.ISHL, Opcode.LSHL)),
            Map.entry(OpCode.SHR, List.of(Opcode.ISHR, Opcode.LSHR)),
            Map.entry(OpCode.USHR, List.of(Opcode.IUSHR, Opcode.LUSHR)),
            Map.entry(OpCode.AND, List.of(Opcode.IAND, Opcode.LAND)),
            Map.entry(OpCode.OR, List.of(Opcode.IOR, Opcode.LOR)),
            Map.entry(OpCode.XOR, List.of(Opcode.IXOR, Opcode.LXOR))));

    private Arithmetic() {}

    static OperatorInstruction of(OpCode opCode, Type type) {
        List<Opcode> row = TABLE.getOrDefault(opCode, List.of());
        int column = switch (type.kind()) {
            case INT -> 0;
            case LONG -> 1;
            case FLOAT -> 2;
            case DOUBLE -> 3;
            case REFERENCE, VOID -> row.size();
        };
        if (column >= row.size()) {
            throw new JacobiException(
                    Refusal.INTERNAL,
                    "cannot emit " + opCode.mnemonic() + " of " + type + ": there is no such operation",
                    null);
        }
        return OperatorInstruction.of(row.get(column));
    }
}
