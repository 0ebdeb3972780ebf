package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectClones;
import dev.jacobi.autodiff.reverse.AdjointRules.Target;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;

/** Reverse mode's column of the table {@link KnownCall}. */
final class AdjointCalls {
    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final AdjointMemory adjoints;
    private final boolean tapesAreReused;

    /** @param tapesAreReused see {@link AdjointRules} */
    AdjointCalls(ActivityAnalysis activity, Shadows shadows, AdjointMemory adjoints, boolean tapesAreReused) {
        this.activity = activity;
        this.shadows = shadows;
        this.adjoints = adjoints;
        this.tapesAreReused = tapesAreReused;
    }

    /** Whether the reverse sweep does anything for a call. */
    boolean acts(Instruction instruction, KnownCall call) {
        return switch (call) {
            case ARRAY_COPY ->
                AdjointMemory.holdsNumbers(instruction.operand(2)) && shadows.has(instruction.operand(2));
            case CLONE, COPY_OF, COPY_OF_RANGE ->
                AdjointMemory.holdsNumbers(instruction.operand(0))
                        && shadows.has(instruction.operand(0))
                        && shadows.has(instruction.value());
            case OBJECT_CLONE -> shadows.has(instruction.operand(0)) && shadows.has(instruction.value());
            case FILL, FILL_RANGE -> shadows.has(instruction.operand(0));
            case ACQUIRE ->
                !tapesAreReused && AdjointMemory.holdsNumbers(instruction.value()) && shadows.has(instruction.value());
            case ENSURE -> AdjointMemory.holdsNumbers(instruction.value()) && shadows.has(instruction.value());
            case MOVE_DOWN, MOVE_UP -> shadows.has(instruction.operand(0)) && shadows.has(instruction.operand(1));
            case BOX -> shadows.has(instruction.value());
            case UNBOX -> activity.isActive(instruction.value());
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> !tapesAreReused && shadows.has(instruction.value());
            case ACQUIRE_ZEROS, RELEASE, RELEASE_STACKS, CONTAINER, TEXT, INACTIVE -> false;
        };
    }

    /** Lists the primal values that {@link #emit} reads. */
    void needs(Instruction instruction, KnownCall call, Consumer<Value> need) {
        Value memory = switch (call) {
            case ARRAY_COPY -> instruction.operand(2);
            case BOX, ACQUIRE, ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> instruction.value();
            default -> instruction.operand(0);
        };
        need.accept(shadows.of(memory));
        switch (call) {
            case ARRAY_COPY -> {
                if (shadows.has(instruction.operand(0))) {
                    need.accept(shadows.of(instruction.operand(0)));
                }
                need.accept(instruction.operand(1));
                need.accept(instruction.operand(3));
                need.accept(instruction.operand(4));
            }
            case CLONE, OBJECT_CLONE, COPY_OF, ENSURE -> need.accept(shadows.of(instruction.value()));
            case MOVE_DOWN, MOVE_UP -> need.accept(shadows.of(instruction.operand(1)));
            case COPY_OF_RANGE -> {
                need.accept(shadows.of(instruction.value()));
                need.accept(instruction.operand(1));
            }
            case FILL_RANGE -> {
                need.accept(instruction.operand(1));
                need.accept(instruction.operand(2));
            }
            case FILL,
                    BOX,
                    UNBOX,
                    ACQUIRE,
                    ACQUIRE_ZEROS,
                    RELEASE,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    RELEASE_STACKS,
                    CONTAINER,
                    TEXT,
                    INACTIVE -> {}
        }
    }

    /** Makes the code for a call that {@link #acts}. */
    void emit(Instruction call, KnownCall known, Target target) {
        switch (known) {
            case ARRAY_COPY -> {
                Value copy = call.operand(2);
                ClassDesc array = copy.type().descriptor();
                Value source = shadows.has(call.operand(0))
                        ? target.primal(shadows.of(call.operand(0)))
                        : target.emitter().nullReference();
                MethodTypeDesc type = MethodTypeDesc.of(
                        ConstantDescs.CD_void,
                        array,
                        ConstantDescs.CD_int,
                        array,
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_int);
                Value[] operands = {
                    cast(target, source, array),
                    target.primal(call.operand(1)),
                    target.primal(shadows.of(copy)),
                    target.primal(call.operand(3)),
                    target.primal(call.operand(4))
                };
                adjoints.guarded(copy, operands[2], target, () -> AdjointMemory.helper(target, "copy", type, operands));
            }
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                ClassDesc array = call.operand(0).type().descriptor();
                Value start = known == KnownCall.COPY_OF_RANGE
                        ? target.primal(call.operand(1))
                        : target.emitter().constant(Type.INT, 0);
                MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, ConstantDescs.CD_int, array);
                Value source = target.primal(shadows.of(call.operand(0)));
                Value copy = target.primal(shadows.of(call.value()));
                adjoints.guarded(
                        call.operand(0),
                        source,
                        target,
                        () -> AdjointMemory.helper(target, "add", type, source, start, cast(target, copy, array)));
            }
            case OBJECT_CLONE -> {
                Value source = target.primal(shadows.of(call.operand(0)));
                Value copy = target.primal(shadows.of(call.value()));
                adjoints.guarded(
                        call.operand(0), source, target, () -> ObjectClones.addNumbers(target.emitter(), source, copy));
            }
            case FILL, FILL_RANGE -> emitFill(call, known, target);
            case ACQUIRE -> {
                // Each element was taken by the reverse of the store that filled it: all are 0 again.
                MethodTypeDesc type = MethodTypeDesc.of(
                        ConstantDescs.CD_void, call.value().type().descriptor());
                MethodReference release = new MethodReference(Tape.SCRATCH, "releaseZeros", type, false);
                target.emitter().emit(INVOKE_STATIC, release, List.of(target.primal(shadows.of(call.value()))));
            }
            // The same holds of stacks; but what those of zeros held before the first store has adjoints, which stay.
            case ACQUIRE_STACKS -> release(target, call, "releaseZeros");
            case ACQUIRE_ZERO_STACKS -> release(target, call, "release");
            case ENSURE -> {
                ClassDesc array = call.value().type().descriptor();
                Value before = target.primal(shadows.of(call.operand(0)));
                Value after = target.primal(shadows.of(call.value()));
                AdjointMemory.helper(
                        target, "moveDown", MethodTypeDesc.of(ConstantDescs.CD_void, array, array), after, before);
            }
            case MOVE_DOWN, MOVE_UP -> {
                ClassDesc array = call.operand(0).type().descriptor();
                Value grown = target.primal(shadows.of(call.operand(0)));
                Value before = target.primal(shadows.of(call.operand(1)));
                String adjoint = known == KnownCall.MOVE_DOWN ? "moveUp" : "moveDown";
                MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, array);
                adjoints.guarded(
                        call.operand(0),
                        grown,
                        target,
                        () -> adjoints.guarded(
                                call.operand(1),
                                before,
                                target,
                                () -> AdjointMemory.helper(target, adjoint, type, grown, before)));
            }
            case BOX -> adjoints.put(call, call.value(), call.operand(0), target);
            case UNBOX -> adjoints.get(call, target);
            case ACQUIRE_ZEROS, RELEASE, RELEASE_STACKS, CONTAINER, TEXT, INACTIVE -> {}
        }
    }

    private void release(Target target, Instruction acquire, String name) {
        MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, CallSignature.STACKS);
        target.emitter()
                .emit(
                        INVOKE_STATIC,
                        new MethodReference(CallSignature.STACKS, name, type, false),
                        List.of(target.primal(shadows.of(acquire.value()))));
    }

    private void emitFill(Instruction call, KnownCall known, Target target) {
        Value filled = call.operand(0);
        Value number = call.operands().getLast();
        Value shadow = target.primal(shadows.of(filled));
        Value from = known == KnownCall.FILL_RANGE
                ? target.primal(call.operand(1))
                : target.emitter().constant(Type.INT, 0);
        Value to = known == KnownCall.FILL_RANGE ? target.primal(call.operand(2)) : null;
        ClassDesc array = filled.type().descriptor();
        adjoints.guarded(filled, shadow, target, () -> {
            Value end = to != null ? to : target.emitter().value(ARRAY_LENGTH, null, shadow);
            Value sum = AdjointMemory.helper(
                    target,
                    "takeSum",
                    MethodTypeDesc.of(number.type().descriptor(), array, ConstantDescs.CD_int, ConstantDescs.CD_int),
                    shadow,
                    from,
                    end);
            if (activity.isActive(number) && sum != null) {
                target.addToAdjoint(number, sum);
            }
        });
    }

    private static Value cast(Target target, Value reference, ClassDesc array) {
        return reference.type().descriptor().equals(array) || Constants.isNull(reference)
                ? reference
                : target.emitter().value(CHECK_CAST, array, reference);
    }
}
