package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of numbers that examples make and return: their elements go to where those of all examples lie side by side, from which {@link InStep} makes an array for each example. It learns by
 * trying how many elements they have.
 */
final class ReturnedRows {
    /** Where the function says how many elements an array has that is returned. */
    static final int LENGTH = 1;

    private final Strip strip;
    private final Divergence divergence;

    ReturnedRows(Strip strip, Divergence divergence) {
        this.strip = strip;
        this.divergence = divergence;
    }

    /** Whether a block returns an array. */
    static boolean endsWith(Block block) {
        return returned(block) != null;
    }

    private static @Nullable Value returned(Block block) {
        return block.terminator() instanceof Return(Value value, var _)
                        && value != null
                        && value.type().isReference()
                ? value
                : null;
    }

    /**
     * Stores the elements of the lanes that return here, if there is room for exactly so many.
     *
     * @param block ends with that
     * @param mask 1 for each of these lanes and else 0, or null for all
     * @param current where the code is appended
     * @return where to go on
     */
    Block make(Block block, @Nullable Value mask, Block current) {
        Value array = Objects.requireNonNull(returned(block));
        boolean own = divergence.isOwnArray(array);
        BatchFrame frame = strip.frame();
        Value results = Objects.requireNonNull(frame.results());
        Emitter ahead = Emitter.appendingTo(current, block.terminator().position());
        Value all = strip.uniform(array, current);
        Value length = own ? strip.lengthOf(array, current) : ahead.value(OpCode.ARRAY_LENGTH, null, all);
        Value stride = own ? strip.elementsOf(array, current).stride() : ahead.constant(Type.INT, 1);
        store(current, Objects.requireNonNull(frame.progress()), ahead.constant(Type.INT, LENGTH), length);
        Value room = ahead.value(OpCode.DIV, null, ahead.value(OpCode.ARRAY_LENGTH, null, results), frame.count());
        Block fitting = strip.check(current, ahead.value(OpCode.EQ, null, length, room));

        Loop places = new Loop(fitting, length);
        Emitter ofPlace = Emitter.appendingTo(places.inside, null);
        Value from = ofPlace.value(OpCode.MUL, null, places.counter, stride);
        Value to = ofPlace.value(
                OpCode.ADD, null, ofPlace.value(OpCode.MUL, null, places.counter, frame.count()), strip.first());
        Loop lanes = new Loop(places.inside, ofPlace.constant(Type.INT, Strip.WIDTH));
        Emitter copy = Emitter.appendingTo(lanes.inside, null);
        Value result = copy.value(OpCode.ADD, null, to, lanes.counter);
        Value element = load(lanes.inside, all, own ? copy.value(OpCode.ADD, null, from, lanes.counter) : from);
        if (mask != null) {
            Value comes = load(lanes.inside, mask, lanes.counter);
            element = copy.value(OpCode.SELECT, null, comes, element, load(lanes.inside, results, result));
        }
        store(lanes.inside, results, result, element);
        lanes.close(lanes.inside);
        places.close(lanes.after);
        return places.after;
    }

    private static Value load(Block block, Value array, Value place) {
        Instruction load = Emitter.appendingTo(block, null)
                .emit(OpCode.ARRAY_LOAD, BatchFrame.accessed(Divergence.component(array)), List.of(array, place));
        load.setProved(true);
        return load.value();
    }

    private static void store(Block block, Value array, Value place, Value value) {
        Emitter.appendingTo(block, null)
                .emit(
                        OpCode.ARRAY_STORE,
                        BatchFrame.accessed(Divergence.component(array)),
                        List.of(array, place, value))
                .setProved(true);
    }

    /** A loop that counts from 0 to an end. */
    private final class Loop {
        private final Block header = strip.function().newBlock();
        private final Value counter = header.addParameter(Type.INT);
        private final Block inside = strip.function().newBlock();
        private final Block after = strip.function().newBlock();

        Loop(Block before, Value end) {
            Value zero = Emitter.appendingTo(before, null).constant(Type.INT, 0);
            before.setTerminator(new Jump(Edge.to(header, zero), null));
            Value more = Emitter.appendingTo(header, null).value(OpCode.LT, null, counter, end);
            header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), null));
        }

        void close(Block last) {
            Emitter emitter = Emitter.appendingTo(last, null);
            Value next = emitter.value(OpCode.ADD, null, counter, emitter.constant(Type.INT, 1));
            last.setTerminator(new Jump(Edge.to(header, next), null));
        }
    }
}
