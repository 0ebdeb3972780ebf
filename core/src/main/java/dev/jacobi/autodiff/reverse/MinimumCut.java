package dev.jacobi.autodiff.reverse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The minimum cut of a graph between source and sink by Dinic's algorithm. Of several minimum cuts it is the one closest to the
 * sink.
 */
final class MinimumCut {
    static final long INFINITE = Long.MAX_VALUE / 4;

    private static final class Arc {
        final int to;
        final int back;
        long capacity;

        Arc(int to, int back, long capacity) {
            this.to = to;
            this.back = back;
            this.capacity = capacity;
        }
    }

    private final List<List<Arc>> arcs = new ArrayList<>();
    private final int source;
    private final int sink;
    private int[] level = new int[0];
    private int[] next = new int[0];

    MinimumCut() {
        source = newNode();
        sink = newNode();
    }

    int source() {
        return source;
    }

    int sink() {
        return sink;
    }

    int newNode() {
        arcs.add(new ArrayList<>());
        return arcs.size() - 1;
    }

    void connect(int from, int to, long capacity) {
        List<Arc> here = arcs.get(from);
        List<Arc> there = arcs.get(to);
        here.add(new Arc(to, there.size(), capacity));
        there.add(new Arc(from, here.size() - 1, 0));
    }

    /** For each node whether it is on the sink's side of the cut. */
    boolean[] sinkSide() {
        while (findLevels()) {
            next = new int[arcs.size()];
            while (push() > 0) {}
        }
        boolean[] side = new boolean[arcs.size()];
        side[sink] = true;
        List<Integer> open = new ArrayList<>(List.of(sink));
        while (!open.isEmpty()) {
            for (Arc arc : arcs.get(open.removeLast())) {
                if (!side[arc.to] && arcs.get(arc.to).get(arc.back).capacity > 0) {
                    side[arc.to] = true;
                    open.add(arc.to);
                }
            }
        }
        return side;
    }

    private boolean findLevels() {
        level = new int[arcs.size()];
        Arrays.fill(level, -1);
        level[source] = 0;
        List<Integer> queue = new ArrayList<>(List.of(source));
        for (int index = 0; index < queue.size(); index++) {
            int node = queue.get(index);
            for (Arc arc : arcs.get(node)) {
                if (arc.capacity > 0 && level[arc.to] < 0) {
                    level[arc.to] = level[node] + 1;
                    queue.add(arc.to);
                }
            }
        }
        return level[sink] >= 0;
    }

    /** Sends what it can along one way from source to sink, level by level; 0 if there is no way left. */
    private long push() {
        List<Arc> way = new ArrayList<>();
        int node = source;
        while (node != sink) {
            Arc onward = onward(node);
            if (onward != null) {
                way.add(onward);
                node = onward.to;
            } else if (way.isEmpty()) {
                return 0;
            } else {
                Arc last = way.removeLast();
                node = arcs.get(last.to).get(last.back).to;
                next[node]++;
            }
        }
        long amount = INFINITE;
        for (Arc arc : way) {
            amount = Math.min(amount, arc.capacity);
        }
        for (Arc arc : way) {
            arc.capacity -= amount;
            arcs.get(arc.to).get(arc.back).capacity += amount;
        }
        return amount;
    }

    private @Nullable Arc onward(int node) {
        for (; next[node] < arcs.get(node).size(); next[node]++) {
            Arc arc = arcs.get(node).get(next[node]);
            if (arc.capacity > 0 && level[arc.to] == level[node] + 1) {
                return arc;
            }
        }
        return null;
    }
}
