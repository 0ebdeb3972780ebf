package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values are needed at the borders of blocks. Computed use by use, walking back to the definition, so that the work is in
 * proportion to the size of the result (Boissinot et al., "Computing Liveness Sets for SSA-Form Programs").
 */
public final class Liveness {
    private final Map<Block, Set<Value>> liveIn = new HashMap<>();
    private final Map<Block, Set<Value>> liveOut = new HashMap<>();

    private Liveness(Function function) {
        Map<Block, List<Block>> predecessors = function.predecessors();
        for (Block block : function.blocks()) {
            liveIn.put(block, new LinkedHashSet<>());
            liveOut.put(block, new LinkedHashSet<>());
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                instruction.operands().forEach(value -> useIn(block, value, predecessors));
            }
            block.terminator().operands().forEach(value -> useIn(block, value, predecessors));
            for (Edge edge : block.edges()) {
                for (Value value : edge.arguments()) {
                    liveOut.get(block).add(value);
                    useIn(block, value, predecessors);
                }
            }
        }
    }

    private void useIn(Block block, Value value, Map<Block, List<Block>> predecessors) {
        Block defined = value.block();
        if (block == defined || !liveIn.get(block).add(value)) {
            return;
        }
        List<Block> open = new ArrayList<>(List.of(block));
        while (!open.isEmpty()) {
            for (Block predecessor : predecessors.get(open.removeLast())) {
                liveOut.get(predecessor).add(value);
                if (predecessor != defined && liveIn.get(predecessor).add(value)) {
                    open.add(predecessor);
                }
            }
        }
    }

    public static Liveness of(Function function) {
        return new Liveness(function);
    }

    /** The values defined elsewhere that are used in this block or after it. Parameters of the block are not among them. */
    public Set<Value> in(Block block) {
        return Collections.unmodifiableSet(liveIn.getOrDefault(block, Set.of()));
    }

    /** The values that are passed along an edge of this block or used after it. */
    public Set<Value> out(Block block) {
        return Collections.unmodifiableSet(liveOut.getOrDefault(block, Set.of()));
    }
}
