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
     * @param common what moves both in the same way within a round, each for itself
     */
    public record Component(List<Variable> common, Side one, Side other) {
        /** Whether both move by the same steps with each digit. */
        boolean moveTogether() {
            return one.steps().equals(other.steps());
        }
    }

    /** What is one access's own: by how much it moves with each digit, something fixed, plus a number between two others, plus what moves it within a round. */
    public record Side(List<Formula> steps, Formula fixed, long low, long high, List<Variable> own) {}

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
            return components.stream().anyMatch(component -> haveOwnRanges(component, from, to, times, parameters))
                    || separates(components, times, parameters)
                    || components.size() > 1 && separates(components.reversed(), times, parameters);
        } catch (ArithmeticException _) {
            return false;
        }
    }

    /** Whether all places of one are before all of the other, as where each has a part of an array for itself; and nothing wraps around. */
    private static boolean haveOwnRanges(
            Component component, int from, int to, long[] times, IntUnaryOperator parameters) {
        long[] one = range(component.one(), component.common(), from, to, times, parameters);
        long[] other = range(component.other(), component.common(), from, to, times, parameters);
        if (one.length == 0 || other.length == 0) {
            return true; // such an access never is
        }
        long span = Math.subtractExact(Math.max(one[1], other[1]), Math.min(one[0], other[0]));
        return (one[1] < other[0] || other[1] < one[0]) && span < 1L << 32;
    }

    /** The least and the greatest place in all rounds; nothing if the access never is. */
    private static long[] range(
            Side side, List<Variable> common, int from, int to, long[] times, IntUnaryOperator parameters) {
        List<Variable> within = new ArrayList<>(side.own());
        within.addAll(common);
        long[] range = window(new Side(side.steps(), side.fixed(), side.low(), side.high(), within), parameters);
        for (int digit = 0; range.length > 0 && digit < times.length; digit++) {
            long step = side.steps().get(digit).value(parameters);
            boolean index = times.length == 1;
            long first = Math.multiplyExact(step, index ? from : 0);
            long last = Math.multiplyExact(step, index ? (long) to - 1 : times[digit]);
            range = new long[] {
                Math.addExact(range[0], Math.min(first, last)), Math.addExact(range[1], Math.max(first, last))
            };
        }
        return range;
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
            if (!component.moveTogether()) {
                continue;
            }
            List<Move> moves = new ArrayList<>();
            List<Integer> moving = new ArrayList<>();
            for (int digit = 0; digit < times.length; digit++) {
                long step = component.one().steps().get(digit).value(parameters);
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
