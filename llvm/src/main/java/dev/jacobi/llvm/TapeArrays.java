package dev.jacobi.llvm;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values that are arrays of numbers of the tape. These arrays are reached through such values only: they come from {@code Scratch} or {@code TapeStacks}, and go nowhere else.
 */
final class TapeArrays {
    private static final String SCRATCH = "dev.jacobi.runtime.Scratch";

    private TapeArrays() {}

    /** None, if one of them is used in any other way. */
    static Set<Value> of(Function function) {
        Uses uses = Uses.of(function);
        Set<Value> found = candidates(function);
        Map<Value, List<Value>> passed = passed(function);
        while (found.removeIf(value -> !found.containsAll(passed.getOrDefault(value, List.of())))) {}
        boolean confined =
                found.stream().allMatch(value -> uses.of(value).stream().allMatch(use -> isTape(use, found)));
        return confined ? found : Set.of();
    }

    private static Set<Value> candidates(Function function) {
        Set<Value> found = new LinkedHashSet<>();
        Set<Block> caught = new HashSet<>();
        function.blocks()
                .forEach(block -> block.handlers()
                        .forEach(handler -> caught.add(handler.edge().target())));
        for (Block block : function.blocks()) {
            if (block != function.entry() && !caught.contains(block)) {
                block.parameters().stream().filter(TapeArrays::isArrayOfNumbers).forEach(found::add);
            }
            block.instructions().stream().filter(TapeArrays::isMade).forEach(made -> found.add(made.value()));
        }
        return found;
    }

    private static boolean isArrayOfNumbers(Value value) {
        return value.type().isReference()
                && Element.ofArray(value.type().descriptor()).isPresent();
    }

    private static boolean isMade(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_STATIC ->
                isOfScratch(instruction)
                        && (instruction.method().name().equals("ensure")
                                || instruction.method().name().startsWith("acquire")
                                        && instruction.operands().isEmpty())
                        && isArrayOfNumbers(instruction.value());
            case GET_FIELD -> isStack(instruction);
            default -> false;
        };
    }

    private static boolean isOfScratch(Instruction call) {
        return Type.name(call.method().owner()).equals(SCRATCH);
    }

    /** Whether a field is one of {@code TapeStacks} that holds such an array. */
    private static boolean isStack(Instruction access) {
        return TapeText.handles(access.field())
                && !access.field().name().equals("numbers")
                && Element.ofArray(access.field().type()).isPresent();
    }

    /** What a value may be: of the parameter of a block what edges pass to it, of an array that is made longer that array. */
    private static Map<Value, List<Value>> passed(Function function) {
        Map<Value, List<Value>> passed = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Edge edge : block.terminator().edges()) {
                List<Value> arguments = edge.arguments();
                for (int index = 0; index < arguments.size(); index++) {
                    passed.computeIfAbsent(edge.target().parameter(index), _ -> new ArrayList<>())
                            .add(arguments.get(index));
                }
            }
            block.instructions().stream()
                    .filter(made -> isMade(made)
                            && made.opCode() == OpCode.INVOKE_STATIC
                            && !made.operands().isEmpty())
                    .forEach(longer -> passed.put(longer.value(), List.of(longer.operand(0))));
        }
        return passed;
    }

    private static boolean isTape(Use use, Set<Value> tape) {
        return switch (use) {
            case Use.Operand(Instruction instruction, int index) ->
                switch (instruction.opCode()) {
                    case ARRAY_LOAD, ARRAY_STORE, ARRAY_LENGTH, NULL_CHECK -> index == 0;
                    case EQ, NE -> true;
                    case INVOKE_STATIC -> isOfScratch(instruction);
                    case PUT_FIELD -> index == 1 && isStack(instruction);
                    default -> false;
                };
            case Use.Passed passed -> tape.contains(passed.parameter());
            case Use.OfTerminator _ -> false;
        };
    }
}
