package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done in one lane, as it is being made inside a loop over the lanes: the values that are known there, the lanes at work, and who leaves the others. */
final class LaneCode {
    private final Strip strip;
    private final Divergence divergence;
    private final Emitter emitter;
    private final Value lane;
    private final Map<Value, Value> known = new HashMap<>();
    private Block before;
    private @Nullable Value mask;
    private @Nullable Value leaving;

    /**
     * Begins with no instruction.
     *
     * @param emitter where instructions are made
     * @param lane the number of the lane
     * @param before where the loop is appended
     */
    LaneCode(Strip strip, Divergence divergence, Emitter emitter, Value lane, Block before) {
        this.strip = strip;
        this.divergence = divergence;
        this.emitter = emitter;
        this.lane = lane;
        this.before = before;
    }

    /** Tells where the loop comes to stand, and which lanes are at work: those where an array holds 1, or all. */
    void begin(Block before, @Nullable Value maskArray) {
        this.before = before;
        mask = maskArray == null ? null : loadFrom(maskArray);
    }

    /** The block before the loop. */
    Block before() {
        return before;
    }

    Emitter emitter() {
        return emitter;
    }

    /** The number of the lane. */
    Value lane() {
        return lane;
    }

    /** 1 if the lane is at work and else 0, or null if all are. */
    @Nullable
    Value mask() {
        return mask;
    }

    /** 1 if the example leaves the others and else 0, or null if none can. */
    @Nullable
    Value leaving() {
        return leaving;
    }

    /** What a value of the code of one example is in the lane. */
    Value of(Value value) {
        return divergence.isVarying(value) ? known.computeIfAbsent(value, this::load) : strip.uniform(value, before);
    }

    /** Tells what a value is. */
    void know(Value value, Value made) {
        known.put(value, made);
    }

    private Value load(Value value) {
        Value array = strip.lanes().get(value);
        if (array == null) {
            throw new IllegalStateException(value + " is not in the lanes");
        }
        return loadFrom(array);
    }

    /** The lane's element of an array with one for each lane. */
    Value loadFrom(Value array) {
        Instruction load =
                emitter.emit(OpCode.ARRAY_LOAD, BatchFrame.accessed(Divergence.component(array)), List.of(array, lane));
        load.setProved(true);
        return load.value();
    }

    /** Stores the lane's element of an array with one for each lane. */
    void store(Value array, Value value) {
        emitter.emit(OpCode.ARRAY_STORE, BatchFrame.accessed(Divergence.component(array)), List.of(array, lane, value))
                .setProved(true);
    }

    /** A value in lanes at work, and another in the rest, if there may be any. */
    Value atWork(Value value, Supplier<Value> otherwise) {
        return mask == null ? value : select(mask, value, otherwise.get());
    }

    Value select(Value condition, Value one, Value other) {
        return emitter.value(OpCode.SELECT, null, condition, one, other);
    }

    /** Notes that an example leaves the others where a condition, 1 or 0, does not hold; gives where it holds, of the lanes that are at work. */
    Value require(Value holds) {
        Value one = mask == null ? emitter.constant(Type.INT, 1) : mask;
        Value allowed = mask == null ? holds : emitter.value(OpCode.AND, null, holds, mask);
        leave(emitter.value(OpCode.XOR, null, allowed, one));
        return allowed;
    }

    /** Notes that an example leaves the others if a number, 1 or 0, is 1. */
    void leave(Value leaves) {
        leaving = leaving == null ? leaves : emitter.value(OpCode.OR, null, leaving, leaves);
    }
}
