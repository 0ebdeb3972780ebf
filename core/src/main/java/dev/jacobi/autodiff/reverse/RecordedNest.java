package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A loop with all records in it, those of the loops within included, of which it is known before it starts how many there will be at most: a block records something once in each iteration of its loop or not at all, and
 * each such loop has as many iterations in all iterations of those around it, or, if these have no order, not more than is known.
 *
 * @param root the outermost loop
 * @param chains for each block that records something, the loops around it from the root on
 */
record RecordedNest(Loop root, Map<Block, List<Loop>> chains) {
    /** What a loop records, if it is such a nest. */
    static @Nullable RecordedNest of(Loop root, ReverseSweep.Plans plans) {
        if (!plans.counters().of(root).knownAtEntry()) {
            return null;
        }
        Map<Block, List<Loop>> chains = new LinkedHashMap<>();
        for (Block block : root.blocks()) {
            if (!Collections.disjoint(plans.calls().keySet(), block.instructions())) {
                return null; // their records lie in between
            }
            if (!plans.storage().record(block).isEmpty()) {
                List<Loop> chain = chain(root, block, plans);
                if (chain == null) {
                    return null;
                }
                chains.put(block, chain);
            }
        }
        return chains.isEmpty() ? null : new RecordedNest(root, chains);
    }

    private static @Nullable List<Loop> chain(Loop root, Block block, ReverseSweep.Plans plans) {
        Loop innermost = plans.flow().loopForest().loopOf(block);
        if (innermost == null
                || !plans.counters().of(innermost).knownAtEntry()
                || !isReserved(root, innermost, block, plans.flow())) {
            return null;
        }
        List<Loop> chain = new ArrayList<>(List.of(innermost));
        for (Loop loop = innermost; loop != root; loop = chain.getLast()) {
            Loop around = loop.parent();
            if (around == null
                    || !isSameIn(root, plans.counters().of(loop)) && !isBoundedIn(root, loop, around, plans)) {
                return null;
            }
            chain.add(around);
        }
        if (chain.stream().anyMatch(loop -> isInPartialIteration(loop, block, plans.flow()))) {
            return null;
        }
        return chain.reversed();
    }

    /** Whether space is taken for a record in each full iteration: if there is one, or if iterations are to be independent of each other, whatever space that leaves empty. */
    private static boolean isReserved(Loop root, Loop loop, Block block, ReverseFlow flow) {
        return root.unorderedStep() != null
                || flow.loopForest().dominators().dominates(block, Objects.requireNonNull(loop.latch()));
    }

    /** Whether a block may run in the last iteration of a loop, for which there is no space: that of a loop which tests at its end whether it goes on. */
    private static boolean isInPartialIteration(Loop loop, Block block, ReverseFlow flow) {
        return flow.exits(loop).stream()
                .anyMatch(exit -> flow.partialIteration(loop, exit).contains(block));
    }

    /** Whether there is an extent that all iterations of a loop lie in, and the loop runs in each iteration of the one around it. */
    private static boolean isBoundedIn(Loop root, Loop loop, Loop around, ReverseSweep.Plans plans) {
        return plans.extents().in(root, loop) != null
                && plans.flow()
                        .loopForest()
                        .dominators()
                        .dominates(loop.header(), Objects.requireNonNull(around.latch()));
    }

    /** Whether a loop within another has the same iterations in all of the other's. */
    static boolean isSameIn(Loop around, Counter counter) {
        return counter.knownAtEntry() && isFixedIn(around, counter.last()) && isFixedIn(around, counter.initial());
    }

    private static boolean isFixedIn(Loop loop, Value value) {
        return Constants.isConstant(value) || !loop.contains(value.block());
    }

    /** The blocks that record something. */
    List<Block> recording() {
        return List.copyOf(chains.keySet());
    }

    /** The loops around a block, from the root on. */
    List<Loop> chain(Block block) {
        return Objects.requireNonNull(chains.get(block));
    }

    /** The loops of all chains, each before those within it. */
    List<Loop> loops() {
        return chains.values().stream().flatMap(List::stream).distinct().toList();
    }
}
