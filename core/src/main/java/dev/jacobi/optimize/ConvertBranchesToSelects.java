package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns a branch whose two ways meet at once, having computed next to nothing, into selections: {@code x < 0 ? -x : x}. Nothing that may
 * throw or touches memory is computed unasked, references are left alone, and there are at most two selections.
 */
public final class ConvertBranchesToSelects {
    private static final int MOST_SELECTS = 2;
    private static final int MOST_COST = 2;

    private ConvertBranchesToSelects() {}

    /** A way from the branch to the meeting block, with what it computes. */
    private record Side(
            Block meeting, List<Value> arguments, @Nullable Block through) {}

    public static boolean run(Function function) {
        return run(function, _ -> true, MOST_SELECTS, MOST_COST);
    }

    /**
     * As {@link #run(Function)}, for other branches.
     *
     * @param conditions of the branches that are converted
     * @param mostSelects how many values may be chosen at one branch
     * @param mostCost what both sides may cost together, in additions
     */
    public static boolean run(Function function, Predicate<Value> conditions, int mostSelects, int mostCost) {
        Map<Block, Integer> entries = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Edge edge : block.edges()) {
                entries.put(edge.target(), entries.getOrDefault(edge.target(), 0) + 1);
            }
        }
        boolean changed = false;
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Branch branch
                    && conditions.test(branch.condition())
                    && (block.handlers().isEmpty() || !Throwing.mayThrow(block))) {
                Side ifTrue = side(block, branch.ifTrue(), branch.ifFalse().target(), entries);
                Side ifFalse = side(block, branch.ifFalse(), branch.ifTrue().target(), entries);
                if (ifTrue.meeting() == ifFalse.meeting() && isCheap(ifTrue, ifFalse, mostSelects, mostCost)) {
                    convert(function, block, branch, ifTrue, ifFalse);
                    changed = true;
                }
            }
        }
        if (changed) {
            EliminateDeadCode.removeUnreachable(function);
        }
        return changed;
    }

    /** The way straight to {@code edge}'s target if the other side goes there too, else through it if it only jumps on. */
    private static Side side(Block from, Edge edge, Block other, Map<Block, Integer> entries) {
        Block target = edge.target();
        boolean passable = target != from
                && target != other
                && entries.get(target) == 1
                && target.parameters().isEmpty()
                && target.handlers().isEmpty();
        if (passable && target.terminator() instanceof Jump(Edge onward, var _) && onward.target() != target) {
            return new Side(onward.target(), onward.arguments(), target);
        }
        return new Side(target, edge.arguments(), null);
    }

    private static boolean isCheap(Side ifTrue, Side ifFalse, int mostSelects, int mostCost) {
        int selects = 0;
        for (int index = 0; index < ifTrue.arguments().size(); index++) {
            Value one = ifTrue.arguments().get(index);
            if (one != ifFalse.arguments().get(index)) {
                selects++;
                if (one.type().isReference()) {
                    return false;
                }
            }
        }
        int cost = cost(ifTrue, mostCost) + cost(ifFalse, mostCost);
        return selects > 0 && selects <= mostSelects && cost <= mostCost;
    }

    private static int cost(Side side, int most) {
        int cost = 0;
        if (side.through() != null) {
            for (Instruction instruction : side.through().instructions()) {
                cost += instruction.isPure() && Throwing.isImpossible(instruction)
                        ? instruction.opCode().cost()
                        : most + 1;
            }
        }
        return cost;
    }

    private static void convert(Function function, Block block, Branch branch, Side ifTrue, Side ifFalse) {
        List<Instruction> instructions = new ArrayList<>(block.instructions());
        for (Side side : List.of(ifTrue, ifFalse)) {
            if (side.through() != null) {
                instructions.addAll(side.through().instructions());
                side.through().setInstructions(List.of());
            }
        }
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < ifTrue.arguments().size(); index++) {
            Value one = ifTrue.arguments().get(index);
            Value other = ifFalse.arguments().get(index);
            if (one == other) {
                arguments.add(one);
            } else {
                Instruction select = function.newInstruction(
                        OpCode.SELECT, null, List.of(branch.condition(), one, other), branch.position());
                instructions.add(select);
                arguments.add(select.value());
            }
        }
        block.setInstructions(instructions);
        block.setTerminator(new Jump(new Edge(ifTrue.meeting(), arguments), branch.position()));
    }
}
