package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.Shadows;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a function over one example differ from example to example, and whether several examples may go through its code in step: all of them take the same way, but
 * where only an exception is at the end of the other, and nothing that others could see is written.
 */
final class Divergence {
    private static final ClassDesc SHADOWS = ClassDesc.ofDescriptor(Shadows.class.descriptorString());
    /** Components of arrays of examples that may be written: {@link Rows} can tell them apart. */
    private static final Set<ClassDesc> WRITABLE = Set.of(
            ConstantDescs.CD_double, ConstantDescs.CD_float, ConstantDescs.CD_int, ConstantDescs.CD_long);

    private final Function function;
    private final Set<Value> varying = new HashSet<>();
    /** Arrays of which each example has its own: of parameters, by their number, and those made here. */
    private final Map<Value, Integer> arguments = new HashMap<>();

    private final OwnArrays own;
    /** What stands for those of them that differ between examples. */
    private final Set<Value> differing = new HashSet<>();

    private final Set<Block> returning;

    Divergence(BatchSignature signature, Function function) {
        this.function = function;
        returning = ReturningBlocks.of(function);
        for (int index = 0; index < signature.axes().size(); index++) {
            if (signature.axes().get(index) == Axis.EACH) {
                Value parameter = function.parameters().get(index);
                varying.add(parameter);
                if (OwnArrays.isOfNumbers(parameter)) {
                    arguments.put(parameter, index);
                }
            }
        }
        own = new OwnArrays(function);
        while (spread()) {}
    }

    private boolean spread() {
        boolean changed = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                changed |= makeDiffer(instruction);
                boolean same = instruction.opCode() == OpCode.ARRAY_LENGTH && isOwnArray(instruction.operand(0));
                if (instruction.result() != null
                        && !same
                        && instruction.operands().stream().anyMatch(varying::contains)) {
                    changed |= varying.add(instruction.value());
                }
            }
            for (Edge edge : block.terminator().edges()) {
                for (int index = 0; index < edge.arguments().size(); index++) {
                    if (varying.contains(edge.arguments().get(index))) {
                        changed |= varying.add(edge.target().parameter(index));
                    }
                }
            }
        }
        return changed;
    }

    /** Arrays into which something is put that differs between examples differ. */
    private boolean makeDiffer(Instruction instruction) {
        boolean changed = false;
        List<Value> operands = instruction.operands();
        if (instruction.opCode() == OpCode.ARRAY_STORE
                && own.isMade(operands.getFirst())
                && (varying.contains(operands.get(1)) || varying.contains(operands.get(2)))) {
            changed = differing.add(own.of(operands.getFirst()));
        }
        for (Value operand : operands) {
            changed |= own.isMade(operand) && differing.contains(own.of(operand)) && varying.add(operand);
        }
        if (instruction.result() != null && own.isMade(instruction.value())) {
            if (differing.contains(own.of(instruction.value()))) {
                changed |= varying.add(instruction.value());
            } else if (varying.contains(instruction.value())) {
                changed |= differing.add(own.of(instruction.value()));
            }
        }
        return changed;
    }

    boolean isVarying(Value value) {
        return varying.contains(value);
    }

    /** Whether each example has an array of its own here, all of the same length. */
    boolean isOwnArray(Value array) {
        return isLocalArray(array) || arguments.containsKey(array);
    }

    /** Whether each example has an array of its own here, which it has made. */
    boolean isLocalArray(Value array) {
        return own.isMade(array) && differing.contains(own.of(array));
    }

    /** What stands for all values that may be the same array of an example. */
    Value memory(Value array) {
        return own.of(array);
    }

    /** Whether an instruction makes an array that each example has, makes it longer, or gives it back. */
    boolean isArrayWork(Instruction instruction) {
        return switch (instruction.opCode()) {
            case NEW_ARRAY -> isLocalArray(instruction.value());
            case INVOKE_STATIC ->
                OwnArrays.isTape(instruction, KnownCall.ACQUIRE) && isLocalArray(instruction.value())
                        || OwnArrays.isTape(instruction, KnownCall.ENSURE) && isLocalArray(instruction.operand(0))
                        || OwnArrays.isTape(instruction, KnownCall.RELEASE) && isLocalArray(instruction.operand(0));
            default -> false;
        };
    }

    /** The arrays of the examples that are written. */
    List<Integer> writtenArguments() {
        return function.blocks().stream()
                .filter(this::returns)
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.ARRAY_STORE)
                .map(store -> arguments.get(store.operand(0)))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** The number of the parameter that is this array of each example, or null. */
    @Nullable
    Integer argument(Value array) {
        return arguments.get(array);
    }

    /** Whether the end of the function can be reached from here: if not, there is nothing but an exception. */
    boolean returns(Block block) {
        return returning.contains(block);
    }

    /** Why examples cannot go in step, with the line, or nothing if they can. */
    Optional<String> obstacle() {
        if (!returns(function.entry())) {
            return Optional.of(at(
                    "there is no way to its end", function.entry().terminator().position()));
        }
        for (Value parameter : function.parameters()) {
            if (varying.contains(parameter) && parameter.type().isReference() && !isOwnArray(parameter)) {
                return Optional.of(
                        "parameter " + function.parameters().indexOf(parameter) + " is of type " + parameter.type());
            }
        }
        for (Block block : function.blocks()) {
            if (!returns(block)) {
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
            String obstacle = obstacle(block);
            if (obstacle != null) {
                return Optional.of(at(obstacle, block.terminator().position()));
            }
        }
        return Optional.empty();
    }

    private static String at(String what, @Nullable SourcePosition position) {
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
            boolean known = asArray || isArrayWork(instruction) || SummedRecords.isAddition(instruction);
            if (isOwnArray(operands.get(index)) && !known) {
                return "an array is passed on";
            }
        }
        boolean varies = operands.stream().anyMatch(varying::contains);
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> obstacleToLoad(instruction);
            case ARRAY_STORE -> obstacleToStore(instruction);
            case NEW_ARRAY ->
                varying.contains(operands.getFirst())
                        ? "the length of an array depends on the example"
                        : own.isMade(instruction.value()) ? null : "an array of arrays is made";
            case INVOKE_STATIC -> obstacleToCall(instruction);
            case GET_FIELD, GET_STATIC, CHECK_CAST, INSTANCE_OF -> varies ? "an object depends on the example" : null;
            case NULL_CHECK -> varies && !isOwnArray(operands.getFirst()) ? "an object depends on the example" : null;
            case PUT_FIELD, PUT_STATIC -> "a field is written";
            case NEW, NEW_MULTI_ARRAY -> "an object is made";
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
        boolean written = own.isMade(array)
                || arguments.containsKey(array) && WRITABLE.contains(component(array));
        return !written
                ? "an argument is written"
                : varying.contains(store.operand(1)) ? "the place that is written depends on the example" : null;
    }

    private @Nullable String obstacleToCall(Instruction call) {
        boolean tape = OwnArrays.isTape(call, KnownCall.ACQUIRE) && own.isMade(call.value())
                || (OwnArrays.isTape(call, KnownCall.ENSURE) || OwnArrays.isTape(call, KnownCall.RELEASE))
                        && own.isMade(call.operand(0));
        if (tape) {
            boolean same = call.operands().stream().skip(1).noneMatch(varying::contains);
            return same ? null : "the length of a tape depends on the example";
        }
        if (SummedRecords.isAddition(call)) {
            return isLocalArray(call.operand(1)) && !varying.contains(call.operand(3))
                    ? null
                    : "what is added to a sum is not found";
        }
        boolean fit = call.method().owner().equals(SHADOWS) && call.method().name().equals("fit");
        return fit && call.operands().stream().noneMatch(varying::contains) ? null : "there is a call";
    }

    private @Nullable String obstacleToLoad(Instruction load) {
        Value array = load.operand(0);
        boolean indexVaries = varying.contains(load.operand(1));
        if (isOwnArray(array)) {
            return indexVaries ? "the place that is read depends on the example" : null;
        }
        return varying.contains(array) || indexVaries && load.value().type().isReference()
                ? "a row depends on the example"
                : null;
    }

    private @Nullable String obstacle(Block block) {
        Terminator terminator = block.terminator();
        for (Edge edge : terminator.edges()) {
            for (Value argument : edge.arguments()) {
                if (isLocalArray(argument)) {
                    continue;
                }
                if (isOwnArray(argument)) {
                    return "an array is passed on";
                }
                if (varying.contains(argument) && argument.type().isReference()) {
                    return "a reference depends on the example";
                }
            }
        }
        return switch (terminator) {
            case Branch branch
            when varying.contains(branch.condition())
                    && returns(branch.ifTrue().target())
                    && returns(branch.ifFalse().target()) -> "the way that is taken depends on the example";
            case Switch choice
            when varying.contains(choice.selector()) -> "the way that is taken depends on the example";
            case Return(Value value, var _)
            when value != null && value.type().isReference() -> "a reference is returned";
            default -> null;
        };
    }

    /** Whether there is a loop, or a way to choose. */
    boolean isStraight() {
        return function.blocks().stream().filter(this::returns).count() == 1;
    }

    /** The arrays of the examples that are used. */
    List<Integer> usedArguments() {
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
        }
        List<Integer> numbers = new ArrayList<>();
        arguments.forEach((value, number) -> {
            if (used.contains(value)) {
                numbers.add(number);
            }
        });
        return numbers;
    }

    /** The component of an array of numbers. */
    static ClassDesc component(Value array) {
        return array.type().descriptor().componentType();
    }
}
