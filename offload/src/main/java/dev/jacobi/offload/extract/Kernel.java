package dev.jacobi.offload.extract;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.SourcePosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop that was taken out of a function. It is either one whose rounds give nothing but what they write, or one that adds up: then the rounds are cut into parts.
 *
 * @param round does one round: takes what the loop uses from outside, then the index. Where rounds add up, it does a part of them: between these come the first index
 *     and that after the last, the number of parts, an array with a place for each part for each of the {@code reductions}, and for each array that is {@link ArrayUse#accumulates accumulated} an
 *     array of zeros with as many places for each of its elements; and the index is the number of the part. Known lengths, and memory for arrays that the rounds make, come as {@link RoundMemory} says. For each array of arrays it takes three arrays, as {@link FlattenRows} says
 * @param continued as {@code round}, where parts go on with what the arrays for their reductions hold, and may have no round, for some of all rounds; null if rounds do not add up, or do more than that
 * @param loop does all rounds, one after the other: takes what the loop uses from outside, then the first index and that after the last. Where there are reductions or accumulated arrays, it takes
 *     what {@code round} takes but the arrays for the accumulated ones
 * @param uses what is done with each parameter that is an array; null for numbers
 * @param segments for each parameter that is a memory segment, how its elements are an array; in {@code loop} it is the segment itself
 * @param reductions what is done with the results of parts, one for each result
 * @param requirements what must hold of the arguments of a launch
 * @param failures what may throw in a round
 * @param memory for what the rounds allocate
 * @param position of the loop
 */
public record Kernel(
        Function round,
        @Nullable Function continued,
        Function loop,
        List<@Nullable Use> uses,
        List<@Nullable SegmentView> segments,
        List<ReductionOperation> reductions,
        List<Requirement> requirements,
        Failures failures,
        RoundMemory memory,
        @Nullable SourcePosition position) {

    /** Whether rounds add up, and are cut into parts. */
    public boolean isInParts() {
        return !reductions.isEmpty() || uses.stream().anyMatch(use -> use != null && use.accumulates());
    }

    /** Whether rounds add to elements of arrays to which others add at the same time: such an array is one, on one device. */
    public boolean addsAtomically() {
        return round.blocks().stream()
                .anyMatch(block -> block.instructions().stream().anyMatch(AtomicArrays::isIncrease));
    }

    /** The number of the parameter of {@code round} which has something that the loop uses from outside; of an array of arrays, the first of three. */
    public int parameter(int outside) {
        int number = outside;
        for (int index = 0; index < outside; index++) {
            number += uses.get(index) instanceof RowsUse ? 2 : 0;
        }
        return number;
    }

    /** What must hold of the arguments of a launch, by the numbers of parameters of {@code loop}. */
    public sealed interface Requirement {
        /**
         * Two arrays are not the same. Of an array of arrays, its rows are meant; if the two parameters are one, no two of its rows are the same.
         *
         * @param what the two accesses that would meet, for the message
         */
        record Distinct(int one, int other, String what) implements Requirement {}

        /** The elements of the two do not overlap if the arrays are one. */
        record Apart(int one, Span span, int other, Span otherSpan, String what) implements Requirement {}

        /**
         * If the two arrays are one, what different rounds touch of it by two accesses is apart.
         *
         * @param what the two accesses, for the message
         */
        record Separate(int one, int other, MixedRadix places, String what) implements Requirement {}

        /**
         * The digits of the index are what the program computes: what it divides by is a positive int, and the index is not negative.
         *
         * @param divisor by which the index is divided; null where only the index is asked for
         * @param isRaised whether the program divides by 1 where it is less
         */
        record Digits(@Nullable Formula divisor, boolean isRaised, String what) implements Requirement {}
    }

    /**
     * What may throw in a round.
     *
     * @param bounds accesses that do not throw if all their elements are elements of the array, or rows of the array of arrays
     * @param others whether something else may throw
     */
    public record Failures(List<Bound> bounds, boolean others) {
        /** The elements that are accessed of one parameter. */
        public record Bound(int array, Span span) {}

        static final Failures NONE = new Failures(List.of(), false);
    }
}
