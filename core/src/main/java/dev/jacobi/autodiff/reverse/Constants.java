package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.Objects;

/** The constants that generated code starts from. */
final class Constants {
    private Constants() {}

    /** Inserts the value of a variable that was never written: 0 or null. */
    static Value defaultAtStart(Block block, Type type) {
        Object zero = switch (type.kind()) {
            case INT -> 0;
            case LONG -> 0L;
            case FLOAT -> 0f;
            case DOUBLE -> 0d;
            case REFERENCE, VOID -> Instruction.NULL;
        };
        Instruction constant = block.function().newInstruction(OpCode.CONSTANT, zero, List.of(), null);
        block.insert(0, constant);
        return constant.value();
    }

    /** Whether the value is the same wherever it is made. */
    static boolean isConstant(Value value) {
        return value.isResultOf(OpCode.CONSTANT) || value.isResultOf(OpCode.EMBED);
    }

    /** A value that is computed before a loop, or a constant, which is repeated if it stands in the loop. */
    static Value outOf(Loop loop, Value value, Emitter emitter) {
        if (!loop.contains(value.block())) {
            return value;
        }
        Instruction constant = Objects.requireNonNull(value.definition());
        return emitter.emit(constant.opCode(), constant.attribute(), List.of()).value();
    }

    /** Inserts a constant once more. */
    static Value repeatedAtStart(Block block, Value constant) {
        Instruction original = Objects.requireNonNull(constant.definition());
        Instruction repeated = block.function()
                .newInstruction(original.opCode(), original.attribute(), List.of(), original.position());
        repeated.value().setType(constant.type());
        block.insert(0, repeated);
        return repeated.value();
    }

    static boolean isNull(Value value) {
        Instruction definition = value.definition();
        return definition != null
                && definition.opCode() == OpCode.CONSTANT
                && definition.attribute() == Instruction.NULL;
    }

    /** Whether the value is an int constant, and then this one. */
    static boolean isInt(Value value, int number) {
        Instruction definition = value.definition();
        return definition != null
                && definition.opCode() == OpCode.CONSTANT
                && definition.attribute() instanceof Integer constant
                && constant == number;
    }

    /** Whether the value is an int or long constant, and then this one. */
    static boolean isInteger(Value value, long number) {
        Instruction definition = value.definition();
        return isInt(value, (int) number)
                || definition != null
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Long constant
                        && constant == number;
    }
}
