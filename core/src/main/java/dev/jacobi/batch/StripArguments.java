package dev.jacobi.batch;

import dev.jacobi.Layout;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Elements;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.function.BiConsumer;

/** Brings the arguments of the examples of a strip to where the lanes find them. */
final class StripArguments {
    private final BatchSignature signature;
    private final Function scalar;
    private final Divergence divergence;
    private final Strip strip;
    private final BatchFrame frame;
    private final Function function;
    private final Emitter atEntry;

    private StripArguments(BatchSignature signature, Function scalar, Divergence divergence, Strip strip) {
        this.signature = signature;
        this.scalar = scalar;
        this.divergence = divergence;
        this.strip = strip;
        frame = strip.frame();
        function = strip.function();
        atEntry = strip.atEntry();
    }

    /**
     * Appends to a block, and gives the one in which to go on.
     *
     * @param scalar the code of one example, whose parameters these are
     */
    static Block bring(Block current, BatchSignature signature, Function scalar, Divergence divergence, Strip strip) {
        return new StripArguments(signature, scalar, divergence, strip).bring(current);
    }

    private Block bring(Block start) {
        Block current = start;
        List<Integer> used = divergence.usedArguments();
        for (int index = 0; index < frame.arguments().size(); index++) {
            Value parameter = scalar.parameters().get(index);
            Value argument = frame.arguments().get(index);
            Value stage = strip.lanes().get(parameter);
            if (stage != null) {
                ClassDesc component = signature.parameters().get(index);
                if (!component.equals(stage.type().descriptor().componentType())) {
                    stage = strip.newLaneArray(component);
                    strip.lanes().put(parameter, stage);
                }
                Emitter emitter = Emitter.appendingTo(current, null);
                Strip.copy(emitter, argument, strip.first(), stage, emitter.constant(Type.INT, 0));
            } else if (!divergence.isVarying(parameter)) {
                strip.uniform().put(parameter, argument);
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
        strip.lengths().put(parameter, length);
        if (signature.layout() == Layout.LANES) {
            strip.elements().put(parameter, new Elements(argument, frame.count(), strip.first()));
            return current;
        }
        Value width = atEntry.constant(Type.INT, Strip.WIDTH);
        Value all = atEntry.value(OpCode.NEW_ARRAY, component, atEntry.value(OpCode.MUL, null, length, width));
        strip.elements().put(parameter, new Elements(all, width, null));
        return rearrange(current, index, argument, length, all);
    }

    /** Puts the same element of all examples side by side. */
    private Block rearrange(Block current, int index, Value argument, Value length, Value all) {
        ClassDesc declared = signature.parameters().get(index);
        ClassDesc component = BatchFrame.accessed(declared.componentType());
        boolean separate = signature.layout() == Layout.SEPARATE;
        return loop(current, constant(current, Strip.WIDTH), (outer, lane) -> {
            Emitter emitter = Emitter.appendingTo(outer[0], null);
            Value example = emitter.value(OpCode.ADD, null, strip.first(), lane);
            Value row = argument;
            Value start = null;
            if (separate) {
                row = emitter.value(OpCode.ARRAY_LOAD, declared, argument, example);
                Value same = emitter.value(OpCode.EQ, null, emitter.value(OpCode.ARRAY_LENGTH, null, row), length);
                outer[0] = strip.check(outer[0], same);
            } else {
                start = emitter.value(OpCode.MUL, null, example, length);
            }
            Value from = row;
            Value offset = start;
            outer[0] = loop(outer[0], length, (inner, place) -> {
                Emitter moving = Emitter.appendingTo(inner[0], null);
                Value at = offset == null ? place : moving.value(OpCode.ADD, null, offset, place);
                Value element = moving.value(OpCode.ARRAY_LOAD, component, from, at);
                Value width = moving.constant(Type.INT, Strip.WIDTH);
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
}
