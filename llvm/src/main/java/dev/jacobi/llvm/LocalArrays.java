package dev.jacobi.llvm;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of numbers that a function allocates and does not hand on: no access to another value meets them. LLVM sees that by itself, but only until it has compared addresses of one of them with others once, before a loop that it vectorises.
 */
final class LocalArrays {
    private final Map<Value, String> annotations = new LinkedHashMap<>();
    private final String ofOthers;

    LocalArrays(Function function, ModuleText module) {
        Uses uses = Uses.of(function);
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW_ARRAY
                        && instruction.classAttribute().isPrimitive()
                        && uses.of(instruction.value()).stream().allMatch(LocalArrays::staysInPlace)) {
                    annotations.put(instruction.value(), "");
                }
            }
        }
        if (annotations.isEmpty()) {
            ofOthers = "";
            return;
        }
        String domain = module.metadata("distinct !{%s}");
        Map<Value, String> scopes = new LinkedHashMap<>();
        annotations.keySet().forEach(array -> scopes.put(array, module.metadata("distinct !{%s, " + domain + "}")));
        ofOthers = ", !noalias " + module.metadata(list(scopes, null));
        annotations.replaceAll((array, _) -> ", !alias.scope " + module.metadata("!{" + scopes.get(array) + "}")
                + (scopes.size() == 1 ? "" : ", !noalias " + module.metadata(list(scopes, array))));
    }

    private static boolean staysInPlace(Use use) {
        return use instanceof Use.Operand(Instruction instruction, int index)
                && switch (instruction.opCode()) {
                    case ARRAY_LOAD, ARRAY_STORE, ARRAY_LENGTH, NULL_CHECK -> index == 0;
                    case EQ, NE -> true;
                    default -> false;
                };
    }

    private static String list(Map<Value, String> scopes, @Nullable Value but) {
        StringJoiner list = new StringJoiner(", ", "!{", "}");
        scopes.forEach((array, scope) -> {
            if (array != but) {
                list.add(scope);
            }
        });
        return list.toString();
    }

    /** What is written behind a load or store of an element. */
    String annotation(Value array) {
        return annotations.getOrDefault(array, ofOthers);
    }
}
