package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.Formula;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectClones;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ScalarRule;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the reverse sweep does for each instruction of the primal, and which primal values it reads for that. Scalar operations follow the
 * table {@link ScalarRules}; here are loads, stores and the calls of {@link KnownCall}.
 */
final class AdjointRules {
    /** The place where the code of a reverse block is made. */
    interface Target {
        Emitter emitter();

        /** A primal value that was listed as needed. */
        Value primal(Value value);

        /** The adjoint of a value, which is 0 from now on; null if it is known to be 0. */
        @Nullable
        Value takeAdjoint(Value value);

        /** Adds to the adjoint of a value. */
        void addToAdjoint(Value value, Value amount);

        /** The sum of an adjoint in memory and an amount. */
        Value sum(Value adjoint, Value amount);

        /** Calls the reverse function of a pair; its first operand, the stacks, is added. */
        @Nullable
        Value call(Function reverse, List<Value> arguments);

        /** Where further results of a call are. */
        Value stacks();

        /** Makes code that runs only if the reference is not null. */
        void ifPresent(Value reference, Runnable code);
    }

    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ArrayAdjoints");

    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final Map<Instruction, FollowedCall> calls;
    private final ObjectCode objects;
    private final ComputedFunctions computed;
    private final Choices choices;
    private final boolean tapesAreReused;

    /** @param tapesAreReused whether there may be another reverse sweep, which wants the shadows of tapes too: they are left to the garbage collector */
    AdjointRules(
            ActivityAnalysis activity,
            Shadows shadows,
            Map<Instruction, FollowedCall> calls,
            ObjectCode objects,
            ComputedFunctions computed,
            Choices choices,
            boolean tapesAreReused) {
        this.tapesAreReused = tapesAreReused;
        this.activity = activity;
        this.shadows = shadows;
        this.calls = calls;
        this.objects = objects;
        this.computed = computed;
        this.choices = choices;
    }

    /** Whether the reverse sweep does anything for an instruction. */
    boolean acts(Instruction instruction) {
        if (calls.containsKey(instruction)) {
            return true;
        }
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD -> activity.isActive(instruction.value());
            case PUT_FIELD -> instruction.operand(1).type().isFloatingPoint() && shadows.has(instruction.operand(0));
            case ARRAY_STORE -> instruction.operand(2).type().isFloatingPoint() && shadows.has(instruction.operand(0));
            default -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                yield call.isPresent()
                        ? acts(instruction, call.get())
                        : instruction.result() != null && activity.isActive(instruction.value());
            }
        };
    }

    private boolean acts(Instruction instruction, KnownCall call) {
        return switch (call) {
            case ARRAY_COPY -> holdsNumbers(instruction.operand(2)) && shadows.has(instruction.operand(2));
            case CLONE, COPY_OF, COPY_OF_RANGE ->
                holdsNumbers(instruction.operand(0))
                        && shadows.has(instruction.operand(0))
                        && shadows.has(instruction.value());
            case OBJECT_CLONE -> shadows.has(instruction.operand(0)) && shadows.has(instruction.value());
            case FILL, FILL_RANGE -> shadows.has(instruction.operand(0));
            case ACQUIRE -> !tapesAreReused && holdsNumbers(instruction.value()) && shadows.has(instruction.value());
            case ENSURE -> holdsNumbers(instruction.value()) && shadows.has(instruction.value());
            case MOVE_DOWN, MOVE_UP -> shadows.has(instruction.operand(0)) && shadows.has(instruction.operand(1));
            case BOX -> shadows.has(instruction.value());
            case UNBOX -> activity.isActive(instruction.value());
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> !tapesAreReused && shadows.has(instruction.value());
            case ACQUIRE_ZEROS, RELEASE, RELEASE_STACKS, CONTAINER, TEXT, INACTIVE -> false;
        };
    }

    private static boolean holdsNumbers(Value array) {
        return array.type().isArray()
                && array.type().descriptor().componentType().isPrimitive();
    }

    /** Lists the primal values that {@link #emit} reads. */
    void needs(Instruction instruction, Consumer<Value> need) {
        if (!acts(instruction)) {
            return;
        }
        FollowedCall followed = calls.get(instruction);
        if (followed != null) {
            needs(instruction, followed.signature(), need);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> {
                need.accept(shadows.of(instruction.operand(0)));
                need.accept(instruction.operand(1));
            }
            case GET_FIELD, PUT_FIELD -> need.accept(shadows.of(instruction.operand(0)));
            default -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                if (call.isPresent()) {
                    needs(instruction, call.get(), need);
                } else {
                    scalarNeeds(instruction, need);
                }
            }
        }
    }

    private void needs(Instruction instruction, KnownCall call, Consumer<Value> need) {
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

    private void needs(Instruction call, CallSignature signature, Consumer<Value> need) {
        for (int index = 0; index < signature.parameters().size(); index++) {
            if (signature.hasShadow(index)) {
                need.accept(shadows.of(call.operand(index)));
            }
            if (signature.isPassedAgain(index)) {
                need.accept(call.operand(index));
            }
        }
    }

    private void scalarNeeds(Instruction instruction, Consumer<Value> need) {
        Value ofFirst = choices.of(instruction);
        if (ofFirst != null) {
            need.accept(ofFirst);
            return;
        }
        ScalarRule rule = rule(instruction);
        Formula.Known known = computed.at(instruction, isStrict(instruction));
        for (int operand : differentiated(instruction, rule)) {
            rule.formula(operand)
                    .forEachUse(
                            known,
                            name -> {
                                if (name == Formula.RESULT) {
                                    need.accept(instruction.value());
                                } else if (name >= 0) {
                                    need.accept(instruction.operand(name));
                                }
                            },
                            need);
        }
    }

    private static boolean isStrict(Instruction instruction) {
        return instruction.opCode() == MATH && instruction.math().strict();
    }

    private static ScalarRule rule(Instruction instruction) {
        Optional<ScalarRule> rule = ScalarRules.of(instruction);
        if (rule.isEmpty()) {
            throw Refusals.internal(instruction.opCode().mnemonic() + " has an active result and no derivative");
        }
        return rule.get();
    }

    private List<Integer> differentiated(Instruction instruction, ScalarRule rule) {
        List<Integer> operands = new ArrayList<>();
        for (int index = 0; index < instruction.operands().size(); index++) {
            if (rule.dependsOn(index) && activity.isActive(instruction.operand(index))) {
                operands.add(index);
            }
        }
        return operands;
    }

    /** Makes the code for an instruction. */
    void emit(Instruction instruction, Target target) {
        if (!acts(instruction)) {
            return;
        }
        FollowedCall followed = calls.get(instruction);
        if (followed != null) {
            emitFollowed(instruction, followed, target);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> emitLoad(instruction, target);
            case ARRAY_STORE -> emitStore(instruction, target);
            case GET_FIELD -> emitGet(instruction, target);
            case PUT_FIELD -> emitPut(instruction, instruction.operand(0), instruction.operand(1), target);
            default -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                if (call.isPresent()) {
                    emitCall(instruction, call.get(), target);
                } else {
                    emitScalar(instruction, target);
                }
            }
        }
    }

    /** The call takes its records off the tape whatever the adjoints are. */
    private void emitFollowed(Instruction call, FollowedCall followed, Target target) {
        CallSignature signature = followed.signature();
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < signature.parameters().size(); index++) {
            if (signature.hasShadow(index)) {
                arguments.add(target.primal(shadows.of(call.operand(index))));
            }
            if (signature.isPassedAgain(index)) {
                arguments.add(target.primal(call.operand(index)));
            }
        }
        Type type = signature.result();
        if (type.isFloatingPoint()) {
            Value adjoint = activity.isActive(call.value()) ? target.takeAdjoint(call.value()) : null;
            arguments.add(adjoint != null ? adjoint : target.emitter().constant(type, 0));
        }
        Value first = target.call(followed.pair().reverse(), arguments);
        List<Integer> numbers = signature.activeNumbers();
        for (int index = 0; index < numbers.size(); index++) {
            Value operand = call.operand(numbers.get(index));
            Value amount = index == 0
                    ? first
                    : CallSignature.number(target.emitter(), target.stacks(), index - 1, operand.type());
            if (activity.isActive(operand) && amount != null) {
                target.addToAdjoint(operand, amount);
            }
        }
    }

    private void emitScalar(Instruction instruction, Target target) {
        Value adjoint = target.takeAdjoint(instruction.value());
        if (adjoint == null) {
            return;
        }
        Value ofFirst = choices.of(instruction);
        if (ofFirst != null) {
            emitChoice(instruction, target.primal(ofFirst), adjoint, target);
            return;
        }
        ScalarRule rule = rule(instruction);
        boolean strict = isStrict(instruction);
        Formula.Known known = computed.at(instruction, strict);
        for (int operand : differentiated(instruction, rule)) {
            Value by = instruction.operand(operand);
            Value amount = rule.formula(operand)
                    .emit(
                            target.emitter(),
                            name -> switch (name) {
                                case Formula.SEED -> adjoint;
                                case Formula.RESULT -> target.primal(instruction.value());
                                default -> target.primal(instruction.operand(name));
                            },
                            (function, argument) -> {
                                Value taken = known.of(function, argument);
                                return taken == null ? null : target.primal(taken);
                            },
                            strict,
                            by.type());
            target.addToAdjoint(by, amount);
        }
    }

    /** The adjoint goes to the operand that was taken. */
    private void emitChoice(Instruction instruction, Value ofFirst, Value adjoint, Target target) {
        for (int index = 0; index < 2; index++) {
            Value operand = instruction.operand(index);
            if (activity.isActive(operand)) {
                Value zero = target.emitter().constant(operand.type(), 0);
                Value amount = index == 0
                        ? target.emitter().value(SELECT, null, ofFirst, adjoint, zero)
                        : target.emitter().value(SELECT, null, ofFirst, zero, adjoint);
                target.addToAdjoint(operand, amount);
            }
        }
    }

    private void emitLoad(Instruction load, Target target) {
        Value adjoint = target.takeAdjoint(load.value());
        if (adjoint == null) {
            return;
        }
        Value shadow = target.primal(shadows.of(load.operand(0)));
        Value index = target.primal(load.operand(1));
        guarded(load.operand(0), shadow, target, () -> {
            Value before = element(target, load, shadow, index);
            store(target, load, shadow, index, target.sum(before, adjoint));
        });
    }

    private void emitStore(Instruction store, Target target) {
        Value shadow = target.primal(shadows.of(store.operand(0)));
        Value index = target.primal(store.operand(1));
        Value stored = store.operand(2);
        guarded(store.operand(0), shadow, target, () -> {
            if (activity.isActive(stored)) {
                target.addToAdjoint(stored, element(target, store, shadow, index));
            }
            store(target, store, shadow, index, target.emitter().constant(stored.type(), 0));
        });
    }

    private void emitGet(Instruction load, Target target) {
        Value adjoint = target.takeAdjoint(load.value());
        if (adjoint == null) {
            return;
        }
        Value shadow = target.primal(shadows.of(load.operand(0)));
        int place = objects.place(load);
        guarded(load.operand(0), shadow, target, () -> {
            Value before = objects.number(target.emitter(), shadow, place, Type.DOUBLE);
            Value amount = target.emitter().convert(adjoint, Type.DOUBLE);
            objects.storeNumber(target.emitter(), shadow, place, target.sum(before, amount));
        });
    }

    private void emitPut(Instruction store, Value object, Value stored, Target target) {
        Value shadow = target.primal(shadows.of(object));
        int place = objects.place(store);
        guarded(object, shadow, target, () -> {
            if (activity.isActive(stored)) {
                target.addToAdjoint(stored, objects.number(target.emitter(), shadow, place, stored.type()));
            }
            objects.storeNumber(
                    target.emitter(), shadow, place, target.emitter().constant(Type.DOUBLE, 0));
        });
    }

    private void guarded(Value array, Value shadow, Target target, Runnable code) {
        if (shadows.mayBeNull(array)) {
            target.ifPresent(shadow, code);
        } else {
            code.run();
        }
    }

    private static Value element(Target target, Instruction access, Value shadow, Value index) {
        Instruction load = target.emitter().emit(ARRAY_LOAD, access.attribute(), List.of(shadow, index));
        load.setProved(true);
        return load.value();
    }

    private static void store(Target target, Instruction access, Value shadow, Value index, Value value) {
        target.emitter()
                .emit(ARRAY_STORE, access.attribute(), List.of(shadow, index, value))
                .setProved(true);
    }

    private void emitCall(Instruction call, KnownCall known, Target target) {
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
                guarded(copy, operands[2], target, () -> helper(target, "copy", type, operands));
            }
            case CLONE, COPY_OF, COPY_OF_RANGE -> {
                ClassDesc array = call.operand(0).type().descriptor();
                Value start = known == KnownCall.COPY_OF_RANGE
                        ? target.primal(call.operand(1))
                        : target.emitter().constant(Type.INT, 0);
                MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, ConstantDescs.CD_int, array);
                Value source = target.primal(shadows.of(call.operand(0)));
                Value copy = target.primal(shadows.of(call.value()));
                guarded(
                        call.operand(0),
                        source,
                        target,
                        () -> helper(target, "add", type, source, start, cast(target, copy, array)));
            }
            case OBJECT_CLONE -> {
                Value source = target.primal(shadows.of(call.operand(0)));
                Value copy = target.primal(shadows.of(call.value()));
                guarded(call.operand(0), source, target, () -> ObjectClones.addNumbers(target.emitter(), source, copy));
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
                helper(target, "moveDown", MethodTypeDesc.of(ConstantDescs.CD_void, array, array), after, before);
            }
            case MOVE_DOWN, MOVE_UP -> {
                ClassDesc array = call.operand(0).type().descriptor();
                Value grown = target.primal(shadows.of(call.operand(0)));
                Value before = target.primal(shadows.of(call.operand(1)));
                String adjoint = known == KnownCall.MOVE_DOWN ? "moveUp" : "moveDown";
                MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, array);
                guarded(
                        call.operand(0),
                        grown,
                        target,
                        () -> guarded(
                                call.operand(1), before, target, () -> helper(target, adjoint, type, grown, before)));
            }
            case BOX -> emitPut(call, call.value(), call.operand(0), target);
            case UNBOX -> emitGet(call, target);
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
        guarded(filled, shadow, target, () -> {
            Value end = to != null ? to : target.emitter().value(ARRAY_LENGTH, null, shadow);
            Value sum = helper(
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

    /** Adds the seed of an array that the function returns to its shadow. */
    void addSeed(Target target, Value result, Value seed) {
        Value shadow = target.primal(shadows.of(result));
        boolean flat = holdsNumbers(result)
                && shadow.type().equals(result.type())
                && seed.type().equals(result.type());
        ClassDesc array = flat ? result.type().descriptor() : ConstantDescs.CD_Object;
        MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_void, array, array);
        guarded(result, shadow, target, () -> helper(target, "addAll", type, shadow, seed));
    }

    private static Value cast(Target target, Value reference, ClassDesc array) {
        return reference.type().descriptor().equals(array) || Constants.isNull(reference)
                ? reference
                : target.emitter().value(CHECK_CAST, array, reference);
    }

    private static @Nullable Value helper(Target target, String name, MethodTypeDesc type, Value... operands) {
        return target.emitter()
                .emit(INVOKE_STATIC, new MethodReference(HELPERS, name, type, false), List.of(operands))
                .result();
    }
}
