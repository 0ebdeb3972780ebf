package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Memory;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves what each round of a loop computes anew, with the same result, in front of the loop.
 *
 * <p>Pure instructions are moved from anywhere in the loop. Loads, and what may throw, are moved only from where the first round
 * certainly comes by before anything that can be observed, or if it can be proved that they do not throw in front of the loop either;
 * loads only of memory that the loop does not write.
 */
public final class HoistLoopInvariants {
    private final Memory memory;
    private final Ranges ranges;
    private final Map<Value, List<Instruction>> dereferences = new HashMap<>();

    private HoistLoopInvariants(Function function, Memory memory) {
        this.memory = memory;
        this.ranges = Ranges.of(function);
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                Value reference = EliminateChecks.dereferenced(instruction);
                if (reference != null) {
                    Multimaps.list(dereferences, reference).add(instruction);
                }
            }
        }
    }

    public static boolean run(Function function) {
        return run(function, false, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        return run(function, false, classes);
    }

    public static boolean run(Function function, boolean parametersDistinct, ClassKnowledge classes) {
        boolean changed = CanonicalizeLoops.run(function);
        Loops loops = Loops.of(function);
        if (loops.all().isEmpty()) {
            return changed;
        }
        HoistLoopInvariants pass = new HoistLoopInvariants(function, Memory.of(function, parametersDistinct, classes));
        for (Loop loop : loops.innermostFirst()) {
            changed |= pass.hoist(loop);
        }
        return changed;
    }

    private boolean hoist(Loop loop) {
        Block preheader = loop.preheader();
        if (preheader == null || !preheader.handlers().isEmpty()) {
            return false;
        }
        List<Instruction> hoisted = new ArrayList<>();
        Set<Instruction> chosen = new HashSet<>();
        Set<Block> certain = certainBlocks(loop);
        boolean unobserved = true;
        for (Block block : loop.blocks()) {
            boolean isCertain = certain.contains(block);
            for (Instruction instruction : block.instructions()) {
                boolean invariant = isInvariant(instruction, loop, chosen);
                if (invariant && isMovable(instruction, loop, preheader, isCertain && unobserved)) {
                    take(instruction, loop, chosen, hoisted);
                } else if (isCertain && (instruction.mayThrow() || !isSilent(instruction))) {
                    unobserved = false;
                }
            }
        }
        if (hoisted.isEmpty()) {
            return false;
        }
        Set<Block> touched = new HashSet<>();
        for (Instruction instruction : hoisted) {
            touched.add(instruction.block());
        }
        for (Block block : touched) {
            List<Instruction> kept = new ArrayList<>(block.instructions());
            kept.removeAll(chosen);
            block.setInstructions(kept);
        }
        for (Instruction instruction : hoisted) {
            preheader.append(instruction);
        }
        return true;
    }

    /** The header and what certainly follows it in the first round, in order and with nothing between: the start of {@link Loop#blocks}. */
    private static Set<Block> certainBlocks(Loop loop) {
        Set<Block> certain = new HashSet<>();
        Block block = loop.header();
        while (block.handlers().isEmpty()
                && certain.add(block)
                && block.terminator() instanceof Terminator.Jump(var edge, var _)
                && loop.contains(edge.target())
                && edge.target() != loop.header()) {
            block = edge.target();
        }
        return certain;
    }

    private static boolean isInvariant(Instruction instruction, Loop loop, Set<Instruction> chosen) {
        if (instruction.opCode() == OpCode.CONSTANT || instruction.opCode() == OpCode.EMBED) {
            return false;
        }
        for (Value operand : instruction.operands()) {
            Instruction definition = operand.definition();
            boolean fixed = definition != null
                    && (definition.opCode() == OpCode.CONSTANT
                            || definition.opCode() == OpCode.EMBED
                            || chosen.contains(definition));
            if (!fixed && loop.contains(operand.block())) {
                return false;
            }
        }
        return true;
    }

    private boolean isMovable(Instruction instruction, Loop loop, Block preheader, boolean isFirst) {
        boolean safe = isFirst || Throwing.isImpossible(instruction) || cannotThrowAt(instruction, preheader);
        return switch (instruction.opCode().effect()) {
            case PURE -> safe;
            case READ -> safe && !memory.isBarrier(instruction) && !memory.mayBeOverwrittenIn(loop, instruction);
            case WRITE, ALLOCATE, CALL -> false;
        };
    }

    private boolean cannotThrowAt(Instruction instruction, Block preheader) {
        if (!instruction.isProved()) {
            return false;
        }
        return switch (instruction.opCode()) {
            case ARRAY_LENGTH, GET_FIELD -> isNonNullAt(instruction.operand(0), preheader);
            case ARRAY_LOAD ->
                isNonNullAt(instruction.operand(0), preheader)
                        && ranges.dominators().isAvailable(instruction.operand(0), preheader)
                        && isAvailable(instruction.operand(1), preheader)
                        && ranges.isInBounds(instruction.operand(1), instruction.operand(0), preheader, null);
            default -> false;
        };
    }

    private boolean isAvailable(Value value, Block preheader) {
        return Constants.of(value) != null || ranges.dominators().isAvailable(value, preheader);
    }

    private boolean isNonNullAt(Value reference, Block block) {
        if (Constants.isNonNull(reference)) {
            return true;
        }
        for (Instruction instruction : dereferences.getOrDefault(reference, List.of())) {
            Block where = instruction.block();
            if (where != null
                    && where != block
                    && ranges.dominators().dominates(where, block)
                    && ranges.dominators().isReachedOnlyWithoutException(where, block)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSilent(Instruction instruction) {
        return switch (instruction.opCode().effect()) {
            case PURE, READ, ALLOCATE -> true;
            case WRITE, CALL -> false;
        };
    }

    private void take(Instruction instruction, Loop loop, Set<Instruction> chosen, List<Instruction> hoisted) {
        for (Value operand : instruction.operands()) {
            Instruction definition = operand.definition();
            if (definition != null && loop.contains(operand.block()) && chosen.add(definition)) {
                hoisted.add(definition);
            }
        }
        chosen.add(instruction);
        hoisted.add(instruction);
    }
}
