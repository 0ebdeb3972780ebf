package dev.jacobi.offload.extract;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.InitializedClasses;
import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;

/** Refuses loops of which a round may be the first to use a class whose static initialiser can be observed: that would have to run in the round. */
final class RoundInitializations {
    private RoundInitializations() {}

    /**
     * Looks at the blocks from which the loop goes on. Where a round only throws is not among them: that is done on the JVM.
     *
     * @param display the method as messages name it
     * @param classes what is known of the classes that the function names
     * @throws JacobiException CLASS_INITIALIZATION
     */
    static void refuse(Loop loop, String display, ClassKnowledge classes) {
        for (Block block : loop.blocks()) {
            for (Instruction instruction : block.instructions()) {
                // Writes of static fields are refused for themselves.
                if (instruction.opCode() != OpCode.PUT_STATIC
                        && InitializedClasses.mayRunInitializer(instruction, classes)) {
                    throw refused(loop, display, instruction);
                }
            }
        }
    }

    private static JacobiException refused(Loop loop, String display, Instruction use) {
        SourcePosition of = ParallelLoop.positionOf(loop);
        SourcePosition position = use.position() == null ? of : use.position();
        return new JacobiException(
                Refusal.CLASS_INITIALIZATION,
                "cannot run the parallel loop of " + display + (of == null ? "" : " at " + of)
                        + " on a device: a round of it may be the first to use the class "
                        + Type.name(InitializedClasses.named(use))
                        + ", whose static initialiser does more than fill its fields with numbers",
                position == null ? null : position.toString());
    }
}
