package dev.jacobi;

import dev.jacobi.compile.SplitSweeps;
import dev.jacobi.runtime.ArrayAdjoints;
import dev.jacobi.runtime.ShadowGraph;
import dev.jacobi.runtime.TapeStacks;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the first part of a {@link SplitDerivative} has left behind: the value, and what reverse sweeps need. Each sweep is as if it were the
 * first, except that the shadows of the arguments go on accumulating. It does not matter what became of the arguments meanwhile.
 *
 * <p>A tape is used by one thread at a time. Closing it gives its memory to the next tape; a tape that is not closed is left to the garbage
 * collector.
 */
public final class Tape implements AutoCloseable {
    private final SplitSweeps sweeps;
    private final @Nullable Object value;
    private final @Nullable Object[] passed;
    private final @Nullable Object resultShadow;
    private final int[] tops;
    private final Optional<ShadowGraph.Session> objects;
    private @Nullable TapeStacks stacks;
    private boolean swept;

    Tape(
            SplitSweeps sweeps,
            TapeStacks stacks,
            @Nullable Object value,
            @Nullable Object[] passed,
            Optional<ShadowGraph.Session> objects) {
        this.objects = objects;
        this.sweeps = sweeps;
        this.stacks = stacks;
        this.value = value;
        this.passed = passed;
        this.resultShadow = stacks.shadows[0];
        this.tops = stacks.tops();
    }

    /** What the method returned, a number boxed; null if it is {@code void}. */
    public @Nullable Object value() {
        return value;
    }

    /**
     * Runs a reverse sweep for a method that returns nothing: the seeds are what the shadows of its arguments hold.
     *
     * @return the adjoints of the {@code ACTIVE} parameters, in order
     */
    public double[] reverse() {
        return reverse((Object) null);
    }

    /**
     * Runs a reverse sweep for a method that returns a number.
     *
     * @return the adjoints of the {@code ACTIVE} parameters, in order
     */
    public double[] reverse(double seed) {
        return reverse((Object) seed);
    }

    /**
     * Runs a reverse sweep.
     *
     * @param seed the adjoint of the result: a number, or an array of the shape of the result, which is not changed; null for a method that
     *     returns nothing
     * @return the adjoints of the {@code ACTIVE} parameters, in order
     * @throws IllegalStateException if the tape is closed
     * @throws JacobiException if the seed does not fit the result; no shadow has changed then
     */
    public double[] reverse(@Nullable Object seed) {
        TapeStacks open = stacks;
        if (open == null) {
            throw new IllegalStateException("the tape of " + sweeps.display() + " is closed");
        }
        boolean fits = sweeps.givesNumber() ? seed instanceof Number : sweeps.givesArray() == (seed != null);
        if (!fits) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "the reverse sweep of " + sweeps.display() + " takes "
                            + (sweeps.givesNumber()
                                    ? "a number"
                                    : sweeps.givesArray() ? "an array of the shape of the result" : "no seed"),
                    null);
        }
        open.rewind(tops, swept);
        swept = true;
        if (seed instanceof Number number && sweeps.givesNumber()) {
            passed[passed.length - 1] =
                    sweeps.givesFloat() ? (Object) number.floatValue() : (Object) number.doubleValue();
        } else {
            ArrayAdjoints.addAll(resultShadow, seed);
        }
        objects.ifPresent(ShadowGraph.Session::readAgain);
        double[] adjoints = sweeps.reverse(open, passed);
        objects.ifPresent(ShadowGraph.Session::write);
        return adjoints;
    }

    /** Ends the life of the tape; closing it again does nothing. */
    @Override
    public void close() {
        TapeStacks open = stacks;
        stacks = null;
        if (open != null) {
            open.rewind(tops, false);
            TapeStacks.release(open);
        }
    }
}
