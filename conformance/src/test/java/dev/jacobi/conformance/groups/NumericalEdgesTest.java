package dev.jacobi.conformance.groups;

/**
 * Kinks, poles and special values, with the derivative that docs/guide/kinks.md gives them. At a kink both modes give the derivative of
 * the piece that the value comes from. Jacobi multiplies as Java does, so an infinite partial derivative times zero is NaN.
 */
class NumericalEdgesTest extends GroupTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    @Case(value = "0.0", jacobian = 0)
    static double absoluteAtZero(double x) {
        return Math.abs(x);
    }

    @Case(value = "0.0", jacobian = INFINITE)
    static double rootAtZero(double x) {
        return Math.sqrt(x);
    }

    @Case(value = "0.0", jacobian = 0)
    static double rectifierAtZero(double x) {
        return x > 0 ? x : 0;
    }

    @Case(value = "0.0", jacobian = 1)
    static double leakyAtZero(double x) {
        return x >= 0 ? x : 0.1 * x;
    }

    @Case(value = "0.0", jacobian = 0)
    static double squareByPowerAtZero(double x) {
        return Math.pow(x, 2);
    }

    @Case(value = "0.0", jacobian = 1)
    static double firstPowerAtZero(double x) {
        return Math.pow(x, 1);
    }

    @Case(value = "0.0", jacobian = 0)
    static double zerothPowerAtZero(double x) {
        return Math.pow(x, 0);
    }

    @Case(value = "0.0", jacobian = 0, reverseJacobian = NAN)
    static double minimumWithPole(double x) {
        return Math.min(1, 1 / x);
    }

    @Case(
            value = "0.0; 1.0",
            jacobian = {0, 1},
            reverseJacobian = {NAN, 1})
    static double unusedPole(double x, double y) {
        double pole = 1 / x;
        return y > 0 ? y : pole;
    }

    @Case(value = "0.0", jacobian = 1)
    static double guardedQuotient(double x) {
        return x == 0 ? 1 + x : Math.sin(x) / x;
    }

    @Case(
            value = "0.0; 2.0",
            jacobian = {2, 0})
    static double productWithZero(double x, double y) {
        return x * y;
    }

    @Case(
            value = "0.0; Infinity",
            jacobian = {INFINITE, NAN},
            reverseJacobian = {INFINITE, 0})
    static double zeroTimesInfinity(double x, double y) {
        return x * y;
    }

    @Case(value = "NaN", jacobian = NAN)
    static double nanSquared(double x) {
        return x * x;
    }

    @Case(value = "NaN", jacobian = 2)
    static double nanIsAdded(double x) {
        return x + x;
    }

    @Case(value = "Infinity", jacobian = 0)
    static double reciprocalOfInfinity(double x) {
        return 1 / x;
    }

    @Case(value = "-Infinity", jacobian = 0)
    static double exponentialOfMinusInfinity(double x) {
        return Math.exp(x);
    }

    @Case(value = "1000.0", jacobian = INFINITE)
    static double exponentialOverflows(double x) {
        return Math.exp(x);
    }

    @Case(
            value = "1e-310; 2.0",
            jacobian = {2, 1e-310})
    static double denormal(double x, double y) {
        return x * y;
    }

    @Case(value = "1e-200", jacobian = 2e-200)
    static double underflow(double x) {
        return x * x;
    }

    @Case(
            value = "1e200; 1e200",
            jacobian = {0.7071067811865475, 0.7071067811865475})
    static double hypotenuseWithoutOverflow(double x, double y) {
        return Math.hypot(x, y);
    }

    @Case(value = "2.0", jacobian = 0)
    static double floorAtJump(double x) {
        return Math.floor(x);
    }

    @Case(value = "2.5", jacobian = 0)
    static double roundAtTie(double x) {
        return Math.rint(x);
    }

    @Case(value = "1.0", jacobian = INFINITE)
    static double arcSineAtOne(double x) {
        return Math.asin(x);
    }

    @Case(value = "-0.0", jacobian = 1)
    static double sineOfNegativeZero(double x) {
        return Math.sin(x);
    }

    @Case(
            value = "0.0; 0.0",
            jacobian = {0, 0})
    static double productOfZeros(double x, double y) {
        return x * y;
    }

    @Case(value = "-1.0", jacobian = -1)
    static double logarithmOfNegative(double x) {
        return Math.log(x);
    }

    @Case(value = "0.0", jacobian = INFINITE)
    static double logarithmOfZero(double x) {
        return Math.log(x);
    }

    @Case(
            value = "[0.0, 0.0, 0.0]",
            jacobian = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1})
    static double productOfZeroArray(double[] x) {
        double product = 1;
        for (double element : x) {
            product *= element;
        }
        return product;
    }

    @Case(
            value = "0.5; 0.5",
            jacobian = {0.5, 0.5})
    static double tieWithItself(double x, double y) {
        double larger = x > y ? x : y;
        double smaller = x > y ? y : x;
        return larger * smaller;
    }

    @Case("1e150")
    @Case("1e-150")
    static double scalesCancel(double x) {
        return x / (x + x * x / x);
    }
}
