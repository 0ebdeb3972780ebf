package dev.jacobi.autodiff.reverse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimumCutTest {

    @Test
    void ofTwoEqualCutsTheOneAtTheSinkIsTaken() {
        MinimumCut graph = new MinimumCut();
        int middle = graph.newNode();
        graph.connect(graph.source(), middle, 8);
        graph.connect(middle, graph.sink(), 8);
        assertFalse(graph.sinkSide()[middle]);
    }

    @Test
    void theCheaperSideIsCut() {
        MinimumCut graph = new MinimumCut();
        int middle = graph.newNode();
        graph.connect(graph.source(), middle, 4);
        graph.connect(middle, graph.sink(), 8);
        assertTrue(graph.sinkSide()[middle]);
    }

    @Test
    void cutsOfRandomGraphsAreNoDearerThanAnyOther() {
        Random random = new Random(7);
        for (int trial = 0; trial < 200; trial++) {
            int inner = 6;
            long[][] capacities = new long[inner + 2][inner + 2];
            MinimumCut graph = new MinimumCut();
            for (int node = 0; node < inner; node++) {
                graph.newNode();
            }
            for (int arc = 0; arc < 18; arc++) {
                int from = random.nextInt(inner + 2);
                int to = random.nextInt(inner + 2);
                int capacity = random.nextInt(9);
                if (from != to) {
                    capacities[from][to] += capacity;
                    graph.connect(from, to, capacity);
                }
            }
            boolean[] side = graph.sinkSide();
            assertEquals(cheapest(capacities, graph), price(capacities, side), "trial " + trial);
        }
    }

    private static long cheapest(long[][] capacities, MinimumCut graph) {
        long best = Long.MAX_VALUE;
        for (int set = 0; set < 1 << capacities.length; set++) {
            boolean[] side = new boolean[capacities.length];
            for (int node = 0; node < side.length; node++) {
                side[node] = (set >> node & 1) == 1;
            }
            if (!side[graph.source()] && side[graph.sink()]) {
                best = Math.min(best, price(capacities, side));
            }
        }
        return best;
    }

    private static long price(long[][] capacities, boolean[] sinkSide) {
        long price = 0;
        for (int from = 0; from < sinkSide.length; from++) {
            for (int to = 0; to < sinkSide.length; to++) {
                if (!sinkSide[from] && sinkSide[to]) {
                    price += capacities[from][to];
                }
            }
        }
        return price;
    }
}
