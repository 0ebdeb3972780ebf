package dev.jacobi.optimize;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loops that hand an adjoint from round to round end when it has been handed on: the way back through the candidates of a minimum ends at the one that was taken, since those before it get zero.
 *
 * <p>As in {@link SkipZeroAdjoints}, the zero must be one side of a {@code select} whose condition a branch has decided, or a constant, never a number that happens to be zero, and a round that begins with it must do nothing but add zeros to
 * adjoints. Nothing that the loop computes may be used behind it but that adjoint and such sums.
 */
public final class LeaveSpentLoops {
    private final Function function;
    private final Loops loops;

    private LeaveSpentLoops(Function function) {
        this.function = function;
        loops = Loops.of(function);
    }

    private static boolean sumsAdjoints(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.isAdjointSum()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean leaveAny() {
        for (Loop loop : loops.all()) {
            if (leave(loop)) {
                return true;
            }
        }
        return false;
    }

    public static boolean run(Function function) {
        if (!sumsAdjoints(function)) {
            return false;
        }
        boolean changed = false;
        boolean more = true;
        while (more) {
            LeaveSpentLoops pass = new LeaveSpentLoops(function);
            more = pass.leaveAny();
            changed |= more;
        }
        return changed;
    }

    private boolean leave(Loop loop) {
        Block header = loop.header();
        if (loop.exits().size() != 1 || loop.exits().getFirst().from() != header || !IdleLoops.isSilent(loop)) {
            return false;
        }
        Edge exit = loop.exits().getFirst().edge();
        for (int index = 0; index < header.parameters().size(); index++) {
            Value adjoint = header.parameter(index);
            if (!adjoint.type().isFloatingPoint()) {
                continue;
            }
            List<Block> spent = spentLatches(loop, index);
            if (!spent.isEmpty() && isIdle(loop, exit, adjoint)) {
                for (Block latch : spent) {
                    end(latch, header, exit, index);
                }
                return true;
            }
        }
        return false;
    }

    private List<Block> spentLatches(Loop loop, int index) {
        List<Block> spent = new ArrayList<>();
        for (Block latch : loop.latches()) {
            for (Edge edge : latch.edges()) {
                if (edge.target() == loop.header() && isSpent(latch, edge, index)) {
                    spent.add(latch);
                    break;
                }
            }
        }
        return spent;
    }

    /** Whether the argument is zero on this edge, whatever it is computed from. */
    private boolean isSpent(Block latch, Edge edge, int index) {
        return zero(latch, edge, edge.arguments().get(index)) != null;
    }

    /** The constant that the argument is. */
    private @Nullable Value zero(Block latch, Edge edge, Value argument) {
        if (ZeroValues.isZero(argument)) {
            return argument;
        }
        Instruction select = argument.definition();
        if (select == null || select.opCode() != OpCode.SELECT) {
            return null;
        }
        Boolean truth = decided(select.operand(0), latch, edge);
        if (truth == null) {
            return null;
        }
        Value taken = select.operand(truth ? 1 : 2);
        return ZeroValues.isZero(taken) ? taken : null;
    }

    /** What a condition is on an edge, if a branch on the way there has asked it. */
    private @Nullable Boolean decided(Value condition, Block from, Edge edge) {
        if (from.terminator() instanceof Branch branch && branch.condition() == condition) {
            return branch.ifTrue().target() == branch.ifFalse().target() ? null : branch.ifTrue() == edge;
        }
        Dominators dominators = loops.dominators();
        Map<Block, List<Block>> predecessors = function.predecessors();
        Block block = from;
        for (Block above = dominators.immediateDominator(block);
                above != null;
                block = above, above = dominators.immediateDominator(block)) {
            Block below = block;
            Block asked = above;
            if (above.terminator() instanceof Branch branch
                    && branch.condition() == condition
                    && branch.ifTrue().target() != branch.ifFalse().target()
                    && predecessors.get(below).stream()
                            .allMatch(source -> source == asked || dominators.dominates(below, source))) {
                return branch.ifTrue().target() == below
                        ? Boolean.TRUE
                        : branch.ifFalse().target() == below ? false : null;
            }
        }
        return null;
    }

    /** Whether rounds that begin with a zero change nothing, and nothing is used behind the loop that would have to be computed there. */
    private boolean isIdle(Loop loop, Edge exit, Value adjoint) {
        ZeroValues zeros = new ZeroValues(loop, adjoint);
        if (!zeros.contains(adjoint) || !IdleLoops.isIdle(function, loop, zeros)) {
            return false;
        }
        return IdleLoops.usedBehindWithoutPassing(function, loop).isEmpty()
                && exit.arguments().stream()
                        .allMatch(argument -> !loop.contains(argument.block())
                                || loop.header().parameters().contains(argument));
    }

    /** Goes where the loop ends, with what it would end with. */
    private void end(Block latch, Block header, Edge exit, int index) {
        latch.mapEdges(edge -> {
            if (edge.target() != header) {
                return edge;
            }
            Value zero = zero(latch, edge, edge.arguments().get(index));
            if (zero == null) {
                return edge;
            }
            return exit.map(value -> {
                int position = header.parameters().indexOf(value);
                return position < 0
                        ? value
                        : position == index ? zero : edge.arguments().get(position);
            });
        });
    }
}
