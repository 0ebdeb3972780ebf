package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import java.util.List;

/** Removes what was {@linkplain Instruction#setNoted noted} of constructors, and what was computed for it alone. Goes before emission. */
public final class DropNotes {
    private DropNotes() {}

    public static boolean run(Function function) {
        boolean changed = false;
        for (Block block : function.blocks()) {
            if (hasNotes(block)) {
                List<Instruction> kept = block.instructions().stream()
                        .filter(instruction -> !instruction.isNote())
                        .toList();
                kept.forEach(instruction -> instruction.setNoted(false));
                block.setInstructions(kept);
                changed = true;
            }
        }
        if (changed) {
            EliminateDeadCode.run(function);
        }
        return changed;
    }

    private static boolean hasNotes(Block block) {
        for (Instruction instruction : block.instructions()) {
            if (instruction.isNoted()) {
                return true;
            }
        }
        return false;
    }
}
