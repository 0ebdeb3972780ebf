package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
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
 * Removes stores that nothing can see: into objects and arrays made here that are never read and never leave, and those that the same
 * block overwrites before anything reads them, calls, or may throw.
 *
 * <p>A store that may itself throw stays, and so do stores to volatile fields.
 */
public final class EliminateDeadStores {
    private EliminateDeadStores() {}

    public static boolean run(Function function) {
        return run(function, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        boolean changed = removeNeverRead(function);
        Memory memory = null;
        for (Block block : function.blocks()) {
            if (storesTwice(block)) {
                memory = memory == null ? Memory.of(function, false, classes) : memory;
                changed |= removeOverwritten(block, memory);
            }
        }
        return changed;
    }

    /** Objects that are only stored into, directly, are nobody's business. */
    private static boolean removeNeverRead(Function function) {
        if (!allocates(function)) {
            return false;
        }
        Uses uses = Uses.of(function);
        Map<Block, Set<Instruction>> dead = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode().effect() == OpCode.Effect.ALLOCATE
                        && uses.isUsed(instruction.value())
                        && uses.of(instruction.value()).stream()
                                .allMatch(use -> isOnlyStoredInto(instruction.value(), use))) {
                    for (Use use : uses.of(instruction.value())) {
                        if (use instanceof Use.Operand(Instruction user, var _)) {
                            dead.computeIfAbsent(use.block(), _ -> new HashSet<>())
                                    .add(user);
                        }
                    }
                }
            }
        }
        dead.forEach(EliminateDeadStores::remove);
        return !dead.isEmpty();
    }

    private static boolean allocates(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode().effect() == OpCode.Effect.ALLOCATE) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean storesTwice(Block block) {
        int stores = 0;
        for (Instruction instruction : block.instructions()) {
            if (instruction.opCode().effect() == OpCode.Effect.WRITE && ++stores == 2) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOnlyStoredInto(Value object, Use use) {
        if (!(use instanceof Use.Operand(Instruction user, int index)) || index != 0) {
            return false;
        }
        return switch (user.opCode()) {
            case PUT_FIELD, ARRAY_STORE -> !user.mayThrow() && user.operands().lastIndexOf(object) == 0;
            case INVOKE_SPECIAL -> AllocationGroup.isObjectConstructor(user);
            default -> false;
        };
    }

    private static void remove(Block block, Set<Instruction> dead) {
        List<Instruction> kept = new ArrayList<>(block.instructions());
        kept.removeIf(dead::contains);
        block.setInstructions(kept);
    }

    private static boolean removeOverwritten(Block block, Memory memory) {
        List<Location> overwritten = new ArrayList<>();
        Set<Instruction> dead = new HashSet<>();
        for (Instruction instruction : block.instructions().reversed()) {
            Location location = Location.of(instruction);
            if (memory.isBarrier(instruction) || instruction.mayThrow()) {
                overwritten.clear();
            } else if (location != null && instruction.opCode().effect() == OpCode.Effect.READ) {
                overwritten.removeIf(later -> memory.mayMeet(location, later, true));
            } else if (location != null && instruction.opCode().effect() == OpCode.Effect.WRITE) {
                if (overwritten.stream().anyMatch(later -> Memory.isSame(location, later))) {
                    dead.add(instruction);
                } else {
                    overwritten.add(location);
                }
            }
        }
        if (!dead.isEmpty()) {
            remove(block, dead);
        }
        return !dead.isEmpty();
    }
}
