package dev.jacobi.lift;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Bytecode.CatchRange;
import dev.jacobi.lift.Frame.Malformed;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where the blocks of the bytecode start in the intermediate representation, and the edges that lead there.
 *
 * <p>A block where values meet gets a parameter for each element of the operand stack and then for each live local variable. Which
 * kinds they have is settled by the edge that is made first; the others must agree. Only blocks to which an edge was made exist.
 */
final class BlockEntries {
    /** The start of a block: {@code slots} are the local variables that are passed after the operand stack. */
    record Entry(Block block, Frame frame, List<Integer> slots) {}

    private static final Type THROWABLE = Type.of(ConstantDescs.CD_Throwable);
    private static final int MAX_ARGUMENTS = 4_000_000;

    private final Function function;
    private final CodeBlocks blocks;
    private final int frameSlots;
    private final @Nullable Entry[] entries;
    private final @Nullable Entry[] landings;
    private final PriorityQueue<Integer> open;
    private int arguments;

    BlockEntries(Function function, CodeBlocks blocks, int frameSlots) {
        this.function = function;
        this.blocks = blocks;
        this.frameSlots = frameSlots;
        entries = new @Nullable Entry[blocks.count()];
        landings = new @Nullable Entry[blocks.count()];
        open = new PriorityQueue<>((one, other) -> Integer.compare(blocks.position(one), blocks.position(other)));
    }

    /** The block to translate next, or null if all that can be reached are translated. Predecessors come first where they can. */
    @Nullable
    Integer next() {
        return open.poll();
    }

    Entry entry(int block) {
        Entry entry = entries[block];
        if (entry == null) {
            throw new IllegalStateException("no edge was made to block " + block);
        }
        return entry;
    }

    Edge edge(int block, Frame frame) {
        Entry entry = entries[block];
        if (!blocks.isMerge(block)) {
            if (entry != null) {
                throw new IllegalStateException("two edges to block " + block);
            }
            entry = new Entry(function.newBlock(), frame.copy(), List.of());
            entries[block] = entry;
            open.add(block);
            return Edge.to(entry.block());
        }
        if (entry == null) {
            entry = newEntry(frame.stack(), frame, liveSlots(block));
            entries[block] = entry;
            open.add(block);
        }
        List<Value> expected = entry.block().parameters();
        List<Value> stack = frame.stack();
        if (stack.size() != expected.size() - entry.slots().size()) {
            throw new Malformed("operand stacks of different height meet");
        }
        List<Value> passed = new ArrayList<>(expected.size());
        for (int i = 0; i < stack.size(); i++) {
            passed.add(Frame.require(stack.get(i), expected.get(i).type().kind()));
        }
        addLocals(passed, frame, entry, stack.size());
        return new Edge(entry.block(), passed);
    }

    /** The edge to a handler; the exception is the first parameter of its target. */
    Edge handlerEdge(CatchRange range, Frame frame) {
        int block = blocks.blockAt(range.handler());
        Entry landing = landings[block];
        if (landing == null) {
            Block target = function.newBlock();
            Value exception = target.addParameter(THROWABLE);
            Frame start = new Frame(frameSlots);
            start.push(exception);
            List<Integer> slots = liveSlots(block);
            addLocalParameters(target, start, frame, slots);
            landing = new Entry(target, start, slots);
            landings[block] = landing;
            if (blocks.isEnteredNormally(block)) {
                // Handlers' targets are entered by exceptions alone, so this one gets a block of its own in front.
                target.setTerminator(new Terminator.Jump(edge(block, start), null));
            } else {
                entries[block] = landing;
                open.add(block);
            }
        }
        List<Value> passed = new ArrayList<>();
        addLocals(passed, frame, landing, 1);
        return new Edge(landing.block(), passed);
    }

    private List<Integer> liveSlots(int block) {
        BitSet live = blocks.live(block);
        List<Integer> slots = new ArrayList<>();
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            slots.add(slot);
        }
        return slots;
    }

    private Entry newEntry(List<Value> stack, Frame from, List<Integer> slots) {
        Block block = function.newBlock();
        Frame frame = new Frame(frameSlots);
        for (Value value : stack) {
            frame.push(block.addParameter(value.type()));
        }
        addLocalParameters(block, frame, from, slots);
        return new Entry(block, frame, slots);
    }

    private static void addLocalParameters(Block block, Frame frame, Frame from, List<Integer> slots) {
        for (int slot : slots) {
            frame.store(slot, block.addParameter(localOf(from, slot).type()));
        }
    }

    private void addLocals(List<Value> passed, Frame frame, Entry entry, int first) {
        for (int i = 0; i < entry.slots().size(); i++) {
            Type.Kind kind = entry.block().parameter(first + i).type().kind();
            passed.add(Frame.require(localOf(frame, entry.slots().get(i)), kind));
        }
        arguments += passed.size() + 1;
        if (arguments > MAX_ARGUMENTS) {
            throw new TooLarge();
        }
    }

    private static Value localOf(Frame frame, int slot) {
        Value value = frame.local(slot);
        if (value == null) {
            throw new Malformed("local variable " + slot + " has no value on one of the ways to where it is read");
        }
        return value;
    }

    /** More values meet at more blocks than in any code that a compiler writes. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super(null, null, false, false);
        }
    }
}
