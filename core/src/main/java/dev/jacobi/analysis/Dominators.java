package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dominator tree of the reachable blocks: a block dominates another if every way from the entry to the other passes it.
 *
 * <p>Edges to handlers count like any other. That a block dominates its handler does <em>not</em> mean that the result of the
 * instruction that throws exists there; {@link #isAvailable} knows that.
 */
public final class Dominators {
    private static final int[] NOWHERE = {};

    private final ReversePostorder order;
    private final DominatorTree tree;
    private final List<List<Block>> children;
    /** For each block, by its place in the order, the places of those where its dominance ends. */
    private int @Nullable [][] frontiers;

    private Dominators(ReversePostorder order) {
        this.order = order;
        int[][] predecessors = new int[order.size()][];
        for (int index = 0; index < predecessors.length; index++) {
            predecessors[index] = order.predecessors(index);
        }
        this.tree = new DominatorTree(predecessors);
        this.children = new ArrayList<>();
        for (int index = 0; index < order.size(); index++) {
            children.add(new ArrayList<>());
        }
        for (int index = 1; index < order.size(); index++) {
            children.get(tree.parent(index)).add(order.block(index));
        }
    }

    public static Dominators of(Function function) {
        return function.ofGraph(Dominators.class, () -> new Dominators(ReversePostorder.of(function)));
    }

    public static Dominators of(ReversePostorder order) {
        return new Dominators(order);
    }

    public ReversePostorder order() {
        return order;
    }

    /** The closest block, other than itself, that dominates {@code block}; null for the entry and for unreachable blocks. */
    public @Nullable Block immediateDominator(Block block) {
        int index = order.indexOf(block);
        return index <= 0 ? null : order.block(tree.parent(index));
    }

    /** The blocks that {@code block} dominates immediately, in reverse postorder. */
    public List<Block> children(Block block) {
        return children.get(order.indexOf(block));
    }

    /** The distance from the entry in the tree. */
    public int depth(Block block) {
        return tree.depth(order.indexOf(block));
    }

    /** Whether every way to {@code block} passes {@code dominator}; a block dominates itself. False for unreachable blocks. */
    public boolean dominates(Block dominator, Block block) {
        int dominatorIndex = order.indexOf(dominator);
        int index = order.indexOf(block);
        return dominatorIndex >= 0 && index >= 0 && tree.dominates(dominatorIndex, index);
    }

    public boolean strictlyDominates(Block block, Block other) {
        return block != other && dominates(block, other);
    }

    /** The closest block that dominates both. */
    public Block commonDominator(Block one, Block other) {
        return order.block(tree.common(order.indexOf(one), order.indexOf(other)));
    }

    /** The reachable blocks, each before those that it dominates. */
    public List<Block> preorder() {
        List<Block> blocks = new ArrayList<>();
        for (int index : tree.preorder()) {
            blocks.add(order.block(index));
        }
        return blocks;
    }

    /** Whether the value is defined on every way to the start of {@code block}. */
    public boolean isAvailable(Value value, Block block) {
        Block defined = value.block();
        if (value.parameterOf() != null) {
            return dominates(defined, block);
        }
        if (!strictlyDominates(defined, block)) {
            return false;
        }
        Instruction definition = value.definition();
        boolean mayBeMissing = !defined.handlers().isEmpty()
                && definition == defined.instructions().getLast();
        return !mayBeMissing || isReachedOnlyWithoutException(defined, block);
    }

    /** Whether every way from the dominating block to {@code block} leaves it by its terminator and not by a handler. */
    public boolean isReachedOnlyWithoutException(Block dominating, Block block) {
        if (dominating.handlers().isEmpty()) {
            return true;
        }
        for (Edge way : dominating.terminator().edges()) {
            Block successor = way.target();
            if (dominates(successor, block)
                    && order.predecessors(successor).size() == 1
                    && dominating.handlers().stream()
                            .noneMatch(handler -> handler.edge().target() == successor)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The blocks where what different ones of some blocks do meets: where the dominance of one of them, or of such a meeting, ends. It
     * dominates a predecessor of them, but not them strictly.
     *
     * @param some places in the {@link #order}, as are those of the result
     */
    public BitSet iteratedFrontier(BitSet some) {
        if (frontiers == null) {
            frontiers = findFrontiers();
        }
        BitSet meeting = new BitSet();
        BitSet open = (BitSet) some.clone();
        for (int index = open.length() - 1; index >= 0; index = open.length() - 1) {
            open.clear(index);
            for (int frontier : frontiers[index]) {
                if (!meeting.get(frontier)) {
                    meeting.set(frontier);
                    open.set(frontier);
                }
            }
        }
        return meeting;
    }

    private int[][] findFrontiers() {
        int[][] frontiers = new int[order.size()][];
        Arrays.fill(frontiers, NOWHERE);
        for (int index = 1; index < order.size(); index++) {
            for (int predecessor : order.predecessors(index)) {
                for (int runner = predecessor; runner != tree.parent(index); runner = tree.parent(runner)) {
                    int[] known = frontiers[runner];
                    if (known.length == 0 || known[known.length - 1] != index) {
                        frontiers[runner] = Arrays.copyOf(known, known.length + 1);
                        frontiers[runner][known.length] = index;
                    }
                }
            }
        }
        return frontiers;
    }
}
