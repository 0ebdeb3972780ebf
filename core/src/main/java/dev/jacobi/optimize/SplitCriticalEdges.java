package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator.Jump;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts an empty block on each edge from a block with several ways out to one with several ways in, so that there is a place where
 * code runs on that way alone. Two edges of one branch to the same block are split both. Edges to handlers are left as they are: the
 * exception has no place to wait.
 */
public final class SplitCriticalEdges {
    private SplitCriticalEdges() {}

    public static boolean run(Function function) {
        Map<Block, Integer> entries = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Edge edge : block.edges()) {
                entries.put(edge.target(), entries.getOrDefault(edge.target(), 0) + 1);
            }
        }
        boolean changed = false;
        for (Block block : List.copyOf(function.blocks())) {
            if (block.edges().size() < 2 || !leadsToSeveralEntries(block, entries)) {
                continue;
            }
            changed = true;
            block.setTerminator(block.terminator().mapEdges(edge -> {
                if (entries.get(edge.target()) < 2) {
                    return edge;
                }
                Block between = function.newBlock();
                between.setTerminator(new Jump(edge, block.terminator().position()));
                return Edge.to(between);
            }));
        }
        return changed;
    }

    private static boolean leadsToSeveralEntries(Block block, Map<Block, Integer> entries) {
        for (Edge edge : block.terminator().edges()) {
            if (entries.get(edge.target()) > 1) {
                return true;
            }
        }
        return false;
    }
}
