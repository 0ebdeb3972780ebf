package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Location;
import dev.jacobi.analysis.Memory;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
            if (mayOverwrite(block)) {
                memory = memory == null ? Memory.of(function, false, classes) : memory;
                changed |= removeOverwritten(block, memory);
            }
        }
        return changed;
    }

    /** Objects that are only stored into, directly, are nobody's business. */
    private static boolean removeNeverRead(Function function) {
        ValueSet candidates = new ValueSet();
        boolean found = false;
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode().effect() == OpCode.Effect.ALLOCATE) {
                    candidates.add(instruction.value());
                    found = true;
                }
            }
        }
        if (!found) {
            return false;
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                List<Value> operands = instruction.operands();
                for (int index = 0; index < operands.size(); index++) {
                    if (!isOnlyStoredInto(operands.get(index), instruction, index)) {
                        candidates.remove(operands.get(index));
                    }
                }
            }
            remove(block.terminator().operands(), candidates);
            for (Edge edge : block.edges()) {
                remove(edge.arguments(), candidates);
            }
        }
        boolean removed = false;
        for (Block block : function.blocks()) {
            removed |= block.retainInstructions(
                    instruction -> instruction.operands().isEmpty() || !candidates.contains(instruction.operand(0)));
        }
        return removed;
    }

    private static void remove(List<Value> values, ValueSet from) {
        for (int index = 0; index < values.size(); index++) {
            from.remove(values.get(index));
        }
    }

    /** Whether two stores follow each other to what is the same for certain: what must be known of memory for more is dear to find. */
    private static boolean mayOverwrite(Block block) {
        List<Location> stored = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            if (instruction.opCode().effect() == OpCode.Effect.WRITE) {
                Location location = Location.of(instruction);
                if (location != null) {
                    for (Location earlier : stored) {
                        if (Memory.isSame(earlier, location)) {
                            return true;
                        }
                    }
                    stored.add(location);
                }
            }
            if (instruction.mayThrow()) {
                stored.clear();
            }
        }
        return false;
    }

    private static boolean isOnlyStoredInto(Value object, Instruction user, int index) {
        return index == 0
                && switch (user.opCode()) {
                    case PUT_FIELD, ARRAY_STORE ->
                        !user.mayThrow() && user.operands().lastIndexOf(object) == 0;
                    case INVOKE_SPECIAL -> AllocationGroup.isObjectConstructor(user);
                    default -> false;
                };
    }

    private static boolean isAmong(List<Location> locations, Location location) {
        for (Location other : locations) {
            if (Memory.isSame(location, other)) {
                return true;
            }
        }
        return false;
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
                if (isAmong(overwritten, location)) {
                    dead.add(instruction);
                } else {
                    overwritten.add(location);
                }
            }
        }
        if (!dead.isEmpty()) {
            block.retainInstructions(instruction -> !dead.contains(instruction));
        }
        return !dead.isEmpty();
    }
}
