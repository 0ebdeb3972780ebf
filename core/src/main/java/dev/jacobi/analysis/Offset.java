package dev.jacobi.analysis;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An int as a value plus a constant, modulo 2^32; the value is null for a constant. */
public record Offset(@Nullable Value value, int constant) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Offset that && value == that.value && constant == that.constant;
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hashCode(value) + constant;
    }

    /** What an int value is by additions and subtractions of constants. */
    public static Offset of(Value value) {
        Value current = value;
        int sum = 0;
        while (true) {
            Instruction definition = current.definition();
            if (definition == null) {
                return new Offset(current, sum);
            }
            if (definition.opCode() == OpCode.CONSTANT && definition.attribute() instanceof Integer number) {
                return new Offset(null, sum + number);
            }
            boolean isAdd = definition.opCode() == OpCode.ADD;
            if (!isAdd && definition.opCode() != OpCode.SUB) {
                return new Offset(current, sum);
            }
            Integer right = constant(definition.operand(1));
            Integer left = constant(definition.operand(0));
            if (right != null) {
                sum += isAdd ? right : -right;
                current = definition.operand(0);
            } else if (left != null && isAdd) {
                sum += left;
                current = definition.operand(1);
            } else {
                return new Offset(current, sum);
            }
        }
    }

    private static @Nullable Integer constant(Value value) {
        Instruction definition = value.definition();
        return definition != null
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer number
                ? number
                : null;
    }

    /** Whether the two are certainly different; those on a value only if both are looked at in one moment. */
    boolean differs(Offset other, boolean sameMoment) {
        return value == other.value && constant != other.constant && (sameMoment || value == null);
    }
}
