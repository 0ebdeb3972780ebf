package dev.jacobi.conformance.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
    static double polynomial(double x, double[] a) {
        a[0] *= x;
        return a[0] * x + a[1];
    }

    /** Its derivative is 0 wherever it has one, but from afar its slope is 1. */
    static double stairs(double x) {
        return (long) (x * 1e12) / 1e12;
    }

    static double bend(double x) {
        return x < 1 ? 1 - x : 2 * (x - 1);
    }

    /** The slope of the sine is large, but no difference of the sum shows it. */
    static double sineOfLarge(double x, double[] a) {
        a[0] = 1e15 * (1 + x * x);
        return Math.sin(a[0]);
    }

    /** Too large for a double a little to the right of where it is looked at. */
    static double explosive(double x) {
        return Math.exp(Math.exp(17_000 * x));
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    static double endless(double x, double[] a) {
        a[0] += x;
        return 1 + endless(x, a);
    }

    /** Where both are the same element, reverse mode adds 1e200 to its adjoint and takes it away again: the 1 beside it is gone. */
    static double swallowed(double[] a, int i, int j) {
        return a[i] + (a[i] - a[j]) * 1e200;
    }

    /** The slope is huge, and so is what the sine is added to: no difference shows it. */
    static double sineBesideLarge(double x) {
        return 1e39 + Math.sin(1e37 * x);
    }

    private static Finding check(String name, Object... arguments) {
        return new GradientCheck(
                        Arrays.stream(GradientCheckTest.class.getDeclaredMethods())
                                .filter(method -> method.getName().equals(name))
                                .findFirst()
                                .orElseThrow(),
                        false)
                .check(arguments);
    }

    @Test
    void derivativesThatDifferencesConfirmAreRight() {
        assertEquals(Verdict.OK, check("polynomial", 0.7, new double[] {1.5, 2}).verdict());
    }

    @Test
    void derivativesThatDifferencesContradictAreAMismatch() {
        assertEquals(Verdict.MISMATCH, check("stairs", 0.7).verdict());
    }

    @Test
    void differencesFromTheLeftAndTheRightTellAKink() {
        assertEquals(Verdict.KINK, check("bend", 1.0).verdict());
    }

    @Test
    void differencesOfASumThatHideAnOutputAreNotTrusted() {
        assertEquals(
                Verdict.NOT_RESOLVED, check("sineOfLarge", 0.7, new double[1]).verdict());
    }

    @Test
    void derivativesThatAreOthersAStepAwayCannotBeChecked() {
        assertEquals(Verdict.NOT_RESOLVED, check("sineBesideLarge", 0.7).verdict());
    }

    @Test
    void differencesThatOverflowSayNothing() {
        assertEquals(
                Verdict.NOT_RESOLVED, check("explosive", Math.log(600) / 17_000).verdict());
    }

    @Test
    void adjointsBesideMuchLargerNumbersAreNotTrusted() {
        assertEquals(
                Verdict.NOT_RESOLVED,
                check("swallowed", new double[] {0.75, 2}, 0, 0).verdict());
    }

    @Test
    void whatArraysHoldAfterAStackOverflowIsNotCompared() {
        assertEquals(Verdict.NOT_FINITE, check("endless", 0.7, new double[1]).verdict());
    }
}
