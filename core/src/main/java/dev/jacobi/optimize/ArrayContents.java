package dev.jacobi.optimize;

import dev.jacobi.analysis.ElementSet;
import dev.jacobi.analysis.ElementSet.Range;
import dev.jacobi.analysis.Offset;
import dev.jacobi.analysis.Sweep;
import dev.jacobi.analysis.Sweeps;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an array holds, which a function makes for itself, by two flows: forward goes what may be other than 0, backward what may be read before it is overwritten. Zeros that are stored do not count as overwriting, so that all
 * of them that nobody awaits may go at once: an element whose zero was not stored is not read until a number is.
 */
final class ArrayContents {
    private static final int MOST_ROUNDS = 20;

    private final Value array;
    private final Sweeps sweeps;
    private final Map<Block, List<Block>> predecessors;
    /** What may be other than 0 at the end of a block, or of the sweep that it is the header of. */
    private final Map<Block, ElementSet> numbers = new HashMap<>();
    /** What may be read before it is overwritten, at the beginning of a block or sweep. */
    private final Map<Block, ElementSet> awaited = new HashMap<>();

    ArrayContents(Function function, Value array, Sweeps sweeps) {
        this.array = array;
        this.sweeps = sweeps;
        predecessors = function.predecessors();
    }

    boolean isAccess(Instruction instruction, OpCode opCode) {
        return instruction.opCode() == opCode && instruction.operand(0) == array;
    }

    boolean stores(Instruction instruction, boolean zero) {
        return isAccess(instruction, OpCode.ARRAY_STORE) && isZero(instruction.operand(2)) == zero;
    }

    static boolean isZero(Value value) {
        Instruction definition = value.definition();
        if (definition == null || definition.opCode() != OpCode.CONSTANT) {
            return false;
        }
        Object number = definition.attribute();
        return number instanceof Double wide && Double.doubleToRawLongBits(wide) == 0
                || number instanceof Float narrow && Float.floatToRawIntBits(narrow) == 0;
    }

    /** The elements of an access at an index that is fixed, or null if it is not. */
    @Nullable
    Range range(Instruction access) {
        Offset offset = Offset.of(access.operand(1));
        return offset.constant() < Integer.MAX_VALUE && (offset.value() == null || sweeps.isFixed(offset.value()))
                ? new Range(offset, new Offset(offset.value(), offset.constant() + 1))
                : null;
    }

    /** The elements of an access in a sweep, or null if they are not known. */
    private @Nullable Range range(Instruction access, Sweep sweep) {
        Range swept = sweep.range(access.operand(1));
        return swept != null ? swept : range(access);
    }

    private static ElementSet plus(ElementSet set, @Nullable Range range) {
        return range == null ? ElementSet.ALL : set.plus(range);
    }

    /** What may be other than 0 behind an instruction. */
    ElementSet after(Instruction instruction, ElementSet before) {
        if (instruction.result() == array) {
            return ElementSet.NONE;
        }
        if (stores(instruction, false)) {
            return plus(before, range(instruction));
        }
        Range zeros = stores(instruction, true) ? range(instruction) : null;
        return zeros == null ? before : before.minus(zeros);
    }

    /** What is awaited before an instruction. */
    private ElementSet before(Instruction instruction, ElementSet after) {
        if (instruction.result() == array) {
            return ElementSet.NONE;
        }
        if (isAccess(instruction, OpCode.ARRAY_LOAD)) {
            return plus(after, range(instruction));
        }
        Range overwritten = stores(instruction, false) ? range(instruction) : null;
        return overwritten == null ? after : after.minus(overwritten);
    }

    private ElementSet after(Sweep sweep, ElementSet before) {
        ElementSet after = before;
        List<Instruction> instructions = sweep.body().instructions();
        boolean stores = false;
        for (Instruction instruction : instructions) {
            if (stores(instruction, false)) {
                after = plus(after, range(instruction, sweep));
                stores = true;
            }
        }
        if (stores) {
            return after;
        }
        for (Instruction instruction : instructions) {
            Range zeros = stores(instruction, true) ? sweep.range(instruction.operand(1)) : null;
            after = zeros == null ? after : after.minus(zeros);
        }
        return after;
    }

    private ElementSet before(Sweep sweep, ElementSet after) {
        ElementSet before = after;
        for (Instruction instruction : sweep.body().instructions()) {
            Range overwritten = stores(instruction, false) ? sweep.range(instruction.operand(1)) : null;
            before = overwritten == null ? before : before.minus(overwritten);
        }
        for (Instruction instruction : sweep.body().instructions()) {
            if (isAccess(instruction, OpCode.ARRAY_LOAD)) {
                before = plus(before, range(instruction, sweep));
            }
        }
        return before;
    }

    ElementSet numbersBefore(Block block) {
        ElementSet before = ElementSet.NONE;
        for (Block predecessor : predecessors.getOrDefault(block, List.of())) {
            if (!sweeps.isBody(predecessor)) {
                before = before.plus(numbers.getOrDefault(predecessor, ElementSet.NONE));
            }
        }
        return before;
    }

    ElementSet awaitedAfter(Block block) {
        ElementSet after = ElementSet.NONE;
        for (Block successor : block.successors()) {
            if (!sweeps.isBody(successor)) {
                after = after.plus(awaited.getOrDefault(successor, ElementSet.NONE));
            }
        }
        return after;
    }

    /** Whether the sets hold for all rounds of all loops. */
    boolean findNumbers() {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            boolean changed = false;
            for (Block block : sweeps.outside()) {
                ElementSet set = numbersBefore(block);
                for (Instruction instruction : block.instructions()) {
                    set = after(instruction, set);
                }
                Sweep sweep = sweeps.of(block);
                ElementSet after = sweep == null ? set : after(sweep, set);
                changed |= !after.equals(numbers.put(block, after));
            }
            if (!changed) {
                return true;
            }
        }
        return false;
    }

    boolean findAwaited() {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            boolean changed = false;
            for (Block block : sweeps.outside().reversed()) {
                Sweep sweep = sweeps.of(block);
                ElementSet after = awaitedAfter(block);
                ElementSet set = sweep == null ? after : before(sweep, after);
                for (Instruction instruction : block.instructions().reversed()) {
                    set = before(instruction, set);
                }
                changed |= !set.equals(awaited.put(block, set));
            }
            if (!changed) {
                return true;
            }
        }
        return false;
    }

    /** What is awaited behind each instruction of a block; of the header of a sweep, which accesses nothing, behind the sweep. */
    List<ElementSet> awaitedAfterEach(Block block) {
        ElementSet set = awaitedAfter(block);
        List<ElementSet> sets = new ArrayList<>();
        for (Instruction instruction : block.instructions().reversed()) {
            sets.add(set);
            set = before(instruction, set);
        }
        return sets.reversed();
    }
}
