package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of the reverse sweep through the blocks of the primal, in {@link CanonicalForm}: where the reverse of each block goes on. Loops and
 * the ways between a merge and its dominator are passed over if nothing there has an adjoint.
 */
final class ReverseFlow {
    /** Where the reverse of a block goes on. */
    sealed interface Step {
        /** The block is the entry. */
        record End() implements Step {}

        /** To the only predecessor. */
        record Along(Block predecessor) implements Step {}

        /** To the dominator: what lies between has no adjoints, and leads nowhere else. */
        record Skip(Block dominator) implements Step {}

        /** To the predecessor that control came from. */
        record Merge(List<Block> predecessors) implements Step {}

        /** To the loop's latch, or out of the loop to its preheader. */
        record Header(Loop loop, Block preheader, Block latch) implements Step {}
    }

    /**
     * Where the step from a block to an earlier one gets.
     *
     * @param target the block whose reverse comes next
     * @param entered the loops that are entered backwards, from an exit, outermost first
     */
    record Landing(Block target, List<Loop> entered) {}

    private final Loops loops;
    private final Dominators dominators;
    private final Existence existence;
    private final Map<Block, List<Block>> predecessors = new HashMap<>();
    private final Predicate<Block> hasWork;
    private final Predicate<Block> hasActiveParameter;
    private final Predicate<Block> mayReturn;
    private final Set<Loop> workingLoops = new HashSet<>();
    private final Map<Block, Step> steps = new LinkedHashMap<>();
    private @Nullable Block returning;

    /**
     * @param hasWork whether instructions or parameters of a block have adjoints
     * @param hasActiveParameter whether parameters of a block have adjoints
     * @param mayReturn whether a return can be reached from a block
     */
    ReverseFlow(
            Function function,
            Loops loops,
            Predicate<Block> hasWork,
            Predicate<Block> hasActiveParameter,
            Predicate<Block> mayReturn) {
        this.loops = loops;
        this.dominators = loops.dominators();
        this.existence = new Existence(function, dominators);
        this.hasWork = hasWork;
        this.hasActiveParameter = hasActiveParameter;
        this.mayReturn = mayReturn;
        findPredecessors(function);
        for (Block block : function.blocks()) {
            if (mayReturn.test(block) && hasWork.test(block)) {
                for (Loop loop = loops.loopOf(block); loop != null; loop = loop.parent()) {
                    workingLoops.add(loop);
                }
            }
            if (block.terminator() instanceof Return) {
                returning = block;
            }
        }
        walk();
    }

    /** The way back from a handler leads to the block before the one that threw. */
    private void findPredecessors(Function function) {
        for (Block block : function.blocks()) {
            if (!mayReturn.test(block)) {
                continue;
            }
            for (Edge edge : block.terminator().edges()) {
                addPredecessor(edge.target(), block);
            }
            if (!block.handlers().isEmpty()) {
                Block before = HandlerForm.before(block);
                for (Handler handler : block.handlers()) {
                    addPredecessor(handler.edge().target(), before);
                }
            }
        }
    }

    private void addPredecessor(Block block, Block predecessor) {
        List<Block> all = Multimaps.list(predecessors, block);
        if (!all.contains(predecessor)) {
            all.add(predecessor);
        }
    }

    private void walk() {
        if (returning == null) {
            return;
        }
        List<Block> open = new ArrayList<>(List.of(returning));
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            if (steps.containsKey(block)) {
                continue;
            }
            Step step = stepFrom(block);
            steps.put(block, step);
            switch (step) {
                case Step.End() -> {}
                case Step.Along(Block predecessor) ->
                    open.add(landing(block, predecessor).target());
                case Step.Skip(Block dominator) ->
                    open.add(landing(block, dominator).target());
                case Step.Merge(List<Block> all) -> {
                    for (Block predecessor : all) {
                        open.add(landing(block, predecessor).target());
                    }
                }
                case Step.Header(var _, Block preheader, Block latch) -> {
                    open.add(preheader);
                    open.add(latch);
                }
            }
        }
    }

    private Step stepFrom(Block block) {
        List<Block> all = predecessors.getOrDefault(block, List.of());
        Loop loop = loops.loopOf(block);
        if (loop != null && loop.header() == block) {
            Block latch = loop.latch();
            Block preheader = loop.preheader();
            if (latch == null || preheader == null) {
                throw Refusals.internal("the loop of " + block + " has no latch or no preheader");
            }
            return new Step.Header(loop, preheader, latch);
        }
        if (all.isEmpty()) {
            return new Step.End();
        }
        if (all.size() == 1) {
            return new Step.Along(all.getFirst());
        }
        Block dominator = dominators.immediateDominator(block);
        if (dominator != null && !dominator.handlers().isEmpty()) {
            dominator = HandlerForm.before(dominator);
        }
        return dominator != null && isEmptyBetween(dominator, block) ? new Step.Skip(dominator) : new Step.Merge(all);
    }

    private boolean isEmptyBetween(Block dominator, Block merge) {
        if (loops.loopOf(dominator) != loops.loopOf(merge) || hasActiveParameter.test(merge)) {
            return false;
        }
        Set<Block> seen = new HashSet<>();
        List<Block> open = new ArrayList<>(predecessors.getOrDefault(merge, List.of()));
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            if (block != dominator && seen.add(block)) {
                if (hasWork.test(block)) {
                    return false;
                }
                open.addAll(predecessors.getOrDefault(block, List.of()));
            }
        }
        // Else a block there would be passed on other ways back, and take off records that are put on tapes on this way
        // as well.
        return seen.stream()
                .flatMap(block -> block.successors().stream())
                .allMatch(next -> next == merge || seen.contains(next) || !mayReturn.test(next));
    }

    /** The blocks that have a reverse, the one that returns first. */
    List<Block> blocks() {
        return List.copyOf(steps.keySet());
    }

    boolean isPassed(Block block) {
        return steps.containsKey(block);
    }

    Step step(Block block) {
        Step step = steps.get(block);
        if (step == null) {
            throw Refusals.internal(block + " has no reverse");
        }
        return step;
    }

    /** The block that returns, or null if the function never does. */
    @Nullable
    Block returning() {
        return returning;
    }

    /** The loops that have a reverse, each before those within it. */
    List<Loop> loops() {
        List<Loop> reversed = new ArrayList<>(loops.all());
        reversed.retainAll(workingLoops);
        return reversed;
    }

    boolean isReversed(Loop loop) {
        return workingLoops.contains(loop);
    }

    /** Goes from a block to one before it, which may be within loops that {@code from} is not in. */
    Landing landing(Block from, Block to) {
        List<Loop> left = new ArrayList<>();
        for (Loop loop = loops.loopOf(to); loop != null && !loop.contains(from); loop = loop.parent()) {
            left.addFirst(loop);
        }
        List<Loop> entered = new ArrayList<>();
        for (Loop loop : left) {
            if (!workingLoops.contains(loop)) {
                Block preheader = loop.preheader();
                if (preheader == null) {
                    throw Refusals.internal("the loop of " + loop.header() + " has no preheader");
                }
                return new Landing(preheader, entered);
            }
            entered.add(loop);
        }
        return new Landing(to, entered);
    }

    /** The blocks outside that the ways out of a reversed loop lead to, if the reverse sweep may come from there. */
    List<Block> exits(Loop loop) {
        List<Block> exits = new ArrayList<>();
        for (Loop.Exit exit : loop.exits()) {
            if (isPassed(exit.edge().target())) {
                exits.add(exit.edge().target());
            }
        }
        return exits;
    }

    /** The block within the loop to which the reverse sweep goes from one of {@link #exits}. */
    Block exitSource(Loop loop, Block exit) {
        Loop.Exit way = way(loop, exit);
        return way.byException() ? HandlerForm.before(way.from()) : way.from();
    }

    /** The block within the loop from which control left to one of {@link #exits}. */
    Block leaving(Loop loop, Block exit) {
        return way(loop, exit).from();
    }

    private static Loop.Exit way(Loop loop, Block exit) {
        for (Loop.Exit way : loop.exits()) {
            if (way.edge().target() == exit) {
                return way;
            }
        }
        throw Refusals.internal(exit + " is no exit of " + loop);
    }

    /**
     * Whether the reverse of a loop starts at a block of its own, which goes to the exit block first taken and later to the latch. A loop
     * that always leaves by one block that every iteration passes needs none.
     */
    boolean needsDispatch(Loop loop) {
        List<Block> exits = exits(loop);
        Block latch = loop.latch();
        if (exits.size() != 1 || latch == null) {
            return true;
        }
        Block source = exitSource(loop, exits.getFirst());
        return loops.loopOf(source) != loop || !dominators.dominates(source, latch);
    }

    /** Those of the blocks of a loop that the last iteration may have passed before it left by {@code exit}. */
    Set<Block> partialIteration(Loop loop, Block exit) {
        Set<Block> passed = new HashSet<>();
        List<Block> open = new ArrayList<>(List.of(exitSource(loop, exit)));
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            if (passed.add(block) && block != loop.header()) {
                open.addAll(predecessors.getOrDefault(block, List.of()));
            }
        }
        return passed;
    }

    /** The only edge from a block to a successor of it, or from the block that throws after it to a handler. */
    static Edge edge(Block from, Block to) {
        List<Edge> edges = edgesTo(from, to);
        if (edges.isEmpty() && from.terminator() instanceof Jump(Edge onward, var _)) {
            edges = edgesTo(onward.target(), to);
        }
        if (edges.size() != 1) {
            throw Refusals.internal(edges.size() + " edges from " + from + " to " + to);
        }
        return edges.getFirst();
    }

    private static List<Edge> edgesTo(Block from, Block to) {
        List<Edge> edges = new ArrayList<>();
        for (Edge edge : from.edges()) {
            if (edge.target() == to) {
                edges.add(edge);
            }
        }
        return edges;
    }

    Existence existence() {
        return existence;
    }

    Loops loopForest() {
        return loops;
    }

    boolean mayReturn(Block block) {
        return mayReturn.test(block);
    }
}
