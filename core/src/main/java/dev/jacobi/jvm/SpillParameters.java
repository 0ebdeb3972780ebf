package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the parameters of blocks with very many of them in a {@link SpillFrame}: written on each edge to the block, read where they are
 * used.
 *
 * <p>The edges to such a block cannot be moved into regions, and with hundreds of parameters they alone are larger than a method may
 * be; writes to memory can be moved. Blocks that handle exceptions and blocks through whose parameters an object passes on which no
 * constructor has run stay as they are.
 */
final class SpillParameters {
    private final Function function;
    private final SpillFrame frame;
    private final Set<Value> spilled = new LinkedHashSet<>();

    private SpillParameters(Function function) {
        this.function = function;
        this.frame = new SpillFrame(function);
    }

    /** @param most the number of parameters that blocks may keep */
    static void run(Function function, int most) {
        new SpillParameters(function).spill(most);
    }

    private void spill(int most) {
        Set<Block> fixed = fixed();
        Set<Block> joins = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            if (block.parameters().size() > most && !fixed.contains(block)) {
                joins.add(block);
                spilled.addAll(block.parameters());
            }
        }
        if (joins.isEmpty()) {
            return;
        }
        spilled.forEach(frame::add);
        frame.allocate();
        Map<Block, List<Instruction>> stores = new HashMap<>();
        for (Block block : List.copyOf(function.blocks())) {
            boolean alone =
                    block.terminator().edges().size() == 1 && block.handlers().isEmpty();
            block.setTerminator(block.terminator().mapEdges(edge -> {
                if (!joins.contains(edge.target())) {
                    return edge;
                }
                Block storing = alone ? block : function.newBlock();
                stores.put(storing, stores(edge));
                Edge way = Edge.to(edge.target());
                if (alone) {
                    return way;
                }
                storing.setTerminator(
                        new Terminator.Jump(way, block.terminator().position()));
                return Edge.to(storing);
            }));
        }
        for (Block join : joins) {
            for (int index = join.parameters().size() - 1; index >= 0; index--) {
                join.removeParameter(index);
            }
        }
        for (Block block : function.blocks()) {
            loadUses(block, stores.getOrDefault(block, List.of()));
        }
        frame.insertAllocations();
    }

    private Set<Block> fixed() {
        Set<Block> fixed = new HashSet<>();
        fixed.add(function.entry());
        for (Block block : function.blocks()) {
            block.handlers().forEach(handler -> fixed.add(handler.edge().target()));
            for (Instruction instruction : block.instructions()) {
                Block passing = SplitLongBlocks.initialises(instruction)
                        ? instruction.operand(0).parameterOf()
                        : null;
                if (passing != null) {
                    fixed.add(passing);
                }
            }
        }
        return fixed;
    }

    private List<Instruction> stores(Edge edge) {
        List<Instruction> stores = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(index);
            Value argument = edge.arguments().get(index);
            if (argument != parameter) {
                stores.addAll(frame.store(parameter, argument, function, frame.array(parameter)));
            }
        }
        return stores;
    }

    /** Reads what the block uses before its stores: they write all parameters of the next block at once. */
    private void loadUses(Block block, List<Instruction> stores) {
        Map<Value, Value> local = new HashMap<>();
        List<Instruction> code = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            instruction.mapOperands(value -> load(value, local, code));
            code.add(instruction);
        }
        int throwing = BlockOrder.usesHandlers(block) ? Math.max(0, code.size() - 1) : code.size();
        List<Instruction> late = new ArrayList<>();
        block.mapUses(value -> load(value, local, late));
        stores.forEach(store -> store.mapOperands(value -> load(value, local, late)));
        code.addAll(throwing, late);
        code.addAll(stores);
        block.setInstructions(code);
    }

    private Value load(Value value, Map<Value, Value> local, List<Instruction> code) {
        if (!spilled.contains(value)) {
            return value;
        }
        return local.computeIfAbsent(value, used -> {
            code.addAll(frame.load(used, function, frame.array(used)));
            return code.getLast().value();
        });
    }
}
