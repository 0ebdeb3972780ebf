package dev.jacobi.autodiff.forward;

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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores into memory that may have no shadow when they run. Analysis has refused them where they would lose a derivative, except for memory from the tape of a
 * derivative that is differentiated: there it is found out when they run.
 */
final class MissingShadows {
    private static final MethodReference REFUSE = new MethodReference(
            ClassDesc.of("dev.jacobi.runtime.ObjectShadows"),
            "refuseMissing",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_String),
            false);

    private static final MethodReference REQUIRE = new MethodReference(
            REFUSE.owner(),
            "require",
            MethodTypeDesc.of(
                    ConstantDescs.CD_void,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_String),
            false);

    private final ActivityAnalysis activity;
    private final Tangents tangents;

    MissingShadows(ActivityAnalysis activity, Tangents tangents) {
        this.activity = activity;
        this.tangents = tangents;
    }

    /** Emits a store into the shadow of {@code memory}, for an instruction that stores {@code stored} into that, or what that holds. */
    void orStore(Instruction instruction, Value memory, Value stored, Runnable store) {
        boolean refused = activity.mustHaveShadow(memory) && (activity.isVaried(stored) || activity.hasShadow(stored));
        tangents.either(
                tangents.of(memory),
                activity.mayLackShadow(memory),
                instruction.position(),
                store,
                refused ? () -> refuse(instruction) : () -> {});
    }

    /** What is stored beside a value into the shadow of {@code memory}: its tangent, or its shadow. */
    Value stored(Instruction store, Value memory, Value value) {
        boolean others = value.type().isReference() && activity.outlives(memory) && !activity.isOfStacks(memory);
        return others ? required(value, store.position()) : tangents.of(value);
    }

    /** The shadow of a reference that others get at. There must be one, where it is not known before. */
    Value required(Value reference, @Nullable SourcePosition position) {
        Value shadow = tangents.of(reference);
        if (activity.hasShadow(reference) && activity.isCheckedWhenRun(reference)) {
            emit(REQUIRE, position, "it passes on memory that has no shadow", tangents.primal(reference), shadow);
        }
        return shadow;
    }

    private void refuse(Instruction instruction) {
        emit(
                REFUSE,
                instruction.position(),
                "it stores a value that carries a derivative into memory without a shadow");
    }

    private void emit(MethodReference helper, @Nullable SourcePosition position, String why, Value... operands) {
        Emitter emitter = tangents.emitter(position);
        String what =
                "cannot go on with the derivative of " + activity.function().signature() + ": " + why;
        List<Value> all = new ArrayList<>(List.of(operands));
        all.add(emitter.value(OpCode.CONSTANT, what));
        all.add(position == null ? emitter.nullReference() : emitter.value(OpCode.CONSTANT, position.toString()));
        emitter.emit(OpCode.INVOKE_STATIC, helper, all);
    }
}
