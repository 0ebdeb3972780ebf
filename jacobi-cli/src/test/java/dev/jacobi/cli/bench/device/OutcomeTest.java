package dev.jacobi.cli.bench.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.examples.parallel.WellKnownKernel.Bits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static double error(@Nullable Object actual, @Nullable Object expected) {
        return new Outcome(actual, new Object[0]).error(new Outcome(expected, new Object[0]));
    }

    @Test
    void theSameBitsAreNoErrorNaNIncluded() {
        assertEquals(0, error(new double[] {1, Double.NaN}, new double[] {1, Double.NaN}));
        assertEquals(0, error(null, null));
        assertEquals(0, error(new float[] {Float.POSITIVE_INFINITY}, new float[] {Float.POSITIVE_INFINITY}));
    }

    @Test
    void differencesCountRelativeToTheLargestNumberOfTheArray() {
        assertEquals(1e-3, error(new double[] {1000, 2}, new double[] {1000, 1}));
        assertEquals(0.5, error(1.5, 1.0));
    }

    @Test
    void anArgumentThatDiffersIsAnErrorToo() {
        Outcome right = new Outcome(1.0, new Object[] {new int[] {1, 2}});
        assertEquals(0.5, new Outcome(1.0, new Object[] {new int[] {1, 1}}).error(right));
    }

    @Test
    void whatIsMissingIsInfinitelyWrong() {
        assertEquals(Double.POSITIVE_INFINITY, error(null, 1.0));
        assertEquals(Double.POSITIVE_INFINITY, error(new int[1], new int[2]));
        assertEquals(Double.POSITIVE_INFINITY, error(new int[1], new float[1]));
        assertEquals(Double.POSITIVE_INFINITY, error(Double.NaN, 1.0));
        assertEquals(Double.POSITIVE_INFINITY, error(1.0, Double.NaN));
        assertEquals(Double.POSITIVE_INFINITY, error(1.0, 0.0));
    }

    @Test
    void theSignOfAZeroIsOneOfTheBits() {
        double error = error(new double[] {-0.0, 1}, new double[] {0.0, 1});
        assertFalse(Outcome.isRight(error, Bits.SAME));
        assertTrue(Outcome.isRight(error, Bits.ROUNDED));
    }

    @Test
    void roundingIsAllowedOnlyWhereItIsExpected() {
        assertTrue(Outcome.isRight(Math.ulp(1.0), Bits.ROUNDED));
        assertFalse(Outcome.isRight(Math.ulp(1.0), Bits.SAME));
        assertFalse(Outcome.isRight(1e-6, Bits.ROUNDED));
    }

    @Test
    void aMeanErrorForgivesSingleDifferences() {
        Outcome right = new Outcome(2.0, new Object[] {new int[] {10, 10, 10, 10}});
        assertEquals(0.025, new Outcome(2.0, new Object[] {new int[] {10, 11, 10, 10}}).meanError(right));
        assertEquals(0.5, new Outcome(1.0, new Object[] {new int[] {10, 10, 10, 10}}).meanError(right));
        assertEquals(
                Double.POSITIVE_INFINITY,
                new Outcome(null, new Object[] {new int[] {10, 10, 10, 10}}).meanError(right));
    }

    @Test
    void copiesAreOfArraysAlone() {
        Object[] arguments = {new long[] {1}, 2};
        Object[] copy = Outcome.copy(arguments);
        assertNotSame(arguments[0], copy[0]);
        assertEquals(0, new Outcome(null, copy).error(new Outcome(null, arguments)));
    }
}
