package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores into memory that came from the tape of a derivative that is differentiated, and of which only the run tells whether it has a shadow. Where it has none a
 * derivative would get lost, so the forward sweep refuses to go on.
 */
final class RequiredShadows {
    private static final MethodReference REQUIRE = new MethodReference(
            ClassDesc.of("dev.jacobi.runtime.ObjectShadows"),
            "require",
            MethodTypeDesc.of(
                    ConstantDescs.CD_void,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_String),
            false);

    private final ActivityAnalysis activity;

    RequiredShadows(ActivityAnalysis activity) {
        this.activity = activity;
    }

    /** Checks an instruction that stores {@code stored}, or what that holds, into memory. */
    void ofStore(Instruction store, Value memory, Value shadow, Value stored, Emitter emitter) {
        if (activity.mustHaveShadow(memory) && (activity.isVaried(stored) || activity.hasShadow(stored))) {
            emit(
                    emitter,
                    store.position(),
                    "it stores a value that carries a derivative into memory without a shadow",
                    memory,
                    shadow);
        }
    }

    /** Whether a reference that others get at may lack a shadow that it must have. */
    boolean isOpen(Value reference) {
        return activity.hasShadow(reference) && activity.isCheckedWhenRun(reference);
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
        emit(emitter, position, "it passes on memory that has no shadow", reference, shadow);
    }

    private void emit(
            Emitter emitter, @Nullable SourcePosition position, String why, Value reference, Value shadow) {
        String what =
                "cannot go on with the derivative of " + activity.function().signature() + ": " + why;
        Value where = position == null
                ? emitter.nullReference()
                : emitter.value(OpCode.CONSTANT, position.toString());
        emitter.emit(
                OpCode.INVOKE_STATIC,
                REQUIRE,
                List.of(reference, shadow, emitter.value(OpCode.CONSTANT, what), where));
    }
}
