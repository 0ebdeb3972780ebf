package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.InitializedClasses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import java.util.Objects;

/**
 * Lets a class be initialised once: what finds it initialised is marked as proved, so that it is no barrier and may go away if its
 * result is not used, and calls that only initialise are removed.
 */
public final class EliminateInitializations {
    private EliminateInitializations() {}

    public static boolean run(Function function, ClassKnowledge classes) {
        int count = 0;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                count += InitializedClasses.isInitializing(instruction) ? 1 : 0;
            }
        }
        if (count < 2) {
            return false; // none comes before another
        }
        boolean changed = false;
        for (Instruction instruction : InitializedClasses.of(function, classes).redundant()) {
            changed = true;
            if (ClassInitializer.initializedBy(instruction) == null) {
                instruction.setProved(true);
            } else {
                Objects.requireNonNull(instruction.block()).remove(instruction);
            }
        }
        return changed;
    }
}
