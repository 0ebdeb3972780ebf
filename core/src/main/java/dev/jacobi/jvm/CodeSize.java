package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.List;

/** A rough estimate of the bytes of code that instructions become, for deciding where to cut; what counts in the end is measured. */
final class CodeSize {
    private CodeSize() {}

    static int of(Block block) {
        int size = 0;
        for (Instruction instruction : block.instructions()) {
            size += of(instruction);
        }
        return size + of(block.terminator());
    }

    static int of(Instruction instruction) {
        if (TreeSchedule.isConstant(instruction)) {
            return 0;
        }
        int result = instruction.result() == null ? 0 : 2;
        return operation(instruction.opCode()) + loads(instruction.operands()) + result;
    }

    private static int operation(OpCode opCode) {
        return switch (opCode) {
            case EQ, NE, LT, LE, GT, GE -> 4;
            case SELECT -> 6;
            case NULL_CHECK, INVOKE_INTERFACE, INVOKE_DYNAMIC -> 5;
            case MATH,
                    GET_FIELD,
                    PUT_FIELD,
                    GET_STATIC,
                    PUT_STATIC,
                    NEW,
                    CHECK_CAST,
                    INSTANCE_OF,
                    INVOKE_STATIC,
                    INVOKE_SPECIAL,
                    INVOKE_VIRTUAL,
                    INVOKE_FUNCTION,
                    LOAD_CONSTANT,
                    NEW_ARRAY,
                    NEW_MULTI_ARRAY -> 3;
            default -> 1;
        };
    }

    private static int loads(List<Value> values) {
        int size = 0;
        for (Value value : values) {
            size += TreeSchedule.isConstant(value) ? 3 : 2;
        }
        return size;
    }

    private static int of(Terminator terminator) {
        int size = loads(terminator.operands());
        for (Edge edge : terminator.edges()) {
            size += 3 + 2 * edge.arguments().size();
        }
        return terminator instanceof Terminator.Switch choice
                ? size + 12 + 6 * choice.cases().size()
                : size + 1;
    }
}
