package dev.jacobi.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is said of derivatives that are wrong, and of points where finite differences cannot tell. */
class JudgementTest {
    private static Judgement judge(
            DoubleUnaryOperator function, double x, double reverse, double forward, double scale) {
        Judgement judgement = new Judgement(false, scale, Math.abs(function.applyAsDouble(x)));
        judgement.judge("x", reverse, forward, stretch -> FiniteDifferences.of(function, x, false, stretch));
        return judgement;
    }

    private static void assertRight(DoubleUnaryOperator function, double x, double derivative) {
        Judgement judgement = judge(function, x, derivative, derivative, Math.abs(derivative));
        assertTrue(judgement.isOk(), judgement.pitfalls()::toString);
        assertEquals(List.of(), judgement.pitfalls());
    }

    private static void assertWrong(DoubleUnaryOperator function, double x, double derivative, double scale) {
        assertFalse(judge(function, x, derivative, derivative, scale).isOk(), () -> derivative + " at " + x);
    }

    @Test
    void rightDerivativesPassWithoutAWord() {
        assertRight(Math::sin, 0.7, Math.cos(0.7));
        assertRight(Math::exp, -30, Math.exp(-30));
        assertRight(x -> x * x, 0, 0);
        assertRight(x -> x * x * x, 1e-4, 3e-8);
        assertRight(Math::log, 1e-10, 1e10);
        assertRight(Math::log, 1e20, 1e-20);
        assertRight(x -> 1e8 + x, 3, 1);
        assertRight(x -> Math.sin(100 * x), 0.3, 100 * Math.cos(30));
        assertRight(x -> 7, 3, 0);
    }

    @Test
    void wrongDerivativesAreMismatches() {
        assertWrong(Math::sin, 0.7, -Math.cos(0.7), 1);
        assertWrong(Math::sin, 0.7, Math.cos(0.7) * (1 + 1e-4), 1);
        assertWrong(Math::sin, 0.7, 0, 0);
        assertWrong(x -> x * x, 0, 1e-3, 1e-3);
        assertWrong(Math::log, 1e-10, 2e10, 2e10);
        assertWrong(x -> 7, 3, 1, 1);
    }

    @Test
    void wrongNumbersDoNotHideBehindLargeOnes() {
        assertWrong(x -> 3 * x, 2, 0, 1e6);
        assertWrong(x -> 3 * x, 2, 3.1, 1e9);
    }

    @Test
    void modesThatDisagreeAreAMismatchWhateverDifferencesSay() {
        assertFalse(judge(Math::abs, 0, 1, -1, 1).isOk());
        assertFalse(judge(Math::sin, 0.7, Math.cos(0.7), Math.cos(0.7) * (1 + 1e-8), 1)
                .isOk());
        assertFalse(
                judge(Math::sqrt, 0, Double.POSITIVE_INFINITY, Double.NaN, 1).isOk());
    }

    @Test
    void kinksAreNamedWithTheSlopesOfBothSides() {
        Judgement judgement = judge(Math::abs, 0, 1, 1, 1);
        assertTrue(judgement.isOk());
        assertEquals(
                List.of("x: a kink or jump, with slope -1.00000 to the left and 1.00000 to the right"),
                judgement.pitfalls());
    }

    @Test
    void slopesBeyondThoseOfAKinkAreAMismatch() {
        assertFalse(judge(Math::abs, 0, 2, 2, 2).isOk());
    }

    @Test
    void singularPointsAreNamed() {
        Judgement judgement = judge(Math::sqrt, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
        assertTrue(judgement.isOk());
        assertEquals(List.of("x: the derivative is Infinity, a singular point"), judgement.pitfalls());
    }

    @Test
    void nanWhereTheFunctionIsSmoothIsAMismatch() {
        assertFalse(judge(x -> x * x, 1, Double.NaN, Double.NaN, 0).isOk());
    }

    @Test
    void manyPitfallsAreCutShort() {
        Judgement judgement = new Judgement(false, 1, 1);
        for (int i = 0; i < 100; i++) {
            judgement.pitfall("number " + i);
        }
        assertEquals(21, judgement.pitfalls().size());
        assertEquals("and 80 more of these", judgement.pitfalls().getLast());
    }
}
