package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads static fields of numbers, of arrays of numbers and of memory segments before a loop instead of in it, so that they become arguments of its kernel. Only fields of the method's own class are, which
 * is initialised for certain, so that nothing is to be seen of it if there is no round. That a parallel loop does not write static fields is asked elsewhere. What other threads write it need not see, but in
 * volatile fields, which stay where they are.
 */
final class OwnStatics {
    private OwnStatics() {}

    static void readBefore(Loop loop, Function function, ClassKnowledge classes) {
        readBefore(loop, function, classes, value -> isNumbers(value.type()));
    }

    /** @param isTaken the values of which fields are read before */
    static void readBefore(Loop loop, Function function, ClassKnowledge classes, Predicate<Value> isTaken) {
        Block preheader = loop.preheader();
        if (preheader == null || function.origin() == null) {
            return;
        }
        for (Block block : loop.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.GET_STATIC
                        && instruction.field().owner().equals(function.origin().owner())
                        && !classes.mayBeVolatile(instruction.field())
                        && isTaken.test(instruction.value())) {
                    block.remove(instruction);
                    preheader.append(instruction);
                }
            }
        }
    }

    private static boolean isNumbers(Type type) {
        return !type.isReference()
                || type.isArray() && type.descriptor().componentType().isPrimitive();
    }
}
