package dev.jacobi.optimize;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/** Questions about values that are constants, or nearly so. */
final class Constants {
    private Constants() {}

    /** The attribute if the value is the result of {@code constant}, else null. */
    static @Nullable Object of(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT ? definition.attribute() : null;
    }

    /** Whether the value is an int or long constant equal to {@code number}. */
    static boolean isInteger(Value value, long number) {
        Object constant = of(value);
        return constant instanceof Integer i && i == number || constant instanceof Long l && l == number;
    }

    /** Whether the value is a float or double constant with exactly the bits of {@code number}, so that 0.0 and -0.0 differ. */
    static boolean isFloating(Value value, double number) {
        Object constant = of(value);
        return constant instanceof Float f && Float.floatToRawIntBits(f) == Float.floatToRawIntBits((float) number)
                || constant instanceof Double d && Double.doubleToRawLongBits(d) == Double.doubleToRawLongBits(number);
    }

    static boolean isNull(Value value) {
        return of(value) == Instruction.NULL;
    }

    /** Whether the value is for certain not null. */
    static boolean isNonNull(Value value) {
        Instruction definition = value.definition();
        if (definition == null) {
            return false;
        }
        return switch (definition.opCode()) {
            case NEW, NEW_ARRAY, NEW_MULTI_ARRAY -> true;
            case CONSTANT -> definition.attribute() instanceof String;
            case LOAD_CONSTANT -> definition.attribute() instanceof ClassDesc;
            case EMBED -> definition.attribute() instanceof EmbeddedObject;
            case CHECK_CAST -> isNonNull(definition.operand(0));
            default -> false;
        };
    }

    /** Whether the value is a new object of its own, different from every object that was there before. */
    static boolean isAllocation(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode().effect() == OpCode.Effect.ALLOCATE;
    }

    /** Whether an int value is 0 or 1. */
    static boolean isTruth(Value value) {
        Instruction definition = value.definition();
        if (definition == null) {
            return false;
        }
        return switch (definition.opCode()) {
            case CONSTANT -> isInteger(value, 0) || isInteger(value, 1);
            case EQ, NE, LT, LE, GT, GE, INSTANCE_OF -> true;
            default -> false;
        };
    }

    /** The class that the object has exactly, or null if it is not known or the value may be null. */
    static @Nullable ClassDesc exactClass(Value value) {
        Instruction definition = value.definition();
        if (definition == null) {
            return null;
        }
        return switch (definition.opCode()) {
            case NEW, NEW_MULTI_ARRAY, NEW_ARRAY -> value.type().descriptor();
            case CONSTANT ->
                definition.attribute() instanceof String ? value.type().descriptor() : null;
            case CHECK_CAST -> exactClass(definition.operand(0));
            default -> null;
        };
    }
}
