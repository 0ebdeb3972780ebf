package dev.jacobi.lift;

import dev.jacobi.lift.Bytecode.CatchRange;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The basic blocks of a method's bytecode: stretches of instructions that are entered at the top and covered by the same lines of the
 * exception table, with the local variables that are live at their start.
 *
 * <p>An exception may leave a block here at any of its instructions. That some of them cannot throw shows only in {@link Translation},
 * which then finds some blocks unreachable that have a place in the order here.
 */
final class CodeBlocks {
    private final Bytecode code;
    private final int[] starts;
    private final int[] blockAt;
    private final int[][] successors;
    private final List<List<CatchRange>> ranges;
    private final int[] position;
    private final int[] entries;
    private final boolean[] handlers;
    private final BitSet[] live;

    CodeBlocks(Bytecode code) {
        this.code = code;
        BitSet leaders = leaders(code);
        starts = leaders.stream().toArray();
        blockAt = new int[code.size()];
        for (int block = 0; block < starts.length; block++) {
            Arrays.fill(blockAt, starts[block], end(block), block);
        }
        successors = new int[starts.length][];
        handlers = new boolean[starts.length];
        ranges = new ArrayList<>();
        for (int block = 0; block < starts.length; block++) {
            successors[block] = successorsOf(block);
            ranges.add(rangesOf(starts[block]));
        }
        position = new int[starts.length];
        Arrays.fill(position, -1);
        List<Integer> order = reversePostOrder();
        entries = new int[starts.length];
        for (int i = 0; i < order.size(); i++) {
            int block = order.get(i);
            position[block] = i;
            for (int successor : successors[block]) {
                entries[successor]++;
            }
            for (CatchRange range : ranges.get(block)) {
                handlers[blockAt[range.handler()]] = true;
            }
        }
        live = new BitSet[starts.length];
        findLive(order);
    }

    int count() {
        return starts.length;
    }

    int start(int block) {
        return starts[block];
    }

    /** One more than the number of the block's last instruction. */
    int end(int block) {
        return block + 1 < starts.length ? starts[block + 1] : code.size();
    }

    /** The block that starts with this instruction. */
    int blockAt(int instruction) {
        return blockAt[instruction];
    }

    /** The place in reverse post-order: predecessors first, except for the ends of loops. -1 if the block cannot be reached. */
    int position(int block) {
        return position[block];
    }

    /** Whether values meet at the start of the block. */
    boolean isMerge(int block) {
        return entries[block] + (handlers[block] ? 1 : 0) + (block == 0 ? 1 : 0) > 1;
    }

    /** Whether something other than an exception leads to this block. */
    boolean isEnteredNormally(int block) {
        return entries[block] > 0 || block == 0;
    }

    /** The lines of the exception table that catch what this block throws, in order; none behind one that catches everything. */
    List<CatchRange> ranges(int block) {
        return ranges.get(block);
    }

    /** The local variable slots that may be read before they are written from the block's start on. */
    BitSet live(int block) {
        return live[block];
    }

    private static BitSet leaders(Bytecode code) {
        BitSet leaders = new BitSet(code.size());
        leaders.set(0);
        for (int i = 0; i < code.size(); i++) {
            for (int target : code.targets[i]) {
                leaders.set(target);
            }
            if (code.targets[i].length > 0 || endsFlow(code.instructions[i])) {
                leaders.set(i + 1);
            }
        }
        for (CatchRange range : code.ranges) {
            leaders.set(range.start());
            leaders.set(range.end());
            leaders.set(range.handler());
        }
        leaders.clear(code.size());
        return leaders;
    }

    /** Whether control never passes from this instruction to the next. */
    static boolean endsFlow(Instruction instruction) {
        return instruction instanceof ReturnInstruction
                || instruction instanceof ThrowInstruction
                || instruction instanceof TableSwitchInstruction
                || instruction instanceof LookupSwitchInstruction
                || instruction instanceof DiscontinuedInstruction
                || instruction.opcode() == Opcode.GOTO
                || instruction.opcode() == Opcode.GOTO_W;
    }

    private int[] successorsOf(int block) {
        int last = end(block) - 1;
        int[] targets = code.targets[last];
        boolean falls = !endsFlow(code.instructions[last]) && last + 1 < code.size();
        int[] result = new int[targets.length + (falls ? 1 : 0)];
        for (int i = 0; i < targets.length; i++) {
            result[i] = blockAt[targets[i]];
        }
        if (falls) {
            result[targets.length] = block + 1;
        }
        return result;
    }

    private List<CatchRange> rangesOf(int instruction) {
        List<CatchRange> covering = new ArrayList<>();
        Set<@Nullable Object> caught = new HashSet<>();
        for (CatchRange range : code.ranges) {
            if (range.start() <= instruction && instruction < range.end() && caught.add(range.catchType())) {
                covering.add(range);
                if (range.catchType() == null) {
                    break;
                }
            }
        }
        return covering;
    }

    private int[] allSuccessors(int block) {
        List<CatchRange> covering = ranges.get(block);
        int[] normal = successors[block];
        int[] all = Arrays.copyOf(normal, normal.length + covering.size());
        for (int i = 0; i < covering.size(); i++) {
            all[normal.length + i] = blockAt[covering.get(i).handler()];
        }
        return all;
    }

    private List<Integer> reversePostOrder() {
        List<Integer> postOrder = new ArrayList<>();
        BitSet seen = new BitSet();
        // A stack of our own: the depth is that of the graph, and a hostile file decides on that.
        List<int[]> path = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        List<Integer> blocks = new ArrayList<>();
        seen.set(0);
        blocks.add(0);
        path.add(allSuccessors(0));
        next.add(0);
        while (!path.isEmpty()) {
            int[] open = path.getLast();
            int index = next.removeLast();
            if (index == open.length) {
                path.removeLast();
                postOrder.add(blocks.removeLast());
                continue;
            }
            next.add(index + 1);
            // Last first, so that in reverse the first successor comes first.
            int successor = open[open.length - 1 - index];
            if (!seen.get(successor)) {
                seen.set(successor);
                blocks.add(successor);
                path.add(allSuccessors(successor));
                next.add(0);
            }
        }
        return postOrder.reversed();
    }

    private void findLive(List<Integer> order) {
        BitSet[] written = new BitSet[starts.length];
        for (int block : order) {
            BitSet reads = new BitSet();
            BitSet writes = new BitSet();
            for (int i = starts[block]; i < end(block); i++) {
                Instruction instruction = code.instructions[i];
                if (instruction instanceof LoadInstruction load) {
                    readSlot(load.slot(), reads, writes);
                } else if (instruction instanceof IncrementInstruction increment) {
                    readSlot(increment.slot(), reads, writes);
                    writes.set(increment.slot());
                } else if (instruction instanceof StoreInstruction store) {
                    writes.set(store.slot());
                }
            }
            live[block] = reads;
            written[block] = writes;
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block : order.reversed()) {
                int before = live[block].cardinality();
                for (int successor : successors[block]) {
                    BitSet passed = (BitSet) live[successor].clone();
                    passed.andNot(written[block]);
                    live[block].or(passed);
                }
                // What a handler reads is live throughout, as an instruction may throw before the block's first write.
                for (CatchRange range : ranges.get(block)) {
                    live[block].or(live[blockAt[range.handler()]]);
                }
                changed |= live[block].cardinality() != before;
            }
        }
    }

    private static void readSlot(int slot, BitSet reads, BitSet writes) {
        if (!writes.get(slot)) {
            reads.set(slot);
        }
    }
}
