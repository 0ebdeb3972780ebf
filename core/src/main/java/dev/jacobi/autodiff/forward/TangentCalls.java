package dev.jacobi.autodiff.forward;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.ContainerCall;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectClones;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forward mode's column of the table {@link KnownCall}: the call is repeated on the shadows, or the shadow is filled with zeros.
 *
 * <p>A tape has a second tape for its tangents, with the same tops.
 */
final class TangentCalls {
    private static final ClassDesc ARRAYS = ClassDesc.of("java.util.Arrays");

    private final ActivityAnalysis activity;
    private final Tangents tangents;
    private final MissingShadows missing;

    TangentCalls(ActivityAnalysis activity, Tangents tangents, MissingShadows missing) {
        this.missing = missing;
        this.activity = activity;
        this.tangents = tangents;
    }

    void follow(Instruction call, KnownCall known) {
        switch (known) {
            case ARRAY_COPY -> arrayCopy(call);
            case FILL, FILL_RANGE -> fill(call);
            case OBJECT_CLONE -> {
                if (activity.hasShadow(call.value())) {
                    Emitter emitter = tangents.emitter(call.position());
                    Value source = tangents.of(call.operand(0));
                    ObjectClones.Shadow made = ObjectClones.shadow(
                            emitter,
                            tangents.primal(call.value()),
                            source,
                            count -> tangents.layout().length(emitter, count, ConstantDescs.CD_double));
                    ObjectClones.copyNumbers(emitter, source, made.numbers());
                    tangents.set(call.value(), made.reference());
                }
            }
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                if (activity.hasShadow(call.value())) {
                    tangents.set(call.value(), copy(call, known));
                }
            }
            case ACQUIRE, ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> {
                if (activity.hasShadow(call.value())) {
                    tangents.set(call.value(), repeat(call, Map.of()).value());
                }
            }
            case ACQUIRE_ZEROS -> {
                if (activity.hasShadow(call.value())) {
                    tangents.set(
                            call.value(),
                            repeat(call, scaled(call, Map.of(), 0)).value());
                }
            }
            case ENSURE -> {
                if (activity.hasShadow(call.value())) {
                    Map<Integer, Value> shadow = Map.of(0, tangents.of(call.operand(0)));
                    // The length; or top, count and how many each time.
                    boolean several = call.operands().size() > 2;
                    Map<Integer, Value> operands = several ? scaled(call, shadow, 1, 3) : scaled(call, shadow, 1);
                    tangents.set(call.value(), repeat(call, operands).value());
                }
            }
            case MOVE_DOWN, MOVE_UP -> {
                if (activity.hasShadow(call.operand(0)) && activity.hasShadow(call.operand(1))) {
                    Value grown = tangents.of(call.operand(0));
                    Value before = tangents.of(call.operand(1));
                    Runnable none = () -> {};
                    tangents.either(
                            grown,
                            activity.mayLackShadow(call.operand(0)),
                            call.position(),
                            () -> tangents.either(
                                    before,
                                    activity.mayLackShadow(call.operand(1)),
                                    call.position(),
                                    () -> repeat(call, Map.of(0, grown, 1, before)),
                                    none),
                            none);
                }
            }
            case RELEASE, RELEASE_STACKS -> {
                if (activity.hasShadow(call.operand(0))) {
                    repeat(call, Map.of(0, tangents.of(call.operand(0))));
                }
            }
            case CONTAINER -> container(call, ContainerCall.of(call).orElseThrow());
            case BOX, UNBOX, TEXT, INACTIVE -> {}
        }
    }

    /** The same is done with the shadow of the collection. */
    private void container(Instruction call, ContainerCall row) {
        boolean isStatic = !row.hasReceiver(call);
        boolean paired = call.result() != null && activity.hasShadow(call.value());
        if (!paired && (isStatic || !activity.hasShadow(call.operand(0)))) {
            return;
        }
        Instruction made = row.emit(call, tangents.emitter(call.position()), new ContainerCall.Source() {
            @Override
            public Value primal(Value value) {
                return tangents.primal(value);
            }

            @Override
            public Value shadow(Value value) {
                return tangents.of(value);
            }
        });
        if (!isStatic && row.result() != ContainerCall.Result.CONSTRUCTED) {
            row.storedOperands(call).forEach(stored -> missing.check(call, call.operand(0), stored));
        }
        if (row.result() == ContainerCall.Result.CONSTRUCTED) {
            tangents.set(call.operand(0), made.value());
        } else if (paired) {
            tangents.set(call.value(), made.value());
        }
    }

    private void arrayCopy(Instruction call) {
        Value source = call.operand(0);
        Value target = call.operand(2);
        if (!activity.hasShadow(target)) {
            missing.refuse(call, target, source);
            return;
        }
        Value shadow = tangents.of(target);
        Value sourceShadow = tangents.of(source);
        Runnable copies = () -> {
            if (activity.hasShadow(source)) {
                tangents.either(
                        sourceShadow,
                        activity.mayLackShadow(source),
                        call.position(),
                        () -> repeat(call, scaled(call, Map.of(0, sourceShadow, 2, shadow), 1, 3, 4)),
                        () -> clearRange(call, shadow));
            } else {
                clearRange(call, shadow);
            }
        };
        missing.orStore(call, target, source, copies);
    }

    /** Operands in the place of others, and places and lengths of the shadow in the place of those of the array. */
    private Map<Integer, Value> scaled(Instruction call, Map<Integer, Value> replaced, int... places) {
        ClassDesc component = call.operand(0).type().isReference()
                ? ShadowArrays.component(call)
                : call.value().type().descriptor().componentType();
        if (!tangents.layout().packed() || component == null) {
            return replaced;
        }
        Map<Integer, Value> all = new HashMap<>(replaced);
        Emitter emitter = tangents.emitter(call.position());
        for (int place : places) {
            Value length = tangents.primal(call.operand(place));
            all.put(place, tangents.layout().length(emitter, length, component));
        }
        return all;
    }

    /** The same call with other operands. */
    private Instruction repeat(Instruction call, Map<Integer, Value> replaced) {
        List<Value> operands = new ArrayList<>();
        for (int index = 0; index < call.operands().size(); index++) {
            Value other = replaced.get(index);
            operands.add(other != null ? other : tangents.primal(call.operand(index)));
        }
        Instruction made =
                tangents.emitter(call.position()).emit(call.opCode(), ShadowTypes.method(call.method()), operands);
        // It may stand in a block whose handlers are for something else.
        made.setProved(!call.mayThrow());
        return made;
    }

    /** Where there is nothing to copy, the tangents of what is overwritten are 0. */
    private void clearRange(Instruction call, Value shadow) {
        Type array = call.operand(2).type();
        if (!array.isArray()) {
            throw new JacobiException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot differentiate " + activity.function().signature()
                            + ": it copies from an array without a shadow to one that"
                            + " has a shadow, and is known as " + array + " only",
                    call.position() == null ? null : call.position().toString());
        }
        Type component = Type.of(array.descriptor().componentType());
        Emitter emitter = tangents.emitter(call.position());
        ShadowArrays layout = tangents.layout();
        ClassDesc element = component.descriptor();
        Value start = layout.length(emitter, tangents.primal(call.operand(3)), element);
        Value length = layout.length(emitter, tangents.primal(call.operand(4)), element);
        Value end = emitter.value(OpCode.ADD, null, start, length);
        MethodTypeDesc type = MethodTypeDesc.of(
                ConstantDescs.CD_void,
                component.isReference() ? ConstantDescs.CD_Object.arrayType() : array.descriptor(),
                ConstantDescs.CD_int,
                ConstantDescs.CD_int,
                component.isReference() ? ConstantDescs.CD_Object : component.descriptor());
        emitter.emit(
                OpCode.INVOKE_STATIC,
                new MethodReference(ARRAYS, "fill", type, false),
                List.of(shadow, start, end, tangents.zero(component)));
    }

    private void fill(Instruction call) {
        Value array = call.operand(0);
        if (activity.hasShadow(array)) {
            Value shadow = tangents.of(array);
            int last = call.operands().size() - 1;
            Runnable fills = () -> {
                Value tangent = tangents.of(call.operand(last));
                if (tangents.layout().packed()) {
                    fillPacked(call, shadow, tangent);
                } else {
                    repeat(call, Map.of(0, shadow, last, tangent));
                }
            };
            missing.orStore(call, array, call.operand(last), fills);
        } else {
            missing.refuse(call, array, call.operands().getLast());
        }
    }

    private void fillPacked(Instruction call, Value shadow, Value tangent) {
        Emitter emitter = tangents.emitter(call.position());
        boolean range = call.operands().size() == 4;
        Value from = range ? tangents.primal(call.operand(1)) : emitter.constant(Type.INT, 0);
        Value to = range
                ? tangents.primal(call.operand(2))
                : emitter.value(OpCode.ARRAY_LENGTH, null, tangents.primal(call.operand(0)));
        tangents.layout().fill(emitter, shadow, from, to, tangents.lane(), tangent);
    }

    private Value copy(Instruction call, KnownCall known) {
        Value source = call.operand(0);
        if (!activity.hasShadow(source)) {
            return zeros(call, known);
        }
        Value shadow = tangents.of(source);
        return tangents.either(
                shadow,
                activity.mayLackShadow(source),
                call.position(),
                () -> repeat(
                                call,
                                switch (known) {
                                    case COPY_OF -> scaled(call, Map.of(0, shadow), 1);
                                    case COPY_OF_RANGE -> scaled(call, Map.of(0, shadow), 1, 2);
                                    default -> Map.of(0, shadow);
                                })
                        .value(),
                () -> zeros(call, known));
    }

    /** A new array of the length of the copy. */
    private Value zeros(Instruction call, KnownCall known) {
        Emitter emitter = tangents.emitter(call.position());
        Type array = call.operand(0).type();
        Value length = switch (known) {
            case COPY_OF -> tangents.primal(call.operand(1));
            case COPY_OF_RANGE ->
                emitter.value(OpCode.SUB, null, tangents.primal(call.operand(2)), tangents.primal(call.operand(1)));
            default -> emitter.value(OpCode.ARRAY_LENGTH, null, tangents.primal(call.operand(0)));
        };
        ClassDesc component = ShadowTypes.component(array.descriptor().componentType());
        return emitter.value(OpCode.NEW_ARRAY, component, tangents.layout().length(emitter, length, component));
    }
}
