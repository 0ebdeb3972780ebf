package dev.jacobi.autodiff.forward;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * Stores into memory that may have no shadow when they run. Analysis has refused them where they would lose a derivative, except for memory of which
 * {@linkplain ActivityAnalysis#mustHaveShadow nobody knows}: there it is found out when they run.
 */
final class MissingShadows {
    private final ActivityAnalysis activity;
    private final Tangents tangents;
    /** Whether who gets at memory takes it for such as has a shadow. */
    private final boolean othersRely;

    MissingShadows(ActivityAnalysis activity, Tangents tangents, Callees callees) {
        this.activity = activity;
        this.tangents = tangents;
        this.othersRely = !callees.memoryMayLackShadows();
    }

    /** Emits a store into the shadow of {@code memory}, for an instruction that stores {@code stored} into that, or what that holds. */
    void orStore(Instruction instruction, Value memory, Value stored, Runnable store) {
        tangents.either(
                tangents.of(memory),
                activity.mayLackShadow(memory),
                instruction.position(),
                store,
                () -> refuse(instruction, memory, stored));
    }

    /** Refuses what a collection takes in that has no shadow and needs one. */
    void check(Instruction instruction, Value memory, Value stored) {
        if (activity.mustHaveShadow(memory) && activity.hasShadow(stored)) {
            ShadowRequirements.requireFor(
                    tangents.emitter(instruction.position()), activity, tangents.of(memory), tangents.of(stored));
        }
    }

    /** What is stored beside a value into the shadow of {@code memory}: its tangent, or its shadow. */
    Value stored(Instruction store, Value memory, Value value) {
        boolean others = value.type().isReference() && activity.outlives(memory) && !activity.isOfStacks(memory);
        return others ? required(value, store.position()) : tangents.of(value);
    }

    /** The shadow of a reference that others get at. There must be one, where it is not known before. */
    Value required(Value reference, @Nullable SourcePosition position) {
        Value shadow = tangents.of(reference);
        if (othersRely && activity.hasShadow(reference) && activity.isCheckedWhenRun(reference)) {
            ShadowRequirements.require(tangents.emitter(position), activity, tangents.primal(reference), shadow);
        }
        return shadow;
    }

    /** Emits the refusal of a store into memory without a shadow, if that may lose a derivative. */
    void refuse(Instruction instruction, Value memory, Value stored) {
        if (!activity.mustHaveShadow(memory)) {
            return;
        }
        Emitter emitter = tangents.emitter(instruction.position());
        if (activity.isVaried(stored)) {
            ShadowRequirements.refuseStore(emitter, activity);
        } else {
            check(instruction, memory, stored);
        }
    }
}
