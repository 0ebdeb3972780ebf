package dev.jacobi.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import org.junit.jupiter.api.Test;

/** How many rounds loops in one another have. */
class NestedRoundsTest {
    @Test
    void roundsAreCountedUpToTheLargestInt() {
        assertEquals(7, NestedRounds.extent(-3, 4));
        assertEquals(-7, NestedRounds.extent(4, -3));
        assertEquals(Integer.MAX_VALUE, NestedRounds.extent(-1, Integer.MAX_VALUE - 1));
        assertEquals(0, NestedRounds.count(-5, 3));
        assertEquals(Integer.MAX_VALUE, NestedRounds.count(Integer.MAX_VALUE, 1));
        assertEquals(46340 * 46341, NestedRounds.count(46340, 46341));
    }

    @Test
    void moreRoundsAreRefused() {
        assertRefused("2147483648", () -> NestedRounds.extent(-1, Integer.MAX_VALUE));
        assertRefused("4294967295", () -> NestedRounds.extent(Integer.MIN_VALUE, Integer.MAX_VALUE));
        assertRefused("2147488281", () -> NestedRounds.count(46341, 46341));
        assertRefused("9223372030412324865", () -> NestedRounds.count(4_294_967_295L, Integer.MAX_VALUE));
    }

    private static void assertRefused(String rounds, Runnable count) {
        JacobiException refused = assertThrows(JacobiException.class, count::run);
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot run parallel loops in one another on a device that have " + rounds
                        + " rounds together, more than an int counts: let the inner one be sequential",
                refused.getMessage().lines().findFirst().orElseThrow());
    }
}
