package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The blocks that can be reached from the entry, by edges of terminators and handlers, each before its successors except along
 * retreating edges. Dominators come before what they dominate.
 */
public final class ReversePostorder {
    private final List<Block> blocks;
    private final int[] indexOfId;
    private final int[][] successors;
    private final int[][] predecessors;

    private ReversePostorder(List<Block> blocks, int[] indexOfId) {
        this.blocks = Collections.unmodifiableList(blocks);
        this.indexOfId = indexOfId;
        this.successors = new int[blocks.size()][];
        int[] counts = new int[blocks.size()];
        for (int index = 0; index < blocks.size(); index++) {
            List<Block> ways = blocks.get(index).successors();
            successors[index] = new int[ways.size()];
            for (int way = 0; way < ways.size(); way++) {
                successors[index][way] = indexOfId[ways.get(way).id()];
            }
            for (int successor : successors[index]) {
                counts[successor]++;
            }
        }
        this.predecessors = new int[blocks.size()][];
        for (int index = 0; index < counts.length; index++) {
            predecessors[index] = new int[counts[index]];
        }
        for (int index = blocks.size() - 1; index >= 0; index--) {
            for (int successor : successors[index]) {
                predecessors[successor][--counts[successor]] = index;
            }
        }
    }

    public static ReversePostorder of(Function function) {
        return function.ofGraph(ReversePostorder.class, () -> compute(function));
    }

    private static ReversePostorder compute(Function function) {
        int maximum = -1;
        for (Block block : function.blocks()) {
            maximum = Math.max(maximum, block.id());
        }
        int[] index = new int[maximum + 1];
        Arrays.fill(index, -1);
        List<Block> postorder = new ArrayList<>();
        List<Block> stack = new ArrayList<>();
        List<List<Block>> successors = new ArrayList<>();
        int[] next = new int[maximum + 1];
        stack.add(function.entry());
        successors.add(function.entry().successors());
        index[function.entry().id()] = 0;
        while (!stack.isEmpty()) {
            Block block = stack.getLast();
            List<Block> ways = successors.getLast();
            // The first way is followed last, so that it comes first in the reverse order: the text reads from top to
            // bottom.
            int way = ways.size() - 1 - next[block.id()]++;
            if (way < 0) {
                stack.removeLast();
                successors.removeLast();
                postorder.add(block);
            } else {
                Block successor = ways.get(way);
                if (index[successor.id()] < 0) {
                    index[successor.id()] = 0;
                    stack.add(successor);
                    successors.add(successor.successors());
                }
            }
        }
        Collections.reverse(postorder);
        for (int position = 0; position < postorder.size(); position++) {
            index[postorder.get(position).id()] = position;
        }
        return new ReversePostorder(postorder, index);
    }

    /** The blocks in this order; the entry is the first. */
    public List<Block> blocks() {
        return blocks;
    }

    public int size() {
        return blocks.size();
    }

    public Block block(int index) {
        return blocks.get(index);
    }

    /** The place of the block in this order, or -1 if it cannot be reached. */
    public int indexOf(Block block) {
        return block.id() < indexOfId.length ? indexOfId[block.id()] : -1;
    }

    public boolean isReachable(Block block) {
        return indexOf(block) >= 0;
    }

    /** The reachable blocks with an edge to {@code block}, each once. */
    public List<Block> predecessors(Block block) {
        int[] indices = predecessors[indexOf(block)];
        List<Block> found = new ArrayList<>(indices.length);
        for (int index : indices) {
            found.add(blocks.get(index));
        }
        return found;
    }

    int[] predecessors(int index) {
        return predecessors[index];
    }

    int[] successors(int index) {
        return successors[index];
    }
}
