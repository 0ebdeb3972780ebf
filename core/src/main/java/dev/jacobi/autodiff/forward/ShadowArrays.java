package dev.jacobi.autodiff.forward;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the tangents of an array's elements are: each direction has a shadow of its own, with the array's length; or, if they are packed, one shadow
 * holds those of all {@code width} directions, side by side for each element. Arrays of arrays have the length of the primal in both layouts.
 *
 * The numbers of objects are in an array of the object's shadow, to which the same applies.
 *
 * <p>Not packed, and refused: objects and collections that are arguments of the derivative, since their shadows are objects of the same class.
 */
record ShadowArrays(int width, boolean packed) {
    private static final ClassDesc SHADOWS = ClassDesc.of("dev.jacobi.runtime.Shadows");
    private static final MethodReference LENGTH = new MethodReference(
            SHADOWS,
            "packedLength",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
            false);

    /** Whether all directions have the same shadow. */
    boolean isShared(Type type) {
        return packed && type.isReference();
    }

    /** Whether what belongs to an instruction is emitted once for all directions. */
    boolean isShared(Instruction instruction) {
        boolean numbers = instruction.result() != null
                ? instruction.value().type().isFloatingPoint()
                : !instruction.operands().isEmpty()
                        && instruction.operands().getLast().type().isFloatingPoint();
        return packed && !numbers;
    }

    /** The place of the tangent of a number of an object. */
    int place(int number, int lane) {
        return packed ? number * width + lane : number;
    }

    /** The place of the tangent of an element. */
    Value place(Emitter emitter, Value index, ClassDesc component, int lane) {
        if (!packed || !component.isPrimitive()) {
            return index;
        }
        Value start = emitter.value(OpCode.MUL, null, index, emitter.constant(Type.INT, width));
        return lane == 0 ? start : emitter.value(OpCode.ADD, null, start, emitter.constant(Type.INT, lane));
    }

    /** The length, or first place, of a shadow for that of an array. */
    Value length(Emitter emitter, Value length, ClassDesc component) {
        if (!packed || !component.isPrimitive()) {
            return length;
        }
        Instruction call =
                emitter.emit(OpCode.INVOKE_STATIC, LENGTH, List.of(length, emitter.constant(Type.INT, width)));
        return call.value();
    }

    /** Sets the tangents of a range of elements, in one direction. */
    void fill(Emitter emitter, Value shadow, Value from, Value to, int lane, Value tangent) {
        ClassDesc component = tangent.type().descriptor();
        MethodReference fill = new MethodReference(
                SHADOWS,
                "fillPacked",
                MethodTypeDesc.of(
                        ConstantDescs.CD_void,
                        component.arrayType(),
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_int,
                        component),
                false);
        emitter.emit(
                OpCode.INVOKE_STATIC,
                fill,
                List.of(
                        shadow,
                        from,
                        to,
                        emitter.constant(Type.INT, width),
                        emitter.constant(Type.INT, lane),
                        tangent));
    }

    /**
     * Refuses a function with shadows that have no packed form.
     *
     * @param isCallee whether its shadows are made by other derivatives
     */
    void check(Function primal, ActivityAnalysis activity, boolean isCallee) {
        if (!packed) {
            return;
        }
        for (int index = 0; index < primal.parameters().size(); index++) {
            Value parameter = primal.parameters().get(index);
            if (activity.hasShadow(parameter) && !DerivativeRequest.carriesDerivative(parameter.type()) && !isCallee) {
                throw refusal(primal, "parameter " + index + " is of type " + parameter.type(), null);
            }
        }
        for (Block block : primal.blocks()) {
            if (activity.mayReturn(block)) {
                block.instructions().forEach(instruction -> check(primal, instruction, activity));
            }
        }
    }

    private void check(Function primal, Instruction instruction, ActivityAnalysis activity) {
        boolean shadows = instruction.operands().stream().anyMatch(activity::hasShadow)
                || instruction.result() != null && activity.hasShadow(instruction.value());
        if (!shadows || activity.isFollowed(instruction)) {
            return;
        }
        if (hasNoRoom(instruction)) {
            throw refusal(primal, "a derivative in it has more results than there is room for", instruction);
        }
        boolean copies =
                KnownCall.of(instruction).filter(KnownCall.ARRAY_COPY::equals).isPresent();
        if (copies && component(instruction) == null) {
            throw refusal(primal, "it copies elements of an array of unknown class", instruction);
        }
    }

    /** Stacks have a place for each result of a call beside the first, but not for all directions of very many. */
    private boolean hasNoRoom(Instruction access) {
        boolean element = access.opCode() == OpCode.ARRAY_LOAD || access.opCode() == OpCode.ARRAY_STORE;
        return element
                && access.operand(0).definition() instanceof Instruction get
                && get.opCode() == OpCode.GET_FIELD
                && CallSignature.isNumbersOfStacks(get.field())
                && !(access.operand(1).definition() instanceof Instruction index
                        && index.attribute() instanceof Integer place
                        && (place + 1L) * width <= CallSignature.MAXIMUM_NUMBERS);
    }

    /** The component of the arrays of a copy, null if it is not known. */
    static @Nullable ClassDesc component(Instruction copy) {
        ClassDesc source = copy.operand(0).type().descriptor().componentType();
        boolean hasTarget =
                KnownCall.of(copy).filter(KnownCall.ARRAY_COPY::equals).isPresent();
        return source != null || !hasTarget
                ? source
                : copy.operand(2).type().descriptor().componentType();
    }

    private static JacobiException refusal(Function primal, String what, @Nullable Instruction at) {
        return new JacobiException(
                Refusal.PACKED_DIRECTIONS,
                "cannot differentiate " + primal.signature() + " with one shadow for all directions: " + what,
                at == null || at.position() == null ? null : at.position().toString());
    }
}
