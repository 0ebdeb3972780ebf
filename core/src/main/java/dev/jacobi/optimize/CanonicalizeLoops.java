package dev.jacobi.optimize;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

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
                gather(function, header, predecessors.get(header), block -> !loop.contains(block));
                changed = true;
            }
            Block latch = loop.latch();
            if (latch == null || edgesTo(latch, header) > 1) {
                gather(function, header, predecessors.get(header), loop::contains);
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

    private static long edgesTo(Block from, Block to) {
        return from.edges().stream().filter(edge -> edge.target() == to).count();
    }

    private static boolean separateExits(Function function) {
        boolean changed = false;
        Map<Block, List<Block>> predecessors = function.predecessors();
        for (Loop loop : Loops.of(function).innermostFirst()) {
            Set<Block> targets = new LinkedHashSet<>();
            loop.exits().forEach(exit -> targets.add(exit.edge().target()));
            boolean separated = false;
            for (Block target : targets) {
                List<Block> sources = predecessors.get(target);
                if (sources.stream().anyMatch(source -> !loop.contains(source))
                        && sources.stream().anyMatch(loop::contains)) {
                    gather(function, target, sources, loop::contains);
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

    /** Leads the edges from some of its predecessors to {@code target} through a new block. */
    static Block gather(Function function, Block target, List<Block> predecessors, Predicate<Block> which) {
        Block between = function.newBlock();
        for (Value parameter : target.parameters()) {
            between.addParameter(parameter.type());
        }
        Set<Block> sources = new HashSet<>();
        for (Block source : predecessors) {
            if (which.test(source) && sources.add(source)) {
                source.mapEdges(edge -> edge.target() == target ? edge.withTarget(between) : edge);
            }
        }
        between.setTerminator(new Jump(
                new Edge(target, between.parameters()), target.terminator().position()));
        return between;
    }
}
