package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator.Return;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The blocks from which a return can be reached, also through handlers. The others end in an exception for certain. */
public final class ReturningBlocks {
    private ReturningBlocks() {}

    public static Set<Block> of(Function function) {
        Map<Block, List<Block>> predecessors = function.predecessors();
        Set<Block> found = new HashSet<>();
        List<Block> open = new ArrayList<>();
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return && found.add(block)) {
                open.add(block);
            }
        }
        while (!open.isEmpty()) {
            for (Block predecessor : predecessors.getOrDefault(open.removeLast(), List.of())) {
                if (found.add(predecessor)) {
                    open.add(predecessor);
                }
            }
        }
        return found;
    }
}
