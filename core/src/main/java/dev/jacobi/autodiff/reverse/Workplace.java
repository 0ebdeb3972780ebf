package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.EliminateDeadCode;
import dev.jacobi.optimize.RemoveRedundantParameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function that gets a sweep, or both, and what the code in it shares. */
record Workplace(Function function, Zeros zeros, SsaVariables<Variable> variables, Tape tape, LoopRecords loopRecords) {

    /**
     * @param function with an entry, in which the tape is acquired
     * @param stacks where the tape is shared with others, or null
     */
    static Workplace in(Function function, SweepPlan plan, @Nullable Value stacks) {
        Zeros zeros = new Zeros(function.entry());
        SsaVariables<Variable> variables = new SsaVariables<>(function, zeros);
        Tape tape = new Tape(variables, plan::kind, plan.kinds(), stacks, plan.tapesAreReused());
        tape.acquire(function.entry());
        return new Workplace(function, zeros, variables, tape, new LoopRecords(plan.plans(), tape, variables));
    }

    /** The last step: variables become values, and what needs not be there goes. */
    void finish() {
        variables.finish();
        Winners.resolve(function);
        function.retainBlocks(ReversePostorder.of(function).blocks());
        do {
            RemoveRedundantParameters.run(function);
        } while (dropZeros());
        EliminateDeadCode.run(function);
    }

    /** Replaces sums with the constant 0 by their other operand. */
    private boolean dropZeros() {
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.isAdjointSum()) {
                    int zero = zeros.contains(instruction.operand(0)) ? 0 : 1;
                    if (zeros.contains(instruction.operand(zero))) {
                        replaced.put(instruction.value(), instruction.operand(1 - zero));
                        block.remove(instruction);
                    }
                }
            }
        }
        function.replaceValues(replaced);
        return !replaced.isEmpty();
    }
}
