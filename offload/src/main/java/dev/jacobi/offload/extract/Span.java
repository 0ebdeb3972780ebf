package dev.jacobi.offload.extract;

import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elements that a launch touches where each round touches one, at its index plus or minus what is the same in all rounds.
 *
 * @param up whether the index is added; else it is subtracted
 * @param fixed what is the same in all rounds
 */
public record Span(boolean up, Formula fixed) {
    /** What no array has. */
    private static final Range NOWHERE = new Range(Long.MIN_VALUE, Long.MIN_VALUE + 1);

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
    static @Nullable Span of(@Nullable Place place, Outside outside) {
        return place == null || !place.isOneElement()
                ? null
                : new Span(
                        Objects.equals(place.step(), 1L),
                        outside.formula(place.fixed()
                                .plus(Polynomial.constant(place.own().low()))));
    }

    /**
     * The elements of a launch, as whole numbers that do not wrap around: if they are within the array, they are those that ints give. Nowhere in an array if they do not fit in a long.
     *
     * @param from the first index
     * @param to that after the last, more than the first
     * @param parameters the values of ints among the arguments
     */
    public Range range(int from, int to, IntUnaryOperator parameters) {
        try {
            long base = fixed.value(parameters);
            return up
                    ? new Range(Math.addExact(base, from), Math.addExact(base, to))
                    : new Range(
                            Math.addExact(Math.subtractExact(base, to), 1),
                            Math.addExact(Math.subtractExact(base, from), 1));
        } catch (ArithmeticException _) {
            return NOWHERE;
        }
    }
}
