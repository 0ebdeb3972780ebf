package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Set;

/**
 * Calls that a constructor has made and that may be made once more, beside it, because nobody notices: they have no effect and give numbers, text or objects
 * of value-based classes.
 */
public final class RepeatableCalls {
    private static final Set<String> VALUE_BASED = Set.of(
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Short",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Boolean",
            "java.lang.Math",
            "java.lang.StrictMath");

    /** Methods of these classes that may give something else the next time: random numbers, properties of the system. */
    private static final Set<String> CHANGING = Set.of("random", "getInteger", "getLong", "getBoolean");

    /** Collections that nobody can change, made by these methods of what is given. */
    private static final Set<String> IMMUTABLE = Set.of("java.util.List", "java.util.Set", "java.util.Map");

    private static final Set<String> MAKING = Set.of("of", "copyOf");

    /** Methods of collections that only look at them: where nobody uses what they give, they need not be called again. */
    private static final Set<String> LOOKS = Set.of("isEmpty", "size", "contains", "containsKey");

    private static final ClassDesc CONCATENATION = ClassDesc.of("java.lang.invoke.StringConcatFactory");

    private RepeatableCalls() {}

    /** Whether the call does nothing but give its result, so that it can be done once more, or beside others. */
    public static boolean is(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC) {
            return isConcatenation(call);
        }
        String owner = Type.name(call.method().owner());
        return VALUE_BASED.contains(owner) && !CHANGING.contains(call.method().name())
                || call.opCode() == OpCode.INVOKE_STATIC
                        && IMMUTABLE.contains(owner)
                        && MAKING.contains(call.method().name());
    }

    /** Text of numbers and of text. */
    private static boolean isConcatenation(Instruction call) {
        return call.dynamicCall().bootstrap().owner().equals(CONCATENATION)
                && call.operands().stream()
                        .map(operand -> operand.type().descriptor())
                        .allMatch(type -> type.isPrimitive() || type.equals(ConstantDescs.CD_String));
    }

    /** Removes, from a constructor that has returned, what only its checks have used. */
    static void dropUnused(Function function) {
        boolean changed = true;
        while (changed) {
            changed = false;
            Uses uses = Uses.of(function);
            for (Block block : function.blocks()) {
                for (Instruction instruction : List.copyOf(block.instructions())) {
                    if (instruction.result() != null
                            && uses.of(instruction.value()).isEmpty()
                            && mayGo(instruction)) {
                        block.remove(instruction);
                        changed = true;
                    }
                }
            }
        }
    }

    private static boolean mayGo(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_INTERFACE, INVOKE_VIRTUAL -> looks(instruction) || is(instruction);
            case INVOKE_STATIC -> is(instruction);
            case GET_FIELD, ARRAY_LOAD, ARRAY_LENGTH -> true;
            default -> instruction.opCode().effect() == OpCode.Effect.PURE;
        };
    }

    private static boolean looks(Instruction call) {
        return call.method().owner().packageName().equals("java.util")
                && LOOKS.contains(call.method().name());
    }
}
