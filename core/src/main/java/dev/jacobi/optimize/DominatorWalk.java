package dev.jacobi.optimize;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.ir.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the dominator tree that keeps a table of what holds in the block at hand.
 *
 * <p>What holds only once the last instruction of a block with handlers has not thrown is put by {@link #putIfCompleted}: the handlers,
 * though dominated, do not see it.
 */
abstract class DominatorWalk {
    private record Pending(Object key, Object value) {}

    private final Dominators dominators;
    private final ScopedTable table = new ScopedTable();
    private List<Pending> pending = new ArrayList<>();

    DominatorWalk(Dominators dominators) {
        this.dominators = dominators;
    }

    /** Works on a block; {@code dominator} is the immediate dominator, null for the entry. */
    abstract void enter(Block block, @Nullable Block dominator);

    /** Called when the walk leaves what {@code block} dominates. */
    void leave(Block block) {}

    final Dominators dominators() {
        return dominators;
    }

    final @Nullable Object get(Object key) {
        return table.get(key);
    }

    final boolean contains(Object key) {
        return table.contains(key);
    }

    final void put(Object key, Object value) {
        table.put(key, value);
    }

    /** Puts an entry that holds where {@code block} is left by its terminator. */
    final void putIfCompleted(Block block, boolean isLastToThrow, Object key, Object value) {
        if (isLastToThrow && !block.handlers().isEmpty()) {
            pending.add(new Pending(key, value));
        } else {
            table.put(key, value);
        }
    }

    final void walk() {
        List<Block> path = new ArrayList<>();
        List<Integer> marks = new ArrayList<>();
        List<List<Pending>> pendings = new ArrayList<>();
        List<Integer> nextChild = new ArrayList<>();
        Block start = dominators.order().block(0);
        push(start, null, path, marks, pendings, nextChild);
        while (!path.isEmpty()) {
            Block block = path.getLast();
            List<Block> children = dominators.children(block);
            int next = nextChild.removeLast();
            if (next == children.size()) {
                leave(block);
                path.removeLast();
                pendings.removeLast();
                table.undoTo(marks.removeLast());
            } else {
                nextChild.add(next + 1);
                push(children.get(next), block, path, marks, pendings, nextChild);
            }
        }
    }

    private void push(
            Block block,
            @Nullable Block dominator,
            List<Block> path,
            List<Integer> marks,
            List<List<Pending>> pendings,
            List<Integer> nextChild) {
        marks.add(table.mark());
        if (dominator != null
                && !pendings.getLast().isEmpty()
                && dominators.isReachedOnlyWithoutException(dominator, block)) {
            pendings.getLast().forEach(entry -> table.put(entry.key(), entry.value()));
        }
        pending = new ArrayList<>();
        enter(block, dominator);
        path.add(block);
        pendings.add(pending);
        nextChild.add(0);
    }
}
