package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.NestedRounds;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Computes, before the loops of a {@link ParallelNest}, what is the same in all their rounds. */
final class AheadOfNest {
    private static final ClassDesc ROUNDS =
            NestedRounds.class.describeConstable().orElseThrow();
    private static final MethodReference COUNT = method("count", ConstantDescs.CD_long, ConstantDescs.CD_int);
    private static final MethodReference EXTENT = method("extent", ConstantDescs.CD_int, ConstantDescs.CD_int);
    private static final MethodReference RADIX = method("radix", ConstantDescs.CD_int);

    private final Function function;
    private final Loop outermost;
    private final @Nullable SourcePosition position;
    private final Map<Value, Value> lengths = new HashMap<>();
    private Block block;

    AheadOfNest(Function function, Loop outermost, @Nullable SourcePosition position) {
        this.function = function;
        this.outermost = outermost;
        this.position = position;
        this.block = function.newBlock();
        Objects.requireNonNull(outermost.preheader())
                .mapEdges(edge -> edge.target() == outermost.header() ? Edge.to(block) : edge);
    }

    private static MethodReference method(String name, ClassDesc... parameters) {
        return new MethodReference(ROUNDS, name, MethodTypeDesc.of(ConstantDescs.CD_int, parameters), false);
    }

    /** The extent that a value is the radix of, or null. */
    static @Nullable Value extentOf(Value radix) {
        return radix.definition() instanceof Instruction definition
                        && definition.opCode() == OpCode.INVOKE_STATIC
                        && definition.method().equals(RADIX)
                ? definition.operand(0)
                : null;
    }

    private static @Nullable Integer number(Value value) {
        return value.definition() instanceof Instruction definition
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer number
                ? number
                : null;
    }

    static boolean isNumber(Value value, int number) {
        return Objects.equals(number(value), number);
    }

    Emitter emitter() {
        return Emitter.appendingTo(block, position);
    }

    void end(Jump jump) {
        block.setTerminator(jump);
    }

    /** Lengths of arrays in the loops, and what they are here. */
    Map<Value, Value> lengths() {
        return lengths;
    }

    /** A value that is the same in all rounds, as the start or the bound of a loop. */
    Value value(Value value) {
        Instruction definition = value.definition();
        if (!outermost.contains(value.block()) || definition == null) {
            return value;
        }
        if (definition.opCode() == OpCode.CONSTANT) {
            return emitter().value(OpCode.CONSTANT, definition.attribute());
        }
        if (definition.opCode() == OpCode.ARRAY_LENGTH) {
            Value known = lengths.get(value);
            return known == null ? length(value, definition.operand(0)) : known;
        }
        Value left = value(definition.operand(0));
        Value right = value(definition.operand(1));
        return emitter().value(definition.opCode(), null, left, right);
    }

    /** The length of an array, or 0 of null: that throws where the loops ask for the length. */
    private Value length(Value value, Value array) {
        Block asking = function.newBlock();
        Block joined = function.newBlock();
        Value length = joined.addParameter(Type.INT);
        Emitter emitter = emitter();
        Value isNull = emitter.value(OpCode.EQ, null, array, emitter.nullReference());
        Edge none = new Edge(joined, List.of(emitter.constant(Type.INT, 0)));
        block.setTerminator(new Branch(isNull, none, Edge.to(asking), position));
        Instruction asked = Emitter.appendingTo(asking, position).emit(OpCode.ARRAY_LENGTH, null, List.of(array));
        asked.setProved(true);
        asking.setTerminator(new Jump(new Edge(joined, List.of(asked.value())), position));
        block = joined;
        lengths.put(value, length);
        return length;
    }

    /** How many rounds an inner loop has; may be negative. */
    Value extent(Value start, Value bound) {
        Emitter emitter = emitter();
        if (isNumber(start, 0)) {
            return bound;
        }
        emitter.value(OpCode.INVOKE_STATIC, EXTENT, start, bound); // refuses what is no int
        return emitter.value(OpCode.SUB, null, bound, start);
    }

    /** By what the index of all rounds is divided for an inner loop that has so many. */
    Value radix(Value extent) {
        Integer number = number(extent);
        return number == null
                ? emitter().value(OpCode.INVOKE_STATIC, RADIX, extent)
                : number >= 1 ? extent : emitter().constant(Type.INT, 1);
    }

    /** How many rounds loops have together, of those of the outer ones and at least one of an inner loop. */
    Value count(Value outer, Value inner) {
        Emitter emitter = emitter();
        Value rounds = outer.type().kind() == Type.Kind.LONG
                ? outer
                : emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, outer);
        return emitter.value(OpCode.INVOKE_STATIC, COUNT, rounds, inner);
    }

    Value atLeast(Value value, Value least) {
        return emitter().value(OpCode.MATH, new MathCall(MathFunction.MAX, false), value, least);
    }

    /** 1 if one of these is null, else 0; null if there are none of them. */
    @Nullable
    Value anyNull(Collection<Value> arrays) {
        Value any = null;
        for (Value array : new LinkedHashSet<>(arrays)) {
            if (outermost.contains(array.block())) {
                throw new IllegalStateException(array + " is no array from outside");
            }
            Value isNull = emitter().value(OpCode.EQ, null, array, emitter().nullReference());
            any = any == null ? isNull : emitter().value(OpCode.OR, null, any, isNull);
        }
        return any;
    }
}
