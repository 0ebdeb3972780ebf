package dev.jacobi.batch;

import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.Shadows;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why examples cannot go through the code in step: nothing but the results may be written, and references are the same for all. */
final class StepObstacles {
    private static final ClassDesc SHADOWS = ClassDesc.ofDescriptor(Shadows.class.descriptorString());
    /** Components of arrays of examples that may be written: {@link Rows} can tell them apart. */
    private static final Set<ClassDesc> WRITABLE =
            Set.of(ConstantDescs.CD_double, ConstantDescs.CD_float, ConstantDescs.CD_int, ConstantDescs.CD_long);

    private final Function function;
    private final Divergence divergence;

    private StepObstacles(Divergence divergence) {
        this.divergence = divergence;
        function = divergence.function();
    }

    /** The first obstacle, with its line, or nothing if there is none. */
    static Optional<String> find(Divergence divergence) {
        return new StepObstacles(divergence).obstacle();
    }

    private Optional<String> obstacle() {
        if (!divergence.returns(function.entry())) {
            return Optional.of(at(
                    "there is no way to its end", function.entry().terminator().position()));
        }
        for (Value parameter : function.parameters()) {
            if (divergence.isVarying(parameter)
                    && parameter.type().isReference()
                    && !divergence.isOwnArray(parameter)) {
                return Optional.of(
                        "parameter " + function.parameters().indexOf(parameter) + " is of type " + parameter.type());
            }
        }
        for (Block block : function.blocks()) {
            if (!divergence.returns(block)) {
                continue;
            }
            if (!block.handlers().isEmpty()) {
                return Optional.of(
                        at("exceptions are caught", block.terminator().position()));
            }
            for (Instruction instruction : block.instructions()) {
                String obstacle = obstacle(instruction);
                if (obstacle != null) {
                    return Optional.of(at(obstacle, instruction.position()));
                }
            }
            for (Value parameter : block.parameters()) {
                boolean differs = divergence.isVarying(parameter) && !divergence.isLocalArray(parameter)
                        || divergence.isMeeting(parameter);
                if (block != function.entry() && differs && parameter.type().isReference()) {
                    return Optional.of(at(
                            "a reference depends on the example",
                            block.terminator().position()));
                }
            }
            String obstacle = obstacle(block);
            if (obstacle != null) {
                return Optional.of(at(obstacle, block.terminator().position()));
            }
        }
        return obstacleToWriting();
    }

    /** What is read may be what is written, unless {@link Rows} can see that it is not. */
    private Optional<String> obstacleToWriting() {
        if (divergence.writtenArguments().isEmpty()) {
            return Optional.empty();
        }
        for (Block block : divergence.returning()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.ARRAY_LOAD
                        && !divergence.isOwnArray(instruction.operand(0))
                        && !isOfArgument(instruction.operand(0), new HashSet<>())) {
                    return Optional.of(at("what is read may be what is written", instruction.position()));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether an array is made here, or an argument. */
    private boolean isOfArgument(Value array, Set<Value> seen) {
        if (divergence.isMade(array) || !seen.add(array)) {
            return true;
        }
        Instruction definition = array.definition();
        if (definition != null) {
            return false;
        }
        Block of = Objects.requireNonNull(array.block());
        if (of == function.entry()) {
            return array.type().isArray();
        }
        int index = of.parameters().indexOf(array);
        return function.blocks().stream()
                .flatMap(block -> block.edges().stream())
                .filter(edge -> edge.target() == of)
                .allMatch(edge -> isOfArgument(edge.arguments().get(index), seen));
    }

    static String at(String what, @Nullable SourcePosition position) {
        return what + (position == null ? "" : " at " + position);
    }

    private @Nullable String obstacle(Instruction instruction) {
        List<Value> operands = instruction.operands();
        for (int index = 0; index < operands.size(); index++) {
            boolean asArray = index == 0
                    && (instruction.opCode() == OpCode.ARRAY_LOAD
                            || instruction.opCode() == OpCode.ARRAY_STORE
                            || instruction.opCode() == OpCode.ARRAY_LENGTH
                            || instruction.opCode() == OpCode.NULL_CHECK);
            boolean known = asArray || divergence.isArrayWork(instruction);
            if (divergence.isOwnArray(operands.get(index)) && !known) {
                return "an array is passed on";
            }
        }
        boolean varies = operands.stream().anyMatch(divergence::isVarying);
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> obstacleToLoad(instruction);
            case ARRAY_STORE -> obstacleToStore(instruction);
            case NEW_ARRAY ->
                divergence.isVarying(operands.getFirst())
                        ? "the length of an array depends on the example"
                        : divergence.isMade(instruction.value()) ? null : "an array of arrays is made";
            case INVOKE_STATIC -> obstacleToCall(instruction);
            case GET_FIELD, GET_STATIC, CHECK_CAST, INSTANCE_OF -> varies ? "an object depends on the example" : null;
            case NULL_CHECK ->
                varies && !divergence.isOwnArray(operands.getFirst()) ? "an object depends on the example" : null;
            case PUT_FIELD, PUT_STATIC -> "a field is written";
            case NEW, NEW_MULTI_ARRAY -> "an object is made";
            case SELECT -> instruction.value().type().isReference() ? "a reference is chosen" : null;
            case MONITOR_ENTER, MONITOR_EXIT -> "there is a lock";
            case LOAD_CONSTANT -> "a constant is computed";
            default ->
                instruction.opCode().isCall()
                        ? "there is a call"
                        : instruction.result() != null
                                        && varies
                                        && instruction.value().type().isReference()
                                ? "a reference depends on the example"
                                : null;
        };
    }

    private @Nullable String obstacleToStore(Instruction store) {
        Value array = store.operand(0);
        boolean written = divergence.isMade(array)
                || divergence.argument(array) != null && WRITABLE.contains(Divergence.component(array));
        return written ? null : "an argument is written";
    }

    private @Nullable String obstacleToCall(Instruction call) {
        boolean tape = OwnArrays.isTape(call, KnownCall.ACQUIRE) && divergence.isMade(call.value())
                || (OwnArrays.isTape(call, KnownCall.ENSURE) || OwnArrays.isTape(call, KnownCall.RELEASE))
                        && divergence.isMade(call.operand(0));
        if (tape) {
            return obstacleToTape(call);
        }
        if (SummedRecords.isRecord(call)) {
            return null;
        }
        boolean fit =
                call.method().owner().equals(SHADOWS) && call.method().name().equals("fit");
        return fit && call.operands().stream().noneMatch(divergence::isVarying) ? null : "there is a call";
    }

    private @Nullable String obstacleToTape(Instruction call) {
        Value tape = call.operands().isEmpty() ? call.value() : call.operand(0);
        if (divergence.isKept(tape)) {
            return null;
        }
        if (divergence.masked().isMasked(Objects.requireNonNull(call.block()))) {
            return "one of several tapes is made where not all examples come";
        }
        boolean same = call.operands().stream().skip(1).noneMatch(divergence::isVarying);
        return same ? null : "the length of a tape depends on the example";
    }

    private @Nullable String obstacleToLoad(Instruction load) {
        Value array = load.operand(0);
        if (divergence.isOwnArray(array)) {
            return null;
        }
        boolean indexVaries = divergence.isVarying(load.operand(1));
        return divergence.isVarying(array) || indexVaries && load.value().type().isReference()
                ? "a row depends on the example"
                : null;
    }

    private @Nullable String obstacle(Block block) {
        Terminator terminator = block.terminator();
        for (Edge edge : terminator.edges()) {
            for (Value argument : edge.arguments()) {
                if (divergence.isLocalArray(argument)) {
                    continue;
                }
                if (divergence.isOwnArray(argument)) {
                    return "an array is passed on";
                }
                if (divergence.isVarying(argument) && argument.type().isReference()) {
                    return "a reference depends on the example";
                }
            }
        }
        return terminator instanceof Return(Value value, var _)
                        && value != null
                        && value.type().isReference()
                        && !divergence.isNew(value)
                ? "a reference is returned that is no new array of numbers"
                : null;
    }
}
