package dev.jacobi.llvm;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.Set;

/**
 * The minima and maxima that each round of a loop computes of that of the round before, {@code m = Math.min(m, x)}. The rounds wait for each other, so these are written with a test for what is rare, equal operands and NaN, and otherwise as
 * one instruction. Where the loop does nothing else with them and has no loops inside it, LLVM computes several at once, and they stay what they are.
 */
final class RunningExtremes {
    private final Set<Instruction> found = new HashSet<>();

    RunningExtremes(Function function, Loops loops) {
        Uses uses = null;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                Loop loop = isExtreme(instruction) ? loops.loopOf(block) : null;
                if (loop == null) {
                    continue;
                }
                if (uses == null) {
                    uses = Uses.of(function);
                }
                for (Value operand : instruction.operands()) {
                    if (isCarried(operand, instruction.value(), loop)
                            && (!loop.children().isEmpty()
                                    || isRead(operand, loop, instruction, uses)
                                    || isRead(instruction.value(), loop, instruction, uses))) {
                        found.add(instruction);
                    }
                }
            }
        }
    }

    boolean contains(Instruction instruction) {
        return found.contains(instruction);
    }

    private static boolean isExtreme(Instruction instruction) {
        return instruction.opCode() == OpCode.MATH
                && (instruction.math().function() == MathFunction.MIN
                        || instruction.math().function() == MathFunction.MAX)
                && instruction.operand(0).type().isFloatingPoint();
    }

    /** Whether the value comes back in the next round as the operand. */
    private static boolean isCarried(Value operand, Value value, Loop loop) {
        int index = loop.header().parameters().indexOf(operand);
        if (index < 0) {
            return false;
        }
        for (Block latch : loop.latches()) {
            for (Edge edge : latch.terminator().edges()) {
                if (edge.target() == loop.header() && edge.arguments().get(index) == value) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether another instruction of the loop uses the value. */
    private static boolean isRead(Value value, Loop loop, Instruction extreme, Uses uses) {
        return uses.of(value).stream()
                .anyMatch(use -> use instanceof Use.Operand(Instruction instruction, int _)
                        && instruction != extreme
                        && loop.contains(use.block()));
    }
}
