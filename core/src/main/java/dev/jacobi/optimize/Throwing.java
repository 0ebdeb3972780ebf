package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;

/** Where a block may throw. */
final class Throwing {
    private Throwing() {}

    /** Whether an instruction of the block, or its terminator, may throw. */
    static boolean mayThrow(Block block) {
        return block.terminator() instanceof Terminator.Throw || anyInstruction(block);
    }

    static boolean anyInstruction(Block block) {
        for (Instruction instruction : block.instructions()) {
            if (instruction.mayThrow()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the instruction cannot throw, wherever it stands. What was proved holds only where the instruction stands now, behind the
     * branches and checks that it was proved by; who moves it to where they have not been passed must ask this.
     */
    static boolean isImpossible(Instruction instruction) {
        boolean proved = instruction.isProved();
        instruction.setProved(false);
        boolean impossible = !instruction.mayThrow();
        instruction.setProved(proved);
        return impossible;
    }
}
