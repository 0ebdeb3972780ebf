package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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
    private final ValueMap<Integer> numbers = new ValueMap<>();
    private final List<Value> values = new ArrayList<>();
    private final Map<Block, BitSet> liveIn = new HashMap<>();
    private final Map<Block, BitSet> liveOut = new HashMap<>();
    private final Map<Value, LiveRange> ranges = new LinkedHashMap<>();

    LiveRanges(BlockOrder order, TreeSchedule schedule) {
        this.order = order;
        this.schedule = schedule;
        for (Block block : order.blocks()) {
            block.parameters().forEach(this::number);
            for (Instruction instruction : schedule.roots(block)) {
                if (instruction.result() != null) {
                    number(instruction.value());
                }
            }
        }
        findLiveness();
        int position = 0;
        for (Block block : order.blocks()) {
            position = findRanges(block, position);
        }
    }

    /** The range of each value that needs a local variable, in order of definition. */
    Map<Value, LiveRange> ranges() {
        return ranges;
    }

    private void number(Value value) {
        if (schedule.needsLocal(value)) {
            numbers.put(value, values.size());
            values.add(value);
            ranges.put(value, new LiveRange());
        }
    }

    private void findLiveness() {
        Map<Block, BitSet> used = new HashMap<>();
        Map<Block, BitSet> defined = new HashMap<>();
        for (Block block : order.blocks()) {
            BitSet uses = new BitSet();
            BitSet definitions = new BitSet();
            forEachUse(block, value -> uses.set(numbers.get(value)));
            block.parameters().forEach(value -> define(value, definitions));
            for (Instruction instruction : schedule.roots(block)) {
                if (instruction.result() != null) {
                    define(instruction.value(), definitions);
                }
            }
            // In static single assignment form what the block defines cannot be live at its start.
            uses.andNot(definitions);
            used.put(block, uses);
            defined.put(block, definitions);
            liveIn.put(block, (BitSet) uses.clone());
            liveOut.put(block, new BitSet());
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Block block : order.blocks().reversed()) {
                BitSet out = liveOut.get(block);
                for (Edge edge : BlockOrder.edges(block)) {
                    out.or(liveIn.get(edge.target()));
                }
                BitSet in = (BitSet) out.clone();
                in.andNot(defined.get(block));
                in.or(used.get(block));
                if (!in.equals(liveIn.get(block))) {
                    liveIn.put(block, in);
                    changed = true;
                }
            }
        }
    }

    private void define(Value value, BitSet definitions) {
        Integer number = numbers.get(value);
        if (number != null) {
            definitions.set(number);
        }
    }

    private void forEachUse(Block block, Consumer<Value> use) {
        for (Instruction instruction : schedule.roots(block)) {
            leaves(instruction.operands(), use);
        }
        leaves(block.terminator().operands(), use);
        forEachPassed(block, use);
    }

    /** The values in local variables that edges pass to parameters that are read. */
    private void forEachPassed(Block block, Consumer<Value> use) {
        block.terminator().edges().forEach(edge -> passed(edge, 0, use));
        if (BlockOrder.usesHandlers(block)) {
            for (Handler handler : block.handlers()) {
                passed(handler.edge(), 1, use);
            }
        }
    }

    private void passed(Edge edge, int firstParameter, Consumer<Value> use) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Value argument = edge.arguments().get(i);
            if (schedule.isLive(edge.target().parameter(i + firstParameter)) && numbers.containsKey(argument)) {
                use.accept(argument);
            }
        }
    }

    private void leaves(List<Value> operands, Consumer<Value> use) {
        for (Value operand : operands) {
            Instruction definition = operand.definition();
            if (definition != null && schedule.isOnStack(operand)) {
                leaves(definition.operands(), use);
            } else if (numbers.containsKey(operand)) {
                use.accept(operand);
            }
        }
    }

    private int findRanges(Block block, int first) {
        List<Instruction> roots = schedule.roots(block);
        int last = first + roots.size() + 1;
        Map<Value, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < roots.size(); i++) {
            int read = 2 * (first + 1 + i) + 1;
            leaves(roots.get(i).operands(), value -> lastUse.put(value, read));
        }
        leaves(block.terminator().operands(), value -> lastUse.put(value, 2 * last + 1));
        forEachPassed(block, value -> lastUse.put(value, 2 * last + 1));
        BitSet out = liveOut.get(block);
        out.stream().forEach(number -> lastUse.put(values.get(number), 2 * last + 2));

        liveIn.get(block).stream().forEach(number -> {
            Value value = values.get(number);
            ranges.get(value).append(2 * first, lastUse.get(value));
        });
        for (Value parameter : block.parameters()) {
            if (numbers.containsKey(parameter)) {
                ranges.get(parameter).append(2 * first, lastUse.getOrDefault(parameter, 2 * first + 1));
            }
        }
        for (int i = 0; i < roots.size(); i++) {
            Value result = roots.get(i).result();
            if (result != null && numbers.containsKey(result)) {
                int written = 2 * (first + 1 + i) + 1;
                ranges.get(result).append(written, lastUse.getOrDefault(result, written + 1));
            }
        }
        return last + 1;
    }
}
