package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which value is the shadow of which reference, and which instruction on shadows goes with which on primal memory. {@link AddShadows} fills it. */
final class Shadows {
    private final ActivityAnalysis activity;
    private final Map<Value, Value> shadows = new HashMap<>();
    private final Map<Instruction, Instruction> primals = new HashMap<>();
    private @Nullable Value stacks;

    Shadows(ActivityAnalysis activity) {
        this.activity = activity;
    }

    /** The shadow of a reference, which has one. */
    Value of(Value reference) {
        Value shadow = shadows.get(reference);
        if (shadow == null) {
            throw Refusals.internal("the reference " + reference + " has no shadow");
        }
        return shadow;
    }

    /** The shadow of a reference, or null if it has none. */
    @Nullable
    Value find(Value reference) {
        return shadows.get(reference);
    }

    /** The shadow of a reference, or the constant null. */
    Value orNull(Value reference, Emitter emitter) {
        Value shadow = shadows.get(reference);
        return shadow == null ? emitter.nullReference() : shadow;
    }

    boolean isShadow(Value value) {
        return shadows.containsValue(value);
    }

    boolean has(Value reference) {
        return shadows.containsKey(reference);
    }

    /** Whether some call is differentiated as a call, for which the last parameter is the tape that is shared. */
    boolean usesStacks() {
        return stacks != null;
    }

    /** That parameter; there is one. */
    Value stacks() {
        return Objects.requireNonNull(stacks);
    }

    /** Whether the shadow must be compared with null before it is used. */
    boolean mayBeNull(Value reference) {
        return activity.mayLackShadow(reference);
    }

    /**
     * Whether an instruction allocates a shadow that a reverse sweep may leave other than 0: those of tapes are 0 again at its end, except where the tape itself
     * is the shadow of one, and what it held at first has an adjoint.
     */
    boolean allocatesShadow(Instruction instruction) {
        Instruction primal = primals.get(instruction);
        return primal != null
                && (instruction.opCode() == OpCode.NEW_ARRAY
                        || instruction.opCode() == OpCode.NEW_MULTI_ARRAY
                        || instruction.opCode() == OpCode.INVOKE_STATIC
                                && KnownCall.of(primal).equals(Optional.of(KnownCall.ACQUIRE_ZERO_STACKS))
                                && instruction.value().type().equals(Type.of(CallSignature.STACKS)));
    }

    /** The instruction on primal memory that an instruction on shadows goes with, or the instruction itself. */
    Instruction primal(Instruction instruction) {
        return primals.getOrDefault(instruction, instruction);
    }

    void put(Value reference, Value shadow) {
        shadows.put(reference, shadow);
    }

    /** Notes that an instruction on shadows goes with one on primal memory. */
    void accompany(Instruction made, Instruction primal) {
        primals.put(made, primal);
    }

    void useStacks(Value parameter) {
        stacks = parameter;
    }
}
