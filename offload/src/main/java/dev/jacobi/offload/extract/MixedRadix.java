package dev.jacobi.offload.extract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * How two accesses of one array move with the index of a loop, in numbers that are known at a launch.
 *
 * @param worths of the digits of the index, as {@link Strides} has them
 * @param components the place; or the row, and the place in it: other elements if either is another. Two places of a component are other ones modulo 2^32
 */
public record MixedRadix(List<Formula> worths, List<Component> components) {
    /** A number from 0 to that before {@code extent}, and how far the place moves with it. */
    public record Variable(Formula stride, Formula extent) {}

    /**
     * One index of each access.
     *
     * @param steps by which both move with each digit
     * @param common what else moves both in the same way, each for itself
     */
    public record Component(List<Formula> steps, List<Variable> common, Side one, Side other) {}

    /** What is one access's own: something fixed, plus a number between two others, plus what moves it within a round. */
    public record Side(Formula fixed, long low, long high, List<Variable> own) {}

    /** A step that is made so many times at most, by a digit or within a round. */
    private record Move(long step, long times, boolean isDigit) {}

    /**
     * Whether the two never meet in different rounds.
     *
     * @param from the first index
     * @param to that after the last, more than the first
     */
    public boolean separates(int from, int to, IntUnaryOperator parameters) {
        try {
            long[] worth = new long[worths.size()];
            for (int digit = 0; digit < worth.length; digit++) {
                worth[digit] = worths.get(digit).value(parameters);
                if (worth[digit] < 1) {
                    return false;
                }
            }
            if (worth.length > 1 && from < 0) {
                return false;
            }
            long[] times = new long[worth.length];
            for (int digit = 0; digit < worth.length; digit++) {
                times[digit] = worth.length == 1
                        ? (long) to - 1 - from
                        : digit + 1 < worth.length ? worth[digit + 1] / worth[digit] - 1 : (to - 1) / worth[digit];
            }
            return separates(components, times, parameters)
                    || components.size() > 1 && separates(components.reversed(), times, parameters);
        } catch (ArithmeticException _) {
            return false;
        }
    }

    private static boolean separates(List<Component> inOrder, long[] times, IntUnaryOperator parameters) {
        // Digits that are the same wherever the two meet.
        Set<Integer> same = new HashSet<>();
        for (int digit = 0; digit < times.length; digit++) {
            if (times[digit] == 0) {
                same.add(digit);
            }
        }
        for (Component component : inOrder) {
            List<Move> moves = new ArrayList<>();
            List<Integer> moving = new ArrayList<>();
            for (int digit = 0; digit < times.length; digit++) {
                long step = component.steps().get(digit).value(parameters);
                if (step != 0 && !same.contains(digit)) {
                    moves.add(new Move(Math.absExact(step), times[digit], true));
                    moving.add(digit);
                }
            }
            for (Variable variable : component.common()) {
                long extent = variable.extent().value(parameters);
                if (extent < 1) {
                    return true; // such an access never is
                }
                long step = Math.absExact(variable.stride().value(parameters));
                if (step != 0) {
                    moves.add(new Move(step, extent - 1, false));
                }
            }
            long[] one = window(component.one(), parameters);
            long[] other = window(component.other(), parameters);
            if (one.length == 0 || other.length == 0) {
                return true;
            }
            long apart = Math.subtractExact(Math.max(one[1], other[1]), Math.min(one[0], other[0]));
            if (!moving.isEmpty() && haveOrder(moves, apart)) {
                same.addAll(moving);
            }
        }
        return same.size() == times.length;
    }

    /** Whether each step is greater than all smaller ones make together, but for those of rounds themselves below all digits; and whether nothing wraps around. */
    private static boolean haveOrder(List<Move> moves, long apart) {
        long reach = apart;
        boolean anyDigit = false;
        moves.sort(Comparator.comparingLong(Move::step).thenComparing(Move::isDigit));
        for (Move move : moves) {
            if (move.times() > 0 && move.step() <= reach && (move.isDigit() || anyDigit)) {
                return false;
            }
            anyDigit |= move.isDigit() && move.times() > 0;
            reach = Math.addExact(reach, Math.multiplyExact(move.step(), move.times()));
        }
        return reach < 1L << 32;
    }

    /** The least and the greatest that a side has of its own; nothing if its access never is. */
    private static long[] window(Side side, IntUnaryOperator parameters) {
        long fixed = side.fixed().value(parameters);
        long low = Math.addExact(fixed, side.low());
        long high = Math.addExact(fixed, side.high());
        for (Variable variable : side.own()) {
            long extent = variable.extent().value(parameters);
            if (extent < 1) {
                return new long[0];
            }
            long reach = Math.multiplyExact(variable.stride().value(parameters), extent - 1);
            low = Math.addExact(low, Math.min(0, reach));
            high = Math.addExact(high, Math.max(0, reach));
        }
        return new long[] {low, high};
    }
}
