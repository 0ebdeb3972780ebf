package dev.jacobi.analysis;

import java.util.Arrays;

/**
 * Immediate dominators of a graph whose nodes are numbered in reverse postorder from the root 0 (Cooper, Harvey and Kennedy, "A
 * Simple, Fast Dominance Algorithm"), with an interval numbering of the tree that answers each question in constant time.
 */
final class DominatorTree {
    private final int[] parent;
    private final int[] depth;
    private final int[] first;
    private final int[] last;
    private final int[] preorder;

    /** @param predecessors for each node the nodes with an edge to it; all nodes can be reached from 0 */
    DominatorTree(int[][] predecessors) {
        int size = predecessors.length;
        parent = new int[size];
        Arrays.fill(parent, -1);
        parent[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int node = 1; node < size; node++) {
                int meet = -1;
                for (int predecessor : predecessors[node]) {
                    if (parent[predecessor] >= 0) {
                        meet = meet < 0 ? predecessor : intersect(predecessor, meet);
                    }
                }
                if (parent[node] != meet) {
                    parent[node] = meet;
                    changed = true;
                }
            }
        }
        depth = new int[size];
        int[] descendants = new int[size];
        for (int node = 1; node < size; node++) {
            depth[node] = depth[parent[node]] + 1;
        }
        for (int node = size - 1; node > 0; node--) {
            descendants[parent[node]] += descendants[node] + 1;
        }
        first = new int[size];
        last = new int[size];
        preorder = new int[size];
        int[] free = new int[size];
        for (int node = 0; node < size; node++) {
            if (node > 0) {
                first[node] = free[parent[node]];
                free[parent[node]] += descendants[node] + 1;
            }
            free[node] = first[node] + 1;
            last[node] = first[node] + descendants[node];
            preorder[first[node]] = node;
        }
    }

    private int intersect(int one, int other) {
        int a = one;
        int b = other;
        while (a != b) {
            while (a > b) {
                a = parent[a];
            }
            while (b > a) {
                b = parent[b];
            }
        }
        return a;
    }

    /** The immediate dominator; the root is its own. */
    int parent(int node) {
        return parent[node];
    }

    int depth(int node) {
        return depth[node];
    }

    boolean dominates(int node, int other) {
        return first[node] <= first[other] && first[other] <= last[node];
    }

    /** The nodes, each before what it dominates. */
    int[] preorder() {
        return preorder.clone();
    }

    int common(int one, int other) {
        return intersect(one, other);
    }
}
