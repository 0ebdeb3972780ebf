package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import org.jspecify.annotations.Nullable;

/**
 * The index of an element of a segment as an int: {@code (long) number << shift == asked ? number : -1}. So the number may be computed by ints, which the proof of independence understands, and an access at
 * which they are not what Java computes by longs (or at which an offset is no multiple of the element's size) fails as one out of bounds does, and is left to Java.
 *
 * @param number the place, if there is such an element
 * @param asked the index or the offset in bytes that the program computes, a long
 */
record SegmentIndex(Value number, Value asked) {
    /** What is computed by more operations one after the other is taken as it is. */
    private static final int DEPTH = 10;

    /** The parts of an index that is in this form, or null. */
    static @Nullable SegmentIndex of(Value index) {
        Instruction select = defined(index, OpCode.SELECT);
        Instruction equal = select == null ? null : defined(select.operand(0), OpCode.EQ);
        if (select == null || equal == null || !Long.valueOf(-1).equals(constant(select.operand(2)))) {
            return null;
        }
        Value number = select.operand(1);
        Instruction shifted = defined(equal.operand(0), OpCode.SHL);
        boolean isShift = shifted != null && constant(shifted.operand(1)) != null;
        Value widened = widened(isShift ? shifted.operand(0) : equal.operand(0));
        return widened == number ? new SegmentIndex(number, equal.operand(1)) : null;
    }

    /** What decides on the place of an index, where there is an element. */
    static Value placeOf(Value index) {
        SegmentIndex parts = of(index);
        return parts == null ? index : parts.number;
    }

    /**
     * Makes the index of what is asked for, as an int.
     *
     * @param shift by which an index would be shifted to give it
     * @param before makes instructions before the loop
     */
    static Value emit(Value asked, int shift, Loop loop, Emitter emitter, Emitter before) {
        return new Division(loop, emitter, before).index(asked, shift);
    }

    /** Computes by ints what a program computes by longs. */
    private record Division(Loop loop, Emitter emitter, Emitter before) {
        Value index(Value asked, int shift) {
            Value exact = exact(asked, shift, emitter);
            if (exact != null && of(exact) == null) {
                return exact;
            }
            Value number = isMultiple(asked, shift, DEPTH)
                    ? number(asked, shift, DEPTH)
                    : emitter.value(
                            OpCode.CONVERT,
                            ConstantDescs.CD_int,
                            emitter.value(OpCode.SHR, null, asked, emitter.constant(Type.INT, shift)));
            return emitter.value(
                    OpCode.SELECT,
                    null,
                    emitter.value(OpCode.EQ, null, widen(number, shift, emitter), asked),
                    number,
                    emitter.constant(Type.INT, -1));
        }

        /** The quotient of a multiple by a power of two, computed by ints. */
        private Value number(Value value, int shift, int depth) {
            if (shift == 0 && value.type().kind() == Type.Kind.INT) {
                return value;
            }
            Value narrow = widened(value);
            if (narrow != null) {
                return number(narrow, shift, depth - 1);
            }
            Instruction definition = value.definition();
            if (definition != null && depth > 0) {
                switch (definition.opCode()) {
                    case CONSTANT -> {
                        return emitter.constant(Type.INT, (int) (constantOf(value) >> shift));
                    }
                    case ADD, SUB -> {
                        return emitter.value(
                                definition.opCode(),
                                null,
                                number(definition.operand(0), shift, depth - 1),
                                number(definition.operand(1), shift, depth - 1));
                    }
                    case MUL -> {
                        boolean second = isMultiple(definition.operand(1), shift, depth - 1);
                        return emitter.value(
                                OpCode.MUL,
                                null,
                                number(definition.operand(0), second ? 0 : shift, depth - 1),
                                number(definition.operand(1), second ? shift : 0, depth - 1));
                    }
                    case NEG -> {
                        return emitter.value(OpCode.NEG, null, number(definition.operand(0), shift, depth - 1));
                    }
                    case SHL -> {
                        Long distance = constant(definition.operand(1));
                        if (distance != null && distance >= shift && distance < Integer.SIZE) {
                            return emitter.value(
                                    OpCode.SHL,
                                    null,
                                    number(definition.operand(0), 0, depth - 1),
                                    emitter.constant(Type.INT, (int) (distance - shift)));
                        }
                    }
                    default -> {}
                }
            }
            // Only what is asked for without a shift gets here.
            return (loop.contains(value.block()) ? emitter : before).value(OpCode.CONVERT, ConstantDescs.CD_int, value);
        }
    }

    /** What is asked for, given an index that {@link #emit} has made. */
    static Value asked(Value index, int shift, Emitter emitter) {
        SegmentIndex parts = of(index);
        return parts == null ? widen(index, shift, emitter) : parts.asked;
    }

    private static Value widen(Value number, int shift, Emitter emitter) {
        Value wide = emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, number);
        return shift == 0 ? wide : emitter.value(OpCode.SHL, null, wide, emitter.constant(Type.INT, shift));
    }

    /** The number if what is asked for is that for certain, as a long; or null. */
    private static @Nullable Value exact(Value asked, int shift, Emitter emitter) {
        Long constant = constant(asked);
        if (constant != null && (int) (constant >> shift) == constant >> shift && isMultiple(asked, shift, 1)) {
            return emitter.constant(Type.INT, (int) (constant >> shift));
        }
        if (shift == 0) {
            return widened(asked);
        }
        Instruction times = defined(asked, OpCode.MUL);
        if (times != null && Long.valueOf(1L << shift).equals(constant(times.operand(1)))) {
            return widened(times.operand(0));
        }
        if (times != null && Long.valueOf(1L << shift).equals(constant(times.operand(0)))) {
            return widened(times.operand(1));
        }
        Instruction shifted = defined(asked, OpCode.SHL);
        return shifted != null && Long.valueOf(shift).equals(constant(shifted.operand(1)))
                ? widened(shifted.operand(0))
                : null;
    }

    /** The int that a long is made of, or null. */
    private static @Nullable Value widened(Value value) {
        Instruction convert = defined(value, OpCode.CONVERT);
        return convert != null
                        && value.type().kind() == Type.Kind.LONG
                        && convert.operand(0).type().kind() == Type.Kind.INT
                ? convert.operand(0)
                : null;
    }

    /** Whether an int or a long, as it is computed, is a multiple of a power of two; if it has wrapped around, what it is of may not be. */
    private static boolean isMultiple(Value value, int shift, int depth) {
        Instruction definition = value.definition();
        if (shift == 0) {
            return true;
        }
        if (definition == null || depth == 0) {
            return false;
        }
        return switch (definition.opCode()) {
            case CONSTANT -> Long.numberOfTrailingZeros(constantOf(value)) >= shift;
            case CONVERT -> {
                Value narrow = widened(value);
                yield narrow != null && isMultiple(narrow, shift, depth - 1);
            }
            case ADD, SUB ->
                isMultiple(definition.operand(0), shift, depth - 1)
                        && isMultiple(definition.operand(1), shift, depth - 1);
            case MUL ->
                isMultiple(definition.operand(0), shift, depth - 1)
                        || isMultiple(definition.operand(1), shift, depth - 1);
            case NEG -> isMultiple(definition.operand(0), shift, depth - 1);
            case SHL -> {
                Long distance = constant(definition.operand(1));
                yield distance != null && distance >= shift && distance < Integer.SIZE;
            }
            default -> false;
        };
    }

    private static @Nullable Instruction defined(Value value, OpCode opCode) {
        return value.isResultOf(opCode) ? value.definition() : null;
    }

    private static @Nullable Long constant(Value value) {
        return value.isResultOf(OpCode.CONSTANT) && value.definition().attribute() instanceof Number number
                ? (Long) number.longValue()
                : null;
    }

    private static long constantOf(Value value) {
        Long constant = constant(value);
        return constant == null ? 1 : constant;
    }
}
