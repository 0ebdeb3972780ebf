package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.Scratch;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of {@link Scratch}, by which derivatives get arrays of numbers for what they keep.
 *
 * @param component of the array
 */
record ScratchCall(Kind kind, ClassDesc component) {
    private static final ClassDesc SCRATCH = Scratch.class.describeConstable().orElseThrow();

    enum Kind {
        /** Gives an array, whatever is in it, which is as good as one of no length: it is made long enough before it is used. */
        ACQUIRE,
        /** Gives an array of zeros of a length. */
        ZEROS,
        /** Gives an array, or a longer one with its elements, so that it has a length. */
        ENSURE,
        /** As that, the length as a sum: what is there, and for each of some the same on top of it. */
        ENSURE_SUM,
        RELEASE
    }

    private static final Map<String, ClassDesc> COMPONENTS = Map.of(
            "Doubles", ConstantDescs.CD_double,
            "Floats", ConstantDescs.CD_float,
            "Longs", ConstantDescs.CD_long,
            "Ints", ConstantDescs.CD_int,
            "Bytes", ConstantDescs.CD_byte);

    /** What an instruction is, or null if it is no such call, or one about arrays of objects. */
    static @Nullable ScratchCall of(@Nullable Instruction instruction) {
        if (instruction == null
                || instruction.opCode() != OpCode.INVOKE_STATIC
                || !instruction.method().owner().equals(SCRATCH)) {
            return null;
        }
        String name = instruction.method().name();
        for (Map.Entry<String, ClassDesc> component : COMPONENTS.entrySet()) {
            if (name.equals("acquire" + component.getKey())) {
                return new ScratchCall(Kind.ACQUIRE, component.getValue());
            }
            if (name.equals("acquireZero" + component.getKey())) {
                return new ScratchCall(Kind.ZEROS, component.getValue());
            }
        }
        ClassDesc array = instruction.operands().isEmpty()
                ? null
                : instruction.method().type().parameterType(0);
        if (array == null || !array.isArray() || !array.componentType().isPrimitive()) {
            return null;
        }
        ClassDesc component = array.componentType();
        return switch (name) {
            case "ensure" ->
                new ScratchCall(instruction.operands().size() == 2 ? Kind.ENSURE : Kind.ENSURE_SUM, component);
            case "release", "releaseZeros" -> new ScratchCall(Kind.RELEASE, component);
            default -> null;
        };
    }

    /** Whether an array is what such a call gives. */
    static boolean gives(Value array) {
        ScratchCall call = of(array.definition());
        return call != null && call.kind() != Kind.RELEASE;
    }
}
