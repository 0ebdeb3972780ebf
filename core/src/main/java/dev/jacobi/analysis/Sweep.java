package dev.jacobi.analysis;

import dev.jacobi.analysis.ElementSet.Range;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * A loop of a header and one block, which does the block once for each int from {@code from} to before {@code to}, up or down. It ends by its header's test, or else by an exception.
 *
 * @param body the block
 * @param variable the parameter of the header that counts
 */
public record Sweep(Loop loop, Block body, Value variable, Offset from, Offset to) {
    /** Sums of a few of these do not wrap around. */
    private static final int MOST_CONSTANT = 1 << 20;

    /**
     * What a loop is, or null if it is not of this kind.
     *
     * @param fixed the values that are the same all the while that ranges of elements are compared
     */
    public static @Nullable Sweep of(Loop loop, ValueSet fixed) {
        Block latch = loop.latch();
        if (latch == null || latch == loop.header() || loop.blocks().size() != 2 || hasMemory(loop.header())) {
            return null;
        }
        TripCount count = TripCount.of(loop);
        if (count == null || count.hasOtherExits()) {
            return null;
        }
        InductionVariable variable = count.variable();
        boolean up = variable.step() == 1 && count.comparison() == OpCode.LT;
        boolean down = variable.step() == -1 && count.comparison() == OpCode.GT;
        Offset start = Offset.of(variable.start());
        Offset bound = Offset.of(count.bound());
        if (!(up || down)
                || !isFixed(start, fixed)
                || !isFixed(bound, fixed)
                || !isExactAbove(up ? bound : start)
                || !isExactBelow(up ? start : bound)) {
            return null;
        }
        Offset from = up ? start : plus(bound, 1);
        Offset to = up ? bound : plus(start, 1);
        return new Sweep(loop, latch, variable.parameter(), from, to);
    }

    private static boolean isFixed(Offset offset, ValueSet fixed) {
        return offset.value() == null || fixed.contains(offset.value());
    }

    /**
     * Whether an end above is the int that it stands for, or a larger one. One that wraps around upwards leaves a loop without a round where there seem to be many; one that wraps around downwards has a loop
     * leave all arrays, which ends the call.
     */
    private static boolean isExactAbove(Offset end) {
        return isSmall(end.constant()) && (end.value() == null || end.constant() <= 0);
    }

    /** As above, for an end below. */
    private static boolean isExactBelow(Offset end) {
        return isSmall(end.constant()) && (end.value() == null || end.constant() >= 0);
    }

    private static boolean isSmall(int constant) {
        return Math.abs((long) constant) <= MOST_CONSTANT;
    }

    private static boolean hasMemory(Block header) {
        for (Instruction instruction : header.instructions()) {
            if (instruction.opCode().effect() != OpCode.Effect.PURE) {
                return true;
            }
        }
        return false;
    }

    private static Offset plus(Offset offset, int constant) {
        return new Offset(offset.value(), offset.constant() + constant);
    }

    /** All elements that an index in the block goes through, each once; null if it is not the counting variable plus a constant. */
    public @Nullable Range range(Value index) {
        Offset offset = Offset.of(index);
        if (offset.value() != variable || !isSmall(offset.constant())) {
            return null;
        }
        Offset first = plus(from, offset.constant());
        return new Range(first, withoutMaximum(first, plus(to, offset.constant())));
    }

    /** In {@code [l, max(n, k) + d)} there are the elements of {@code [l, n + d)} if {@code k + d <= l}: where k is the larger one both are empty. */
    private static Offset withoutMaximum(Offset from, Offset to) {
        Instruction select = to.value() == null ? null : to.value().definition();
        if (from.value() != null || select == null || select.opCode() != OpCode.SELECT) {
            return to;
        }
        Instruction test = select.operand(0).definition();
        Offset least = Offset.of(select.operand(2));
        boolean isMaximum = test != null
                && test.opCode() == OpCode.GT
                && test.operand(0) == select.operand(1)
                && test.operand(1) == select.operand(2)
                && least.value() == null;
        if (!isMaximum || (long) least.constant() + to.constant() > from.constant()) {
            return to;
        }
        Offset other = Offset.of(select.operand(1));
        return isExactAbove(other) ? plus(other, to.constant()) : to;
    }
}
