package dev.jacobi.offload.extract;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parallel loops in one another of which {@link FlattenNests} makes one: each loop is the only one in the one around it, runs as often in all rounds of that, and what a round does beside it writes nothing.
 */
final class ParallelNest {
    /** What is done again for each round of an inner loop costs no more than so many additions. */
    private static final int MOST_COST = 64;

    /** One of the loops, which are in the form that {@link OneIndex} gives them. */
    record Level(Loop loop, InductionVariable index, Value bound) {}

    private ParallelNest() {}

    /**
     * The loops, the outermost first; none if there is no nest.
     *
     * @param promised whether the user says that rounds are independent: nobody has said that of what is read again
     */
    static List<Level> of(Loop outermost, Function function, boolean promised) {
        List<Level> levels = new ArrayList<>();
        Loop loop = outermost;
        while (loop != null && loop.unorderedStep() != null) {
            TripCount count = TripCount.of(loop);
            // To count the rounds of an inner loop that runs down would be one more thing to do in each round.
            boolean goesUp = count != null
                    && count.comparison() == OpCode.LT
                    && count.variable().step() == 1;
            if (goesUp && (loop.children().size() == 1 || loop != outermost)) {
                OneIndex.use(loop, function);
            }
            Level level = level(loop);
            if (level == null || loop != outermost && !canBeRoundsOf(level, levels.getLast(), outermost, promised)) {
                break;
            }
            levels.add(level);
            loop = loop.children().size() == 1 ? loop.children().getFirst() : null;
        }
        return levels.size() < 2 || isUsedOutside(outermost, function.blocks()) ? List.of() : levels;
    }

    private static @Nullable Level level(Loop loop) {
        TripCount count = TripCount.of(loop);
        Block header = loop.header();
        return count == null
                        || loop.preheader() == null
                        || loop.latch() == null
                        || count.comparison() != OpCode.LT
                        || count.variable().step() != 1
                        || !header.parameters().equals(List.of(count.variable().parameter()))
                        || count.variable().parameter().type().kind() != Type.Kind.INT
                        || !header.instructions().stream().allMatch(Instruction::isPure)
                        || loop.blocks().stream()
                                .anyMatch(block -> !block.handlers().isEmpty())
                ? null
                : new Level(loop, count.variable(), count.bound());
    }

    /** Whether a loop runs as often in each round of the loop around it, and a round does nothing else that is of use to anybody but this loop. */
    private static boolean canBeRoundsOf(Level level, Level outer, Loop outermost, boolean promised) {
        Loop loop = level.loop();
        Loop around = outer.loop();
        if (!isSame(level.index().start(), outermost)
                || !isSame(level.bound(), outermost)
                || isUsedOutside(loop, around.blocks())) {
            return false;
        }
        for (Loop.Exit exit : loop.exits()) {
            if (exit.byException()
                    || exit.from() != loop.header()
                            && around.contains(exit.edge().target())) {
                return false;
            }
        }
        int cost = 0;
        boolean before = false;
        for (Block block : around.blocks()) {
            if (loop.contains(block)) {
                continue;
            }
            if (block != around.header() && block.edges().size() != 1) {
                return false;
            }
            before = leadsTo(block, loop.header(), around);
            for (Instruction instruction : block.instructions()) {
                boolean isFine = instruction.isPure()
                        || before && !promised && isRead(instruction, outermost) && !isOfWritten(instruction, loop);
                if (!isFine) {
                    return false;
                }
                cost += instruction.opCode().cost();
            }
        }
        return cost <= MOST_COST;
    }

    /** Whether a block that leads nowhere else leads to another before the next round. */
    private static boolean leadsTo(Block from, Block to, Loop within) {
        Block block = from;
        while (block != to && block.edges().size() == 1) {
            block = block.edges().getFirst().target();
            if (block == within.header()) {
                return false;
            }
        }
        return block == to;
    }

    private static boolean isRead(Instruction instruction, Loop outermost) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> true;
            case ARRAY_LENGTH, NULL_CHECK ->
                !outermost.contains(instruction.operand(0).block());
            default -> false;
        };
    }

    /** Whether a read is of an array that a loop writes, as far as that can be seen here: then it is for one round of the outer loop to read it before. */
    private static boolean isOfWritten(Instruction read, Loop loop) {
        return loop.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .anyMatch(store -> store.opCode() == OpCode.ARRAY_STORE
                        && given(store.operand(0)) == given(read.operand(0))
                        && read.opCode() == OpCode.ARRAY_LOAD
                        && !RowsUse.isArrayOfRows(read.operand(0)));
    }

    /** The array of arrays that a row is from, or the array itself. */
    private static Value given(Value array) {
        return array.definition() instanceof Instruction definition && definition.opCode() == OpCode.ARRAY_LOAD
                ? definition.operand(0)
                : array;
    }

    private static boolean isUsedOutside(Loop loop, Collection<Block> blocks) {
        for (Block block : blocks) {
            if (!loop.contains(block)
                    && (block.instructions().stream().anyMatch(instruction -> isOf(loop, instruction.operands()))
                            || isOf(loop, block.terminator().operands())
                            || block.edges().stream().anyMatch(edge -> isOf(loop, edge.arguments())))) {
                return true;
            }
        }
        return loop.exits().stream()
                .anyMatch(exit -> blocks.contains(exit.edge().target())
                        && isOf(loop, exit.edge().arguments()));
    }

    private static boolean isOf(Loop loop, List<Value> values) {
        return values.stream().anyMatch(value -> loop.contains(value.block()));
    }

    /** Whether an int is the same in all rounds, and can be had before them. */
    private static boolean isSame(Value value, Loop loop) {
        Instruction definition = value.definition();
        return !loop.contains(value.block())
                || definition != null
                        && switch (definition.opCode()) {
                            case CONSTANT -> true;
                            case ADD, SUB, MUL ->
                                isSame(definition.operand(0), loop) && isSame(definition.operand(1), loop);
                            case ARRAY_LENGTH ->
                                !loop.contains(definition.operand(0).block());
                            default -> false;
                        };
    }
}
