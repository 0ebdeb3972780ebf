package dev.jacobi.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The arrays of the tape. */
class ScratchTest {
    @Test
    void anArrayThatIsLongEnoughStaysAndOthersGetLonger() {
        double[] array = {1, 2, 3, 4};
        assertSame(array, Scratch.ensure(array, 4));
        assertSame(array, Scratch.ensure(array, 1, 3, 1));
        assertSame(array, Scratch.ensure(array, 4, 0, 1000));
        double[] longer = Scratch.ensure(array, 2, 3, 4);
        assertTrue(longer.length >= 14);
        assertEquals(4, longer[3]);
    }

    @Test
    void moreThanAnArrayHoldsIsSaidWhateverTheIntsWrapAroundTo() {
        double[] array = new double[100];
        for (int[] wanted : new int[][] {
            {10, -1, 1}, {10, Integer.MIN_VALUE, 0}, {50, 2, -20}, {0, 1, Integer.MAX_VALUE}, {0, 65536, 65536}
        }) {
            OutOfMemoryError error =
                    assertThrows(OutOfMemoryError.class, () -> Scratch.ensure(array, wanted[0], wanted[1], wanted[2]));
            assertEquals(
                    "the reverse sweep needs more than 2147483639 stored values of one kind; shorten the loops or differentiate a part at a time",
                    error.getMessage());
        }
    }
}
