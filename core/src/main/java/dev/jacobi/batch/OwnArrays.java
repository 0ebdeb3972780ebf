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
import java.util.Map;
import java.util.Set;

/**
 * The arrays of numbers that a function makes, tapes among them, which it passes on from block to block and makes longer: which values are the same one, and whether they are anything else.
 */
final class OwnArrays {
    private final Map<Value, Value> parents = new HashMap<>();
    private final Set<Value> foreign = new HashSet<>();
    private final Set<Value> acquired = new HashSet<>();
    private final Set<Value> tapes = new HashSet<>();

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
        for (Value array : Set.copyOf(foreign)) {
            foreign.add(of(array));
        }
        findTapes(function);
    }

    /** The only array of its kind that is acquired, once, and nothing but made longer. */
    private void findTapes(Function function) {
        Loops loops = Loops.of(function);
        Set<Value> others = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() == null || !isOfNumbers(instruction.value())) {
                    continue;
                }
                Value root = of(instruction.value());
                if (isTape(instruction, KnownCall.ACQUIRE)) {
                    tapes.add(root);
                    if (!acquired.add(root) || loops.loopOf(block) != null) {
                        others.add(root);
                    }
                } else if (!isTape(instruction, KnownCall.ENSURE)) {
                    others.add(root);
                }
            }
            block.edges().stream()
                    .flatMap(edge -> edge.arguments().stream())
                    .filter(argument -> argument.isResultOf(OpCode.CONSTANT))
                    .forEach(argument -> others.add(of(argument)));
        }
        tapes.removeAll(others);
    }

    private void join(Edge edge, int exceptions) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value parameter = edge.target().parameter(index + exceptions);
            Value argument = edge.arguments().get(index);
            if (isOfNumbers(parameter)) {
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

    /** Whether this is a tape, of which an example has one only: what makes it longer takes its place. */
    boolean isTape(Value array) {
        return isMade(array) && tapes.contains(of(array));
    }
}
