package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Splits functions until each fits into a method that HotSpot compiles, which is one of at most 8,000 bytes of code.
 *
 * <p>Inner loops stay whole where they fit, so what is hot pays for no call. Values that several regions share go through arrays, see
 * {@link SpillFrame}.
 */
final class MethodSplitter {
    /** Below HotSpot's limit, so that nothing which is added to a method later makes it too large. */
    static final int MAX_CODE_SIZE = 7_900;

    private static final int MAX_ROUNDS = 12;

    /** What blocks have at most in the first round; one more parameter costs about ten bytes on each edge. */
    private static final int MAX_PARAMETERS = 60;

    private MethodSplitter() {}

    private static int size(Function function) {
        long size = 0;
        for (Block block : function.blocks()) {
            size += CodeSize.of(block);
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    /** The size as it is measured, or the estimate if that is either certainly small enough or far too large. */
    private static int size(Function function, ToIntFunction<Function> measure, int limit, int certain) {
        int estimate = size(function);
        return estimate > certain && estimate <= 4 * limit ? measure.applyAsInt(function) : estimate;
    }

    /**
     * Splits a function.
     *
     * @param measure the bytes of code that a function becomes, or a number above all others if it becomes none
     * @return the function in its new form, and those that it calls and did not call before; only the function itself, unchanged, if it fits
     */
    static List<Function> split(Function function, ToIntFunction<Function> measure) {
        return split(function, measure, MAX_CODE_SIZE);
    }

    /** Splits as if HotSpot's limit were another one. */
    static List<Function> split(Function function, ToIntFunction<Function> measure, int limit) {
        return split(function, measure, limit, false);
    }

    /** @param trusting whether estimates are taken for sizes, which they mostly exceed; the caller measures then */
    static List<Function> split(Function function, ToIntFunction<Function> measure, int limit, boolean trusting) {
        // The estimate is right within a factor of two.
        int certain = trusting ? limit : limit / 3;
        int whole = size(function, measure, limit, certain);
        if (whole <= limit) {
            return List.of(function);
        }
        List<Function> done = new ArrayList<>();
        Deque<Function> open = new ArrayDeque<>();
        Map<Function, Integer> rounds = new HashMap<>();
        Function copy = function.copy();
        open.push(copy);
        int number = 0;
        while (!open.isEmpty()) {
            Function current = open.pop();
            boolean isWhole = current == copy && !rounds.containsKey(copy);
            int size = isWhole ? whole : size(current, measure, limit, certain);
            if (size <= limit) {
                done.add(current);
                continue;
            }
            int round = rounds.merge(current, 1, Integer::sum);
            if (round > MAX_ROUNDS) {
                throw new JacobiException(
                        Refusal.METHOD_TOO_LARGE,
                        "cannot emit " + function.name() + ": a piece of it takes "
                                + (size == Integer.MAX_VALUE ? size(current) : size) + " bytes of code",
                        null);
            }
            SpillParameters.run(current, MAX_PARAMETERS / round);
            Block exit = SplitLongBlocks.run(current, limit / 13);
            int estimate = size(current);
            double scale = size == Integer.MAX_VALUE ? 1 : Math.max(0.5, (double) size / estimate);
            int budget = limit * 2 / (2 + round);
            List<Function> outlined =
                    OutlineRegions.run(current, RegionPartition.of(current, exit, scale, budget), number);
            number += outlined.size();
            // A piece that is still too large has nowhere been cut by this budget: it goes on with a smaller one.
            outlined.forEach(piece -> rounds.put(piece, round));
            open.addAll(outlined);
            open.push(current);
        }
        return done;
    }
}
