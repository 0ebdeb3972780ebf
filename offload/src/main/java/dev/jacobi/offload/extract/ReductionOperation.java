package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Operations that may be done in any order, by the leave of the program where numbers are rounded. */
public enum ReductionOperation {
    ADD,
    MUL,
    AND,
    OR,
    XOR,
    MIN,
    MAX;

    /** What changes no value, of the type's own boxed class. */
    public Number neutral(Type type) {
        return switch (type.kind()) {
            case INT -> (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> (float) real();
            case DOUBLE -> real();
            default -> throw new IllegalArgumentException("no number has the type " + type);
        };
    }

    private long integer(long least, long greatest) {
        return switch (this) {
            case ADD, OR, XOR -> 0;
            case MUL -> 1;
            case AND -> -1;
            case MIN -> greatest;
            case MAX -> least;
        };
    }

    private double real() {
        return switch (this) {
            case ADD -> -0.0; // 0.0 would make a positive zero of a negative one
            case MUL -> 1;
            case MIN -> Double.POSITIVE_INFINITY;
            case MAX -> Double.NEGATIVE_INFINITY;
            case AND, OR, XOR -> throw new IllegalArgumentException(this + " of real numbers");
        };
    }

    /** Does the operation with two boxed numbers of one type, as Java does it. */
    public Number apply(Number one, Number other) {
        return switch (one) {
            case Integer number -> (int) integers(number, other.intValue(), true);
            case Long number -> integers(number, other.longValue(), false);
            case Float number -> floats(number, other.floatValue());
            case Double number -> doubles(number, other.doubleValue());
            default -> throw new IllegalArgumentException("not a number of a loop: " + one.getClass());
        };
    }

    private long integers(long one, long other, boolean ints) {
        long result = switch (this) {
            case ADD -> one + other;
            case MUL -> one * other;
            case AND -> one & other;
            case OR -> one | other;
            case XOR -> one ^ other;
            case MIN -> Math.min(one, other);
            case MAX -> Math.max(one, other);
        };
        return ints ? (int) result : result;
    }

    private float floats(float one, float other) {
        return switch (this) {
            case ADD -> one + other;
            case MUL -> one * other;
            case MIN -> Math.min(one, other);
            case MAX -> Math.max(one, other);
            case AND, OR, XOR -> throw new IllegalArgumentException(this + " of real numbers");
        };
    }

    private double doubles(double one, double other) {
        return switch (this) {
            case ADD -> one + other;
            case MUL -> one * other;
            case MIN -> Math.min(one, other);
            case MAX -> Math.max(one, other);
            case AND, OR, XOR -> throw new IllegalArgumentException(this + " of real numbers");
        };
    }

    static @Nullable ReductionOperation of(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ADD -> ADD;
            case MUL -> MUL;
            case AND -> AND;
            case OR -> OR;
            case XOR -> XOR;
            case MATH -> {
                MathFunction function = ((MathCall) Objects.requireNonNull(instruction.attribute())).function();
                yield function == MathFunction.MIN ? MIN : function == MathFunction.MAX ? MAX : null;
            }
            default -> null;
        };
    }
}
