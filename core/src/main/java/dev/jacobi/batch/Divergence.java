package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.analysis.ReturningBlocks;
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
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a function over one example differ from example to example, and whether several examples may go through its code in step: all of them take the same way, but
 * where only an exception is at the end of the other, and nothing that others could see is written.
 */
final class Divergence {
    private final Function function;
    private final Set<Value> varying = new HashSet<>();
    /** Arrays of which each example has its own: of parameters, by their number, and those made here. */
    private final Map<Value, Integer> arguments = new HashMap<>();

    private final Set<Value> local = new HashSet<>();
    private final Set<Block> returning;

    Divergence(BatchSignature signature, Function function) {
        this.function = function;
        returning = ReturningBlocks.of(function);
        for (int index = 0; index < signature.axes().size(); index++) {
            if (signature.axes().get(index) == Axis.EACH) {
                Value parameter = function.parameters().get(index);
                varying.add(parameter);
                if (isOfNumbers(parameter.type())) {
                    arguments.put(parameter, index);
                }
            }
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW_ARRAY
                        && instruction.classAttribute().isPrimitive()) {
                    local.add(instruction.value());
                    varying.add(instruction.value());
                }
            }
        }
        while (spread()) {}
    }

    private static boolean isOfNumbers(Type type) {
        return type.isArray() && type.descriptor().componentType().isPrimitive();
    }

    private boolean spread() {
        boolean changed = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
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

    boolean isVarying(Value value) {
        return varying.contains(value);
    }

    /** Whether each example has an array of its own here, all of the same length. */
    boolean isOwnArray(Value array) {
        return local.contains(array) || arguments.containsKey(array);
    }

    boolean isLocalArray(Value array) {
        return local.contains(array);
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
            if (isOwnArray(operands.get(index)) && !asArray) {
                return "an array is passed on";
            }
        }
        boolean varies = operands.stream().anyMatch(varying::contains);
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> obstacleToLoad(instruction);
            case ARRAY_STORE ->
                !local.contains(operands.getFirst())
                        ? "an argument is written"
                        : varying.contains(operands.get(1)) ? "the place that is written depends on the example" : null;
            case NEW_ARRAY ->
                varying.contains(operands.getFirst())
                        ? "the length of an array depends on the example"
                        : local.contains(instruction.value()) ? null : "an array of arrays is made";
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
