package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;

/** Counts the rounds of parallel loops in one another that a device does as one; for generated code alone. */
public final class NestedRounds {
    private NestedRounds() {}

    /**
     * How many rounds an inner loop has.
     *
     * @return that, which may be negative if there are none
     * @throws JacobiException NOT_ON_DEVICE if it is more than an int
     */
    public static int extent(int start, int bound) {
        return (int) checked((long) bound - start);
    }

    /**
     * How many rounds loops have together.
     *
     * @param rounds of the outer loops; none if it is negative
     * @param inner of the inner loop, at least 1
     * @throws JacobiException NOT_ON_DEVICE if they are more than an int
     */
    public static int count(long rounds, int inner) {
        // An int's range times another: at most 2^63 - 2^31.
        return (int) checked(Math.max(rounds, 0) * inner);
    }

    /** By what the index of all rounds is divided where an inner loop has so many rounds. */
    public static int radix(int extent) {
        return Math.max(extent, 1);
    }

    private static long checked(long rounds) {
        if (rounds > Integer.MAX_VALUE) {
            throw new JacobiException(
                    Refusal.NOT_ON_DEVICE,
                    "cannot run parallel loops in one another on a device that have " + rounds
                            + " rounds together, more than an int counts: let the inner one be sequential",
                    null);
        }
        return rounds;
    }
}
