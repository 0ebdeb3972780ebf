package dev.jacobi.optimize;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes blocks that cannot be reached, instructions whose result does not matter, and block parameters that do not matter; also where
 * they only keep each other alive round a cycle.
 *
 * <p>Instructions that may throw, write or call stay, and so does all control flow: a loop that computes nothing may still not end.
 */
public final class EliminateDeadCode {
    private EliminateDeadCode() {}

    public static boolean run(Function function) {
        boolean unreachable = removeUnreachable(function);
        boolean dead = removeDead(function);
        return unreachable || dead;
    }

    /** Removes the blocks that cannot be reached, and handlers where nothing can throw. */
    static boolean removeUnreachable(Function function) {
        boolean changed = false;
        for (Block block : function.blocks()) {
            if (!block.handlers().isEmpty() && !Throwing.mayThrow(block)) {
                block.setHandlers(List.of());
                changed = true;
            }
        }
        ReversePostorder order = ReversePostorder.of(function);
        if (order.size() < function.blocks().size()) {
            function.retainBlocks(order.blocks());
            changed = true;
        }
        return changed;
    }

    private static boolean removeDead(Function function) {
        ValueSet live = new ValueSet();
        List<Value> open = new ArrayList<>();
        PassedValues passed = PassedValues.of(function);
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (!instruction.isRemovable()) {
                    open.addAll(instruction.operands());
                }
            }
            open.addAll(block.terminator().operands());
        }
        open.addAll(Parameters.exceptions(function));
        while (!open.isEmpty()) {
            Value value = open.removeLast();
            if (!live.add(value)) {
                continue;
            }
            Instruction definition = value.definition();
            if (definition != null) {
                open.addAll(definition.operands());
            } else {
                open.addAll(passed.to(value));
            }
        }
        boolean changed = false;
        for (Block block : function.blocks()) {
            changed |= block.retainInstructions(instruction ->
                    !instruction.isRemovable() || instruction.result() != null && live.contains(instruction.value()));
        }
        List<Value> dead = new ArrayList<>();
        for (Value parameter : passed.parameters()) {
            if (!live.contains(parameter)) {
                dead.add(parameter);
            }
        }
        Parameters.remove(function, dead);
        return changed || !dead.isEmpty();
    }
}
