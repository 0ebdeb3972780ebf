package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Elements;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Arrays of numbers that examples make and return: each lane's elements get an array of their own, which is the example's result. */
final class ReturnedRows {
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
     * Makes the arrays of the lanes that return here.
     *
     * @param block ends with that
     * @param mask 1 for each of these lanes and else 0, or null for all
     * @param current where the code is appended
     * @return where to go on
     */
    Block make(Block block, @Nullable Value mask, Block current) {
        Value array = Objects.requireNonNull(returned(block));
        ClassDesc component = Divergence.component(array);
        boolean own = divergence.isOwnArray(array);
        Emitter ahead = Emitter.appendingTo(current, block.terminator().position());
        Value width = ahead.constant(Type.INT, Strip.WIDTH);
        Value all = strip.uniform(array, current);
        Value length = own ? strip.lengthOf(array, current) : ahead.value(OpCode.ARRAY_LENGTH, null, all);
        Elements elements =
                own ? strip.elementsOf(array, current) : new Elements(all, ahead.constant(Type.INT, 1), null);

        Loop lanes = new Loop(current, width);
        Block inLane = lanes.inside;
        Block next = strip.function().newBlock();
        if (mask != null) {
            Block returning = strip.function().newBlock();
            Value comes = load(inLane, mask, lanes.counter);
            inLane.setTerminator(new Branch(comes, Edge.to(returning), Edge.to(next), null));
            inLane = returning;
        }
        Value row = Emitter.appendingTo(inLane, null).value(OpCode.NEW_ARRAY, component, length);
        Loop copying = new Loop(inLane, length);
        Emitter copy = Emitter.appendingTo(copying.inside, null);
        Value place = copy.value(OpCode.MUL, null, copying.counter, elements.stride());
        if (own) {
            place = copy.value(OpCode.ADD, null, place, lanes.counter);
        }
        store(copying.inside, row, copying.counter, load(copying.inside, elements.array(), place));
        copying.close(copying.inside);
        Emitter storing = Emitter.appendingTo(copying.after, null);
        Value example = storing.value(OpCode.ADD, null, strip.first(), lanes.counter);
        store(copying.after, Objects.requireNonNull(strip.frame().results()), example, row);
        copying.after.setTerminator(new Jump(Edge.to(next), null));
        lanes.close(next);
        return lanes.after;
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
