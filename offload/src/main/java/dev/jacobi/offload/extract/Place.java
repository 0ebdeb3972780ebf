package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Interval;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An index of an array as a linear function of the digits of the index of a loop, of the indices of loops within a round, and of what is the same in all rounds. As ints compute it: modulo 2^32.
 *
 * @param strides how it moves with the index of the loop
 * @param fixed what is the same in all rounds
 * @param inner the indices of loops within a round
 * @param own the least and the greatest of the rest, which depends on what happens within a round
 * @param divisors by what the index of the loop is divided to get its digits
 * @param usesDigits whether it is only right if the index of the loop is not negative
 */
record Place(
        Strides strides, Polynomial fixed, List<Inner> inner, Interval own, Set<Divisor> divisors, boolean usesDigits) {

    /**
     * A number from 0 to that before {@code extent}, which is different in the rounds of a loop within a round.
     *
     * @param stride how far the place moves with it
     */
    record Inner(Polynomial stride, Polynomial extent) {}

    /**
     * A value by which the index is divided.
     *
     * @param isRaised whether it is 1 instead where the value is less
     */
    record Divisor(Polynomial value, boolean isRaised) {}

    /** Whether the two move by the same steps with the index, and are apart by a constant, but for what is their own. */
    boolean movesWith(Place other) {
        return strides.equals(other.strides) && fixed.minus(other.fixed).number() != null;
    }

    /** Whether each round has one place, which is the index, or its opposite, and what is the same in all rounds. */
    boolean isOneElement() {
        Long step = step();
        return step != null && Math.abs(step) == 1 && own.low() == own.high() && inner.isEmpty();
    }

    /** By how much it moves with the index if that is a constant, or null. */
    @Nullable
    Long step() {
        Polynomial step = strides.ofIndex();
        return step == null ? null : step.number();
    }
}
