package dev.jacobi.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Immediate dominators of the blocks that the entry reaches (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm").
 *
 * <p>Of its own, so that the {@link Verifier} trusts no analysis that it may have to convict.
 */
final class DominanceCheck {
    private final Map<Block, Integer> order = new HashMap<>();
    private final int[] dominators;

    DominanceCheck(Function function) {
        List<Block> reversePostorder = reversePostorder(function.entry());
        Map<Block, List<Integer>> predecessors = new HashMap<>();
        for (Block block : reversePostorder) {
            order.put(block, order.size());
        }
        for (Block block : reversePostorder) {
            for (Block successor : block.successors()) {
                predecessors.computeIfAbsent(successor, _ -> new ArrayList<>()).add(order.get(block));
            }
        }
        dominators = new int[reversePostorder.size()];
        Arrays.fill(dominators, -1);
        dominators[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block = 1; block < dominators.length; block++) {
                int dominator = -1;
                for (int predecessor : predecessors.get(reversePostorder.get(block))) {
                    if (dominators[predecessor] >= 0) {
                        dominator = dominator < 0 ? predecessor : common(predecessor, dominator);
                    }
                }
                if (dominator != dominators[block]) {
                    dominators[block] = dominator;
                    changed = true;
                }
            }
        }
    }

    private int common(int first, int second) {
        int a = first;
        int b = second;
        while (a != b) {
            if (a > b) {
                a = dominators[a];
            } else {
                b = dominators[b];
            }
        }
        return a;
    }

    private static List<Block> reversePostorder(Block entry) {
        List<Block> postorder = new ArrayList<>();
        Map<Block, Iterator<Block>> visited = new HashMap<>();
        Deque<Block> path = new ArrayDeque<>();
        path.push(entry);
        visited.put(entry, entry.successors().iterator());
        while (!path.isEmpty()) {
            Iterator<Block> successors = visited.get(path.peek());
            if (successors.hasNext()) {
                Block next = successors.next();
                if (visited.putIfAbsent(next, next.successors().iterator()) == null) {
                    path.push(next);
                }
            } else {
                postorder.add(path.pop());
            }
        }
        return postorder.reversed();
    }

    boolean isReachable(Block block) {
        return order.containsKey(block);
    }

    /** Whether every way from the entry to {@code block}, which is reachable, leads through {@code dominator}. */
    boolean dominates(Block dominator, Block block) {
        Integer target = order.get(dominator);
        if (target == null) {
            return false;
        }
        int current = order.get(block);
        while (current > target) {
            current = dominators[current];
        }
        return current == target;
    }
}
