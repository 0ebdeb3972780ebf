package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import java.util.List;

/**
 * Cuts blocks in two, and restores the rule that a block with handlers holds at most one instruction that may throw, as its last one, after more of them came
 * into the block.
 *
 * <p>What the handlers are given must be defined before the first instruction that may throw.
 */
public final class SplitAtThrows {
    private SplitAtThrows() {}

    /** Splits the block, and what is split off it, until the rule holds. */
    public static void split(Block block) {
        Function function = block.function();
        Block current = block;
        while (!current.handlers().isEmpty()) {
            List<Instruction> instructions = current.instructions();
            int first = 0;
            while (first < instructions.size() && !instructions.get(first).mayThrow()) {
                first++;
            }
            if (first == instructions.size()) {
                if (!(current.terminator() instanceof Terminator.Throw)) {
                    current.setHandlers(List.of());
                }
                return;
            }
            if (first == instructions.size() - 1 && !(current.terminator() instanceof Terminator.Throw)) {
                return;
            }
            Block rest = function.newBlock();
            moveTail(current, first + 1, rest);
            rest.setHandlers(current.handlers());
            current.setTerminator(new Terminator.Jump(
                    Edge.to(rest), current.instructions().get(first).position()));
            current = rest;
        }
    }

    /** Moves the instructions from {@code start} on, and the terminator, to the end of an empty block. */
    private static void moveTail(Block block, int start, Block to) {
        List<Instruction> all = List.copyOf(block.instructions());
        block.setInstructions(all.subList(0, start));
        for (Instruction instruction : all.subList(start, all.size())) {
            to.append(instruction);
        }
        to.setTerminator(block.terminator());
    }

    /** Takes an instruction out of its block and moves what follows it into a new block, whose parameter is the instruction's result. */
    public static Block cut(Instruction instruction) {
        Block block = instruction.block();
        Block continuation = block.function().newBlock();
        int index = block.instructions().indexOf(instruction);
        moveTail(block, index + 1, continuation);
        continuation.setHandlers(block.handlers());
        split(continuation);
        block.remove(instruction);
        if (instruction.result() != null) {
            continuation.addParameter(instruction.value());
        }
        return continuation;
    }
}
