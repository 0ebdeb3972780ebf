package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.ReverseFlow.Step;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each merge that the reverse sweep passes a value that tells from which predecessor control came: the condition of the branch that decides
 * it, or a parameter of its own with the number of the predecessor.
 */
final class Decisions {
    /**
     * @param value the number of the predecessor; or, if there are two, not 0 for the first
     * @param isCondition whether {@code value} tells only 0 from other numbers
     * @param predecessors in the order of their numbers
     */
    record Decision(Value value, boolean isCondition, List<Block> predecessors) {}

    private final Map<Block, Decision> decisions = new HashMap<>();
    private final Set<Value> numbers = new HashSet<>();

    /** Changes the function. */
    static Decisions add(ReverseFlow flow) {
        Decisions decisions = new Decisions();
        for (Block block : flow.blocks()) {
            if (flow.step(block) instanceof Step.Merge(List<Block> predecessors)) {
                Decision known = condition(flow.loopForest(), block, predecessors);
                decisions.decisions.put(block, known != null ? known : decisions.numbered(block, predecessors));
            }
        }
        return decisions;
    }

    Decision of(Block merge) {
        Decision decision = decisions.get(merge);
        if (decision == null) {
            throw Refusals.internal(merge + " has no decision");
        }
        return decision;
    }

    /** Whether a value is the number of a predecessor that fits a byte. */
    boolean isSmall(Value value) {
        return numbers.contains(value);
    }

    private static @Nullable Decision condition(Loops loops, Block merge, List<Block> predecessors) {
        Dominators dominators = loops.dominators();
        Block branching = dominators.immediateDominator(merge);
        if (predecessors.size() != 2
                || branching == null
                || loops.loopOf(branching) != loops.loopOf(merge)
                || !(branching.terminator() instanceof Branch(Value condition, var ifTrue, var ifFalse, var _))) {
            return null;
        }
        Block first = predecessors.getFirst();
        Block second = predecessors.getLast();
        if (dominators.dominates(ifTrue.target(), first) && dominators.dominates(ifFalse.target(), second)) {
            return new Decision(condition, true, List.of(first, second));
        }
        if (dominators.dominates(ifTrue.target(), second) && dominators.dominates(ifFalse.target(), first)) {
            return new Decision(condition, true, List.of(second, first));
        }
        return null;
    }

    private Decision numbered(Block merge, List<Block> predecessors) {
        Value parameter = merge.addParameter(Type.INT);
        for (Block from : merge.function().predecessors().get(merge)) {
            int number = Math.max(0, predecessors.indexOf(from));
            Value constant =
                    Emitter.appendingTo(from, from.terminator().position()).constant(Type.INT, number);
            from.passMore(merge, List.of(constant));
        }
        if (predecessors.size() <= Byte.MAX_VALUE) {
            numbers.add(parameter);
        }
        return new Decision(parameter, false, predecessors);
    }
}
