package dev.jacobi.optimize.inline;

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
 * Removes boxes and lambdas that are made but not used: their making is a call, but one that has no other effect. That they are not null
 * is known, so checks are no uses.
 */
public final class RemoveUnusedObjects {
    private RemoveUnusedObjects() {}

    public static boolean run(Function function) {
        boolean changed = foldNullChecks(function);
        for (boolean removed = true; removed; ) {
            removed = removeOnce(function);
            changed |= removed;
        }
        return changed;
    }

    private static boolean foldNullChecks(Function function) {
        Map<Value, Value> replacements = new HashMap<>();
        boolean changed = false;
        for (Block block : function.blocks()) {
            List<Instruction> kept = new ArrayList<>();
            boolean changedHere = false;
            for (Instruction instruction : block.instructions()) {
                if (!testsFreshForNull(instruction)) {
                    kept.add(instruction);
                    continue;
                }
                changedHere = true;
                if (instruction.opCode() != OpCode.NULL_CHECK) {
                    Instruction known = function.newInstruction(
                            OpCode.CONSTANT,
                            instruction.opCode() == OpCode.NE ? 1 : 0,
                            List.of(),
                            instruction.position());
                    kept.add(known);
                    replacements.put(instruction.value(), known.value());
                }
            }
            if (changedHere) {
                block.setInstructions(kept);
                changed = true;
            }
        }
        function.replaceValues(replacements);
        return changed;
    }

    private static boolean testsFreshForNull(Instruction instruction) {
        boolean test = switch (instruction.opCode()) {
            case NULL_CHECK -> true;
            case EQ, NE -> {
                Instruction other = instruction.operand(1).definition();
                yield other != null && other.attribute() == Instruction.NULL;
            }
            default -> false;
        };
        Instruction made = test ? instruction.operand(0).definition() : null;
        return made != null && onlyMakesObject(made);
    }

    private static boolean removeOnce(Function function) {
        if (!makesObject(function)) {
            return false;
        }
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                used.addAll(instruction.operands());
            }
            used.addAll(block.terminator().operands());
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
        }
        boolean removed = false;
        for (Block block : function.blocks()) {
            List<Instruction> kept = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                if (!onlyMakesObject(instruction) || used.contains(instruction.value())) {
                    kept.add(instruction);
                }
            }
            if (kept.size() < block.instructions().size()) {
                block.setInstructions(kept);
                removed = true;
            }
        }
        return removed;
    }

    private static boolean makesObject(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (onlyMakesObject(instruction)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean onlyMakesObject(Instruction instruction) {
        if (instruction.opCode() == OpCode.INVOKE_STATIC) {
            Box box = Box.ofWrapper(instruction.method().owner());
            return box != null && instruction.method().equals(box.boxing());
        }
        return Closure.madeBy(instruction).isPresent();
    }
}
