package dev.jacobi.batch;

import dev.jacobi.Layout;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.OutOfStep;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link #WIDTH} examples go through the code in step. What is the same for all examples is computed once. What differs is computed in innermost loops over the lanes, all of them
 * over the same short arrays from 0 on, which HotSpot and LLVM make vector instructions of; values that live from one such loop to another are kept in these arrays.
 *
 * <p>Nothing is written that others could see but the results, so an exception, or the end of a way that leads nowhere else, is no matter: {@link BatchCode} does the examples of that
 * strip one after the other instead, which throws what is to be thrown. Each example has the bits that it has alone, since each operation is done for each lane as it stands.
 */
final class LaneLoops {
    /** How many examples go in step. */
    static final int WIDTH = 128;

    private static final int LONGEST_LOCAL = 1 << 20;
    private static final ClassDesc EXCEPTION = ClassDesc.ofDescriptor(OutOfStep.class.descriptorString());
    private static final MethodReference OUT_OF_STEP =
            new MethodReference(EXCEPTION, "get", MethodTypeDesc.of(EXCEPTION), false);

    private final BatchSignature signature;
    private final Function scalar;
    private final Divergence divergence;
    private final BatchFrame frame;
    private final Function function;
    private final Emitter atEntry;
    private final Map<Block, Block> heads = new HashMap<>();
    private final Map<Value, Value> uniform = new HashMap<>();
    private final Map<Value, Value> laneArrays = new HashMap<>();
    /** The number of examples' elements, of arrays that each example has. */
    private final Map<Value, Value> lengths = new HashMap<>();
    /** Where the elements of all lanes lie: those of element {@code i} from {@code i * stride + start} on. */
    private final Map<Value, Elements> elements = new HashMap<>();

    private final Segments segments;
    private final Block strip;
    private final Value first;
    private @Nullable Block outOfStep;

    private record Elements(
            Value array, Value stride, @Nullable Value start) {}

    private LaneLoops(BatchSignature signature, Function scalar, Divergence divergence) {
        this.signature = signature;
        this.scalar = scalar;
        this.divergence = divergence;
        segments = new Segments(scalar, divergence);
        frame = BatchFrame.of(signature, scalar);
        function = frame.function();
        atEntry = Emitter.appendingTo(frame.entry(), null);
        strip = function.newBlock();
        first = strip.addParameter(Type.INT);
    }

    /**
     * Makes the function; its parameters are those of {@link BatchLoop}, and it does as many whole strips as there are.
     *
     * @param scalar the code of one example, for which {@link Divergence#obstacle} is empty
     */
    static Function of(BatchSignature signature, Function scalar, Divergence divergence) {
        LaneLoops loops = new LaneLoops(signature, scalar, divergence);
        loops.make();
        return loops.function;
    }

    private void make() {
        Emitter emitter = Emitter.appendingTo(strip, null);
        Value left = emitter.value(OpCode.SUB, null, frame.to(), first);
        Value whole = emitter.value(OpCode.GE, null, left, emitter.constant(Type.INT, WIDTH));
        Block start = function.newBlock();
        strip.setTerminator(new Branch(whole, Edge.to(start), Edge.to(frame.end()), null));
        Emitter starting = Emitter.appendingTo(start, null);
        starting.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(Objects.requireNonNull(frame.progress()), starting.constant(Type.INT, 0), first))
                .setProved(true);
        for (Block block : scalar.blocks()) {
            if (divergence.returns(block)) {
                Block head = function.newBlock();
                heads.put(block, head);
                for (Value parameter : block.parameters()) {
                    if (divergence.isVarying(parameter)) {
                        if (!divergence.isOwnArray(parameter)) {
                            laneArrays.put(parameter, newLaneArray(parameter.type()));
                        }
                    } else if (block != scalar.entry()) {
                        uniform.put(parameter, head.addParameter(parameter.type()));
                    }
                }
            }
        }
        Block current = bringArguments(start);
        current.setTerminator(new Jump(Edge.to(heads.get(scalar.entry())), null));
        for (Value escaping : segments.escaping()) {
            laneArrays.computeIfAbsent(escaping, value -> newLaneArray(value.type()));
        }
        // Values are defined in blocks that dominate their uses, which come first in this order.
        for (Block block : ReversePostorder.of(scalar).blocks()) {
            if (divergence.returns(block)) {
                make(block);
            }
        }
        frame.entry().setTerminator(new Jump(Edge.to(strip, frame.from()), null));
    }

    private Value newLaneArray(Type type) {
        return newLaneArray(type.descriptor());
    }

    private Value newLaneArray(ClassDesc component) {
        return atEntry.value(OpCode.NEW_ARRAY, component, atEntry.constant(Type.INT, WIDTH));
    }

    /** The arguments of the examples of this strip, where the lanes find them. */
    private Block bringArguments(Block start) {
        Block current = start;
        List<Integer> used = divergence.usedArguments();
        for (int index = 0; index < frame.arguments().size(); index++) {
            Value parameter = scalar.parameters().get(index);
            Value argument = frame.arguments().get(index);
            Value stage = laneArrays.get(parameter);
            if (stage != null) {
                ClassDesc component = signature.parameters().get(index);
                if (!component.equals(stage.type().descriptor().componentType())) {
                    stage = newLaneArray(component);
                    laneArrays.put(parameter, stage);
                }
                Emitter emitter = Emitter.appendingTo(current, null);
                copy(emitter, argument, first, stage, emitter.constant(Type.INT, 0));
            } else if (!divergence.isVarying(parameter)) {
                uniform.put(parameter, argument);
            } else if (used.contains(index)) {
                current = bringArray(current, index, parameter, argument);
            }
        }
        return current;
    }

    private Block bringArray(Block current, int index, Value parameter, Value argument) {
        ClassDesc component = signature.parameters().get(index).componentType();
        boolean separate = signature.layout() == Layout.SEPARATE;
        Value length;
        if (separate) {
            Value row = atEntry.value(OpCode.ARRAY_LOAD, signature.parameters().get(index), argument, frame.from());
            length = atEntry.value(OpCode.ARRAY_LENGTH, null, row);
        } else {
            length = atEntry.value(OpCode.DIV, null, atEntry.value(OpCode.ARRAY_LENGTH, null, argument), frame.count());
        }
        lengths.put(parameter, length);
        if (signature.layout() == Layout.LANES) {
            elements.put(parameter, new Elements(argument, frame.count(), first));
            return current;
        }
        Value width = atEntry.constant(Type.INT, WIDTH);
        Value all = atEntry.value(OpCode.NEW_ARRAY, component, atEntry.value(OpCode.MUL, null, length, width));
        elements.put(parameter, new Elements(all, width, null));
        return rearrange(current, index, argument, length, all);
    }

    /** Puts the same element of all examples side by side. */
    private Block rearrange(Block current, int index, Value argument, Value length, Value all) {
        ClassDesc declared = signature.parameters().get(index);
        ClassDesc component = BatchFrame.accessed(declared.componentType());
        boolean separate = signature.layout() == Layout.SEPARATE;
        return loop(current, constant(current, WIDTH), (outer, lane) -> {
            Emitter emitter = Emitter.appendingTo(outer[0], null);
            Value example = emitter.value(OpCode.ADD, null, first, lane);
            Value row = argument;
            Value start = null;
            if (separate) {
                row = emitter.value(OpCode.ARRAY_LOAD, declared, argument, example);
                Value same = emitter.value(OpCode.EQ, null, emitter.value(OpCode.ARRAY_LENGTH, null, row), length);
                Block next = function.newBlock();
                outer[0].setTerminator(new Branch(same, Edge.to(next), Edge.to(outOfStep()), null));
                outer[0] = next;
            } else {
                start = emitter.value(OpCode.MUL, null, example, length);
            }
            Value from = row;
            Value offset = start;
            outer[0] = loop(outer[0], length, (inner, place) -> {
                Emitter moving = Emitter.appendingTo(inner[0], null);
                Value at = offset == null ? place : moving.value(OpCode.ADD, null, offset, place);
                Value element = moving.value(OpCode.ARRAY_LOAD, component, from, at);
                Value width = moving.constant(Type.INT, WIDTH);
                Value target = moving.value(OpCode.ADD, null, moving.value(OpCode.MUL, null, place, width), lane);
                moving.emit(OpCode.ARRAY_STORE, component, List.of(all, target, element));
            });
        });
    }

    private static Value constant(Block block, int number) {
        return Emitter.appendingTo(block, null).constant(Type.INT, number);
    }

    /** A loop from 0 to {@code bound}; what {@code inside} makes may end in another block, which it puts into its argument. */
    private Block loop(Block before, Value bound, BiConsumer<Block[], Value> inside) {
        Block header = function.newBlock();
        Value index = header.addParameter(Type.INT);
        before.setTerminator(new Jump(Edge.to(header, constant(before, 0)), null));
        Block[] body = {function.newBlock()};
        Block after = function.newBlock();
        Value more = Emitter.appendingTo(header, null).value(OpCode.LT, null, index, bound);
        header.setTerminator(new Branch(more, Edge.to(body[0]), Edge.to(after), null));
        inside.accept(body, index);
        Emitter emitter = Emitter.appendingTo(body[0], null);
        Value next = emitter.value(OpCode.ADD, null, index, emitter.constant(Type.INT, 1));
        body[0].setTerminator(new Jump(Edge.to(header, next), null));
        return after;
    }

    private static void copy(Emitter emitter, Value from, Value at, Value to, Value place) {
        emitter.emit(
                OpCode.INVOKE_STATIC,
                MethodReference.ARRAY_COPY,
                List.of(from, at, to, place, emitter.constant(Type.INT, WIDTH)));
    }

    /** Where it goes if the examples do not go in step. */
    private Block outOfStep() {
        Block block = outOfStep;
        if (block == null) {
            block = function.newBlock();
            outOfStep = block;
            Value exception = Emitter.appendingTo(block, null).value(OpCode.INVOKE_STATIC, OUT_OF_STEP);
            block.setTerminator(new Throw(exception, null));
        }
        return block;
    }

    /** The lane loop that is being made. */
    private final class Lanes {
        private final Map<Value, Value> known = new HashMap<>();
        private final Emitter emitter;
        private final Value lane;

        Lanes(Block block, Value lane, @Nullable SourcePosition position) {
            emitter = Emitter.appendingTo(block, position);
            this.lane = lane;
        }

        Value of(Value value) {
            Value same = uniform.get(value);
            return same != null ? same : known.computeIfAbsent(value, this::load);
        }

        private Value load(Value value) {
            Value array = laneArrays.get(value);
            if (array == null) {
                throw new IllegalStateException(value + " of " + scalar.name() + " is not in the lanes");
            }
            return load(array, Divergence.component(array));
        }

        Value load(Value array, ClassDesc component) {
            Instruction load = emitter.emit(OpCode.ARRAY_LOAD, BatchFrame.accessed(component), List.of(array, lane));
            load.setProved(true);
            return load.value();
        }

        void store(Value array, Value value) {
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            BatchFrame.accessed(Divergence.component(array)),
                            List.of(array, lane, value))
                    .setProved(true);
        }
    }

    private void make(Block block) {
        Block[] current = {heads.get(block)};
        Map<Instruction, Value> places = new HashMap<>();
        for (Instruction instruction : block.instructions()) {
            if (!segments.isVarying(instruction)) {
                makeUniform(current, instruction);
            } else if (segments.isElementAccess(instruction)) {
                places.put(instruction, place(current, instruction));
            }
        }
        Terminator terminator = block.terminator();
        List<List<Instruction>> parts = segments.of(block);
        Value leaves = null;
        for (int part = 0; part < parts.size(); part++) {
            boolean last = part == parts.size() - 1;
            List<Instruction> work = parts.get(part);
            Value chosen = last && terminator instanceof Branch branch && divergence.isVarying(branch.condition())
                    ? branch.condition()
                    : null;
            if (work.isEmpty() && chosen == null && !(last && moves(terminator))) {
                continue;
            }
            leaves = makeLanes(current, work, places, last ? terminator : null, chosen);
        }
        makeEnd(current[0], terminator, leaves);
    }

    /** Whether something is done in each lane at the end of a block. */
    private boolean moves(Terminator terminator) {
        return switch (terminator) {
            case Return(Value value, var _) -> value != null && frame.results() != null;
            case Jump(Edge edge, var _) -> hasVarying(edge);
            default -> false;
        };
    }

    private boolean hasVarying(Edge edge) {
        return divergence.returns(edge.target())
                && edge.target().parameters().stream().anyMatch(divergence::isVarying);
    }

    private void makeUniform(Block[] current, Instruction instruction) {
        Emitter emitter = Emitter.appendingTo(current[0], instruction.position());
        if (!instruction.operands().isEmpty() && divergence.isOwnArray(instruction.operand(0))) {
            if (instruction.opCode() == OpCode.ARRAY_LENGTH) {
                uniform.put(instruction.value(), lengths.get(instruction.operand(0)));
            }
            return;
        }
        Instruction made = emitter.emit(
                instruction.opCode(),
                instruction.attribute(),
                instruction.operands().stream().map(uniform::get).toList());
        made.copyMarks(instruction);
        if (instruction.result() != null) {
            made.value().setType(instruction.value().type());
            uniform.put(instruction.value(), made.value());
        }
    }

    /** Makes a local array of all lanes, or computes where the elements of all lanes lie, and checks the index. */
    private @Nullable Value place(Block[] current, Instruction access) {
        Emitter emitter = Emitter.appendingTo(current[0], access.position());
        if (access.opCode() == OpCode.NEW_ARRAY) {
            Value length = uniform.get(access.operand(0));
            check(current, inRange(emitter, length, emitter.constant(Type.INT, LONGEST_LOCAL)));
            emitter = Emitter.appendingTo(current[0], access.position());
            Value width = emitter.constant(Type.INT, WIDTH);
            Value all = emitter.value(
                    OpCode.NEW_ARRAY, access.classAttribute(), emitter.value(OpCode.MUL, null, length, width));
            lengths.put(access.value(), length);
            elements.put(access.value(), new Elements(all, width, null));
            return null;
        }
        Value array = access.operand(0);
        Value index = uniform.get(access.operand(1));
        if (!access.isProved()) {
            check(current, inRange(emitter, index, lengths.get(array)));
            emitter = Emitter.appendingTo(current[0], access.position());
        }
        Elements own = elements.get(array);
        Value place = emitter.value(OpCode.MUL, null, index, own.stride());
        return own.start() == null ? place : emitter.value(OpCode.ADD, null, place, own.start());
    }

    private static Value inRange(Emitter emitter, Value index, Value length) {
        Value notNegative = emitter.value(OpCode.GE, null, index, emitter.constant(Type.INT, 0));
        return emitter.value(OpCode.AND, null, notNegative, emitter.value(OpCode.LT, null, index, length));
    }

    private void check(Block[] current, Value condition) {
        Block next = function.newBlock();
        current[0].setTerminator(new Branch(condition, Edge.to(next), Edge.to(outOfStep()), null));
        current[0] = next;
    }

    /**
     * Makes one loop over the lanes.
     *
     * @param end what is to be done in the lanes at the end of the block, if this is its last loop
     * @param chosen a condition that decides whether an example leaves the others
     * @return whether any example leaves the others, or null
     */
    private @Nullable Value makeLanes(
            Block[] current,
            List<Instruction> work,
            Map<Instruction, Value> places,
            @Nullable Terminator end,
            @Nullable Value chosen) {
        Map<Instruction, Value> stages = new HashMap<>();
        List<Instruction> stores = new ArrayList<>();
        Emitter before = Emitter.appendingTo(current[0], null);
        for (Instruction instruction : work) {
            if (segments.isElementAccess(instruction) && instruction.opCode() != OpCode.NEW_ARRAY) {
                Value stage = newLaneArray(Divergence.component(instruction.operand(0)));
                stages.put(instruction, stage);
                if (instruction.opCode() == OpCode.ARRAY_LOAD) {
                    Elements own = elements.get(instruction.operand(0));
                    copy(before, own.array(), places.get(instruction), stage, before.constant(Type.INT, 0));
                } else {
                    stores.add(instruction);
                }
            }
        }
        Value resultStage = end instanceof Return && frame.results() != null ? newLaneArray(signature.result()) : null;
        Block header = function.newBlock();
        Value lane = header.addParameter(Type.INT);
        Value any = chosen == null ? null : header.addParameter(Type.INT);
        Value zero = before.constant(Type.INT, 0);
        current[0].setTerminator(new Jump(any == null ? Edge.to(header, zero) : Edge.to(header, zero, zero), null));
        Block inside = function.newBlock();
        Block after = function.newBlock();
        Emitter atHeader = Emitter.appendingTo(header, null);
        Value more = atHeader.value(OpCode.LT, null, lane, atHeader.constant(Type.INT, WIDTH));
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), null));

        Lanes lanes = new Lanes(inside, lane, null);
        work.forEach(instruction -> makeInLane(lanes, instruction, stages.get(instruction)));
        for (Instruction instruction : work) {
            if (instruction.result() != null && segments.escapes(instruction.value())) {
                lanes.store(laneArrays.get(instruction.value()), lanes.of(instruction.value()));
            }
        }
        if (resultStage != null && end instanceof Return(Value value, var _) && value != null) {
            lanes.store(resultStage, lanes.of(value));
        } else if (end instanceof Jump(Edge edge, var _)) {
            move(lanes, edge);
        }
        Value next = lanes.emitter.value(OpCode.ADD, null, lane, lanes.emitter.constant(Type.INT, 1));
        if (any == null || chosen == null) {
            inside.setTerminator(new Jump(Edge.to(header, next), null));
        } else {
            boolean leavesIfTrue = end instanceof Branch branch
                    && !divergence.returns(branch.ifTrue().target());
            Value condition = lanes.of(chosen);
            Value leaves = lanes.emitter.value(
                    leavesIfTrue ? OpCode.NE : OpCode.EQ, null, condition, lanes.emitter.constant(Type.INT, 0));
            Value sum = lanes.emitter.value(OpCode.OR, null, any, leaves);
            inside.setTerminator(new Jump(Edge.to(header, next, sum), null));
        }
        Emitter behind = Emitter.appendingTo(after, null);
        for (Instruction store : stores) {
            Elements own = elements.get(store.operand(0));
            copy(behind, stages.get(store), behind.constant(Type.INT, 0), own.array(), places.get(store));
        }
        if (resultStage != null && frame.results() != null) {
            copy(behind, resultStage, behind.constant(Type.INT, 0), frame.results(), first);
        }
        current[0] = after;
        return any;
    }

    private void makeInLane(Lanes lanes, Instruction instruction, @Nullable Value stage) {
        if (stage != null && instruction.opCode() == OpCode.ARRAY_LOAD) {
            lanes.known.put(instruction.value(), lanes.load(stage, Divergence.component(stage)));
        } else if (stage != null) {
            lanes.store(stage, lanes.of(instruction.operand(2)));
        } else if (!segments.isElementAccess(instruction)) {
            Instruction made = lanes.emitter
                    .at(instruction.position())
                    .emit(
                            instruction.opCode(),
                            instruction.attribute(),
                            instruction.operands().stream().map(lanes::of).toList());
            made.setProved(instruction.isProved());
            if (instruction.result() != null) {
                lanes.known.put(instruction.value(), made.value());
            }
        }
    }

    /** Reads all, then writes all: what is passed on may be what was passed on before. */
    private void move(Lanes lanes, Edge edge) {
        if (!divergence.returns(edge.target())) {
            return;
        }
        List<Value> targets = new ArrayList<>();
        List<Value> passed = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(index);
            if (divergence.isVarying(parameter)) {
                targets.add(laneArrays.get(parameter));
                passed.add(lanes.of(edge.arguments().get(index)));
            }
        }
        for (int index = 0; index < targets.size(); index++) {
            lanes.store(targets.get(index), passed.get(index));
        }
    }

    private void makeEnd(Block block, Terminator terminator, @Nullable Value leaves) {
        switch (terminator) {
            case Return _ -> {
                Emitter emitter = Emitter.appendingTo(block, null);
                Value next = emitter.value(OpCode.ADD, null, first, emitter.constant(Type.INT, WIDTH));
                block.setTerminator(new Jump(Edge.to(strip, next), null));
            }
            case Jump(Edge edge, var position) -> block.setTerminator(new Jump(to(edge), position));
            case Branch branch
            when leaves != null -> {
                Edge stays = divergence.returns(branch.ifTrue().target()) ? branch.ifTrue() : branch.ifFalse();
                block.setTerminator(new Branch(leaves, Edge.to(outOfStep()), moving(stays), branch.position()));
            }
            case Branch branch ->
                block.setTerminator(new Branch(
                        uniform.get(branch.condition()),
                        moving(branch.ifTrue()),
                        moving(branch.ifFalse()),
                        branch.position()));
            case Switch choice -> {
                SortedMap<Integer, Edge> cases = new TreeMap<>();
                choice.cases().forEach((key, edge) -> cases.put(key, moving(edge)));
                block.setTerminator(new Switch(
                        uniform.get(choice.selector()), cases, moving(choice.otherwise()), choice.position()));
            }
            case Throw _ -> block.setTerminator(new Jump(Edge.to(outOfStep()), null));
        }
    }

    /** An edge for what is the same for all examples. */
    private Edge to(Edge edge) {
        if (!divergence.returns(edge.target())) {
            return Edge.to(outOfStep());
        }
        List<Value> passed = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            if (!divergence.isVarying(edge.target().parameter(index))) {
                passed.add(uniform.get(edge.arguments().get(index)));
            }
        }
        return new Edge(heads.get(edge.target()), passed);
    }

    /** As {@link #to}, over a loop that moves what differs, if there is such. */
    private Edge moving(Edge edge) {
        if (!hasVarying(edge)) {
            return to(edge);
        }
        Block[] block = {function.newBlock()};
        Edge way = Edge.to(block[0]);
        makeLanes(block, List.of(), Map.of(), new Jump(edge, null), null);
        block[0].setTerminator(new Jump(to(edge), null));
        return way;
    }
}
