package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The postdominator tree: a block postdominates another if every way from the other to a return or throw terminator passes it.
 *
 * <p>An exception that an instruction throws to the caller is no way out here; handlers are. A loop that is never left gets one way out
 * of its last block, so that every reachable block has a place in the tree.
 */
public final class Postdominators {
    private final ReversePostorder order;
    private final DominatorTree tree;
    private final int[] nodeOf;
    private final int[] blockOf;

    private Postdominators(ReversePostorder order) {
        this.order = order;
        int size = order.size();
        int[] state = new int[size];
        int[] next = new int[size];
        List<Integer> postorder = new ArrayList<>();
        boolean[] exit = new boolean[size];
        for (int index = size - 1; index >= 0; index--) {
            exit[index] = order.block(index).terminator().edges().isEmpty();
            if (exit[index]) {
                walkBack(index, state, next, postorder);
            }
        }
        for (int index = size - 1; index >= 0; index--) {
            if (state[index] == 0) {
                exit[index] = true;
                walkBack(index, state, next, postorder);
            }
        }
        Collections.reverse(postorder);
        nodeOf = new int[size];
        blockOf = new int[size + 1];
        for (int position = 0; position < size; position++) {
            nodeOf[postorder.get(position)] = position + 1;
            blockOf[position + 1] = postorder.get(position);
        }
        int[][] reversed = new int[size + 1][];
        reversed[0] = new int[0];
        for (int node = 1; node <= size; node++) {
            int[] successors = order.successors(blockOf[node]);
            int[] nodes = Arrays.copyOf(
                    Arrays.stream(successors).map(index -> nodeOf[index]).toArray(),
                    successors.length + (exit[blockOf[node]] ? 1 : 0));
            reversed[node] = nodes;
        }
        tree = new DominatorTree(reversed);
    }

    private void walkBack(int start, int[] state, int[] next, List<Integer> postorder) {
        List<Integer> stack = new ArrayList<>();
        stack.add(start);
        state[start] = 1;
        while (!stack.isEmpty()) {
            int index = stack.getLast();
            int[] ways = order.predecessors(index);
            if (next[index] == ways.length) {
                stack.removeLast();
                postorder.add(index);
            } else {
                int way = ways[next[index]++];
                if (state[way] == 0) {
                    state[way] = 1;
                    stack.add(way);
                }
            }
        }
    }

    public static Postdominators of(Function function) {
        return new Postdominators(ReversePostorder.of(function));
    }

    public static Postdominators of(ReversePostorder order) {
        return new Postdominators(order);
    }

    /** The closest other block that postdominates {@code block}, or null if only the end of the function does. */
    public @Nullable Block immediatePostdominator(Block block) {
        int node = tree.parent(nodeOf[order.indexOf(block)]);
        return node == 0 ? null : order.block(blockOf[node]);
    }

    /** Whether every way from {@code other} to the end passes {@code block}; a block postdominates itself. */
    public boolean postdominates(Block block, Block other) {
        return tree.dominates(nodeOf[order.indexOf(block)], nodeOf[order.indexOf(other)]);
    }
}
