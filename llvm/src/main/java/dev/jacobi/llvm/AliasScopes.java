package dev.jacobi.llvm;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which accesses never meet, as scopes in the words of LLVM: an access in a scope does not meet those that are marked as outside of it.
 *
 * <ul>
 *   <li>Arrays of numbers that a function allocates and does not hand on. LLVM sees that by itself, but only until it has compared addresses of one of them with others once, before a loop that it vectorises.
 *   <li>The tape ({@link TapeArrays}), of which LLVM sees nothing once it may have grown.
 *   <li>What a loop records in columns of the tape ({@link TapeColumns}). That is true in one run of the loop, which is where its scopes are declared: in another one there may be another column at the same place.
 * </ul>
 */
final class AliasScopes {
    private final ModuleText module;
    private final Map<String, String> nodes = new HashMap<>();
    /** The scopes of arrays, by any value that is the array. */
    private final Map<Value, String> ofArrays = new LinkedHashMap<>();
    /** The scopes of the columns, by their stores. */
    private final Map<Instruction, String> ofColumns = new LinkedHashMap<>();

    private final Map<Instruction, TapeColumns> columns = new LinkedHashMap<>();
    private final Map<Block, List<String>> declared = new HashMap<>();

    /** @param columns those of which it is looked at before their loops whether they are apart */
    AliasScopes(Function function, ModuleText module, Set<Value> tape, List<TapeColumns> columns) {
        this.module = module;
        List<Value> locals = localArrays(function);
        if (!locals.isEmpty() || !tape.isEmpty()) {
            String domain = newScope("");
            locals.forEach(array -> ofArrays.put(array, newScope(", " + domain)));
            String ofTape = tape.isEmpty() ? "" : newScope(", " + domain);
            tape.forEach(array -> ofArrays.put(array, ofTape));
        }
        for (TapeColumns group : columns) {
            String domain = newScope("");
            for (Instruction store : group.stores()) {
                String scope = newScope(", " + domain);
                ofColumns.put(store, scope);
                this.columns.put(store, group);
                declared.computeIfAbsent(group.header(), _ -> new ArrayList<>()).add(scope);
            }
        }
    }

    private String newScope(String more) {
        return module.metadata("distinct !{%s" + more + "}");
    }

    private static List<Value> localArrays(Function function) {
        Uses uses = Uses.of(function);
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == OpCode.NEW_ARRAY
                        && instruction.classAttribute().isPrimitive()
                        && uses.of(instruction.value()).stream().allMatch(AliasScopes::staysInPlace))
                .map(Instruction::value)
                .toList();
    }

    private static boolean staysInPlace(Use use) {
        return use instanceof Use.Operand(Instruction instruction, int index)
                && switch (instruction.opCode()) {
                    case ARRAY_LOAD, ARRAY_STORE, ARRAY_LENGTH, NULL_CHECK -> index == 0;
                    case EQ, NE -> true;
                    default -> false;
                };
    }

    /** What is written behind a load or store of an element. */
    String annotation(Instruction access) {
        String own = ofArrays.get(access.operand(0));
        String column = ofColumns.get(access);
        List<String> in = new ArrayList<>();
        List<String> outside = new ArrayList<>();
        ofArrays.values().stream()
                .distinct()
                .filter(scope -> !scope.equals(own))
                .forEach(outside::add);
        if (own != null) {
            in.add(own);
        }
        if (column != null) {
            in.add(column);
            Objects.requireNonNull(columns.get(access)).stores().stream()
                    .filter(store -> store != access)
                    .map(ofColumns::get)
                    .forEach(outside::add);
        }
        return annotation("alias.scope", in) + annotation("noalias", outside);
    }

    private String annotation(String kind, List<String> scopes) {
        return scopes.isEmpty() ? "" : ", !" + kind + " " + list(scopes);
    }

    private String list(List<String> scopes) {
        return nodes.computeIfAbsent("!{" + String.join(", ", scopes) + "}", module::metadata);
    }

    /** Declares, on an edge into a loop, the scopes of what it records. */
    void atStart(Block header, Body body) {
        declared.getOrDefault(header, List.of())
                .forEach(scope -> body.line(
                        "call void @llvm.experimental.noalias.scope.decl(metadata " + list(List.of(scope)) + ")"));
    }
}
