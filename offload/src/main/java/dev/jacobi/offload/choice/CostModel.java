package dev.jacobi.offload.choice;

import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.offload.extract.Kernel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls of a method are expected to cost before any was measured: the bytes of their arrays, there and back, the operations of all rounds, and what it takes to start each loop. The rates are guesses for a kind of place, good enough
 * to begin somewhere; only the first calls depend on them, and when other places are tried first.
 */
public final class CostModel {
    /** A loop in a round is taken to have so many steps. */
    private static final int STEPS = 32;

    private static final int MOST_DEPTH = 4;

    /**
     * A place, as far as calls cost something there.
     *
     * @param perLoop nanoseconds to start a loop and to see what has become of it
     * @param bytesInNanosecond on their way there or back; infinite if nothing moves
     * @param operationsInNanosecond of all units together
     * @param memory bytes for all arrays together
     * @param largest bytes for one of them
     */
    public record Rates(
            double perLoop, double bytesInNanosecond, double operationsInNanosecond, long memory, long largest) {
        /** A GPU or another accelerator, which has memory of its own. */
        public static Rates ofAccelerator(int units, long memory, long largest) {
            return new Rates(20_000, 8, 16.0 * units, memory, largest);
        }

        /** A processor that a driver makes a device of. */
        public static Rates ofProcessor(int units, long memory, long largest) {
            return new Rates(40_000, 4, units, memory, largest);
        }

        /** Plain Java. */
        public static Rates ofJvm(int processors) {
            return new Rates(5_000, Double.POSITIVE_INFINITY, 0.5 * processors, Long.MAX_VALUE, Long.MAX_VALUE);
        }
    }

    private final int loops;
    private final double operationsInRound;

    /** @param kernels of the method */
    public CostModel(List<Kernel> kernels) {
        this(
                kernels.size(),
                kernels.stream()
                        .mapToDouble(kernel -> operations(kernel.round()))
                        .sum());
    }

    CostModel(int loops, double operationsInRound) {
        this.loops = loops;
        this.operationsInRound = operationsInRound;
    }

    private static double operations(Function round) {
        Loops loops = Loops.of(round);
        double operations = 0;
        for (Block block : round.blocks()) {
            operations += (1 + block.instructions().size()) * Math.pow(STEPS, Math.min(MOST_DEPTH, loops.depth(block)));
        }
        return operations;
    }

    /** What a call is expected to cost at each place, in nanoseconds; infinite where its arguments do not fit. */
    public double[] estimates(List<Rates> places, @Nullable Object[] arguments) {
        ArgumentBytes bytes = ArgumentBytes.of(arguments);
        return places.stream().mapToDouble(place -> estimate(place, bytes)).toArray();
    }

    private double estimate(Rates place, ArgumentBytes bytes) {
        if (bytes.all() > place.memory() || bytes.largest() > place.largest()) {
            return Double.POSITIVE_INFINITY;
        }
        return loops * place.perLoop()
                + 2 * bytes.all() / place.bytesInNanosecond()
                + bytes.rounds() * operationsInRound / place.operationsInNanosecond();
    }
}
