package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.Formula;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mathematical functions that the primal computes: the derivative of a sine takes the cosine of the same angle from it where it is there,
 * and is not computed a second time.
 */
final class ComputedFunctions {
    private record Call(MathCall function, Value operand) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Call that && function.equals(that.function) && operand == that.operand;
        }

        @Override
        public int hashCode() {
            return 31 * function.hashCode() + operand.hashCode();
        }
    }

    private final Loops loops;
    private final Map<Call, List<Value>> results = new HashMap<>();

    ComputedFunctions(Function primal, Loops loops) {
        this.loops = loops;
        for (Block block : primal.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.MATH
                        && instruction.operands().size() == 1) {
                    Call call = new Call(instruction.math(), instruction.operand(0));
                    Multimaps.list(results, call).add(instruction.value());
                }
            }
        }
    }

    /** What is computed whenever an instruction is, in the same iteration of the loops around it, by the end of its block. */
    Formula.Known at(Instruction instruction, boolean strict) {
        Block block = instruction.block();
        if (results.isEmpty() || block == null) {
            return Formula.Known.NONE;
        }
        return (function, operand) -> {
            Value argument = instruction.operand(operand);
            return argument.type().equals(Type.DOUBLE)
                    ? results.getOrDefault(new Call(new MathCall(function, strict), argument), List.of()).stream()
                            .filter(result -> isThere(result, block))
                            .findFirst()
                            .orElse(null)
                    : null;
        };
    }

    private boolean isThere(Value result, Block block) {
        Loop loop = loops.loopOf(result.block());
        return (loop == null || loop.contains(block)) && loops.dominators().dominates(result.block(), block);
    }
}
