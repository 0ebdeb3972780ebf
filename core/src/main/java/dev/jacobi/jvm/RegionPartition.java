package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a function into regions that each have one entry and are of limited size: connected pieces of the dominator tree.
 *
 * <p>A loop that fits into a region is never cut, so that hot loops stay whole. Regions that cannot become methods of their own stay in the
 * function: those that lock or unlock, whose exceptions are caught outside, or through whose boundary an object passes on which no
 * constructor has run.
 */
final class RegionPartition {
    private final BlockOrder order;
    private final int minSize;
    private final int[] sizes;
    private final int[] dominators;
    private final boolean[] isRoot;
    private final int[] component;

    private RegionPartition(BlockOrder order, Block exit, double scale, int budget) {
        this.order = order;
        minSize = budget / 25;
        int count = order.blocks().size();
        sizes = new int[count];
        dominators = new int[count];
        isRoot = new boolean[count];
        component = new int[count];
        for (int i = 0; i < count; i++) {
            sizes[i] = (int) Math.ceil(CodeSize.of(order.blocks().get(i)) * scale);
            dominators[i] =
                    i == 0 ? 0 : order.indexOf(order.dominator(order.blocks().get(i)));
        }
        isRoot[0] = true;
        if (order.contains(exit)) {
            isRoot[order.indexOf(exit)] = true;
        }
        cut(insideLoops(budget), budget);
        close();
    }

    /**
     * The regions to outline, by their entries, in layout order.
     *
     * @param exit the block that returns, which stays in the function
     * @param scale from estimated sizes to real ones
     * @param budget the greatest size of a region
     */
    static Map<Block, List<Block>> of(Function function, Block exit, double scale, int budget) {
        BlockOrder order = BlockOrder.of(function);
        return new RegionPartition(order, exit, scale, budget).regions(exit);
    }

    private boolean[] insideLoops(int budget) {
        boolean[] inside = new boolean[sizes.length];
        order.loops().forEach((header, members) -> {
            int size = 0;
            for (Block member : members) {
                size += sizes[order.indexOf(member)];
            }
            if (size <= budget) {
                for (Block member : members) {
                    inside[order.indexOf(member)] |= member != header;
                }
            }
        });
        return inside;
    }

    private void cut(boolean[] inside, int budget) {
        int[] rest = sizes.clone();
        List<List<Integer>> children = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            children.add(new ArrayList<>());
        }
        for (int i = sizes.length - 1; i >= 0; i--) {
            List<Integer> open = new ArrayList<>();
            for (int child : children.get(i)) {
                if (!isRoot[child]) {
                    rest[i] += rest[child];
                    if (!inside[child]) {
                        open.add(child);
                    }
                }
            }
            open.sort((left, right) -> Integer.compare(rest[left], rest[right]));
            while (rest[i] > budget && !open.isEmpty() && rest[open.getLast()] >= minSize) {
                int child = open.removeLast();
                isRoot[child] = true;
                rest[i] -= rest[child];
            }
            if (i > 0) {
                children.get(dominators[i]).add(i);
            }
        }
    }

    /** Makes a root of each block that is entered from another component. */
    private void close() {
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 0; i < sizes.length; i++) {
                component[i] = isRoot[i] ? i : component[dominators[i]];
            }
            for (int i = 0; i < sizes.length; i++) {
                for (Edge edge : BlockOrder.edges(order.blocks().get(i))) {
                    int target = order.indexOf(edge.target());
                    if (!isRoot[target] && component[target] != component[i]) {
                        isRoot[target] = true;
                        changed = true;
                    }
                }
            }
        }
    }

    private Map<Block, List<Block>> regions(Block exit) {
        Map<Integer, List<Block>> found = new LinkedHashMap<>();
        Map<Integer, Integer> size = new HashMap<>();
        for (int i = 0; i < sizes.length; i++) {
            found.computeIfAbsent(component[i], _ -> new ArrayList<>())
                    .add(order.blocks().get(i));
            size.merge(component[i], sizes[i], Integer::sum);
        }
        Map<Value, Block> initialised = new HashMap<>();
        for (Block block : order.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (SplitLongBlocks.initialises(instruction)) {
                    initialised.put(instruction.operand(0), block);
                }
            }
        }
        Map<Block, List<Block>> regions = new LinkedHashMap<>();
        found.forEach((root, blocks) -> {
            if (root != 0
                    && order.blocks().get(root) != exit
                    && size.get(root) >= minSize
                    && blocks.stream().allMatch(block -> mayMove(block, root, initialised))) {
                regions.put(order.blocks().get(root), blocks);
            }
        });
        return regions;
    }

    private boolean mayMove(Block block, int root, Map<Value, Block> initialised) {
        for (Handler handler : block.handlers()) {
            if (componentOf(handler.edge().target()) != root
                    || order.indexOf(handler.edge().target()) == root) {
                return false;
            }
        }
        for (Instruction instruction : block.instructions()) {
            if (instruction.opCode() == OpCode.MONITOR_ENTER || instruction.opCode() == OpCode.MONITOR_EXIT) {
                return false;
            }
            if (instruction.opCode() == OpCode.NEW && isOutside(initialised.get(instruction.value()), root)) {
                return false;
            }
            if (SplitLongBlocks.initialises(instruction)) {
                Instruction allocation = instruction.operand(0).definition();
                if (allocation == null || allocation.opCode() != OpCode.NEW || isOutside(allocation.block(), root)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isOutside(@Nullable Block block, int root) {
        return block == null || !order.contains(block) || componentOf(block) != root;
    }

    private int componentOf(Block block) {
        return component[order.indexOf(block)];
    }
}
