package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.OutlineRegions.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A region as a function of its own. */
final class RegionBody {
    private final Region region;
    private final Function function;
    private final SpillFrame frame;
    private final Block start;
    private final List<Value> arguments = new ArrayList<>();
    private final Map<Value, Value> values = new HashMap<>();
    private final Map<Block, Block> copies = new HashMap<>();

    RegionBody(Region region, String name, @Nullable MethodReference origin, SpillFrame frame) {
        this.region = region;
        this.frame = frame;
        function = new Function(name, origin, OutlineRegions.resultType(region));
        start = function.newBlock();
        enter();
        copyBlocks();
    }

    Function function() {
        return function;
    }

    /** What the call passes, as values of the function that the region was part of. */
    List<Value> arguments() {
        return arguments;
    }

    private void enter() {
        List<Value> spilled = new ArrayList<>();
        for (Value value : region.liveIn) {
            if (frame.holds(value)) {
                spilled.add(value);
            } else {
                parameter(value);
            }
        }
        List<Value> entering = new ArrayList<>();
        for (Value parameter : region.entry.parameters()) {
            arguments.add(parameter);
            entering.add(start.addParameter(parameter.type()));
        }
        for (Value value : spilled) {
            List<Instruction> load = frame.load(value, function, parameter(frame.array(value)));
            load.forEach(start::append);
            values.put(value, load.getLast().value());
        }
        for (Block block : region.blocks) {
            Block copy = function.newBlock();
            copies.put(block, copy);
            for (Value parameter : block.parameters()) {
                values.put(parameter, copy.addParameter(parameter.type()));
            }
        }
        start.setTerminator(new Terminator.Jump(new Edge(copies.get(region.entry), entering), null));
    }

    private Value parameter(Value value) {
        return values.computeIfAbsent(value, passed -> {
            arguments.add(passed);
            return start.addParameter(passed.type());
        });
    }

    private void copyBlocks() {
        Map<Block, Block> leaving = new HashMap<>();
        int number = 0;
        for (Block target : region.exits.keySet()) {
            Block block = function.newBlock();
            leaving.put(target, block);
            Value result = null;
            if (region.exits.size() > 1) {
                result =
                        block.append(OpCode.CONSTANT, number++, List.of(), null).value();
            }
            block.setTerminator(new Terminator.Return(result, null));
        }
        Map<Block, Block> ends = new HashMap<>();
        for (Block block : region.blocks) {
            ends.put(block, copyInstructions(block));
        }
        for (Block block : region.blocks) {
            Terminator terminator = block.terminator()
                    .map(
                            this::value,
                            edge -> copies.containsKey(edge.target())
                                    ? new Edge(
                                            copies.get(edge.target()),
                                            edge.arguments().stream()
                                                    .map(this::value)
                                                    .toList())
                                    : Edge.to(leaving.get(edge.target())));
            ends.get(block).setTerminator(terminator);
            copies.get(block)
                    .setHandlers(block.handlers().stream()
                            .map(handler -> new Handler(
                                    handler.catchType(),
                                    handler.edge()
                                            .map(this::value)
                                            .withTarget(
                                                    copies.get(handler.edge().target()))))
                            .toList());
        }
        Value only = region.onlyResult();
        if (only != null) {
            leaving.values().forEach(block -> block.setTerminator(new Terminator.Return(value(only), null)));
        }
    }

    /** Copies the instructions, and gives the block that is to have the terminator. */
    private Block copyInstructions(Block block) {
        Block copy = copies.get(block);
        if (block != region.entry) {
            block.parameters().forEach(parameter -> spill(parameter, copy));
        }
        Block end = copy;
        for (Instruction instruction : block.instructions()) {
            Instruction made = function.newInstruction(
                    instruction.opCode(),
                    instruction.attribute(),
                    instruction.operands().stream().map(this::value).toList(),
                    instruction.position());
            made.copyMarks(instruction);
            copy.append(made);
            if (instruction.result() != null) {
                made.value().setType(instruction.value().type());
                values.put(instruction.value(), made.value());
            }
            Value ready = SpillFrame.ready(instruction);
            if (ready != null && frame.holds(ready)) {
                if (BlockOrder.usesHandlers(block) && instruction == BlockOrder.throwing(block)) {
                    // What may throw stays last in a block with handlers.
                    end = function.newBlock();
                    copy.setTerminator(new Terminator.Jump(Edge.to(end), null));
                }
                spill(ready, end);
            }
        }
        return end;
    }

    private void spill(Value value, Block into) {
        if (frame.holds(value) && region.onlyResult() != value) {
            frame.store(value, value(value), function, parameter(frame.array(value)))
                    .forEach(into::append);
        }
    }

    private Value value(Value value) {
        Value known = values.get(value);
        if (known == null && TreeSchedule.isConstant(value)) {
            Instruction constant = SpillFrame.constant(value, function);
            start.append(constant);
            values.put(value, constant.value());
            return constant.value();
        }
        if (known == null) {
            throw new IllegalStateException(value + " does not reach " + function.name());
        }
        return known;
    }
}
