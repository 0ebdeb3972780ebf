package dev.jacobi.llvm.text;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a function is code where exceptions are a way out and nothing else.
 *
 * @param throwing the blocks that end by throwing, and those that lead to such only: nothing that they do before is seen
 * @param reached the blocks that are reached without an exception; those that only throw are not left
 */
record NormalBlocks(Set<Block> throwing, Set<Block> reached) {
    static NormalBlocks of(Function function) {
        Set<Block> throwing = throwing(function);
        return new NormalBlocks(throwing, reached(function, throwing));
    }

    private static Set<Block> throwing(Function function) {
        Set<Block> throwing = new LinkedHashSet<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : function.blocks()) {
                List<Edge> edges = block.terminator().edges();
                boolean throwsOnly = edges.isEmpty()
                        ? block.terminator() instanceof Terminator.Throw
                        : edges.stream().allMatch(edge -> throwing.contains(edge.target()));
                changed |= throwsOnly && throwing.add(block);
            }
        }
        return throwing;
    }

    private static Set<Block> reached(Function function, Set<Block> throwing) {
        Set<Block> reached = new LinkedHashSet<>(Set.of(function.entry()));
        Deque<Block> pending = new ArrayDeque<>(reached);
        while (!pending.isEmpty()) {
            Block block = pending.pop();
            List<Edge> edges =
                    throwing.contains(block) ? List.of() : block.terminator().edges();
            for (Edge edge : edges) {
                if (reached.add(edge.target())) {
                    pending.push(edge.target());
                }
            }
        }
        return reached;
    }
}
