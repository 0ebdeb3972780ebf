package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In which blocks a value can be read. A new object, which may neither be stored nor be passed on before its constructor has run, comes to
 * be with that, so it does not exist in a handler of the constructor call.
 */
final class Existence {
    private final Dominators dominators;
    private final Map<Value, List<Block>> completed = new HashMap<>();

    Existence(Function function, Dominators dominators) {
        this.dominators = dominators;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (AllocateAtConstructors.completes(instruction)) {
                    completed
                            .computeIfAbsent(instruction.operand(0), _ -> new ArrayList<>())
                            .add(block);
                }
            }
        }
    }

    /** The blocks at the end of which the value has come to be; one, unless several calls of constructors complete one allocation. */
    List<Block> origins(Value value) {
        return completed.getOrDefault(value, List.of(value.block()));
    }

    /** Whether the value is there on every way to the start of {@code block}. */
    boolean isAvailable(Value value, Block block) {
        List<Block> origins = completed.get(value);
        if (origins == null) {
            return dominators.isAvailable(value, block);
        }
        return origins.stream()
                .anyMatch(origin -> dominators.strictlyDominates(origin, block)
                        && dominators.isReachedOnlyWithoutException(origin, block));
    }

    /** Whether the value is there at the end of {@code block}, which has no handlers. */
    boolean isAvailableAtEnd(Value value, Block block) {
        return origins(value).contains(block) || isAvailable(value, block);
    }
}
