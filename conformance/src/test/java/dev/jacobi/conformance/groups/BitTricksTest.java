package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;

/** Code that looks at the bits of numbers: right where a rule says what it means, refused by name where none does. */
class BitTricksTest extends GroupTest {

    @Case(value = "1.3", refused = Refusal.ACTIVE_BITS)
    static double signFlipped(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) ^ Long.MIN_VALUE);
    }

    @Case(value = "-1.3", refused = Refusal.ACTIVE_BITS)
    static double signCleared(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & Long.MAX_VALUE);
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_BITS)
    static float singleSignFlipped(float x) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x) ^ Integer.MIN_VALUE);
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_BITS)
    static double exponentChanged(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) + (1L << 52));
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_BITS)
    static double fastInverseRoot(double x) {
        long bits = 0x5fe6eb50c7b537a9L - (Double.doubleToRawLongBits(x) >> 1);
        double y = Double.longBitsToDouble(bits);
        return y * (1.5 - 0.5 * x * y * y);
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_BITS)
    static double lowBitsCleared(double x) {
        double high = Double.longBitsToDouble(Double.doubleToRawLongBits(x) & ~0L << 27);
        return high + (x - high) * x;
    }

    @Case("1.3")
    static double bitsOfConstant(double x) {
        return x * Double.longBitsToDouble(Double.doubleToRawLongBits(2.0) ^ Long.MIN_VALUE);
    }

    @Case(value = "1.3; 2.0", constant = 1)
    static double bitsOfConstantArgument(double x, double y) {
        return x * Double.longBitsToDouble(Double.doubleToRawLongBits(y) + (1L << 52));
    }

    @Case("1.3; 3")
    static double bitsOfIntegers(double x, int n) {
        return x * (n << 2 ^ 5 & ~n) + x * Integer.bitCount(n);
    }

    @Case("1.3")
    static double exponentOnly(double x) {
        return x * Math.getExponent(x * 4);
    }

    @Case("1.3")
    @Case("-1.3")
    static double comparedByLibrary(double x) {
        return Double.compare(x, 0) * x * x;
    }

    @Case("1.3")
    static double nanTested(double x) {
        return Double.isNaN(x) || Double.isInfinite(x) ? 0 : x * x;
    }
}
