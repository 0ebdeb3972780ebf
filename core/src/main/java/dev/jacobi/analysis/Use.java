package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;

/** A place where a value is used. */
public sealed interface Use {
    /** The block at which the value must be there: that of the instruction, or the one that the edge leaves. */
    Block block();

    /** Operand {@code index} of an instruction. */
    record Operand(Instruction instruction, int index) implements Use {
        @Override
        public Block block() {
            Block block = instruction.block();
            if (block == null) {
                throw new IllegalStateException("the instruction was removed");
            }
            return block;
        }
    }

    /** An operand of the terminator of {@code block}. */
    record OfTerminator(Block block) implements Use {}

    /** Passed along an edge that leaves {@code block} to {@code parameter} of its target. */
    record Passed(Block block, Edge edge, int index, Value parameter, boolean byHandler) implements Use {}
}
