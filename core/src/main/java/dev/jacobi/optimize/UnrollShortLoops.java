package dev.jacobi.optimize;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Origins;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Writes out innermost loops of at most eight rounds, their number known, that run over small arrays made in this function, so that the
 * indices become constants and the arrays can live in scalars. No other loop is unrolled: what gains from it is the JIT's to judge.
 */
public final class UnrollShortLoops {
    private static final int MOST_ROUNDS = 8;
    private static final int MOST_INSTRUCTIONS = 600;
    private static final int LONGEST_ARRAY = 64;

    private UnrollShortLoops() {}

    public static boolean run(Function function) {
        if (!makesSmallArray(function)) {
            return false;
        }
        boolean changed = CanonicalizeLoops.run(function);
        Origins origins = Origins.of(function);
        for (Loop loop : Loops.of(function).innermostFirst()) {
            TripCount count = loop.children().isEmpty() && loop.exits().size() == 1 ? TripCount.of(loop) : null;
            Long rounds = count == null ? null : count.constantCount();
            if (rounds != null
                    && rounds <= MOST_ROUNDS
                    && size(loop) * rounds <= MOST_INSTRUCTIONS
                    && runsOverLocalArray(loop, origins)) {
                unroll(function, loop, rounds.intValue());
                changed = true;
            }
        }
        if (changed) {
            EliminateDeadCode.removeUnreachable(function);
        }
        return changed;
    }

    private static boolean makesSmallArray(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (isSmallArray(instruction)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSmallArray(Instruction instruction) {
        return instruction.opCode() == OpCode.NEW_ARRAY
                && Constants.of(instruction.operand(0)) instanceof Integer length
                && length <= LONGEST_ARRAY;
    }

    private static int size(Loop loop) {
        return loop.blocks().stream()
                .mapToInt(block -> block.instructions().size() + 1)
                .sum();
    }

    private static boolean runsOverLocalArray(Loop loop, Origins origins) {
        List<Value> counters = InductionVariable.of(loop).stream()
                .map(InductionVariable::parameter)
                .toList();
        for (Block block : loop.blocks()) {
            for (Instruction instruction : block.instructions()) {
                boolean access =
                        instruction.opCode() == OpCode.ARRAY_LOAD || instruction.opCode() == OpCode.ARRAY_STORE;
                if (access && isCounted(instruction.operand(1), counters) && isLocal(instruction.operand(0), origins)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isCounted(Value index, List<Value> counters) {
        Instruction definition = index.definition();
        return definition == null
                ? counters.contains(index)
                : definition.operands().stream().anyMatch(counters::contains);
    }

    private static boolean isLocal(Value array, Origins origins) {
        return origins.isComplete(array)
                && origins.of(array).stream()
                        .allMatch(origin -> origin.definition() instanceof Instruction made && isSmallArray(made));
    }

    /** The rounds come as copies, one after the other; what is left of the loop is its header, which leaves. */
    private static void unroll(Function function, Loop loop, int rounds) {
        Block header = loop.header();
        List<Block> outside = List.copyOf(loop.entering());
        Block next = header;
        for (int round = rounds; round > 0; round--) {
            next = copyRound(function, loop, next);
        }
        Block first = next;
        for (Block block : outside) {
            block.mapEdges(edge -> edge.target() == header ? edge.withTarget(first) : edge);
        }
        header.setTerminator(
                new Jump(loop.exits().getFirst().edge(), header.terminator().position()));
    }

    /** Copies all blocks of the loop; the copy of the header goes on unasked, and edges back go to {@code next}. */
    private static Block copyRound(Function function, Loop loop, Block next) {
        Map<Block, Block> blocks = new HashMap<>();
        Map<Value, Value> values = new HashMap<>();
        UnaryOperator<Value> mapped = value -> values.getOrDefault(value, value);
        for (Block block : loop.blocks()) {
            Block copy = function.newBlock();
            blocks.put(block, copy);
            for (Value parameter : block.parameters()) {
                values.put(parameter, copy.addParameter(parameter.type()));
            }
        }
        // In reverse postorder each value is copied before its uses: there is no loop within.
        for (Block block : loop.blocks()) {
            Block copy = blocks.get(block);
            List<Instruction> made = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                Instruction twin = function.newInstruction(
                        instruction.opCode(),
                        instruction.attribute(),
                        instruction.operands().stream().map(mapped).toList(),
                        instruction.position());
                twin.copyMarks(instruction);
                if (instruction.result() != null) {
                    twin.value().setType(instruction.value().type());
                    values.put(instruction.value(), twin.value());
                }
                made.add(twin);
            }
            made.forEach(copy::append);
        }
        UnaryOperator<Edge> redirected = edge -> {
            Block target = edge.target() == loop.header() ? next : blocks.getOrDefault(edge.target(), edge.target());
            return edge.map(mapped).withTarget(target);
        };
        for (Block block : loop.blocks()) {
            Block copy = blocks.get(block);
            if (block == loop.header() && block.terminator() instanceof Branch branch) {
                Edge stays = loop.contains(branch.ifTrue().target()) ? branch.ifTrue() : branch.ifFalse();
                copy.setTerminator(new Jump(redirected.apply(stays), branch.position()));
            } else {
                copy.setTerminator(block.terminator().map(mapped, redirected));
            }
            copy.setHandlers(block.handlers().stream()
                    .map(handler -> new Handler(handler.catchType(), redirected.apply(handler.edge())))
                    .toList());
        }
        return blocks.get(loop.header());
    }
}
