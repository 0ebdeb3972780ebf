package dev.jacobi.offload.extract;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.SourcePosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop that was taken out of a function.
 *
 * @param round does one round: takes what the loop uses from outside, then the index
 * @param loop does all rounds, one after the other: takes what the loop uses from outside, then the first index and that after the last
 * @param uses what is done with each parameter that is an array; null for numbers
 * @param reductions what is done with the results of parts, one for each result; if there are any, a round is a part: between what the loop uses from outside and the
 *     index, the number of the part, come the first index and that after the last, the number of parts and an array for each result; and so it is in {@code loop}
 * @param requirements what must hold of the arguments of a launch
 * @param mayFail whether a round may throw, as far as is known before the launch
 * @param position of the loop
 */
public record Kernel(
        Function round,
        Function loop,
        List<@Nullable ArrayUse> uses,
        List<ReductionOperation> reductions,
        List<Requirement> requirements,
        boolean mayFail,
        @Nullable SourcePosition position) {

    /** What must hold of the arguments of a launch, by the numbers of parameters. */
    public sealed interface Requirement {
        /**
         * Two arrays are not the same.
         *
         * @param what the two accesses that would meet, for the message
         */
        record Distinct(int one, int other, String what) implements Requirement {}

        /**
         * The number of rounds times the stride does not wrap around, and the stride is positive.
         *
         * @param factor the parameter that is the stride, or -1 if it is {@code stride}
         */
        record Stride(int stride, int factor, String what) implements Requirement {}
    }
}
