package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes boxes and lambdas that are made but not used: their making is a call, but one that has no other effect. */
public final class RemoveUnusedObjects {
    private RemoveUnusedObjects() {}

    public static boolean run(Function function) {
        boolean changed = false;
        for (boolean removed = true; removed; ) {
            removed = removeOnce(function);
            changed |= removed;
        }
        return changed;
    }

    private static boolean removeOnce(Function function) {
        Set<Value> used = new HashSet<>();
        boolean anyMade = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                used.addAll(instruction.operands());
                anyMade |= onlyMakesObject(instruction);
            }
            used.addAll(block.terminator().operands());
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
        }
        if (!anyMade) {
            return false;
        }
        boolean removed = false;
        for (Block block : function.blocks()) {
            List<Instruction> kept = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                if (!onlyMakesObject(instruction) || used.contains(instruction.value())) {
                    kept.add(instruction);
                }
            }
            if (kept.size() < block.instructions().size()) {
                block.setInstructions(kept);
                removed = true;
            }
        }
        return removed;
    }

    private static boolean onlyMakesObject(Instruction instruction) {
        if (instruction.opCode() == OpCode.INVOKE_STATIC) {
            Box box = Box.ofWrapper(instruction.method().owner());
            return box != null && instruction.method().equals(box.boxing());
        }
        return Closure.madeBy(instruction).isPresent();
    }
}
