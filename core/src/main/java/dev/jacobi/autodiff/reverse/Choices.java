package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For each minimum and maximum that has an adjoint, whether the first operand was taken. That is all that the reverse sweep asks for, and where it is
 * stored it takes a byte, not two numbers.
 */
final class Choices {
    private final Map<Instruction, Value> ofFirst = new HashMap<>();

    /** Puts the comparisons behind the minima and maxima. As in the table of rules, a tie goes to the first operand. */
    static Choices add(Function function, ActivityAnalysis activity) {
        Choices choices = new Choices();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (isChoice(instruction) && activity.isActive(instruction.value())) {
                    OpCode comparison = instruction.math().function() == MathFunction.MIN ? OpCode.LE : OpCode.GE;
                    Instruction ofFirst =
                            function.newInstruction(comparison, null, instruction.operands(), instruction.position());
                    block.insert(block.instructions().indexOf(instruction) + 1, ofFirst);
                    choices.ofFirst.put(instruction, ofFirst.value());
                }
            }
        }
        return choices;
    }

    private static boolean isChoice(Instruction instruction) {
        return instruction.opCode() == OpCode.MATH
                && (instruction.math().function() == MathFunction.MIN
                        || instruction.math().function() == MathFunction.MAX);
    }

    /** Whether the first operand was taken; null if the instruction is no minimum or maximum with an adjoint. */
    @Nullable
    Value of(Instruction instruction) {
        return ofFirst.get(instruction);
    }
}
