package dev.jacobi.optimize;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each loop a preheader (the only way in, a block that leads nowhere else and has no handlers), a single latch, and exits of its
 * own (blocks that only the loop leads to). Loops are not rotated, and cycles with several entries are left as they are.
 */
public final class CanonicalizeLoops {
    private CanonicalizeLoops() {}

    public static boolean run(Function function) {
        boolean changed = false;
        Map<Block, List<Block>> predecessors = function.predecessors();
        for (Loop loop : Loops.of(function).all()) {
            Block header = loop.header();
            Block preheader = loop.preheader();
            if (preheader == null || !preheader.handlers().isEmpty()) {
                gather(function, header, which(predecessors.get(header), loop, false));
                changed = true;
            }
            Block latch = loop.latch();
            if (latch == null || edgesTo(latch, header) > 1) {
                gather(function, header, which(predecessors.get(header), loop, true));
                changed = true;
            }
        }
        changed |= separateExits(function);
        if (changed) {
            // A new block with one way in needs no parameters, and induction variables are looked for in what goes
            // along the edges.
            RemoveRedundantParameters.run(function);
        }
        return changed;
    }

    private static int edgesTo(Block from, Block to) {
        int count = 0;
        for (Edge edge : from.edges()) {
            if (edge.target() == to) {
                count++;
            }
        }
        return count;
    }

    private static boolean separateExits(Function function) {
        boolean changed = false;
        Map<Block, List<Block>> predecessors = function.predecessors();
        for (Loop loop : Loops.of(function).innermostFirst()) {
            Set<Block> targets = new LinkedHashSet<>();
            for (Loop.Exit exit : loop.exits()) {
                targets.add(exit.edge().target());
            }
            boolean separated = false;
            for (Block target : targets) {
                List<Block> sources = predecessors.get(target);
                List<Block> inside = which(sources, loop, true);
                if (!inside.isEmpty() && inside.size() < sources.size()) {
                    gather(function, target, inside);
                    separated = true;
                }
            }
            if (separated) {
                predecessors = function.predecessors();
                changed = true;
            }
        }
        return changed;
    }

    private static List<Block> which(List<Block> blocks, Loop loop, boolean inside) {
        List<Block> found = new ArrayList<>();
        for (Block block : blocks) {
            if (loop.contains(block) == inside) {
                found.add(block);
            }
        }
        return found;
    }

    /** Leads the edges from some of its predecessors to {@code target} through a new block. */
    static Block gather(Function function, Block target, List<Block> sources) {
        Block between = function.newBlock();
        for (Value parameter : target.parameters()) {
            between.addParameter(parameter.type());
        }
        for (Block source : sources) {
            source.mapEdges(edge -> edge.target() == target ? edge.withTarget(between) : edge);
        }
        between.setTerminator(new Jump(
                new Edge(target, between.parameters()), target.terminator().position()));
        return between;
    }
}
