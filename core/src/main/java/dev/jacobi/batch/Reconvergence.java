package dev.jacobi.batch;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where all ways from a block meet again, of those that end in no exception: its immediate postdominator in the blocks that return. */
final class Reconvergence {
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Block, Integer> places = new HashMap<>();
    private final List<BitSet> postdominators = new ArrayList<>();

    /** @param returning the blocks from which a return can be reached */
    Reconvergence(Function function, Set<Block> returning) {
        for (Block block : ReversePostorder.of(function).blocks()) {
            if (returning.contains(block)) {
                places.put(block, blocks.size());
                blocks.add(block);
            }
        }
        for (int place = 0; place < blocks.size(); place++) {
            BitSet all = new BitSet();
            all.set(0, blocks.size());
            postdominators.add(all);
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int place = blocks.size() - 1; place >= 0; place--) {
                changed |= update(place);
            }
        }
    }

    private boolean update(int place) {
        BitSet met = null;
        for (Block successor : blocks.get(place).successors()) {
            Integer of = places.get(successor);
            if (of != null && met == null) {
                met = (BitSet) postdominators.get(of).clone();
            } else if (of != null) {
                met.and(postdominators.get(of));
            }
        }
        BitSet now = met == null ? new BitSet() : met;
        now.set(place);
        return !now.equals(postdominators.set(place, now));
    }

    /** The block, or null if only the end of the function is left. */
    @Nullable
    Block of(Block block) {
        int own = places.get(block);
        BitSet all = postdominators.get(own);
        int wanted = all.cardinality() - 1;
        for (int place = all.nextSetBit(0); place >= 0; place = all.nextSetBit(place + 1)) {
            if (place != own && postdominators.get(place).cardinality() == wanted) {
                return blocks.get(place);
            }
        }
        return null;
    }
}
