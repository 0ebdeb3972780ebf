package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the reverse sweep gets each primal value that it reads, and what each block records therefore. The choice between storing and
 * recomputing is a minimum cut: between values that cannot be recomputed and those that are needed, through values that can be stored,
 * each at the price of its bytes in all the iterations of the loops around it.
 */
final class StoragePlan {
    /** How the reverse sweep gets a value. */
    enum Source {
        /** It is a constant. */
        CONSTANT,
        /** It is computed outside of loops, so it is still there, or it is passed to the reverse sweep. */
        CARRIED,
        /** It is the counter of a loop, which the reverse loop counts too. */
        COUNTER,
        RECOMPUTED,
        /** It is in a record. */
        STORED
    }

    /** Each loop around a value is taken to have this many iterations. */
    private static final int ASSUMED_TRIPS = 16;

    private final ReverseFlow flow;
    private final Loops loops;
    private final Recomputation recomputation;
    private final Predicate<Value> isCounter;
    private final Predicate<Value> isDecision;
    private final Predicate<Value> outlastsReturn;
    private final Map<Value, Source> sources = new LinkedHashMap<>();
    private final Map<Block, Set<Value>> recomputedAtExit = new HashMap<>();
    private final Map<Block, Set<Value>> records = new LinkedHashMap<>();
    private final Map<Value, Set<Block>> readers = new LinkedHashMap<>();

    /** @param outlastsReturn whether the reverse sweep finds a value outside of loops without the tape */
    StoragePlan(
            ReverseFlow flow,
            Recomputation recomputation,
            Predicate<Value> isCounter,
            Predicate<Value> isDecision,
            Predicate<Value> outlastsReturn,
            Collection<Need> needs) {
        this.flow = flow;
        this.loops = flow.loopForest();
        this.recomputation = recomputation;
        this.isCounter = isCounter;
        this.isDecision = isDecision;
        this.outlastsReturn = outlastsReturn;
        cut(needs);
        spread(needs);
        for (Map.Entry<Value, Set<Block>> read : readers.entrySet()) {
            place(read.getKey(), read.getValue());
        }
    }

    /** How the reverse sweep gets a value that it needs. */
    Source source(Value value) {
        Source source = sources.get(value);
        if (source == null) {
            throw Refusals.internal(value + " is not known to be needed");
        }
        return source;
    }

    /** The values that are recorded when the block has been executed. */
    List<Value> record(Block block) {
        return List.copyOf(records.getOrDefault(block, Set.of()));
    }

    Map<Block, Set<Value>> records() {
        return records;
    }

    /** The values that are recomputed when the reverse sweep goes from the block to the loops that it is an exit of. */
    List<Value> recomputedAtExit(Block exit) {
        return List.copyOf(recomputedAtExit.getOrDefault(exit, Set.of()));
    }

    /** The values that reach the reverse sweep by variables: those carried and those stored. */
    List<Value> carriedOrStored() {
        List<Value> values = new ArrayList<>();
        for (Map.Entry<Value, Source> entry : sources.entrySet()) {
            if (entry.getValue() == Source.CARRIED || entry.getValue() == Source.STORED) {
                values.add(entry.getKey());
            }
        }
        return values;
    }

    @Nullable
    Loop level(Value value) {
        return loops.loopOf(value.block());
    }

    private @Nullable Source atHand(Value value) {
        if (Constants.isConstant(value)) {
            return Source.CONSTANT;
        }
        if (level(value) == null) {
            return outlastsReturn.test(value) ? Source.CARRIED : null;
        }
        return isCounter.test(value) ? Source.COUNTER : null;
    }

    private void cut(Collection<Need> needs) {
        MinimumCut graph = new MinimumCut();
        Map<Value, Integer> nodes = new LinkedHashMap<>();
        List<Value> open = new ArrayList<>();
        for (Need need : needs) {
            if (atHand(need.value()) == null) {
                int node = node(need.value(), graph, nodes, open);
                graph.connect(node + 1, graph.sink(), MinimumCut.INFINITE);
            }
        }
        while (!open.isEmpty()) {
            Value value = open.removeLast();
            int node = node(value, graph, nodes, open);
            Optional<List<Value>> operands = recomputation.operands(value);
            if (operands.isEmpty()) {
                graph.connect(graph.source(), node, MinimumCut.INFINITE);
                continue;
            }
            for (Value operand : operands.get()) {
                if (atHand(operand) == null) {
                    graph.connect(node(operand, graph, nodes, open) + 1, node, MinimumCut.INFINITE);
                }
            }
        }
        boolean[] sinkSide = graph.sinkSide();
        for (Map.Entry<Value, Integer> entry : nodes.entrySet()) {
            int node = entry.getValue();
            if (sinkSide[node + 1]) {
                sources.put(entry.getKey(), sinkSide[node] ? Source.RECOMPUTED : Source.STORED);
            }
        }
    }

    /** The node where a value comes in; the one where it goes out is the next. */
    private int node(Value value, MinimumCut graph, Map<Value, Integer> nodes, List<Value> open) {
        Integer known = nodes.get(value);
        if (known != null) {
            return known;
        }
        int node = graph.newNode();
        int out = graph.newNode();
        graph.connect(node, out, price(value));
        nodes.put(value, node);
        open.add(value);
        return node;
    }

    private long price(Value value) {
        long price = TapeKind.of(value, isDecision).bytes();
        for (Loop loop = level(value); loop != null; loop = loop.parent()) {
            price = Math.min(price * ASSUMED_TRIPS, MinimumCut.INFINITE / 1_000_000);
        }
        return price;
    }

    /** Finds all places where values are read, those that recomputation reads included. */
    private void spread(Collection<Need> needs) {
        Set<Need> seen = new LinkedHashSet<>(needs);
        List<Need> open = new ArrayList<>(seen);
        while (!open.isEmpty()) {
            Need need = open.removeLast();
            Value value = need.value();
            Source atHand = atHand(value);
            if (atHand != null) {
                sources.put(value, atHand);
            }
            switch (source(value)) {
                case CONSTANT, CARRIED, COUNTER -> {}
                case STORED -> Multimaps.set(readers, value).add(need.at());
                case RECOMPUTED -> {
                    for (Block place : places(need)) {
                        for (Value operand : recomputation.operands(value).orElseThrow()) {
                            Need next = new Need(operand, place);
                            if (seen.add(next)) {
                                open.add(next);
                            }
                        }
                    }
                }
            }
        }
    }

    /** Where a value is recomputed: where it is read, or before the reverse of a loop there that the value is not in. */
    private List<Block> places(Need need) {
        Loop outermost = outermostWithin(level(need.value()), need.at());
        if (outermost == null) {
            return List.of(need.at());
        }
        List<Block> exits = flow.exits(outermost);
        for (Block exit : exits) {
            Multimaps.set(recomputedAtExit, exit).add(need.value());
        }
        return exits;
    }

    /** The outermost loop around the block that lies within {@code level}, or null if there is none. */
    private @Nullable Loop outermostWithin(@Nullable Loop level, Block block) {
        Loop outermost = null;
        for (Loop loop = loops.loopOf(block); loop != null && loop != level; loop = loop.parent()) {
            if (level != null && loop.contains(level.header())) {
                return outermost;
            }
            outermost = loop;
        }
        return outermost;
    }

    /** Whether a value is recomputed anew in a block where it is read, and not before the reverse of a loop around. */
    boolean isRecomputedIn(Value value, Block block) {
        return outermostWithin(level(value), block) == null;
    }

    /** Chooses the blocks that record a value such that the reverse of each reader comes after one of them, in the same iteration. */
    private void place(Value value, Set<Block> reading) {
        Loop level = level(value);
        if (level == null) {
            record(
                    Optional.ofNullable(flow.returning())
                            .orElseThrow(() -> Refusals.internal(value + " is stored without a return")),
                    value);
            return;
        }
        Block latch = level.latch();
        if (latch == null) {
            throw Refusals.internal(level + " has no latch");
        }
        if (!flow.existence().isAvailable(value, latch)) {
            Block after = afterAll(value, reading, level);
            if (after != null) {
                record(after, value);
                return;
            }
        }
        boolean within = false;
        boolean behind = false;
        List<Block> exits = flow.exits(level);
        for (Block block : reading) {
            within |= level.contains(block);
            behind |= !level.contains(block) && !exits.contains(block);
        }
        if (within) {
            record(latch, value);
        }
        if (behind) {
            throw Refusals.internal(value + " is read behind its loop, which it has not left as a parameter");
        }
        for (Block exit : exits) {
            // In an exit outside of all loops the variables still hold the partial iteration, unless the reverse sweep
            // is a function of its own.
            if (loops.loopOf(exit) != null || !outlastsReturn.test(value)) {
                Set<Block> passed = flow.partialIteration(level, exit);
                if (reading.contains(exit) || !Collections.disjoint(reading, passed)) {
                    record(exit, value);
                }
            }
        }
    }

    private void record(Block block, Value value) {
        Multimaps.set(records, block).add(value);
    }

    /** The first block that every way from each reader passes in the same iteration, and where the value is there; null if there is none. */
    private @Nullable Block afterAll(Value value, Set<Block> reading, Loop level) {
        for (Block reader : reading) {
            if (!level.contains(reader)) {
                return null;
            }
        }
        for (Block candidate : level.blocks()) {
            boolean there = flow.existence().isAvailableAtEnd(value, candidate);
            if (there
                    && candidate != level.header()
                    && candidate.handlers().isEmpty()
                    && flow.isPassed(candidate)
                    && loops.loopOf(candidate) == level
                    && mustPass(reading, candidate, level)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean mustPass(Set<Block> reading, Block candidate, Loop level) {
        for (Block reader : reading) {
            if (!mustPass(reader, candidate, level)) {
                return false;
            }
        }
        return true;
    }

    private boolean mustPass(Block from, Block candidate, Loop level) {
        Set<Block> seen = new HashSet<>();
        List<Block> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            if (block == candidate || !flow.mayReturn(block)) {
                continue;
            }
            if (!level.contains(block) || block == level.latch()) {
                return false;
            }
            if (seen.add(block)) {
                open.addAll(block.successors());
            }
        }
        return true;
    }
}
