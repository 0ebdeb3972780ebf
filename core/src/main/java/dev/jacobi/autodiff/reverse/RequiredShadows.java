package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * Stores into memory of which only the run tells whether it has a shadow: it came from the tape of a derivative that is differentiated, or from a caller or a call. Where it
 * has none a derivative would get lost, so the forward sweep refuses to go on.
 */
final class RequiredShadows {
    private final ActivityAnalysis activity;
    /** Whether who gets at memory takes it for such as has a shadow. */
    private final boolean othersRely;

    RequiredShadows(ActivityAnalysis activity, Callees callees) {
        this.activity = activity;
        this.othersRely = !callees.memoryMayLackShadows();
    }

    /**
     * Checks an instruction that stores {@code stored}, or what that holds, into memory.
     *
     * @param storedShadow the shadow of what is stored, or null if it has none
     */
    void ofStore(Value memory, Value shadow, Value stored, @Nullable Value storedShadow, Emitter emitter) {
        if (!activity.mustHaveShadow(memory)) {
            return;
        }
        if (activity.isVaried(stored)) {
            ShadowRequirements.requireForNumber(emitter, activity, memory, shadow);
        } else if (storedShadow != null) {
            ShadowRequirements.requireFor(emitter, activity, shadow, storedShadow);
        }
    }

    /** Whether a reference that others get at may lack a shadow that it must have. */
    boolean isOpen(Value reference) {
        return othersRely && activity.hasShadow(reference) && activity.isCheckedWhenRun(reference);
    }

    /** Whether others get at what is put into memory. */
    boolean isOpen(Value memory, Value stored) {
        return stored.type().isReference()
                && activity.outlives(memory)
                && !activity.isOfStacks(memory)
                && isOpen(stored);
    }

    /** Checks a reference that {@link #isOpen}. */
    void ofReference(Value reference, Value shadow, Emitter emitter, @Nullable SourcePosition position) {
        ShadowRequirements.require(emitter.at(position), activity, reference, shadow);
    }
}
