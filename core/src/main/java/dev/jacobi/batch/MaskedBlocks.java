package dev.jacobi.batch;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that only some of the examples in step go through: those between a block after which examples go different ways and where all these ways meet again. If some examples leave a
 * loop before others, that is the whole loop, up to where all that leave it meet.
 */
final class MaskedBlocks {
    private final Set<Block> returning;
    private final Loops loops;
    private final Reconvergence reconvergence;
    private final Set<Block> parting = new LinkedHashSet<>();
    private final Set<Block> masked = new HashSet<>();
    private final Set<Loop> uneven = new HashSet<>();

    /** @param returning the blocks from which a return can be reached */
    MaskedBlocks(Function function, Set<Block> returning) {
        this.returning = returning;
        loops = Loops.of(function);
        reconvergence = new Reconvergence(function, returning);
    }

    /** Takes note that examples go different ways at the end of a block; true if that is new. */
    boolean part(Block block) {
        if (!parting.add(block)) {
            return false;
        }
        Set<Block> reached = mask(block.successors(), reconvergence.of(block));
        leave(loops.loopOf(block), reached);
        return true;
    }

    /** Some examples leave each of these loops whose header is among those that only some go through. */
    private void leave(@Nullable Loop innermost, Set<Block> reached) {
        for (Loop loop = innermost; loop != null; loop = loop.parent()) {
            if (reached.contains(loop.header()) && uneven.add(loop)) {
                Block meeting = reconvergence.of(loop.header());
                while (meeting != null && loop.contains(meeting)) {
                    meeting = reconvergence.of(meeting);
                }
                leave(loop.parent(), mask(loop.blocks(), meeting));
            }
        }
    }

    private Set<Block> mask(Collection<Block> from, @Nullable Block meeting) {
        Set<Block> reached = new HashSet<>();
        List<Block> open = new ArrayList<>(from);
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            if (block != meeting && returning.contains(block) && reached.add(block)) {
                open.addAll(block.successors());
            }
        }
        masked.addAll(reached);
        return reached;
    }

    /** Whether examples go different ways at the end of a block. */
    boolean isParting(Block block) {
        return parting.contains(block);
    }

    /** The blocks at whose ends examples go different ways. */
    Set<Block> parting() {
        return parting;
    }

    boolean isMasked(Block block) {
        return masked.contains(block);
    }

    /** Whether some examples may leave a loop before others do. */
    boolean isUneven(Loop loop) {
        return uneven.contains(loop);
    }

    Loops loops() {
        return loops;
    }

    /** The innermost loop round a block of those that only some examples go through, or null. */
    @Nullable
    Loop maskedLoop(Block block) {
        Loop loop = loops.loopOf(block);
        return loop == null || !masked.contains(loop.header()) ? null : loop;
    }
}
