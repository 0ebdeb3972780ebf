package dev.jacobi.optimize;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Loops that only hand on an adjoint which a condition decides to be zero are gone round where it is: of the candidates of a minimum, the
 * way back goes through the one that was taken.
 *
 * <p>The zero must be one side of a {@code select}, never a number that happens to be zero: derivatives of the derivative go the same way.
 * Everything the loop does must be {@linkplain Instruction#isAdjointSum sums} of adjoints, in memory or in parameters of its header, to
 * which nothing but products of that zero is added.
 */
public final class SkipZeroAdjoints {
    private static final int MOST_BEFORE = 100;

    /** Adjoints are zero where {@code condition} is {@code truth}. */
    record Decision(Value condition, boolean truth) {}

    private final Function function;

    private SkipZeroAdjoints(Function function) {
        this.function = function;
    }

    public static boolean run(Function function) {
        if (!sumsAdjoints(function)) {
            return false;
        }
        boolean changed = CanonicalizeLoops.run(function);
        Set<Block> done = new HashSet<>();
        for (Loop loop : Loops.of(function).all()) {
            if (!done.contains(loop.header()) && new SkipZeroAdjoints(function).skip(loop)) {
                done.addAll(loop.blocks());
                changed = true;
            }
        }
        return changed;
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

    private boolean skip(Loop loop) {
        Block preheader = loop.preheader();
        if (preheader == null
                || loop.latch() == null
                || !preheader.handlers().isEmpty()
                || loop.exits().size() != 1
                || loop.exits().getFirst().from() != loop.header()
                || !(preheader.terminator() instanceof Jump(Edge entry, var _))
                || !IdleLoops.isSilent(loop)) {
            return false;
        }
        Set<Instruction> before = before(loop, entry);
        for (Decision decision : decisions(before)) {
            ZeroValues zeros = new ZeroValues(loop, entry, before, decision);
            if (!isDecided(preheader, decision) && IdleLoops.isIdle(function, loop, zeros)) {
                bypass(loop, preheader, entry, decision);
                return true;
            }
        }
        return false;
    }

    /** The numbers that the loop is given and what they were computed from, the latter first. */
    private static Set<Instruction> before(Loop loop, Edge entry) {
        List<Value> open = new ArrayList<>(entry.arguments());
        for (Block block : loop.blocks()) {
            for (Instruction user : block.instructions()) {
                open.addAll(user.operands());
            }
        }
        Set<Instruction> found = new LinkedHashSet<>();
        for (int next = 0; next < open.size() && found.size() < MOST_BEFORE; next++) {
            Instruction definition = open.get(next).definition();
            if (definition != null
                    && definition.isPure()
                    && open.get(next).type().isFloatingPoint()
                    && !loop.contains(open.get(next).block())
                    && found.add(definition)) {
                open.addAll(definition.operands());
            }
        }
        return found;
    }

    private static Set<Decision> decisions(Set<Instruction> before) {
        Set<Decision> decisions = new LinkedHashSet<>();
        for (Instruction instruction : before) {
            if (instruction.opCode() == OpCode.SELECT) {
                for (int side = 1; side <= 2; side++) {
                    if (ZeroValues.isZero(instruction.operand(side))) {
                        decisions.add(new Decision(instruction.operand(0), side == 1));
                    }
                }
            }
        }
        return decisions;
    }

    /** Whether the loop is only entered on one side of the condition as it is. */
    private boolean isDecided(Block preheader, Decision decision) {
        Map<Block, List<Block>> predecessors = function.predecessors();
        Block block = preheader;
        for (int steps = 0; steps < MOST_BEFORE; steps++) {
            List<Block> sources = predecessors.get(block);
            if (sources.size() != 1) {
                return false;
            }
            block = sources.getFirst();
            if (block.terminator() instanceof Branch branch && branch.condition() == decision.condition()) {
                return true;
            }
        }
        return true;
    }

    /** Behind the loop its parameters have what they had at its end or, if it was gone round, before it. */
    private void bypass(Loop loop, Block preheader, Edge entry, Decision decision) {
        Set<Value> used = IdleLoops.usedBehind(function, loop);
        Block header = loop.header();
        Block behind = function.newBlock();
        Map<Value, Value> replaced = new HashMap<>();
        List<Value> ends = new ArrayList<>();
        List<Value> starts = new ArrayList<>();
        for (int index = 0; index < header.parameters().size(); index++) {
            Value parameter = header.parameter(index);
            if (used.contains(parameter)) {
                replaced.put(parameter, behind.addParameter(parameter.type()));
                ends.add(parameter);
                starts.add(entry.arguments().get(index));
            }
        }
        UnaryOperator<Value> map = value -> replaced.getOrDefault(value, value);
        for (Block block : function.blocks()) {
            if (block != behind && !loop.contains(block)) {
                block.mapUses(map);
            }
        }
        header.mapEdges(edge -> {
            if (loop.contains(edge.target())) {
                return edge;
            }
            behind.setTerminator(new Jump(edge.map(map), header.terminator().position()));
            return new Edge(behind, ends);
        });
        Block enter = function.newBlock();
        SourcePosition position = preheader.terminator().position();
        enter.setTerminator(new Jump(entry, position));
        Edge round = new Edge(behind, starts);
        Edge on = Edge.to(enter);
        preheader.setTerminator(new Branch(
                decision.condition(), decision.truth() ? round : on, decision.truth() ? on : round, position));
    }
}
