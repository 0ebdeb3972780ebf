package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectClones;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shadows of what the calls of the table {@link KnownCall} make or copy, but for containers. */
final class ShadowCalls {
    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ObjectShadows");
    private static final MethodTypeDesc COPY = MethodTypeDesc.of(
            ConstantDescs.CD_void,
            ConstantDescs.CD_Object,
            ConstantDescs.CD_int,
            ConstantDescs.CD_Object,
            ConstantDescs.CD_int,
            ConstantDescs.CD_int);

    private final Shadows shadows;
    private final ObjectCode objects;

    ShadowCalls(Shadows shadows, ObjectCode objects) {
        this.shadows = shadows;
        this.objects = objects;
    }

    /** The shadow of what a call gives, of the table or not; null for what comes from outside. */
    Value of(Instruction instruction, Optional<KnownCall> call, Emitter emitter) {
        if (call.isEmpty() || call.get() == KnownCall.INACTIVE) {
            if (shadows.mayBeNull(instruction.value())) {
                return emitter.nullReference(); // what comes from outside has none
            }
            throw Refusals.internal(
                    "no shadow is known for " + instruction.opCode().mnemonic());
        }
        switch (call.get()) {
            case ACQUIRE -> {
                return holdsReferences(instruction.value())
                        ? emitter.emit(instruction.opCode(), instruction.attribute(), List.of())
                                .value()
                        : acquireZeros(instruction.value(), emitter);
            }
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> {
                MethodTypeDesc type = MethodTypeDesc.of(CallSignature.STACKS);
                return emitter.value(
                        OpCode.INVOKE_STATIC, new MethodReference(CallSignature.STACKS, "acquireZeros", type, false));
            }
            case ACQUIRE_ZEROS -> {
                // What elements are before they are first written has an adjoint, so they are not 0 again at the end.
                Value length = emitter.value(OpCode.ARRAY_LENGTH, null, instruction.value());
                return emitter.value(
                        OpCode.NEW_ARRAY,
                        instruction.value().type().descriptor().componentType(),
                        length);
            }
            case ENSURE -> {
                List<Value> operands = new ArrayList<>(instruction.operands());
                operands.set(0, shadows.of(operands.get(0)));
                return emitter.emit(instruction.opCode(), instruction.attribute(), operands)
                        .value();
            }
            case OBJECT_CLONE -> {
                return ObjectClones.shadow(
                                emitter,
                                instruction.value(),
                                shadows.orNull(instruction.operand(0), emitter),
                                count -> count)
                        .reference();
            }
            case BOX -> {
                return objects.allocate(emitter, instruction.method().owner());
            }
            default -> {}
        }
        if (holdsReferences(instruction.operand(0))) {
            if (shadows.mayBeNull(instruction.operand(0)) || !shadows.has(instruction.operand(0))) {
                return copyIfPresent(instruction, call.get(), emitter);
            }
            List<Value> operands = new ArrayList<>(instruction.operands());
            operands.set(0, shadows.of(operands.get(0)));
            Value copied = emitter.emit(instruction.opCode(), ShadowTypes.method(instruction.method()), operands)
                    .value();
            return ObjectCode.cast(
                    emitter, copied, ShadowTypes.of(instruction.value().type()));
        }
        ClassDesc component = instruction.operand(0).type().descriptor().componentType();
        // The result of clone() may have the static type Object.
        Value sized = call.get() == KnownCall.CLONE ? instruction.operand(0) : instruction.value();
        return emitter.value(OpCode.NEW_ARRAY, component, emitter.value(OpCode.ARRAY_LENGTH, null, sized));
    }

    /** The shadow of a copied array of references: the shadows of what is copied, or null for each if there are none. */
    private Value copyIfPresent(Instruction copy, KnownCall call, Emitter emitter) {
        Value source = copy.operand(0);
        // The result of clone() may have the static type Object.
        Value sized = call == KnownCall.CLONE ? source : copy.value();
        ClassDesc component = ShadowTypes.component(source.type().descriptor().componentType());
        Value length = emitter.value(OpCode.ARRAY_LENGTH, null, sized);
        Value made = emitter.value(OpCode.NEW_ARRAY, component, length);
        Value zero = emitter.constant(Type.INT, 0);
        Value from = call == KnownCall.COPY_OF_RANGE ? copy.operand(1) : zero;
        helper(emitter, "copyUpTo", COPY, shadows.orNull(source, emitter), from, made, zero, length);
        return made;
    }

    /** The shadow of a tape's array: as long, so that it need not grow where the array does not, and 0. */
    private static Value acquireZeros(Value array, Emitter emitter) {
        ClassDesc type = array.type().descriptor();
        String name = array.type().descriptor().componentType().equals(ConstantDescs.CD_double) ? "Doubles" : "Floats";
        MethodReference method = new MethodReference(
                Tape.SCRATCH, "acquireZero" + name, MethodTypeDesc.of(type, ConstantDescs.CD_int), false);
        return emitter.value(OpCode.INVOKE_STATIC, method, emitter.value(OpCode.ARRAY_LENGTH, null, array));
    }

    /** Copies the shadows of the elements too, or nulls where there are none. */
    void copyElements(Instruction copy, Emitter emitter) {
        List<Value> operands = new ArrayList<>(copy.operands());
        operands.set(0, shadows.orNull(operands.get(0), emitter));
        operands.set(2, shadows.of(operands.get(2)));
        if (shadows.has(copy.operand(0))
                && !shadows.mayBeNull(copy.operand(0))
                && !shadows.mayBeNull(copy.operand(2))) {
            emitter.emit(copy.opCode(), copy.attribute(), operands);
        } else {
            helper(emitter, "copy", COPY, operands.toArray(Value[]::new));
        }
    }

    /** Whether a reference is an array of references by its static type. */
    static boolean holdsReferences(Value array) {
        return array.type().isArray()
                && !array.type().descriptor().componentType().isPrimitive();
    }

    /** A call of {@code ObjectShadows}, which knows null. */
    static Instruction helper(Emitter emitter, String name, MethodTypeDesc type, Value... operands) {
        return emitter.emit(OpCode.INVOKE_STATIC, new MethodReference(HELPERS, name, type, false), List.of(operands));
    }
}
