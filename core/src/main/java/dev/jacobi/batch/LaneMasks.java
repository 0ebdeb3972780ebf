package dev.jacobi.batch;

import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which lanes go through a block that not all go through: an array with 1 for these and 0 for the others, which is filled by the blocks before it. */
final class LaneMasks {
    private final Strip strip;
    private final Divergence divergence;
    private final Map<Block, Value> arrays = new HashMap<>();
    private final Set<Block> collected = new HashSet<>();

    /** The variable that holds how many lanes go through a block. */
    record Active(Block block) {}

    /** What has been done so far in this call. */
    enum Tally {
        /** By how much more was done, in additions, than one example after the other would have been. */
        LOST,
        /** How many rounds of loops were without some lanes. */
        UNEVEN_ROUNDS
    }

    LaneMasks(Strip strip, Divergence divergence) {
        this.strip = strip;
        this.divergence = divergence;
        Map<Block, List<Block>> entries = new HashMap<>();
        for (Block block : divergence.returning()) {
            for (Edge edge : block.terminator().edges()) {
                entries.computeIfAbsent(edge.target(), _ -> new ArrayList<>()).add(block);
            }
        }
        for (Block block : divergence.returning()) {
            if (divergence.masked().isMasked(block) && isCollected(block, entries.getOrDefault(block, List.of()))) {
                collected.add(block);
            }
        }
    }

    /** Whether lanes may come by more than one edge, or in several rounds of a loop, before the block is done once. */
    private boolean isCollected(Block block, List<Block> entries) {
        MaskedBlocks masked = divergence.masked();
        Loop loop = masked.maskedLoop(block);
        if (loop == null || loop.header() != block) {
            return entries.size() != 1 || masked.maskedLoop(entries.getFirst()) != loop;
        }
        List<Block> before =
                entries.stream().filter(entry -> !loop.contains(entry)).toList();
        return entries.size() != 2
                || before.size() != 1
                || masked.maskedLoop(before.getFirst()) != around(loop)
                || entries.stream().anyMatch(entry -> loop.contains(entry) && masked.maskedLoop(entry) != loop);
    }

    private @Nullable Loop around(Loop loop) {
        Loop parent = loop.parent();
        return parent != null && divergence.masked().isMasked(parent.header()) ? parent : null;
    }

    /** The mask of a block, or null if all lanes go through it. */
    @Nullable
    Value of(Block block) {
        return divergence.masked().isMasked(block)
                ? arrays.computeIfAbsent(block, _ -> strip.newLaneArray(Type.INT))
                : null;
    }

    /** Whether lanes are added to the mask, which is emptied when the block is done; else each edge to it gives it anew. */
    boolean isCollected(Block block) {
        return collected.contains(block);
    }

    /** Whether what a block gets along an edge may be stored for all lanes, as those that do not take the edge need nothing else there. */
    boolean isForAll(Block block) {
        return divergence.masked().isMasked(block) && !collected.contains(block);
    }
}
