package dev.jacobi.llvm;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import java.util.LinkedHashSet;
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
        while (found.removeIf(value -> value.definition() == null && !passedOnly(value, found, function))) {}
        boolean confined =
                found.stream().allMatch(value -> uses.of(value).stream().allMatch(use -> isTape(use, found)));
        return confined ? found : Set.of();
    }

    private static Set<Value> candidates(Function function) {
        Set<Value> found = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            if (block != function.entry()) {
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

    private static boolean passedOnly(Value parameter, Set<Value> tape, Function function) {
        Block block = parameter.block();
        return function.blocks().stream()
                        .flatMap(source -> source.terminator().edges().stream())
                        .filter(edge -> edge.target() == block)
                        .allMatch(edge -> tape.contains(
                                edge.arguments().get(block.parameters().indexOf(parameter))))
                && function.blocks().stream()
                        .flatMap(source -> source.handlers().stream())
                        .noneMatch(handler -> handler.edge().target() == block);
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
