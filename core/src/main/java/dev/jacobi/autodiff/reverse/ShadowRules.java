package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;

/**
 * The shadow of the result of each instruction, and what a store of a reference does to shadows. Calls are in {@link ShadowCalls}.
 */
final class ShadowRules {
    private static final MethodTypeDesc LOAD =
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    private static final MethodTypeDesc STORE = MethodTypeDesc.of(
            ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int, ConstantDescs.CD_Object);

    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final ObjectCode objects;
    private final ShadowCalls calls;

    ShadowRules(ActivityAnalysis activity, Shadows shadows, ObjectCode objects, ShadowCalls calls) {
        this.activity = activity;
        this.shadows = shadows;
        this.objects = objects;
        this.calls = calls;
    }

    /** The shadow of the result of an instruction, which has one. */
    Value of(Instruction instruction, Optional<KnownCall> call, Emitter emitter) {
        if (activity.isFollowed(instruction)) {
            return CallSignature.shadow(
                    emitter, shadows.stacks(), 0, instruction.value().type());
        }
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> load(instruction, emitter);
            case GET_FIELD -> get(instruction, emitter);
            case EMBED ->
                activity.isMadeHere(instruction)
                        ? objects.allocate(emitter, instruction.value().type().descriptor())
                        : emitter.nullReference();
            case LOAD_CONSTANT, GET_STATIC -> emitter.nullReference();
            case NEW -> objects.allocate(emitter, instruction.value().type().descriptor());
            case NEW_ARRAY ->
                emitter.value(
                        OpCode.NEW_ARRAY, ShadowTypes.component(instruction.classAttribute()), instruction.operand(0));
            case NEW_MULTI_ARRAY ->
                emitter.emit(
                                instruction.opCode(),
                                ShadowTypes.array(instruction.classAttribute()),
                                instruction.operands())
                        .value();
            case CHECK_CAST ->
                ObjectCode.cast(
                        emitter,
                        shadows.of(instruction.operand(0)),
                        ShadowTypes.of(instruction.value().type()));
            case SELECT -> {
                Value selected = emitter.value(
                        OpCode.SELECT,
                        null,
                        instruction.operand(0),
                        shadows.orNull(instruction.operand(1), emitter),
                        shadows.orNull(instruction.operand(2), emitter));
                selected.setType(ShadowTypes.of(instruction.value().type()));
                yield selected;
            }
            default -> calls.of(instruction, call, emitter);
        };
    }

    private Value load(Instruction load, Emitter emitter) {
        Value array = load.operand(0);
        Type type = ShadowTypes.of(load.value().type());
        if (shadows.mayBeNull(array)) {
            Value loaded = ShadowCalls.helper(emitter, "load", LOAD, shadows.orNull(array, emitter), load.operand(1))
                    .value();
            return ObjectCode.cast(emitter, loaded, type);
        }
        ClassDesc component = ShadowTypes.component(load.classAttribute());
        Value shadow = shadows.of(array);
        if (shadow.type().equals(Type.OBJECT)) {
            shadow = ObjectCode.cast(emitter, shadow, Type.of(component.arrayType()));
        }
        return ObjectCode.cast(emitter, emitter.value(OpCode.ARRAY_LOAD, component, shadow, load.operand(1)), type);
    }

    private Value get(Instruction load, Emitter emitter) {
        if (load.isNoted()) {
            return objects.allocateLike(emitter, load.value());
        }
        Value object = load.operand(0);
        if (CallSignature.isOfStacks(load.field())) {
            return CallSignature.get(emitter, shadows.of(object), load.field());
        }
        int slot = objects.place(load);
        Type type = ShadowTypes.of(load.value().type());
        if (slot < 0) {
            return emitter.nullReference();
        }
        if (shadows.mayBeNull(object)) {
            Value loaded = ShadowCalls.helper(
                            emitter, "load", LOAD, shadows.orNull(object, emitter), emitter.constant(Type.INT, slot))
                    .value();
            return ObjectCode.cast(emitter, loaded, type);
        }
        return objects.reference(emitter, shadows.of(object), slot, type);
    }

    /** Stores the shadow of a reference into the shadow of an array. */
    void store(Instruction store, Emitter emitter) {
        Value array = store.operand(0);
        Value stored = shadows.orNull(store.operand(2), emitter);
        if (shadows.mayBeNull(array)) {
            ShadowCalls.helper(emitter, "store", STORE, shadows.of(array), store.operand(1), stored);
            return;
        }
        ClassDesc component = ShadowTypes.component(store.classAttribute());
        Value shadow = shadows.of(array);
        if (shadow.type().equals(Type.OBJECT)) {
            shadow = ObjectCode.cast(emitter, shadow, Type.of(component.arrayType()));
        }
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(shadow, store.operand(1), stored));
    }

    /** Stores the shadow of a reference into the shadow of an object. */
    void put(Instruction store, Emitter emitter) {
        Value object = store.operand(0);
        if (CallSignature.isOfStacks(store.field())) {
            if (CallSignature.carriesDerivative(store.field())) {
                CallSignature.put(emitter, shadows.of(object), store.field(), shadows.of(store.operand(1)));
            }
            return;
        }
        int slot = objects.place(store);
        if (slot < 0) {
            return;
        }
        Value stored = shadows.orNull(store.operand(1), emitter);
        if (shadows.mayBeNull(object)) {
            ShadowCalls.helper(emitter, "store", STORE, shadows.of(object), emitter.constant(Type.INT, slot), stored);
        } else {
            objects.storeReference(emitter, shadows.of(object), slot, stored);
        }
    }
}
