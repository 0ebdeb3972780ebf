package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.Set;

/** Whether a function may write into an array that it gets, or into a row of it; also when it hands it on to where that is not known. */
public final class ParameterWrites {
    private ParameterWrites() {}

    public static boolean mayWrite(Function function, Value parameter) {
        Set<Value> leading = new HashSet<>(Set.of(parameter));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (passesOn(instruction.opCode())
                            && instruction.value().type().isReference()
                            && instruction.operands().stream().anyMatch(leading::contains)) {
                        changed |= leading.add(instruction.value());
                    }
                }
                for (var edge : block.edges()) {
                    int exceptions =
                            edge.target().parameters().size() - edge.arguments().size();
                    for (int index = 0; index < edge.arguments().size(); index++) {
                        if (leading.contains(edge.arguments().get(index))) {
                            changed |= leading.add(edge.target().parameter(index + exceptions));
                        }
                    }
                }
            }
        }
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return(Value result, var _) && leading.contains(result)) {
                return true;
            }
            for (Instruction instruction : block.instructions()) {
                if (instruction.operands().stream().anyMatch(leading::contains) && !onlyReads(instruction.opCode())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean passesOn(OpCode opCode) {
        return opCode == OpCode.ARRAY_LOAD || opCode == OpCode.CHECK_CAST || opCode == OpCode.SELECT;
    }

    private static boolean onlyReads(OpCode opCode) {
        return switch (opCode.effect()) {
            case PURE, READ -> true;
            case WRITE, ALLOCATE, CALL -> false;
        };
    }
}
