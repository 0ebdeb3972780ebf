package dev.jacobi.offload.extract;

import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elements that a launch touches where each round touches one, at its index plus or minus what is the same in all rounds.
 *
 * @param up whether the index is added; else it is subtracted
 * @param fixed what the loop uses from outside, each with what it is multiplied by
 */
public record Span(boolean up, List<Term> fixed, int offset) {
    /** An int from outside, by its number, times a constant. */
    public record Term(int parameter, int times) {}

    /** Elements from one to that before another. */
    public record Range(long from, long to) {
        public boolean overlaps(Range other) {
            return from < other.to && other.from < to;
        }

        /** The two, and what lies between them. */
        public Range hull(Range other) {
            return new Range(Math.min(from, other.from), Math.max(to, other.to));
        }

        /** Whether all of these are elements of an array. */
        public boolean isWithin(int length) {
            return from >= 0 && to <= length;
        }
    }

    /** @return null if it is no such place */
    static @Nullable Span of(@Nullable Place place, List<Value> outside) {
        if (place == null || !place.isOneElement()) {
            return null;
        }
        List<Term> terms = new ArrayList<>();
        place.fixed().forEach((value, times) -> terms.add(new Term(outside.indexOf(value), times)));
        return new Span(
                place.stride() == 1, List.copyOf(terms), (int) place.own().low());
    }

    /**
     * The elements of a launch, as whole numbers that do not wrap around: if they are within the array, they are those that ints give.
     *
     * @param from the first index
     * @param to that after the last, more than the first
     * @param parameters the values of ints among the arguments
     */
    public Range range(int from, int to, IntUnaryOperator parameters) {
        long base = offset;
        for (Term term : fixed) {
            base += (long) term.times() * parameters.applyAsInt(term.parameter());
        }
        return up ? new Range(base + from, base + to) : new Range(base - to + 1, base - from + 1);
    }
}
