package dev.jacobi.autodiff;

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
 * The code that finds out, when a derivative runs, that memory has no shadow where a derivative would be lost for that: it stops with a refusal that names the
 * line. And the mark that lets a function ask, before it is differentiated, whether memory has none.
 */
public final class ShadowRequirements {
    private static final ClassDesc OWNER = ClassDesc.of("dev.jacobi.runtime.ObjectShadows");
    private static final MethodReference IS_MISSING = new MethodReference(
            OWNER, "isMissing", MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object), false);
    private static final String STORES = "it stores a value that carries a derivative into memory without a shadow";

    private ShadowRequirements() {}

    /** Asks whether a reference has no shadow. Both modes put the comparison in the place of this mark. */
    static Instruction ask(Emitter emitter, Value reference) {
        Instruction ask = emitter.emit(OpCode.INVOKE_STATIC, IS_MISSING, List.of(reference));
        ask.setProved(true);
        return ask;
    }

    /** Whether an instruction is the mark of {@link #ask}. */
    public static boolean asks(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_STATIC && IS_MISSING.equals(instruction.attribute());
    }

    /** The answer: whether the shadow is null; yes if there is none. */
    public static Value answer(Emitter emitter, @Nullable Value shadow) {
        return shadow == null
                ? emitter.value(OpCode.CONSTANT, 1)
                : emitter.value(OpCode.EQ, null, shadow, emitter.nullReference());
    }

    /** Stops where a number is stored that varies. */
    public static Instruction refuseStore(Emitter emitter, ActivityAnalysis activity) {
        return emit(emitter, activity, "refuseMissing", STORES);
    }

    /** Stops where a number is stored that varies and the shadow of the memory is null. */
    public static Instruction requireForNumber(Emitter emitter, ActivityAnalysis activity, Value memory, Value shadow) {
        return emit(emitter, activity, "require", STORES, memory, shadow);
    }

    /** Stops where a reference is stored that has a shadow, and that of the memory is null. */
    public static Instruction requireFor(
            Emitter emitter, ActivityAnalysis activity, Value memoryShadow, Value storedShadow) {
        return emit(emitter, activity, "requireFor", STORES, memoryShadow, storedShadow);
    }

    /** Stops where memory is passed on whose shadow is null. */
    public static Instruction require(Emitter emitter, ActivityAnalysis activity, Value reference, Value shadow) {
        return emit(emitter, activity, "require", "it passes on memory that has no shadow", reference, shadow);
    }

    private static Instruction emit(
            Emitter emitter, ActivityAnalysis activity, String helper, String why, Value... operands) {
        SourcePosition position = emitter.position();
        String what =
                "cannot go on with the derivative of " + activity.function().signature() + ": " + why;
        List<Value> all = new ArrayList<>(List.of(operands));
        List<ClassDesc> types = new ArrayList<>();
        all.forEach(_ -> types.add(ConstantDescs.CD_Object));
        all.add(emitter.value(OpCode.CONSTANT, what));
        all.add(position == null ? emitter.nullReference() : emitter.value(OpCode.CONSTANT, position.toString()));
        types.add(ConstantDescs.CD_String);
        types.add(ConstantDescs.CD_String);
        MethodReference method =
                new MethodReference(OWNER, helper, MethodTypeDesc.of(ConstantDescs.CD_void, types), false);
        Instruction made = emitter.emit(OpCode.INVOKE_STATIC, method, all);
        made.setProved(false);
        return made;
    }
}
