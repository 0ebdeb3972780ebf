package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import dev.jacobi.offload.extract.OwnArrays.Group;
import dev.jacobi.offload.extract.OwnArrays.Sliced;
import dev.jacobi.offload.extract.RoundStacks.Stack;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts arrays that a round makes into memory which the launch provides, where they are too large for a work item's own, or nobody knows how large: see {@link RoundMemory}. An array of a length that is known before the loop has a slice
 * of its own; all others lie one after the other on a stack for their type, and a round whose stack is too small fails. The last array of a stack gets longer where it is.
 *
 * <p>Of such arrays, elements are read and written and lengths asked for; a round that does anything else with one, such as to compare it or to pass it on, is refused.
 */
final class RoundArrays {
    private final Function round;
    private final List<Value> known;
    private final Map<Value, Group> groups = new HashMap<>();
    private final Map<Group, Sliced> sliced = new LinkedHashMap<>();
    private final Map<Group, Value> slices = new HashMap<>();
    private final List<ClassDesc> components = new ArrayList<>();
    private final WorkItem item;
    private final RoundCode code;
    private final RoundStacks stacks;
    private final Map<Value, RoundArray> own = new HashMap<>();
    private final Map<Value, Value> replaced = new HashMap<>();

    /** Gives the round its memory as parameters, and empty stacks. */
    private RoundArrays(Function round, Block start, List<Value> known, List<Group> all) {
        this.round = round;
        this.known = known;
        for (Group group : all) {
            group.names().forEach(name -> groups.put(name, group));
            Sliced slice = OwnArrays.sliced(group, start, known);
            if (slice != null) {
                sliced.put(group, slice);
            } else if (!components.contains(group.component())) {
                components.add(group.component());
            }
        }
        // In front of the index, which stays the last parameter.
        Block entry = round.entry();
        Value before = entry.removeParameter(entry.parameters().size() - 1);
        for (Group group : sliced.keySet()) {
            slices.put(group, entry.addParameter(Type.of(group.component().arrayType())));
        }
        List<Value> memories = new ArrayList<>();
        for (ClassDesc component : components) {
            memories.add(entry.addParameter(Type.of(component.arrayType())));
            memories.add(entry.addParameter(Type.INT));
        }
        Value needed = components.isEmpty() ? null : entry.addParameter(Type.of(ConstantDescs.CD_int.arrayType()));
        Value items = entry.addParameter(Type.INT);
        Value first = entry.addParameter(Type.INT);
        Value index = entry.addParameter(Type.INT);
        round.replaceValues(Map.of(before, index));
        List<Instruction> beginning = new ArrayList<>();
        Emitter emitter = new Emitter(round, beginning::add, null);
        item = new WorkItem(items, emitter.value(OpCode.SUB, null, index, first));
        code = new RoundCode(round, start);
        stacks = new RoundStacks(code, item, needed);
        if (!components.isEmpty()) {
            Value tops = emitter.value(
                    OpCode.NEW_ARRAY, ConstantDescs.CD_int, emitter.constant(Type.INT, components.size()));
            for (int number = 0; number < components.size(); number++) {
                stacks.add(
                        components.get(number),
                        new Stack(memories.get(2 * number), memories.get(2 * number + 1), tops, number));
            }
        }
        List<Instruction> emptying = new ArrayList<>();
        stacks.empty(new Emitter(round, emptying::add, null));
        // The entry may be where a round begins: then what is put there last comes first.
        insert(start, emptying);
        insert(entry, beginning);
    }

    /**
     * Changes a kernel.
     *
     * @param start the block in which a round begins
     * @param known the lengths that are known, among its parameters
     * @param lengths computes these, or null
     * @throws Found if a round does something else with an array
     */
    static RoundMemory run(Function round, Block start, List<Value> known, @Nullable Function lengths) throws Found {
        round.retainBlocks(ReversePostorder.of(round).blocks());
        List<Group> all = OwnArrays.of(round);
        return all.isEmpty()
                ? new RoundMemory(lengths, known.size(), List.of(), List.of())
                : new RoundArrays(round, start, known, all).run(lengths);
    }

    private RoundMemory run(@Nullable Function lengths) throws Found {
        List<Block> blocks = List.copyOf(ReversePostorder.of(round).blocks());
        addBlockParameters(blocks);
        for (Block block : blocks) {
            lower(block);
        }
        passOn();
        round.replaceValues(replaced);
        List<RoundMemory.Slice> made = new ArrayList<>();
        for (Map.Entry<Group, Sliced> slice : sliced.entrySet()) {
            Value length = slice.getValue().length();
            Integer constant = OwnArrays.constant(length);
            made.add(new RoundMemory.Slice(
                    slice.getKey().component(),
                    known.indexOf(length),
                    constant == null ? 0 : constant,
                    slice.getValue().each()));
        }
        return new RoundMemory(lengths, known.size(), made, components);
    }

    private static void insert(Block block, List<Instruction> first) {
        for (int index = 0; index < first.size(); index++) {
            block.insert(index, first.get(index));
        }
    }

    /** Gives each parameter of a block that is such an array its place and its length beside it. */
    private void addBlockParameters(List<Block> blocks) {
        for (Block block : blocks) {
            for (Value parameter : List.copyOf(block.parameters())) {
                Group group = groups.get(parameter);
                if (group != null) {
                    Stack stack = stackOf(group);
                    Value base = stack == null ? null : block.addParameter(Type.INT);
                    own.put(parameter, new RoundArray(memoryOf(group), base, block.addParameter(Type.INT)));
                }
            }
        }
    }

    private @Nullable Stack stackOf(Group group) {
        return sliced.containsKey(group) ? null : stacks.of(group.component());
    }

    private Value memoryOf(Group group) {
        Stack stack = stackOf(group);
        return stack == null ? slices.get(group) : stack.memory();
    }

    /** Passes along edges what stands for arrays. */
    private void passOn() {
        Set<Block> changed = new HashSet<>();
        own.keySet().forEach(name -> {
            if (name.parameterOf() != null) {
                changed.add(name.parameterOf());
            }
        });
        for (Block block : round.blocks()) {
            block.mapEdges(edge -> changed.contains(edge.target()) ? passing(edge) : edge);
        }
        for (Block block : changed) {
            for (int index = block.parameters().size() - 1; index >= 0; index--) {
                if (own.containsKey(block.parameter(index))) {
                    block.removeParameter(index);
                }
            }
        }
    }

    private Edge passing(Edge edge) {
        List<Value> others = new ArrayList<>();
        List<Value> added = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value argument = edge.arguments().get(index);
            if (!own.containsKey(edge.target().parameter(index))) {
                others.add(argument);
                continue;
            }
            RoundArray array = own.get(argument);
            if (array.base() != null) {
                added.add(array.base());
            }
            added.add(array.length());
        }
        others.addAll(added);
        return new Edge(edge.target(), others);
    }

    private void lower(Block block) throws Found {
        Terminator end = block.terminator();
        List<Instruction> instructions = List.copyOf(block.instructions());
        block.setInstructions(List.of());
        code.goOnIn(block);
        for (Instruction instruction : instructions) {
            lower(instruction);
        }
        code.end(end);
    }

    private void lower(Instruction instruction) throws Found {
        ScratchCall call = ScratchCall.of(instruction);
        Group group = instruction.result() == null ? null : groups.get(instruction.value());
        if (group != null) {
            make(instruction, call, group);
            return;
        }
        if (call != null && call.kind() == ScratchCall.Kind.RELEASE && own.containsKey(instruction.operand(0))) {
            return;
        }
        List<Value> operands = instruction.operands();
        RoundArray array = operands.isEmpty() ? null : own.get(operands.getFirst());
        boolean others = operands.stream().skip(1).anyMatch(own::containsKey);
        if (array == null && !others) {
            code.append(instruction);
            return;
        }
        if (array == null || others) {
            throw refused(instruction);
        }
        Emitter emitter = code.emitter(instruction.position());
        switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> {
                Value index = operands.get(1);
                boolean mayLeave = instruction.mayThrow();
                Value place = array.place(index, item, emitter);
                if (mayLeave) {
                    place = emitter.value(
                            OpCode.SELECT,
                            null,
                            emitter.lessUnsigned(index, array.length()),
                            place,
                            emitter.constant(Type.INT, -1));
                }
                List<Value> there = new ArrayList<>(operands);
                there.set(0, array.memory());
                there.set(1, place);
                Instruction access = emitter.emit(instruction.opCode(), instruction.attribute(), there);
                access.setProved(!mayLeave);
                if (instruction.result() != null) {
                    access.value().setType(instruction.value().type());
                    replaced.put(instruction.value(), access.value());
                }
            }
            case ARRAY_LENGTH -> replaced.put(instruction.value(), array.length());
            case NULL_CHECK -> {
                // It is not null.
            }
            default -> throw refused(instruction);
        }
    }

    private static Found refused(Instruction instruction) {
        return new Found(
                "it does more with an array whose length is not constant, or large, than read and write its elements",
                instruction.position());
    }

    /** What gives an array. */
    private void make(Instruction instruction, @Nullable ScratchCall call, Group group) throws Found {
        Stack stack = stackOf(group);
        Emitter emitter = code.emitter(instruction.position());
        Value result = instruction.value();
        if (instruction.opCode() == OpCode.SELECT || instruction.opCode() == OpCode.CHECK_CAST) {
            own.put(result, chosen(instruction, emitter));
        } else if (call != null && call.kind() == ScratchCall.Kind.ACQUIRE) {
            Value none = emitter.constant(Type.INT, 0);
            own.put(
                    result,
                    new RoundArray(memoryOf(group), stack == null ? null : RoundStacks.top(stack, emitter), none));
        } else if (call != null && call.kind() != ScratchCall.Kind.ZEROS) {
            Value length = length(instruction, call, emitter);
            own.put(
                    result,
                    stack == null
                            ? new RoundArray(memoryOf(group), null, length)
                            : stacks.longer(stack, own.get(instruction.operand(0)), length, instruction.position()));
        } else {
            Value length = instruction.operand(0);
            if (instruction.mayThrow()) {
                code.goOnIf(
                        emitter.value(OpCode.GE, null, length, emitter.constant(Type.INT, 0)), instruction.position());
            }
            RoundArray array = new RoundArray(
                    memoryOf(group), stack == null ? null : stacks.push(stack, length, instruction.position()), length);
            own.put(result, array);
            clear(array, group.component(), instruction.position());
        }
    }

    private RoundArray chosen(Instruction instruction, Emitter emitter) {
        if (instruction.opCode() == OpCode.CHECK_CAST) {
            return own.get(instruction.operand(0));
        }
        Value condition = instruction.operand(0);
        RoundArray one = own.get(instruction.operand(1));
        RoundArray other = own.get(instruction.operand(2));
        Value base = one.base() == null || other.base() == null
                ? null
                : emitter.value(OpCode.SELECT, null, condition, one.base(), other.base());
        return new RoundArray(
                one.memory(), base, emitter.value(OpCode.SELECT, null, condition, one.length(), other.length()));
    }

    private static Value length(Instruction ensure, ScratchCall call, Emitter emitter) {
        if (call.kind() == ScratchCall.Kind.ENSURE) {
            return ensure.operand(1);
        }
        Value count = emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, ensure.operand(2));
        Value each = emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, ensure.operand(3));
        Value there = emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, ensure.operand(1));
        Value sum = emitter.value(OpCode.ADD, null, there, emitter.value(OpCode.MUL, null, count, each));
        Value most = emitter.constant(Type.LONG, Integer.MAX_VALUE);
        Value fits = emitter.value(
                OpCode.LE, null, emitter.value(OpCode.CMP, null, sum, most), emitter.constant(Type.INT, 0));
        Value asInt = emitter.value(OpCode.CONVERT, ConstantDescs.CD_int, sum);
        return emitter.value(OpCode.SELECT, null, fits, asInt, emitter.constant(Type.INT, -1));
    }

    /** Fills a new array with zeros. */
    private void clear(RoundArray array, ClassDesc component, @Nullable SourcePosition position) {
        ClassDesc accessed = component.equals(ConstantDescs.CD_boolean) ? ConstantDescs.CD_byte : component;
        Value zero = zero(component, code.emitter(position));
        code.repeat(
                array.length(),
                position,
                (emitter, index) -> emitter.emit(
                                OpCode.ARRAY_STORE,
                                accessed,
                                List.of(array.memory(), array.place(index, item, emitter), zero))
                        .setProved(true));
    }

    private static Value zero(ClassDesc component, Emitter emitter) {
        return switch (component.descriptorString()) {
            case "D" -> emitter.constant(Type.DOUBLE, 0);
            case "F" -> emitter.constant(Type.FLOAT, 0);
            case "J" -> emitter.constant(Type.LONG, 0);
            default -> emitter.constant(Type.INT, 0);
        };
    }
}
