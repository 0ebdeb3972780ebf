package dev.jacobi.autodiff.forward;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.ContainerCall;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.Formula;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ScalarRule;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What follows each instruction of the primal: the tangent of its number, the shadow of its reference, the store into the shadow.
 *
 * <p>Accesses of shadows cannot throw where the same access of the primal has not: shadows have the primal's shape.
 */
final class TangentRules {
    private final ActivityAnalysis activity;
    private final Tangents tangents;
    private final TangentCalls calls;
    private final FollowedCalls followed;
    private final TangentObjects objects;
    private final MissingShadows missing;

    /** @param stacks gives what calls leave further results in */
    TangentRules(
            ActivityAnalysis activity, Tangents tangents, Callees callees, Supplier<Value> stacks, ShadowTypes types) {
        this.followed = new FollowedCalls(activity, tangents, callees, stacks);
        this.activity = activity;
        this.tangents = tangents;
        this.missing = new MissingShadows(activity, tangents, callees);
        this.calls = new TangentCalls(activity, tangents, missing);
        this.objects = new TangentObjects(activity, tangents, missing, types);
    }

    /** Whether a value of the primal has a tangent or shadow next to it. */
    boolean isPaired(Value value) {
        return value.type().isFloatingPoint() ? activity.isActive(value) : activity.hasShadow(value);
    }

    /** Whether the derivative of some method is called in the place of the method. */
    boolean anyFollowed(Function primal) {
        return primal.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .anyMatch(activity::isFollowed);
    }

    /** Emits the call of the derivative of the method that an instruction calls, instead of a copy. */
    void call(Instruction instruction) {
        followed.call(instruction);
    }

    /** Puts in the place of the question whether a reference has no shadow the comparison. */
    void answer(Instruction question) {
        tangents.lane(0);
        Value reference = question.operand(0);
        tangents.setPrimal(
                question.value(),
                ShadowRequirements.answer(
                        tangents.emitter(question.position()),
                        tangents.has(reference) ? tangents.of(reference) : null));
    }

    /** The shadow of what the derivative of a call returns. */
    Value returned(Value reference, @Nullable SourcePosition position) {
        return missing.required(reference, position);
    }

    /** Emits what belongs to an instruction whose copy was just emitted, in one direction. */
    void follow(Instruction instruction, int lane) {
        if (activity.isFollowed(instruction)) {
            followed.takeTangent(instruction, lane);
            return;
        }
        boolean paired = instruction.result() != null && isPaired(instruction.value());
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> {
                if (paired) {
                    load(instruction);
                }
            }
            case ARRAY_STORE -> {
                if (activity.hasShadow(instruction.operand(0))) {
                    store(instruction);
                } else {
                    missing.refuse(instruction, instruction.operand(0), instruction.operand(2));
                }
            }
            case GET_FIELD -> {
                if (paired && !ContainerCall.isUnfinished(instruction)) {
                    objects.load(instruction);
                }
            }
            case PUT_FIELD -> {
                if (activity.hasShadow(instruction.operand(0))) {
                    objects.store(instruction);
                } else {
                    missing.refuse(instruction, instruction.operand(0), instruction.operand(1));
                }
            }
            case NEW -> {
                if (paired && !ContainerCall.isUnfinished(instruction)) {
                    objects.allocate(instruction);
                }
            }
            case EMBED -> {
                if (paired && activity.isMadeHere(instruction)) {
                    objects.allocate(instruction);
                }
            }
            case LOAD_CONSTANT, GET_STATIC -> {}
            case NEW_ARRAY, NEW_MULTI_ARRAY -> {
                if (paired) {
                    newArray(instruction);
                }
            }
            case CHECK_CAST -> {
                if (paired) {
                    cast(instruction);
                }
            }
            case SELECT -> {
                if (paired) {
                    repeat(
                            instruction,
                            List.of(
                                    tangents.primal(instruction.operand(0)),
                                    tangents.of(instruction.operand(1)),
                                    tangents.of(instruction.operand(2))));
                }
            }
            default ->
                KnownCall.of(instruction).ifPresentOrElse(call -> follow(instruction, call), () -> {
                    // What comes from outside has no shadow.
                    if (paired && !(isReference(instruction) && activity.mayLackShadow(instruction.value()))) {
                        scalar(instruction);
                    }
                });
        }
    }

    private static boolean isReference(Instruction instruction) {
        return instruction.value().type().isReference();
    }

    private void follow(Instruction instruction, KnownCall call) {
        switch (call) {
            case BOX -> {
                if (isPaired(instruction.value())) {
                    objects.box(instruction);
                }
            }
            case UNBOX -> {
                if (isPaired(instruction.value())) {
                    objects.load(instruction);
                }
            }
            default -> calls.follow(instruction, call);
        }
    }

    private void newArray(Instruction instruction) {
        Emitter emitter = tangents.emitter(instruction.position());
        ClassDesc attribute;
        ClassDesc innermost;
        if (instruction.opCode() == OpCode.NEW_ARRAY) {
            attribute = ShadowTypes.component(instruction.classAttribute());
            innermost = attribute;
        } else {
            attribute = ShadowTypes.array(instruction.classAttribute());
            innermost = attribute;
            for (Value _ : instruction.operands()) {
                innermost = innermost.componentType();
            }
        }
        List<Value> lengths = new ArrayList<>(
                instruction.operands().stream().map(tangents::primal).toList());
        lengths.add(tangents.layout().length(emitter, lengths.removeLast(), innermost));
        Instruction made = emitter.emit(instruction.opCode(), attribute, lengths);
        made.setProved(instruction.isProved());
        tangents.set(instruction.value(), made.value());
    }

    private void cast(Instruction instruction) {
        Value shadow = tangents.of(instruction.operand(0));
        Type type = ShadowTypes.of(instruction.value().type());
        if (type.equals(Type.OBJECT)) {
            tangents.share(instruction.value(), shadow);
            return;
        }
        Instruction cast =
                tangents.emitter(instruction.position()).emit(OpCode.CHECK_CAST, type.descriptor(), List.of(shadow));
        cast.setProved(true);
        tangents.set(instruction.value(), cast.value());
    }

    /** The same operation on other operands, which gives the tangent or shadow of the result. */
    private Instruction repeat(Instruction instruction, List<Value> operands) {
        Instruction repeated =
                tangents.emitter(instruction.position()).emit(instruction.opCode(), instruction.attribute(), operands);
        tangents.set(instruction.value(), repeated.value());
        return repeated;
    }

    private void load(Instruction instruction) {
        Value array = instruction.operand(0);
        Value shadow = tangents.of(array);
        boolean mayBeNull = activity.mayLackShadow(array);
        Value loaded = tangents.either(
                shadow,
                mayBeNull,
                instruction.position(),
                () -> {
                    Emitter emitter = tangents.emitter(instruction.position());
                    Instruction load = emitter.emit(
                            OpCode.ARRAY_LOAD,
                            ShadowTypes.component(instruction.classAttribute()),
                            List.of(shadow, place(emitter, instruction)));
                    load.setProved(true);
                    load.value().setType(ShadowTypes.of(instruction.value().type()));
                    return load.value();
                },
                () -> tangents.zero(instruction.value().type()));
        tangents.set(instruction.value(), loaded);
    }

    /** Where the tangent of the element is that is loaded or stored. */
    private Value place(Emitter emitter, Instruction access) {
        Value index = tangents.primal(access.operand(1));
        return tangents.layout().place(emitter, index, access.classAttribute(), tangents.lane());
    }

    private void store(Instruction instruction) {
        Value array = instruction.operand(0);
        Value shadow = tangents.of(array);
        Runnable stores = () -> {
            Value stored = missing.stored(instruction, array, instruction.operand(2));
            Emitter emitter = tangents.emitter(instruction.position());
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ShadowTypes.component(instruction.classAttribute()),
                            List.of(shadow, place(emitter, instruction), stored))
                    .setProved(true);
        };
        missing.orStore(instruction, array, instruction.operand(2), stores);
    }

    private void scalar(Instruction instruction) {
        ScalarRule rule = ScalarRules.of(instruction)
                .orElseThrow(() ->
                        Internal.error("no tangent for " + instruction.opCode().mnemonic()));
        Type type = instruction.value().type();
        boolean strict =
                instruction.opCode() == OpCode.MATH && instruction.math().strict();
        Emitter emitter = tangents.emitter(instruction.position());
        Value sum = null;
        for (int index = 0; index < instruction.operands().size(); index++) {
            Value operand = instruction.operand(index);
            if (activity.isActive(operand) && rule.dependsOn(index)) {
                Value term = rule.formula(index).emit(emitter, name -> bind(instruction, operand, name), strict, type);
                sum = sum == null ? term : emitter.value(OpCode.ADD, null, sum, term);
            }
        }
        if (sum == null) {
            throw Internal.error("an active value without tangent");
        }
        tangents.set(instruction.value(), sum);
    }

    private Value bind(Instruction instruction, Value operand, int name) {
        return switch (name) {
            case Formula.SEED -> tangents.of(operand);
            case Formula.RESULT -> tangents.primal(instruction.value());
            default -> tangents.primal(instruction.operand(name));
        };
    }
}
