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
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import dev.jacobi.offload.extract.OwnArrays.Group;
import dev.jacobi.offload.extract.OwnArrays.Sliced;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts arrays that a round makes into memory which the launch provides, where they are too large for a work item's own, or nobody knows how large: see {@link RoundMemory}. An array of a length that is known before the loop has a slice
 * of its own; all others lie one after the other on a stack for their type, and a round whose stack is too small fails. The last array of a stack gets longer where it is.
 *
 * <p>Of such arrays, elements are read and written and lengths asked for; a round that does anything else with one, such as to compare it or to pass it on, is refused.
 */
final class RoundArrays {
    /** @param base of an array on a stack, its place there; null for a slice */
    private record Own(Value memory, @Nullable Value base, Value length) {}

    /** @param tops where on this work item's stacks there is space, by {@code number} */
    private record Stack(Value memory, Value capacity, Value tops, int number) {}

    private final Function round;
    private final Block start;
    private final List<Value> known;
    private final Map<Value, Group> groups = new HashMap<>();
    private final Map<Group, Sliced> sliced = new LinkedHashMap<>();
    private final Map<Group, Value> slices = new HashMap<>();
    private final Map<ClassDesc, Stack> stacks = new LinkedHashMap<>();
    private final Map<Value, Own> own = new HashMap<>();
    private final Map<Value, Value> replaced = new HashMap<>();
    private @Nullable Value needed;
    private Value items;
    private Value item;
    private @Nullable Block fail;
    /** Where code goes. */
    private Block at;

    private RoundArrays(Function round, Block start, List<Value> known) {
        this.round = round;
        this.start = start;
        this.known = known;
        this.at = start;
        this.items = round.parameters().getLast();
        this.item = items;
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
        return new RoundArrays(round, start, known).run(lengths);
    }

    private RoundMemory run(@Nullable Function lengths) throws Found {
        List<Group> all = OwnArrays.of(round);
        if (all.isEmpty()) {
            return new RoundMemory(lengths, known.size(), List.of(), List.of());
        }
        List<ClassDesc> components = new ArrayList<>();
        for (Group group : all) {
            group.names().forEach(name -> groups.put(name, group));
            Sliced slice = OwnArrays.sliced(group, start, known);
            if (slice != null) {
                sliced.put(group, slice);
            } else if (!components.contains(group.component())) {
                components.add(group.component());
            }
        }
        List<Block> blocks = List.copyOf(ReversePostorder.of(round).blocks());
        addParameters(components);
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

    /** In front of the index, which stays the last parameter. */
    private void addParameters(List<ClassDesc> components) {
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
        if (!components.isEmpty()) {
            needed = entry.addParameter(Type.of(ConstantDescs.CD_int.arrayType()));
        }
        items = entry.addParameter(Type.INT);
        Value first = entry.addParameter(Type.INT);
        Value index = entry.addParameter(Type.INT);
        round.replaceValues(Map.of(before, index));
        List<Instruction> beginning = new ArrayList<>();
        Emitter emitter = new Emitter(round, beginning::add, null);
        item = emitter.value(OpCode.SUB, null, index, first);
        if (!components.isEmpty()) {
            Value tops = emitter.value(
                    OpCode.NEW_ARRAY, ConstantDescs.CD_int, emitter.constant(Type.INT, components.size()));
            for (int number = 0; number < components.size(); number++) {
                stacks.put(
                        components.get(number),
                        new Stack(memories.get(2 * number), memories.get(2 * number + 1), tops, number));
            }
        }
        insert(entry, beginning);
        List<Instruction> emptying = new ArrayList<>();
        Emitter each = new Emitter(round, emptying::add, null);
        stacks.values().forEach(stack -> setTop(stack, each.constant(Type.INT, 0), each));
        if (start == entry) {
            List<Instruction> rest = entry.instructions()
                    .subList(beginning.size(), entry.instructions().size());
            List<Instruction> whole = new ArrayList<>(beginning);
            whole.addAll(emptying);
            whole.addAll(rest);
            entry.setInstructions(whole);
        } else {
            insert(start, emptying);
        }
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
                    own.put(parameter, new Own(memoryOf(group), base, block.addParameter(Type.INT)));
                }
            }
        }
    }

    private @Nullable Stack stackOf(Group group) {
        return sliced.containsKey(group) ? null : stacks.get(group.component());
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
            Own array = own.get(argument);
            if (array.base() != null) {
                added.add(array.base());
            }
            added.add(array.length());
        }
        others.addAll(added);
        return new Edge(edge.target(), others);
    }

    // ---- instructions ----

    private void lower(Block block) throws Found {
        Terminator end = block.terminator();
        List<Instruction> instructions = List.copyOf(block.instructions());
        block.setInstructions(List.of());
        at = block;
        for (Instruction instruction : instructions) {
            lower(instruction);
        }
        at.setTerminator(end);
    }

    private Emitter emitter(@Nullable SourcePosition position) {
        return Emitter.appendingTo(at, position);
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
        Own array = operands.isEmpty() ? null : own.get(operands.getFirst());
        boolean others = operands.stream().skip(1).anyMatch(own::containsKey);
        if (array == null && !others) {
            at.append(instruction);
            return;
        }
        if (array == null || others) {
            throw refused(instruction);
        }
        Emitter emitter = emitter(instruction.position());
        switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> {
                Value index = operands.get(1);
                boolean mayLeave = instruction.mayThrow();
                Value place = place(array, index, emitter);
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

    private Value place(Own array, Value index, Emitter emitter) {
        Value element = array.base() == null ? index : emitter.value(OpCode.ADD, null, array.base(), index);
        return emitter.value(OpCode.ADD, null, emitter.value(OpCode.MUL, null, element, items), item);
    }

    /** What gives an array. */
    private void make(Instruction instruction, @Nullable ScratchCall call, Group group) throws Found {
        Stack stack = stackOf(group);
        Emitter emitter = emitter(instruction.position());
        Value result = instruction.value();
        if (instruction.opCode() == OpCode.SELECT || instruction.opCode() == OpCode.CHECK_CAST) {
            own.put(result, chosen(instruction, emitter));
        } else if (call != null && call.kind() == ScratchCall.Kind.ACQUIRE) {
            Value none = emitter.constant(Type.INT, 0);
            own.put(result, new Own(memoryOf(group), stack == null ? null : top(stack, emitter), none));
        } else if (call != null && call.kind() != ScratchCall.Kind.ZEROS) {
            Value length = length(instruction, call, emitter);
            own.put(
                    result,
                    stack == null
                            ? new Own(memoryOf(group), null, length)
                            : longer(stack, own.get(instruction.operand(0)), length, instruction.position()));
        } else {
            Value length = instruction.operand(0);
            if (instruction.mayThrow()) {
                goOnIf(emitter.value(OpCode.GE, null, length, emitter.constant(Type.INT, 0)), instruction.position());
            }
            Own array = new Own(
                    memoryOf(group), stack == null ? null : push(stack, length, instruction.position()), length);
            own.put(result, array);
            clear(array, group.component(), instruction.position());
        }
    }

    private Own chosen(Instruction instruction, Emitter emitter) {
        if (instruction.opCode() == OpCode.CHECK_CAST) {
            return own.get(instruction.operand(0));
        }
        Value condition = instruction.operand(0);
        Own one = own.get(instruction.operand(1));
        Own other = own.get(instruction.operand(2));
        Value base = one.base() == null || other.base() == null
                ? null
                : emitter.value(OpCode.SELECT, null, condition, one.base(), other.base());
        return new Own(one.memory(), base, emitter.value(OpCode.SELECT, null, condition, one.length(), other.length()));
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
    private void clear(Own array, ClassDesc component, @Nullable SourcePosition position) {
        ClassDesc accessed = component.equals(ConstantDescs.CD_boolean) ? ConstantDescs.CD_byte : component;
        Value zero = zero(component, emitter(position));
        repeat(
                array.length(),
                position,
                (emitter, index) -> emitter.emit(
                                OpCode.ARRAY_STORE,
                                accessed,
                                List.of(array.memory(), place(array, index, emitter), zero))
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

    // ---- stacks ----

    private static Value top(Stack stack, Emitter emitter) {
        Instruction load = emitter.emit(
                OpCode.ARRAY_LOAD,
                ConstantDescs.CD_int,
                List.of(stack.tops(), emitter.constant(Type.INT, stack.number())));
        load.setProved(true);
        return load.value();
    }

    private static void setTop(Stack stack, Value top, Emitter emitter) {
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(stack.tops(), emitter.constant(Type.INT, stack.number()), top))
                .setProved(true);
    }

    /** Takes space for some elements, none negative; gives its place. */
    private Value push(Stack stack, Value length, @Nullable SourcePosition position) {
        Value base = top(stack, emitter(position));
        take(stack, base, length, position);
        return base;
    }

    /** Makes what lies behind a place, and some elements from there on, taken; fails if the stack is too small. */
    private void take(Stack stack, Value base, Value length, @Nullable SourcePosition position) {
        Emitter emitter = emitter(position);
        // The sum of two ints that are not negative does not wrap around without sign.
        Value end = emitter.value(OpCode.ADD, null, base, length);
        Value small = emitter.lessUnsigned(stack.capacity(), end);
        Value number = emitter.constant(Type.INT, stack.number());
        Value place = emitter.value(OpCode.ADD, null, emitter.value(OpCode.MUL, null, number, items), item);
        Value none = emitter.constant(Type.INT, 0);
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(needed(), place, emitter.value(OpCode.SELECT, null, small, end, none)))
                .setProved(true);
        goOnIf(emitter.value(OpCode.EQ, null, small, none), position);
        setTop(stack, end, emitter(position));
    }

    private Value needed() {
        if (needed == null) {
            throw new IllegalStateException("there is no stack");
        }
        return needed;
    }

    /** The array, or a longer one with its elements. */
    private Own longer(Stack stack, Own array, Value length, @Nullable SourcePosition position) {
        Block grow = round.newBlock();
        Block done = round.newBlock();
        Value base = done.addParameter(Type.INT);
        Value has = done.addParameter(Type.INT);
        Value oldBase = array.base();
        if (oldBase == null) {
            throw new IllegalStateException("a slice does not grow");
        }
        Value small = emitter(position).lessUnsigned(array.length(), length);
        at.setTerminator(new Branch(small, Edge.to(grow), Edge.to(done, oldBase, array.length()), position));
        at = grow;
        Emitter emitter = emitter(position);
        goOnIf(emitter.value(OpCode.GE, null, length, emitter.constant(Type.INT, 0)), position);
        emitter = emitter(position);
        Value top = top(stack, emitter);
        Value last = emitter.value(OpCode.EQ, null, emitter.value(OpCode.ADD, null, oldBase, array.length()), top);
        // Elsewhere with space to spare, so that it is not copied each time.
        Value half = emitter.value(OpCode.LT, null, array.length(), emitter.constant(Type.INT, 1 << 29));
        Value twice = emitter.value(OpCode.ADD, null, array.length(), array.length());
        Value larger = emitter.value(OpCode.LT, null, length, twice);
        Value doubled =
                emitter.value(OpCode.SELECT, null, emitter.value(OpCode.AND, null, half, larger), twice, length);
        Value newLength = emitter.value(OpCode.SELECT, null, last, length, doubled);
        Value newBase = emitter.value(OpCode.SELECT, null, last, oldBase, top);
        take(stack, newBase, newLength, position);
        Value copied = emitter(position)
                .value(OpCode.SELECT, null, last, emitter(position).constant(Type.INT, 0), array.length());
        Own old = new Own(stack.memory(), oldBase, array.length());
        Own made = new Own(stack.memory(), newBase, newLength);
        ClassDesc component = stack.memory().type().descriptor().componentType();
        repeat(copied, position, (inside, index) -> {
            Instruction load =
                    inside.emit(OpCode.ARRAY_LOAD, component, List.of(stack.memory(), place(old, index, inside)));
            load.setProved(true);
            inside.emit(
                            OpCode.ARRAY_STORE,
                            component,
                            List.of(stack.memory(), place(made, index, inside), load.value()))
                    .setProved(true);
        });
        at.setTerminator(new Jump(Edge.to(done, newBase, newLength), position));
        at = done;
        return new Own(stack.memory(), base, has);
    }

    // ---- control flow ----

    /** Goes on if an int is not 0; else the round fails. */
    private void goOnIf(Value condition, @Nullable SourcePosition position) {
        if (fail == null) {
            fail = round.newBlock();
            fail.setTerminator(new Throw(Emitter.appendingTo(fail, position).nullReference(), position));
        }
        Block next = round.newBlock();
        at.setTerminator(new Branch(condition, Edge.to(next), Edge.to(fail), position));
        at = next;
    }

    /** Does something for each int from 0 to that before a count. */
    private void repeat(Value count, @Nullable SourcePosition position, BiConsumer<Emitter, Value> what) {
        Block header = round.newBlock();
        Block inside = round.newBlock();
        Block after = round.newBlock();
        at.setTerminator(new Jump(Edge.to(header, emitter(position).constant(Type.INT, 0)), position));
        Value index = header.addParameter(Type.INT);
        Value more = Emitter.appendingTo(header, position).value(OpCode.LT, null, index, count);
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), position));
        Emitter emitter = Emitter.appendingTo(inside, position);
        what.accept(emitter, index);
        Value next = emitter.value(OpCode.ADD, null, index, emitter.constant(Type.INT, 1));
        inside.setTerminator(new Jump(Edge.to(header, next), position));
        at = after;
    }
}
