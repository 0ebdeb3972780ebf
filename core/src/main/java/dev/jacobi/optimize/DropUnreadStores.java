package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the stores into an array parameter, and into its rows, whose contents after the call are of no interest and on which nothing
 * else depends: sums {@code a[i] += x} that are never read but to be added to.
 *
 * <p>All or none: if any number that is loaded from it matters, or the array gets where it is not followed, everything stays.
 */
public final class DropUnreadStores {
    private final Function function;
    private final Set<Value> unread = new HashSet<>();
    private final Map<Value, List<Value>> passed = new HashMap<>();

    private DropUnreadStores(Function function) {
        this.function = function;
    }

    /** @param parameter an array that no other reference leads to */
    public static boolean run(Function function, Value parameter) {
        return new DropUnreadStores(function).drop(parameter);
    }

    private boolean drop(Value parameter) {
        for (Block block : function.blocks()) {
            Parameters.forEachPassed(
                    block,
                    (target, argument) -> passed.computeIfAbsent(target, _ -> new ArrayList<>(2))
                            .add(argument));
        }
        findRows(parameter);
        if (isRead()) {
            return false;
        }
        boolean changed = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (isStore(instruction)) {
                    block.remove(instruction);
                    changed = true;
                }
            }
        }
        return changed;
    }

    /** The references that lead to the array or its rows whatever way control took. */
    private void findRows(Value parameter) {
        Set<Value> candidates = new HashSet<>();
        for (Block block : function.blocks()) {
            if (block != function.entry()) {
                block.parameters().stream()
                        .filter(value -> value.type().isArray() && passed.containsKey(value))
                        .forEach(candidates::add);
            }
            for (Instruction instruction : block.instructions()) {
                if ((instruction.opCode() == OpCode.ARRAY_LOAD || instruction.opCode() == OpCode.CHECK_CAST)
                        && instruction.value().type().isReference()) {
                    candidates.add(instruction.value());
                }
            }
        }
        candidates.add(parameter);
        boolean changed = true;
        while (changed) {
            changed = candidates.removeIf(value -> value != parameter
                    && !(value.definition() != null
                            ? candidates.contains(value.definition().operand(0))
                            : candidates.containsAll(passed.getOrDefault(value, List.of()))));
        }
        // Parameters that feed only each other lead nowhere.
        unread.addAll(candidates);
    }

    private boolean isStore(Instruction instruction) {
        return instruction.opCode() == OpCode.ARRAY_STORE
                && instruction.isProved()
                && unread.contains(instruction.operand(0));
    }

    /** Whether anything that stays reads a number from the array, or lets a reference to it go elsewhere. */
    private boolean isRead() {
        Set<Value> live = new HashSet<>();
        List<Value> open = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (isStore(instruction)) {
                    if (instruction.operand(2).type().isReference()) {
                        return true;
                    }
                } else if (!instruction.isRemovable()) {
                    if (leads(instruction)) {
                        return true;
                    }
                    open.addAll(instruction.operands());
                }
            }
            if (block.terminator().operands().stream().anyMatch(unread::contains)) {
                return true;
            }
            open.addAll(block.terminator().operands());
        }
        open.addAll(Parameters.exceptions(function));
        while (!open.isEmpty()) {
            Value value = open.removeLast();
            if (!live.add(value)) {
                continue;
            }
            Instruction definition = value.definition();
            if (definition == null) {
                if (!unread.contains(value)
                        && passed.getOrDefault(value, List.of()).stream().anyMatch(unread::contains)) {
                    return true;
                }
                open.addAll(passed.getOrDefault(value, List.of()));
            } else {
                if (!unread.contains(value) && leads(definition)) {
                    return true;
                }
                open.addAll(definition.operands());
            }
        }
        return false;
    }

    private boolean leads(Instruction instruction) {
        return instruction.operands().stream().anyMatch(unread::contains);
    }
}
