package dev.jacobi.llvm;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Offset;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how long code runs: each loop pays for its rounds with fuel ({@link OperationCosts}), before the first where their number is known then, else at each. So the calls that hold up
 * safepoints can be kept short, and inner loops stay what they are.
 *
 * <p>Cycles with several entries are not bounded; {@link #bounds} tells.
 */
final class LoopFuel {
    /** Rounds that are known on entry: to go on, {@code variable + offset} compares with {@code bound} by {@code goesOn}. */
    private record Rounds(InductionVariable variable, int offset, OpCode goesOn, Value bound) {}

    private record Price(Loop loop, int cost, Rounds rounds) {}

    private final Map<Block, Integer> perRound = new HashMap<>();
    private final Map<Block, Price> onEntry = new HashMap<>();

    LoopFuel(Function function, NativeOptions options) {
        for (Loop loop : Loops.of(function).all()) {
            int cost = cost(loop, options);
            Rounds rounds = rounds(loop);
            if (rounds == null) {
                perRound.put(loop.header(), cost);
            } else {
                onEntry.put(loop.header(), new Price(loop, cost, rounds));
            }
        }
    }

    private static @Nullable Rounds rounds(Loop loop) {
        TripCount count = TripCount.of(loop);
        if (count != null) {
            boolean isInt = count.variable().parameter().type().equals(Type.INT);
            return isInt ? new Rounds(count.variable(), 0, count.comparison(), count.bound()) : null;
        }
        // A test of the next value, or another neighbour, in steps of one: it cannot jump over the bound either.
        if (!(loop.header().terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _))
                || loop.contains(ifTrue.target()) == loop.contains(ifFalse.target())
                || condition.definition() == null) {
            return null;
        }
        Instruction test = condition.definition();
        for (InductionVariable variable : InductionVariable.of(loop)) {
            for (int side = 0; side < 2; side++) {
                OpCode goesOn = goesOn(test.opCode(), loop.contains(ifTrue.target()), side == 1);
                if (goesOn == null || !variable.parameter().type().equals(Type.INT)) {
                    continue;
                }
                Offset offset = Offset.of(test.operand(side));
                Value bound = test.operand(1 - side);
                if (offset.value() == variable.parameter()
                        && (!loop.contains(bound.block()) || isConstant(bound))
                        && variable.step() == (goesOn == OpCode.LT ? 1 : -1)) {
                    return new Rounds(variable, offset.constant(), goesOn, bound);
                }
            }
        }
        return null;
    }

    private static boolean isConstant(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT;
    }

    /** The comparison that must hold to go on if it is less or greater, else null. */
    private static @Nullable OpCode goesOn(OpCode test, boolean ifTrue, boolean mirrored) {
        OpCode goesOn = switch (test) {
            case LT -> ifTrue ? OpCode.LT : null;
            case GT -> ifTrue ? OpCode.GT : null;
            case LE -> ifTrue ? null : OpCode.GT;
            case GE -> ifTrue ? null : OpCode.LT;
            default -> null;
        };
        return goesOn == null || !mirrored ? goesOn : goesOn == OpCode.LT ? OpCode.GT : OpCode.LT;
    }

    /** Whether every cycle of the function pays. */
    static boolean bounds(Function function) {
        return !Loops.of(function).isIrreducible();
    }

    /** Of one round, without the loops within. */
    private static int cost(Loop loop, NativeOptions options) {
        int cost = 1;
        for (Block block : loop.blocks()) {
            if (loop.children().stream().noneMatch(child -> child.contains(block))) {
                for (Instruction instruction : block.instructions()) {
                    cost += OperationCosts.of(instruction, options);
                }
            }
        }
        return cost;
    }

    void atStart(Block block, Body body) {
        Integer cost = perRound.get(block);
        if (cost != null) {
            body.burn(cost.toString());
        }
    }

    /** Whether something is to be paid on this edge, so that it needs a place of its own. */
    boolean isPaidOn(Edge edge) {
        return onEntry.containsKey(edge.target());
    }

    /** Pays for all rounds of a loop that the edge enters. */
    void onEdge(Edge edge, Body body) {
        Price price = onEntry.get(edge.target());
        if (price == null) {
            return;
        }
        Rounds rounds = price.rounds();
        int parameter = edge.target().parameters().indexOf(rounds.variable().parameter());
        if (edge.arguments().get(parameter) != rounds.variable().start()) {
            return; // from within the loop
        }
        // 2^32 rounds at most, and a function has less than 2^17 instructions of less than 2^10 each.
        body.burn(body.let("mul i64 " + count(rounds, body) + ", " + price.cost()));
    }

    private static String count(Rounds rounds, Body body) {
        InductionVariable variable = rounds.variable();
        String first = body.let("add " + body.typed(variable.start()) + ", " + rounds.offset());
        String start = body.let("sext i32 " + first + " to i64");
        String bound = body.let("sext " + body.typed(rounds.bound()) + " to i64");
        boolean up = variable.step() > 0;
        String distance = body.let("sub i64 " + (up ? bound : start) + ", " + (up ? start : bound));
        if (rounds.goesOn() == OpCode.NE) {
            return body.let("and i64 " + distance + ", " + 0xffffffffL);
        }
        String positive = body.let("call i64 @llvm.smax.i64(i64 " + distance + ", i64 0)");
        long step = Math.abs(variable.step());
        // One round too many here and there does no harm.
        return body.let("udiv i64 " + body.let("add i64 " + positive + ", " + step) + ", " + step);
    }
}
