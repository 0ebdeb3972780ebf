package dev.jacobi;

import dev.jacobi.compile.SplitSweeps;
import dev.jacobi.runtime.ShadowGraph;
import dev.jacobi.runtime.TapeStacks;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reverse derivative in two parts: the method itself, which leaves a {@link Tape} behind, and from the tape any number of reverse sweeps with
 * different seeds. Thread-safe; a tape belongs to one thread at a time.
 *
 * {@snippet class="dev.jacobi.JacobiSnippets" region="split"}
 */
public final class SplitDerivative {
    private final SplitSweeps sweeps;

    /** For Jacobi's own tools; see {@link Derivative#split}. */
    public SplitDerivative(SplitSweeps sweeps) {
        this.sweeps = sweeps;
    }

    /**
     * Computes the value.
     *
     * @param arguments the parameters of the method in order, each {@code DUPLICATED} one followed by its shadow, to which every reverse sweep
     *     adds
     * @return the tape, which holds the value too; what the method throws is thrown, and leaves none
     * @throws JacobiException if there are too few or too many arguments, or a shadow does not fit
     * @throws ClassCastException if an argument is of another type than the parameter
     */
    public Tape augment(@Nullable Object... arguments) {
        TapeStacks stacks = TapeStacks.acquire();
        boolean done = false;
        try {
            @Nullable Object[] passed = arguments.clone();
            Optional<ShadowGraph.Session> session = sweeps.open(passed);
            Object value = sweeps.augmented(stacks, passed);
            done = true;
            return new Tape(sweeps, stacks, value, sweeps.passedAgain(passed), session);
        } finally {
            if (!done) {
                stacks.dropped = true;
                TapeStacks.release(stacks);
            }
        }
    }
}
