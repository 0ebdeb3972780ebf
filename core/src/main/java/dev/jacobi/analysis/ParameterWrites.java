package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.HashSet;
import java.util.Set;

/** Whether a function may write into an array that it gets, or into a row of it; also when it hands it on to where that is not known. */
public final class ParameterWrites {
    private static final Set<String> JDK = Set.of("java.lang", "java.util");
    private static final Set<String> READING = Set.of(
            "get",
            "getFirst",
            "getLast",
            "size",
            "isEmpty",
            "iterator",
            "hasNext",
            "next",
            "values",
            "keySet",
            "entrySet",
            "getKey",
            "getValue",
            "getOrDefault",
            "containsKey",
            "doubleValue",
            "floatValue",
            "intValue",
            "longValue");

    private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");

    private ParameterWrites() {}

    public static boolean mayWrite(Function function, Value parameter) {
        Set<Value> leading = new HashSet<>(Set.of(parameter));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (passesOn(instruction)
                            && instruction.value().type().isReference()
                            && readsAny(instruction, leading)) {
                        changed |= leading.add(instruction.value());
                    }
                }
                for (var edge : block.edges()) {
                    int exceptions =
                            edge.target().parameters().size() - edge.arguments().size();
                    for (int index = 0; index < edge.arguments().size(); index++) {
                        if (leading.contains(edge.arguments().get(index))) {
                            changed |= leading.add(edge.target().parameter(index + exceptions));
                        }
                    }
                }
            }
        }
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return(Value result, var _) && leading.contains(result)) {
                return true;
            }
            for (Instruction instruction : block.instructions()) {
                if (readsAny(instruction, leading)
                        && !onlyReads(instruction)
                        && !copiesNumbersOutOf(instruction, leading)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean readsAny(Instruction instruction, Set<Value> values) {
        for (Value operand : instruction.operands()) {
            if (values.contains(operand)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this is {@code System.arraycopy} of numbers into something else. */
    private static boolean copiesNumbersOutOf(Instruction call, Set<Value> leading) {
        return call.opCode() == OpCode.INVOKE_STATIC
                && call.method().name().equals("arraycopy")
                && call.method().owner().equals(SYSTEM)
                && call.operand(0).type().isArray()
                && call.operand(0).type().descriptor().componentType().isPrimitive()
                && !leading.contains(call.operand(2));
    }

    private static boolean passesOn(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD, CHECK_CAST, SELECT -> true;
            default -> isReadingCall(instruction) && instruction.result() != null;
        };
    }

    private static boolean onlyReads(Instruction instruction) {
        return switch (instruction.opCode().effect()) {
            case PURE, READ -> true;
            case WRITE, ALLOCATE -> false;
            case CALL -> isReadingCall(instruction);
        };
    }

    /** Whether a call reads a box or a collection of the JDK. */
    public static boolean isReadingCall(Instruction instruction) {
        return (instruction.opCode() == OpCode.INVOKE_VIRTUAL || instruction.opCode() == OpCode.INVOKE_INTERFACE)
                && READING.contains(instruction.method().name())
                && JDK.contains(instruction.method().owner().packageName());
    }
}
