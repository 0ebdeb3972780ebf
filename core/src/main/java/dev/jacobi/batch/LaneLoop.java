package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Elements;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one innermost loop over the lanes: part of the work of a block, and what is to be done in the lanes at its end. */
final class LaneLoop {
    private final BatchSignature signature;
    private final Divergence divergence;
    private final Segments segments;
    private final Strip strip;
    private final Map<Instruction, Value> places;
    /** What the elements of all lanes are copied to before the loop, or from after it, for each instruction that loads or stores elements of its example. */
    private final Map<Instruction, Value> stages = new HashMap<>();

    private final Map<Value, Value> known = new HashMap<>();
    private final Block header;
    private final Block inside;
    private final Value lane;
    private final Emitter emitter;

    /** @param places where the elements of all lanes lie that an instruction loads or stores */
    LaneLoop(
            BatchSignature signature,
            Divergence divergence,
            Segments segments,
            Strip strip,
            Map<Instruction, Value> places) {
        this.signature = signature;
        this.divergence = divergence;
        this.segments = segments;
        this.strip = strip;
        this.places = places;
        header = strip.function().newBlock();
        lane = header.addParameter(Type.INT);
        inside = strip.function().newBlock();
        emitter = Emitter.appendingTo(inside, null);
    }

    /** The block in which to go on, and whether any example leaves the others, or null. */
    record Made(Block after, @Nullable Value leaves) {}

    /**
     * Makes the loop.
     *
     * @param before where it is appended
     * @param end what is to be done in the lanes at the end of the block, if this is its last loop
     * @param chosen a condition that decides whether an example leaves the others
     */
    Made make(Block before, List<Instruction> work, @Nullable Terminator end, @Nullable Value chosen) {
        Emitter ahead = Emitter.appendingTo(before, null);
        work.forEach(instruction -> bring(ahead, instruction));
        Value results = strip.frame().results();
        Value resultStage = end instanceof Return && results != null ? strip.newLaneArray(signature.result()) : null;
        Value any = chosen == null ? null : header.addParameter(Type.INT);
        Value zero = ahead.constant(Type.INT, 0);
        before.setTerminator(new Jump(any == null ? Edge.to(header, zero) : Edge.to(header, zero, zero), null));
        Block after = strip.function().newBlock();
        Emitter atHeader = Emitter.appendingTo(header, null);
        Value more = atHeader.value(OpCode.LT, null, lane, atHeader.constant(Type.INT, Strip.WIDTH));
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), null));

        work.forEach(this::makeInLane);
        for (Instruction instruction : work) {
            if (instruction.result() != null && segments.escapes(instruction.value())) {
                store(strip.lanes().get(instruction.value()), of(instruction.value()));
            }
        }
        if (resultStage != null && end instanceof Return(Value value, var _) && value != null) {
            store(resultStage, of(value));
        } else if (end instanceof Jump(Edge edge, var _)) {
            move(edge);
        }
        Value next = emitter.value(OpCode.ADD, null, lane, emitter.constant(Type.INT, 1));
        if (any == null || chosen == null) {
            inside.setTerminator(new Jump(Edge.to(header, next), null));
        } else {
            boolean leavesIfTrue = end instanceof Branch branch
                    && !divergence.returns(branch.ifTrue().target());
            Value leaves = emitter.value(
                    leavesIfTrue ? OpCode.NE : OpCode.EQ, null, of(chosen), emitter.constant(Type.INT, 0));
            inside.setTerminator(
                    new Jump(Edge.to(header, next, emitter.value(OpCode.OR, null, any, leaves)), null));
        }
        Emitter behind = Emitter.appendingTo(after, null);
        work.forEach(instruction -> takeBack(behind, instruction));
        if (resultStage != null && results != null) {
            Strip.copy(behind, resultStage, behind.constant(Type.INT, 0), results, strip.first());
        }
        return new Made(after, any);
    }

    /** Makes a stage for what is loaded or stored, and fills it if it is loaded. */
    private void bring(Emitter ahead, Instruction access) {
        if (!segments.isElementAccess(access)) {
            return;
        }
        Value array = access.operand(0);
        Value stage = strip.newLaneArray(Divergence.component(array));
        stages.put(access, stage);
        if (access.opCode() == OpCode.ARRAY_LOAD) {
            Elements own = strip.elements(array);
            Strip.copy(ahead, own.array(), places.get(access), stage, ahead.constant(Type.INT, 0));
        }
    }

    private void takeBack(Emitter behind, Instruction access) {
        Value stage = stages.get(access);
        if (stage != null && access.opCode() == OpCode.ARRAY_STORE) {
            Elements own = strip.elements(access.operand(0));
            Strip.copy(behind, stage, behind.constant(Type.INT, 0), own.array(), places.get(access));
        }
    }

    private void makeInLane(Instruction instruction) {
        Value stage = stages.get(instruction);
        if (stage != null && instruction.opCode() == OpCode.ARRAY_LOAD) {
            known.put(instruction.value(), loadFrom(stage));
        } else if (stage != null) {
            store(stage, of(instruction.operand(2)));
        } else if (!divergence.isArrayWork(instruction)) {
            Instruction made = emitter.at(instruction.position())
                    .emit(
                            instruction.opCode(),
                            instruction.attribute(),
                            instruction.operands().stream().map(this::of).toList());
            made.setProved(instruction.isProved());
            if (instruction.result() != null) {
                known.put(instruction.value(), made.value());
            }
        }
    }

    /** Reads all, then writes all: what is passed on may be what was passed on before. */
    private void move(Edge edge) {
        if (!divergence.returns(edge.target())) {
            return;
        }
        List<Value> targets = new ArrayList<>();
        List<Value> passed = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(index);
            if (divergence.isVarying(parameter) && !divergence.isLocalArray(parameter)) {
                targets.add(strip.lanes().get(parameter));
                passed.add(of(edge.arguments().get(index)));
            }
        }
        for (int index = 0; index < targets.size(); index++) {
            store(targets.get(index), passed.get(index));
        }
    }

    private Value of(Value value) {
        Value same = strip.uniform().get(value);
        return same != null ? same : known.computeIfAbsent(value, this::load);
    }

    private Value load(Value value) {
        Value array = strip.lanes().get(value);
        if (array == null) {
            throw new IllegalStateException(value + " is not in the lanes");
        }
        return loadFrom(array);
    }

    private Value loadFrom(Value array) {
        Instruction load = emitter.emit(
                OpCode.ARRAY_LOAD, BatchFrame.accessed(Divergence.component(array)), List.of(array, lane));
        load.setProved(true);
        return load.value();
    }

    private void store(Value array, Value value) {
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        BatchFrame.accessed(Divergence.component(array)),
                        List.of(array, lane, value))
                .setProved(true);
    }
}
