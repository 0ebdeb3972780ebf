package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.Timing;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What was found about one variant on one input.
 *
 * @param size the name of the input, empty for a remark about the whole eval
 * @param function the name of the derivative
 * @param primal the original function's times, if the suite compares it and the variant has it
 * @param error as {@link dev.jacobi.cli.gradbench.StrictCheck} counts it, the largest of all outputs that were compared
 * @param remark why something is missing, or empty
 */
record Measurement(
        SuiteEval eval,
        String size,
        String function,
        Variant variant,
        @Nullable Timing primal,
        @Nullable Timing derivative,
        OptionalDouble error,
        String remark) {

    /** Whether the outputs are right, or were not compared. */
    boolean right() {
        return error.isEmpty() || error.getAsDouble() <= eval.tolerance();
    }

    /** The seconds of the fastest run. */
    static OptionalDouble seconds(@Nullable Timing timing) {
        return timing == null ? OptionalDouble.empty() : OptionalDouble.of(timing.minimum() / 1e9);
    }
}
