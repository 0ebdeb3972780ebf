package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order in which blocks are laid out: reverse postorder in which what leaves a loop comes after the loop, handlers last, so that
 * loops are contiguous and most edges fall through. Unreachable blocks are left out.
 */
final class BlockOrder {
    private final List<Block> blocks;
    /** The place of each block in the order by its number, -1 for those that cannot be reached. */
    private final int[] index;

    private final int[] dominator;
    private final int[] depth;
    private final Map<Block, Set<Block>> loops = new HashMap<>();

    private BlockOrder(List<Block> blocks, @Nullable BlockOrder known) {
        this.blocks = blocks;
        index = new int[blocks.getFirst().function().blockLimit()];
        Arrays.fill(index, -1);
        for (int i = 0; i < blocks.size(); i++) {
            index[blocks.get(i).id()] = i;
        }
        dominator = new int[blocks.size()];
        depth = new int[blocks.size()];
        if (known == null) {
            List<List<Integer>> predecessors = predecessors();
            findDominators(predecessors);
            findLoops(predecessors);
        } else {
            loops.putAll(known.loops);
            for (Block block : blocks) {
                depth[indexOf(block)] = known.depth(block);
                dominator[indexOf(block)] = indexOf(known.dominator(block));
            }
        }
    }

    static BlockOrder of(Function function) {
        BlockOrder plain = new BlockOrder(reversePostorder(function.entry(), null), null);
        return plain.loops.isEmpty() ? plain : new BlockOrder(reversePostorder(function.entry(), plain), plain);
    }

    /** The blocks that can be reached, in layout order. */
    List<Block> blocks() {
        return blocks;
    }

    boolean contains(Block block) {
        return block.id() < index.length && index[block.id()] >= 0;
    }

    int indexOf(Block block) {
        return index[block.id()];
    }

    /** In how many loops the block is. */
    int depth(Block block) {
        return depth[indexOf(block)];
    }

    /** The blocks of each natural loop by its header, the header among them. */
    Map<Block, Set<Block>> loops() {
        return loops;
    }

    boolean dominates(Block above, Block below) {
        int target = indexOf(above);
        int current = indexOf(below);
        while (current != target) {
            if (current == 0) {
                return false;
            }
            current = dominator[current];
        }
        return true;
    }

    /** The block that immediately dominates the given one; the entry is its own. */
    Block dominator(Block block) {
        return blocks.get(dominator[indexOf(block)]);
    }

    /**
     * The instruction or terminator whose exceptions the handlers of the block catch: true if there is one. Handlers of blocks in which
     * nothing throws get no entry in the exception table.
     */
    static boolean usesHandlers(Block block) {
        return !block.handlers().isEmpty()
                && (block.terminator() instanceof Terminator.Throw || throwing(block) != null);
    }

    /** The last instruction if it may throw, else null. */
    static @Nullable Instruction throwing(Block block) {
        if (block.instructions().isEmpty()) {
            return null;
        }
        Instruction last = block.instructions().getLast();
        return last.mayThrow() ? last : null;
    }

    /** The ways out of a block that the emitted code has. */
    static List<Edge> edges(Block block) {
        if (!usesHandlers(block)) {
            return block.terminator().edges();
        }
        List<Edge> edges = new ArrayList<>(block.terminator().edges());
        for (Handler handler : block.handlers()) {
            edges.add(handler.edge());
        }
        return edges;
    }

    private static List<Block> reversePostorder(Block entry, @Nullable BlockOrder known) {
        List<Block> postorder = new ArrayList<>();
        BitSet seen = new BitSet();
        Deque<Block> path = new ArrayDeque<>();
        Deque<Deque<Block>> open = new ArrayDeque<>();
        path.push(entry);
        open.push(visitOrder(entry, known));
        seen.set(entry.id());
        while (!path.isEmpty()) {
            Block next = open.element().poll();
            if (next == null) {
                postorder.add(path.pop());
                open.pop();
            } else if (!seen.get(next.id())) {
                seen.set(next.id());
                path.push(next);
                open.push(visitOrder(next, known));
            }
        }
        return postorder.reversed();
    }

    /** What is visited first comes last in the layout: handlers, then ways out of the loop, then the rest. */
    private static Deque<Block> visitOrder(Block block, @Nullable BlockOrder known) {
        Deque<Block> order = new ArrayDeque<>();
        if (usesHandlers(block)) {
            for (Handler handler : block.handlers().reversed()) {
                order.add(handler.edge().target());
            }
        }
        List<Block> rest = new ArrayList<>();
        for (Edge edge : block.terminator().edges().reversed()) {
            Block target = edge.target();
            boolean leaves = known != null && known.depth(target) < known.depth(block);
            (leaves ? order : rest).add(target);
        }
        order.addAll(rest);
        return order;
    }

    private List<List<Integer>> predecessors() {
        List<List<Integer>> predecessors = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            predecessors.add(new ArrayList<>());
        }
        for (int i = 0; i < blocks.size(); i++) {
            for (Edge edge : edges(blocks.get(i))) {
                predecessors.get(indexOf(edge.target())).add(i);
            }
        }
        return predecessors;
    }

    /** Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm". */
    private void findDominators(List<List<Integer>> predecessors) {
        Arrays.fill(dominator, -1);
        dominator[0] = 0;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 1; i < dominator.length; i++) {
                int found = -1;
                for (int predecessor : predecessors.get(i)) {
                    if (dominator[predecessor] >= 0) {
                        found = found < 0 ? predecessor : commonDominator(found, predecessor);
                    }
                }
                if (dominator[i] != found) {
                    dominator[i] = found;
                    changed = true;
                }
            }
        }
    }

    private int commonDominator(int left, int right) {
        int a = left;
        int b = right;
        while (a != b) {
            while (a > b) {
                a = dominator[a];
            }
            while (b > a) {
                b = dominator[b];
            }
        }
        return a;
    }

    private void findLoops(List<List<Integer>> predecessors) {
        for (int header = 0; header < dominator.length; header++) {
            Set<Integer> members = new HashSet<>();
            Deque<Integer> open = new ArrayDeque<>();
            for (int predecessor : predecessors.get(header)) {
                if (predecessor >= header && dominates(blocks.get(header), blocks.get(predecessor))) {
                    open.push(predecessor);
                }
            }
            if (open.isEmpty()) {
                continue;
            }
            members.add(header);
            while (!open.isEmpty()) {
                int member = open.pop();
                if (members.add(member)) {
                    for (int predecessor : predecessors.get(member)) {
                        open.push(predecessor);
                    }
                }
            }
            Set<Block> loop = new HashSet<>();
            for (int member : members) {
                depth[member]++;
                loop.add(blocks.get(member));
            }
            loops.put(blocks.get(header), loop);
        }
    }
}
