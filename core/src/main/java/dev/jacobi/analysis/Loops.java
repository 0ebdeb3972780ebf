package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loops of a function and how they lie within each other. A cycle that is entered at several places is no natural loop: it is not
 * among {@link #all}, and {@link #isIrreducible} says that there is one.
 */
public final class Loops {
    private final Dominators dominators;
    private final @Nullable Loop[] innermost;
    private final List<Loop> loops = new ArrayList<>();
    private boolean irreducible;

    private Loops(Dominators dominators) {
        this.dominators = dominators;
        ReversePostorder order = dominators.order();
        this.innermost = new Loop[order.size()];
        for (int index = order.size() - 1; index >= 0; index--) {
            find(order, index);
        }
        Collections.reverse(loops);
        for (Loop loop : loops) {
            Loop parent = loop.parent();
            loop.setDepth(parent == null ? 1 : parent.depth() + 1);
        }
        for (int index = 0; index < order.size(); index++) {
            for (Loop loop = innermost[index]; loop != null; loop = loop.parent()) {
                loop.addBlock(order.block(index));
            }
        }
        for (int index = 0; index < order.size(); index++) {
            findExits(order.block(index), innermost[index]);
        }
    }

    private void find(ReversePostorder order, int headerIndex) {
        Block header = order.block(headerIndex);
        List<Block> latches = new ArrayList<>();
        for (int predecessor : order.predecessors(headerIndex)) {
            if (dominators.dominates(header, order.block(predecessor))) {
                latches.add(order.block(predecessor));
            } else if (predecessor >= headerIndex) {
                irreducible = true;
            }
        }
        if (latches.isEmpty()) {
            return;
        }
        Loop loop = new Loop(header, latches);
        loops.add(loop);
        List<Integer> open = new ArrayList<>();
        for (Block latch : latches) {
            open.add(order.indexOf(latch));
        }
        while (!open.isEmpty()) {
            int index = open.removeLast();
            Loop inner = innermost[index];
            if (inner == null) {
                innermost[index] = loop;
                if (index != headerIndex) {
                    for (int predecessor : order.predecessors(index)) {
                        open.add(predecessor);
                    }
                }
                continue;
            }
            Loop outermost = outermost(inner);
            if (outermost != loop) {
                loop.adopt(outermost);
                for (int predecessor : order.predecessors(order.indexOf(outermost.header()))) {
                    Loop of = innermost[predecessor];
                    if (of == null || outermost(of) != loop) {
                        open.add(predecessor);
                    }
                }
            }
        }
        for (int predecessor : order.predecessors(headerIndex)) {
            if (!latches.contains(order.block(predecessor))) {
                loop.addEntering(order.block(predecessor));
            }
        }
    }

    private static Loop outermost(Loop loop) {
        Loop current = loop;
        for (Loop parent = current.parent(); parent != null; parent = current.parent()) {
            current = parent;
        }
        return current;
    }

    private void findExits(Block block, @Nullable Loop innermostLoop) {
        for (Loop loop = innermostLoop; loop != null; loop = loop.parent()) {
            for (Edge edge : block.terminator().edges()) {
                if (!loop.contains(edge.target())) {
                    loop.addExit(new Loop.Exit(block, edge, false));
                }
            }
            for (Handler handler : block.handlers()) {
                if (!loop.contains(handler.edge().target())) {
                    loop.addExit(new Loop.Exit(block, handler.edge(), true));
                }
            }
        }
    }

    public static Loops of(Function function) {
        return of(Dominators.of(function));
    }

    public static Loops of(Dominators dominators) {
        return new Loops(dominators);
    }

    public Dominators dominators() {
        return dominators;
    }

    /** Each loop before those within it. */
    public List<Loop> all() {
        return Collections.unmodifiableList(loops);
    }

    /** Each loop after those within it. */
    public List<Loop> innermostFirst() {
        return loops.reversed();
    }

    /** The loops that are in no other. */
    public List<Loop> outermost() {
        return loops.stream().filter(loop -> loop.parent() == null).toList();
    }

    /** The innermost loop around the block, or null. */
    public @Nullable Loop loopOf(Block block) {
        int index = dominators.order().indexOf(block);
        return index < 0 ? null : innermost[index];
    }

    /** The number of loops around the block. */
    public int depth(Block block) {
        Loop loop = loopOf(block);
        return loop == null ? 0 : loop.depth();
    }

    /** Whether some cycle has several entries. */
    public boolean isIrreducible() {
        return irreducible;
    }
}
