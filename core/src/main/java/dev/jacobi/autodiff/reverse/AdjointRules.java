package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.Formula;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ScalarRule;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the reverse sweep does for each instruction of the primal, and which primal values it reads for that. Scalar operations follow the
 * table {@link ScalarRules}, loads and stores are in {@link AdjointMemory}, the calls of {@link KnownCall} in {@link AdjointCalls}.
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

    private final ActivityAnalysis activity;
    private final Shadows shadows;
    private final Map<Instruction, FollowedCall> followedCalls;
    private final AdjointMemory memory;
    private final AdjointCalls calls;
    private final ComputedFunctions computed;
    private final Choices choices;

    /** @param tapesAreReused whether there may be another reverse sweep, which wants the shadows of tapes too: they are left to the garbage collector */
    AdjointRules(
            ActivityAnalysis activity,
            Shadows shadows,
            Map<Instruction, FollowedCall> followedCalls,
            ObjectCode objects,
            ComputedFunctions computed,
            Choices choices,
            boolean tapesAreReused) {
        this.activity = activity;
        this.shadows = shadows;
        this.followedCalls = followedCalls;
        this.memory = new AdjointMemory(activity, shadows, objects);
        this.calls = new AdjointCalls(activity, shadows, memory, tapesAreReused);
        this.computed = computed;
        this.choices = choices;
    }

    /** Whether the reverse sweep does anything for an instruction. */
    boolean acts(Instruction instruction) {
        if (followedCalls.containsKey(instruction)) {
            return true;
        }
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD -> activity.isActive(instruction.value());
            case PUT_FIELD -> instruction.operand(1).type().isFloatingPoint() && shadows.has(instruction.operand(0));
            case ARRAY_STORE -> instruction.operand(2).type().isFloatingPoint() && shadows.has(instruction.operand(0));
            default -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                yield call.isPresent()
                        ? calls.acts(instruction, call.get())
                        : instruction.result() != null && activity.isActive(instruction.value());
            }
        };
    }

    /** Lists the primal values that {@link #emit} reads. */
    void needs(Instruction instruction, Consumer<Value> need) {
        if (!acts(instruction)) {
            return;
        }
        FollowedCall followed = followedCalls.get(instruction);
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
                    calls.needs(instruction, call.get(), need);
                } else {
                    scalarNeeds(instruction, need);
                }
            }
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
        FollowedCall followed = followedCalls.get(instruction);
        if (followed != null) {
            emitFollowed(instruction, followed, target);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> memory.load(instruction, target);
            case ARRAY_STORE -> memory.store(instruction, target);
            case GET_FIELD -> memory.get(instruction, target);
            case PUT_FIELD -> memory.put(instruction, instruction.operand(0), instruction.operand(1), target);
            default -> {
                Optional<KnownCall> call = KnownCall.of(instruction);
                if (call.isPresent()) {
                    calls.emit(instruction, call.get(), target);
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

    /** Adds the seed of an array that the function returns to its shadow. */
    void addSeed(Target target, Value result, Value seed) {
        memory.addSeed(target, result, seed);
    }
}
