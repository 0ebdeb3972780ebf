package dev.jacobi.autodiff;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes instructions one after the other, all with the source position of the primal instruction they come from.
 *
 * @param function the function that owns the instructions
 * @param sink takes each instruction, in order; the instruction is in no block when it gets there
 */
public record Emitter(
        Function function,
        Consumer<Instruction> sink,
        @Nullable SourcePosition position) {

    /** Appends to a block. */
    public static Emitter appendingTo(Block block, @Nullable SourcePosition position) {
        return new Emitter(block.function(), block::append, position);
    }

    /** The same place, another source position. */
    public Emitter at(@Nullable SourcePosition other) {
        return new Emitter(function, sink, other);
    }

    /** Makes an instruction. */
    public Instruction emit(OpCode opCode, @Nullable Object attribute, List<Value> operands) {
        Instruction instruction = function.newInstruction(opCode, attribute, operands, position);
        sink.accept(instruction);
        return instruction;
    }

    /** Makes an instruction with a result. */
    public Value value(OpCode opCode, @Nullable Object attribute, Value... operands) {
        return emit(opCode, attribute, List.of(operands)).value();
    }

    /** A constant of the given primitive type. */
    public Value constant(Type type, double number) {
        Number constant = switch (type.kind()) {
            case INT -> (int) number;
            case LONG -> (long) number;
            case FLOAT -> (float) number;
            case DOUBLE -> number;
            case REFERENCE, VOID -> throw ScalarRule.internal("no number has the type " + type);
        };
        return value(OpCode.CONSTANT, constant);
    }

    /** The constant null. */
    public Value nullReference() {
        return value(OpCode.CONSTANT, Instruction.NULL);
    }

    /** Whether an int is less than another, both without sign: of an index and a length, whether there is such an element. */
    public Value lessUnsigned(Value one, Value other) {
        Value sign = constant(Type.INT, Integer.MIN_VALUE);
        return value(OpCode.LT, null, value(OpCode.XOR, null, one, sign), value(OpCode.XOR, null, other, sign));
    }

    /** The value as float or double; itself if it has that type. */
    public Value convert(Value value, Type type) {
        if (value.type().kind() == type.kind()) {
            return value;
        }
        return value(
                OpCode.CONVERT,
                type.kind() == Type.Kind.FLOAT ? ConstantDescs.CD_float : ConstantDescs.CD_double,
                value);
    }
}
