package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Where in the laid out code each value that needs a local variable is live.
 *
 * <p>Each root of an expression tree takes one position, the beginning and the end of a block one each. A position {@code p} is the two
 * numbers {@code 2p}, at which operands are read, and {@code 2p + 1}, at which the result is written, so an operand that dies and the
 * result may share a variable. All operands of a tree count as read at its root; nothing is stored in between.
 */
final class LiveRanges {
    private final BlockOrder order;
    private final TreeSchedule schedule;
    private final List<Value> values = new ArrayList<>();
    private final List<LiveRange> ranges = new ArrayList<>();
    /** The place of each value in the list, plus one, by its own number. */
    private int[] places = new int[64];
    /** By the place of the block in the order. */
    private final BitSet[] liveIn;

    private final BitSet[] liveOut;
    /** By the place of the value, the last position so far at which it is read or live. */
    private final int[] lastUse;

    LiveRanges(BlockOrder order, TreeSchedule schedule) {
        this.order = order;
        this.schedule = schedule;
        for (Block block : order.blocks()) {
            for (Value parameter : block.parameters()) {
                number(parameter);
            }
            for (Instruction instruction : schedule.roots(block)) {
                if (instruction.result() != null) {
                    number(instruction.value());
                }
            }
        }
        liveIn = new BitSet[order.blocks().size()];
        liveOut = new BitSet[order.blocks().size()];
        lastUse = new int[values.size()];
        findLiveness();
        int position = 0;
        for (Block block : order.blocks()) {
            position = findRanges(block, position);
        }
    }

    /** The values that need local variables, in order of definition. */
    List<Value> values() {
        return values;
    }

    /** The range of the value at a place in the {@linkplain #values() list}. */
    LiveRange range(int place) {
        return ranges.get(place);
    }

    private void number(Value value) {
        if (schedule.needsLocal(value)) {
            values.add(value);
            ranges.add(new LiveRange());
            if (value.id() >= places.length) {
                places = Arrays.copyOf(places, Math.max(value.id() + 1, 2 * places.length));
            }
            places[value.id()] = values.size();
        }
    }

    /** The place of the value in the list, or -1 if it needs no local variable. */
    private int place(Value value) {
        return value.id() < places.length ? places[value.id()] - 1 : -1;
    }

    private void findLiveness() {
        BitSet[] used = new BitSet[liveIn.length];
        BitSet[] defined = new BitSet[liveIn.length];
        for (int number = 0; number < liveIn.length; number++) {
            Block block = order.blocks().get(number);
            BitSet uses = new BitSet();
            IntConsumer use = uses::set;
            BitSet definitions = new BitSet();
            for (Instruction instruction : schedule.roots(block)) {
                leaves(instruction.operands(), use);
                if (instruction.result() != null) {
                    define(instruction.value(), definitions);
                }
            }
            leaves(block.terminator().operands(), use);
            forEachPassed(block, use);
            for (Value parameter : block.parameters()) {
                define(parameter, definitions);
            }
            // In static single assignment form what the block defines cannot be live at its start.
            uses.andNot(definitions);
            used[number] = uses;
            defined[number] = definitions;
            liveIn[number] = (BitSet) uses.clone();
            liveOut[number] = new BitSet();
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int number = liveIn.length - 1; number >= 0; number--) {
                BitSet out = liveOut[number];
                for (Edge edge : BlockOrder.edges(order.blocks().get(number))) {
                    out.or(liveIn[order.indexOf(edge.target())]);
                }
                BitSet in = (BitSet) out.clone();
                in.andNot(defined[number]);
                in.or(used[number]);
                if (!in.equals(liveIn[number])) {
                    liveIn[number] = in;
                    changed = true;
                }
            }
        }
    }

    private void define(Value value, BitSet definitions) {
        int place = place(value);
        if (place >= 0) {
            definitions.set(place);
        }
    }

    /** The values in local variables that edges pass to parameters that are read. */
    private void forEachPassed(Block block, IntConsumer use) {
        for (Edge edge : block.terminator().edges()) {
            passed(edge, 0, use);
        }
        if (BlockOrder.usesHandlers(block)) {
            for (Handler handler : block.handlers()) {
                passed(handler.edge(), 1, use);
            }
        }
    }

    private void passed(Edge edge, int firstParameter, IntConsumer use) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            int place = place(edge.arguments().get(i));
            if (place >= 0 && schedule.isLive(edge.target().parameter(i + firstParameter))) {
                use.accept(place);
            }
        }
    }

    private void leaves(List<Value> operands, IntConsumer use) {
        for (int i = 0; i < operands.size(); i++) {
            Value operand = operands.get(i);
            Instruction definition = operand.definition();
            if (definition != null && schedule.isOnStack(operand)) {
                leaves(definition.operands(), use);
            } else if (place(operand) >= 0) {
                use.accept(place(operand));
            }
        }
    }

    private int findRanges(Block block, int first) {
        List<Instruction> roots = schedule.roots(block);
        int last = first + roots.size() + 1;
        for (int i = 0; i < roots.size(); i++) {
            int read = 2 * (first + 1 + i) + 1;
            leaves(roots.get(i).operands(), place -> lastUse[place] = read);
        }
        IntConsumer readLast = place -> lastUse[place] = 2 * last + 1;
        leaves(block.terminator().operands(), readLast);
        forEachPassed(block, readLast);
        BitSet out = liveOut[order.indexOf(block)];
        for (int place = out.nextSetBit(0); place >= 0; place = out.nextSetBit(place + 1)) {
            lastUse[place] = 2 * last + 2;
        }
        BitSet in = liveIn[order.indexOf(block)];
        for (int place = in.nextSetBit(0); place >= 0; place = in.nextSetBit(place + 1)) {
            ranges.get(place).append(2 * first, lastUse[place]);
        }
        for (Value parameter : block.parameters()) {
            append(parameter, 2 * first);
        }
        for (int i = 0; i < roots.size(); i++) {
            Value result = roots.get(i).result();
            if (result != null) {
                append(result, 2 * (first + 1 + i) + 1);
            }
        }
        return last + 1;
    }

    /** A value is live from where it is written up to its last use; it takes its variable at that place even if there is none. */
    private void append(Value value, int written) {
        int place = place(value);
        if (place >= 0) {
            ranges.get(place).append(written, Math.max(lastUse[place], written + 1));
        }
    }
}
