package dev.jacobi.batch;

import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of numbers that a function makes, tapes among them, which it passes on from block to block and makes longer: which values are the same one, and whether they are anything else.
 */
final class OwnArrays {
    private final Map<Value, Value> parents = new HashMap<>();
    private final Set<Value> foreign = new HashSet<>();
    private final Set<Value> acquired = new HashSet<>();
    /** Of which some values may be null. */
    private final Set<Value> missing = new HashSet<>();
    /** Of which an example has one only. */
    private final Set<Value> only = new HashSet<>();

    OwnArrays(Function function) {
        function.parameters().stream().filter(OwnArrays::isOfNumbers).forEach(foreign::add);
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() == null || !isOfNumbers(instruction.value())) {
                    continue;
                }
                Value array = instruction.value();
                if (isTape(instruction, KnownCall.ENSURE)) {
                    join(array, instruction.operand(0));
                } else if (instruction.opCode() != OpCode.NEW_ARRAY && !isTape(instruction, KnownCall.ACQUIRE)) {
                    foreign.add(array);
                }
            }
            for (Edge edge : block.terminator().edges()) {
                join(edge, 0);
            }
            for (Handler handler : block.handlers()) {
                join(handler.edge(), 1);
            }
        }
        Set.copyOf(foreign).forEach(array -> foreign.add(of(array)));
        Set.copyOf(missing).forEach(array -> missing.add(of(array)));
        findOnly(function);
    }

    /**
     * Finds the arrays of which an example has one only: what makes them is done once, if at all, and where they are missing nothing is done with them. So all values that may be such an array
     * are that array, wherever it matters.
     */
    private void findOnly(Function function) {
        Loops loops = Loops.of(function);
        Map<Value, Instruction> makers = new HashMap<>();
        Set<Value> others = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() == null || !isMade(instruction.value())) {
                    continue;
                }
                Value root = of(instruction.value());
                if (isTape(instruction, KnownCall.ACQUIRE)) {
                    acquired.add(root);
                } else if (isTape(instruction, KnownCall.ENSURE)) {
                    continue;
                }
                if (makers.put(root, instruction) != null || loops.loopOf(block) != null) {
                    others.add(root);
                }
            }
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                List<Value> operands = instruction.operands();
                for (int index = 0; index < operands.size(); index++) {
                    Value array = operands.get(index);
                    if (isMade(array) && !allows(instruction, index, makers.get(of(array)))) {
                        others.add(of(array));
                    }
                }
            }
            for (Value operand : block.terminator().operands()) {
                if (isMade(operand) && missing.contains(of(operand))) {
                    others.add(of(operand));
                }
            }
        }
        only.addAll(makers.keySet());
        only.removeAll(others);
    }

    /** Whether it is no matter that all values of an array are taken to be the one that is made. */
    private boolean allows(Instruction use, int index, @Nullable Instruction maker) {
        Value array = use.operand(index);
        boolean exists = !missing.contains(of(array)) || maker != null && array == maker.value();
        return index == 0
                && switch (use.opCode()) {
                    case ARRAY_LOAD, ARRAY_STORE -> exists || use.isProved();
                    case ARRAY_LENGTH, NULL_CHECK -> exists;
                    default -> isTape(use, KnownCall.ENSURE) || isTape(use, KnownCall.RELEASE);
                };
    }

    private void join(Edge edge, int exceptions) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(index + exceptions);
            Value argument = edge.arguments().get(index);
            if (isOfNumbers(parameter) && argument.isResultOf(OpCode.CONSTANT)) {
                missing.add(parameter);
            } else if (isOfNumbers(parameter)) {
                join(parameter, argument);
            } else if (isOfNumbers(argument)) {
                foreign.add(argument);
            }
        }
    }

    static boolean isOfNumbers(Value value) {
        Type type = value.type();
        return type.isArray() && type.descriptor().componentType().isPrimitive();
    }

    /** Whether an instruction is that call over arrays of numbers. */
    static boolean isTape(Instruction instruction, KnownCall call) {
        boolean ofNumbers = call == KnownCall.ACQUIRE
                ? instruction.result() != null && isOfNumbers(instruction.value())
                : !instruction.operands().isEmpty() && isOfNumbers(instruction.operand(0));
        return instruction.opCode() == OpCode.INVOKE_STATIC
                && ofNumbers
                && KnownCall.of(instruction).filter(known -> known == call).isPresent();
    }

    private void join(Value one, Value other) {
        Value root = of(one);
        Value target = of(other);
        if (root != target) {
            parents.put(root, target);
        }
    }

    /** What stands for all values that may be the same array. */
    Value of(Value array) {
        Value root = array;
        for (Value parent = parents.get(root); parent != null; parent = parents.get(root)) {
            root = parent;
        }
        return root;
    }

    /** Whether this is an array of numbers that the function has made, and nothing else. */
    boolean isMade(Value array) {
        return isOfNumbers(array) && !foreign.contains(of(array));
    }

    /** Whether this may be a tape, which is nobody's when it is given back. */
    boolean isAcquired(Value array) {
        return acquired.contains(of(array));
    }

    /** Whether an example has only one such array, which it has made: what makes it longer takes its place. */
    boolean isOnly(Value array) {
        return isMade(array) && only.contains(of(array));
    }
}
