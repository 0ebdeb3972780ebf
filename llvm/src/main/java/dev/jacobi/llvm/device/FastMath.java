package dev.jacobi.llvm.device;

/**
 * Elementary functions for devices that are to be fast: almost without branches, tables and divisions, of which {@code java.lang.FdLibm} has many. Device code is made of their bytecode, so they have the same bits on all devices
 * and, called as methods, on the JVM.
 *
 * <p>Each is within one unit in the last place of the exact value ({@link #tanh} and {@link #pow} within two), and gives what {@code Math} gives for zeros, infinities, NaN and where it overflows. Polynomials agree with what they
 * stand for at Chebyshev's nodes, computed with 80 digits; what is lost when an argument is reduced is kept in a second number and added at the end.
 *
 * <p>{@link FastFloatMath} has them for {@code float}. Other functions of {@code Math} are not here: they stay what they are.
 */
public final class FastMath {
    private static final double LN2_HIGH = 0x1.62e42fefa39efp-1;
    private static final double LN2_LOW = 0x1.abc9e3b39803fp-56;
    private static final double ONE_BY_LN2 = 0x1.71547652b82fep0;

    /** The half of pi in three parts. */
    private static final double HALF_PI_HIGH = 0x1.921fb54442d18p0;

    private static final double HALF_PI_MIDDLE = 0x1.1a62633145c07p-54;
    private static final double HALF_PI_LOW = -0x1.f1976b7ed8fbcp-110;
    private static final double TWO_BY_PI = 0x1.45f306dc9c883p-1;

    /** Added to a number, it leaves its nearest integer in the lowest bits. */
    private static final double TO_INTEGER = 0x1.8p52;

    /** The greatest number whose power is finite, and the least whose power is not zero. */
    private static final double GREATEST_EXPONENT = 0x1.62e42fefa39efp9;

    private static final double LEAST_EXPONENT = -0x1.74910d52d3051p9;

    /** Powers of smaller numbers are normal. */
    private static final double LARGE_EXPONENT = 700;

    /** Arguments of {@link #sin} and {@link #cos} up to here are reduced with the half of pi in three parts. */
    private static final double LARGEST_ANGLE = 0x1p27;

    /** Below, sine and hyperbolic tangent are the argument. */
    private static final double TINY = 0x1p-28;

    /** Numbers from here to twice this are what logarithms are computed of. */
    private static final double LOG_START = 0x1.6a09e667f3bcdp-1;

    private FastMath() {}

    public static double exp(double x) {
        double shifted = Math.fma(x, ONE_BY_LN2, TO_INTEGER);
        double whole = shifted - TO_INTEGER;
        double rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, x));
        double power = 1 + Math.fma(rest * rest, powerTail(rest), rest);
        return Math.abs(x) < LARGE_EXPONENT ? timesPowerOfTwo(power, shifted) : limited(x, scaled(power, shifted));
    }

    /** A number near 1 times two to the power of the integer in the lowest bits of another one, if that is a normal number. */
    private static double timesPowerOfTwo(double x, double shifted) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) + (Double.doubleToRawLongBits(shifted) << 52));
    }

    /** As above, in two steps. */
    private static double scaled(double x, double shifted) {
        int exponent = (int) Double.doubleToRawLongBits(shifted);
        int half = exponent >> 1;
        return x * powerOfTwo(half) * powerOfTwo(exponent - half);
    }

    /** {@code (exp(x) - 1 - x) / x²} between minus and plus half a ln 2. */
    private static double powerTail(double x) {
        double p = 0x1.1f72fdb6c6442p-29;
        p = Math.fma(p, x, 0x1.af4ddfbb33a59p-26);
        p = Math.fma(p, x, 0x1.27e4db6718a69p-22);
        p = Math.fma(p, x, 0x1.71de02364614ap-19);
        p = Math.fma(p, x, 0x1.a01a01a6d7b19p-16);
        p = Math.fma(p, x, 0x1.a01a01abe683ap-13);
        p = Math.fma(p, x, 0x1.6c16c16c162d6p-10);
        p = Math.fma(p, x, 0x1.11111111100dep-7);
        p = Math.fma(p, x, 0x1.5555555555556p-5);
        p = Math.fma(p, x, 0x1.5555555555557p-3);
        return Math.fma(p, x, 0.5);
    }

    private static double powerOfTwo(int exponent) {
        return Double.longBitsToDouble((long) (exponent + 1023) << 52);
    }

    /** The power of a number, if that is not too large or too small. */
    private static double limited(double exponent, double power) {
        double finite = exponent > GREATEST_EXPONENT ? Double.POSITIVE_INFINITY : power;
        return exponent < LEAST_EXPONENT ? 0 : finite;
    }

    public static double log(double x) {
        return x >= Double.MIN_NORMAL && x < Double.POSITIVE_INFINITY ? log(x, 0, 0) : logOfSpecial(x);
    }

    private static double logOfSpecial(double x) {
        if (x > 0 && x < Double.MIN_NORMAL) {
            return log(x * 0x1p54, -54, 0);
        }
        double ofOthers = x > 0 ? x : Double.NaN;
        return x == 0 ? Double.NEGATIVE_INFINITY : ofOthers;
    }

    public static double log1p(double x) {
        double sum = 1 + x;
        // What the sum has lost, either way round.
        double lost = Math.abs(x) < 1 ? x - (sum - 1) : 1 - (sum - x);
        double ofFinite = x > -1 && x < Double.POSITIVE_INFINITY ? log(sum, 0, lost / sum) : logOfSpecial(sum);
        return Math.abs(x) < 0x1p-54 ? x : ofFinite;
    }

    /** The logarithm of a positive normal number times a power of two, with something small added. */
    private static double log(double x, int more, double small) {
        long bits = Double.doubleToRawLongBits(x);
        long above = bits - Double.doubleToRawLongBits(LOG_START);
        double exponent = (int) (above >> 52) + more;
        double f = Double.longBitsToDouble(bits - (above >> 52 << 52)) - 1;
        // log((1 + s) / (1 - s)) = 2 s + 2/3 s³ + ..., of which 2 s is f - s f.
        double s = f / (2 + f);
        double z = s * s;
        double p = 0x1.2b5900de53b32p-3;
        p = Math.fma(p, z, 0x1.39fe51a7c18f9p-3);
        p = Math.fma(p, z, 0x1.7462b51cb66b1p-3);
        p = Math.fma(p, z, 0x1.c71c62e3f11e6p-3);
        p = Math.fma(p, z, 0x1.2492492df281ap-2);
        p = Math.fma(p, z, 0x1.99999999952d7p-2);
        p = Math.fma(p, z, 0x1.5555555555558p-1);
        double square = 0.5 * f * f;
        double tail = Math.fma(s, Math.fma(z, p, square), Math.fma(exponent, LN2_LOW, small));
        return Math.fma(exponent, LN2_HIGH, f - (square - tail));
    }

    public static double sin(double x) {
        if (!(Math.abs(x) <= LARGEST_ANGLE)) {
            return StrictMath.sin(x);
        }
        double shifted = Math.fma(x, TWO_BY_PI, TO_INTEGER);
        double turned = wave(x, shifted, (int) Double.doubleToRawLongBits(shifted));
        return Math.abs(x) < TINY ? x : turned;
    }

    public static double cos(double x) {
        if (!(Math.abs(x) <= LARGEST_ANGLE)) {
            return StrictMath.cos(x);
        }
        double shifted = Math.fma(x, TWO_BY_PI, TO_INTEGER);
        return wave(x, shifted, (int) Double.doubleToRawLongBits(shifted) + 1);
    }

    /** Sine or cosine of a number less a multiple of half a pi, by the quarter. */
    private static double wave(double x, double shifted, int quarter) {
        double whole = shifted - TO_INTEGER;
        // Without error, but where all that is left comes of the other two parts.
        double first = Math.fma(-whole, HALF_PI_HIGH, x);
        double middle = whole * HALF_PI_MIDDLE;
        double angle = first - middle;
        double back = angle - first;
        double lost = first - (angle - back) - (middle + back);
        double low = Math.fma(-whole, HALF_PI_LOW, lost - Math.fma(whole, HALF_PI_MIDDLE, -middle));
        double z = angle * angle;

        double s = 0x1.5e0ae8e372075p-33;
        s = Math.fma(s, z, -0x1.ae600a7a70c62p-26);
        s = Math.fma(s, z, 0x1.71de379607474p-19);
        s = Math.fma(s, z, -0x1.a01a019e8346p-13);
        s = Math.fma(s, z, 0x1.1111111110bb1p-7);
        s = Math.fma(s, z, -0x1.5555555555555p-3);
        double sine = angle + Math.fma(angle * z, s, Math.fma(-0.5 * z, low, low));

        double c = -0x1.907d724680d4ep-37;
        c = Math.fma(c, z, 0x1.1eeb68a508535p-29);
        c = Math.fma(c, z, -0x1.27e4fa179895fp-22);
        c = Math.fma(c, z, 0x1.a01a019f4e7d9p-16);
        c = Math.fma(c, z, -0x1.6c16c16c16966p-10);
        c = Math.fma(c, z, 0x1.5555555555555p-5);
        double half = 0.5 * z;
        double near = 1 - half;
        double cosine = near + Math.fma(z * z, c, Math.fma(-angle, low, 1 - near - half));

        double turned = (quarter & 1) == 0 ? sine : cosine;
        return (quarter & 2) == 0 ? turned : -turned;
    }

    public static double tanh(double x) {
        double size = Math.abs(x);
        double shifted = Math.fma(2 * size, ONE_BY_LN2, TO_INTEGER);
        double whole = shifted - TO_INTEGER;
        double rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, 2 * size));
        double less = Math.fma(rest * rest, powerTail(rest), rest);
        double scale = powerOfTwo((int) Double.doubleToRawLongBits(shifted));
        // exp(2 |x|) - 1
        double power = Math.fma(scale, less, scale - 1);
        double tangent = byItselfAndTwo(power);
        double ofLarge = size > 20 ? 1 : tangent;
        return size < TINY ? x : Math.copySign(ofLarge, x);
    }

    /** {@code x / (x + 2)}, of whose divisor nothing is lost. */
    private static double byItselfAndTwo(double x) {
        double divisor = 2 + x;
        double lost = x > 2 ? 2 - (divisor - x) : x - (divisor - 2);
        double inverse = 1 / divisor;
        double quotient = x * inverse;
        return Math.fma(inverse, Math.fma(-quotient, lost, Math.fma(-quotient, divisor, x)), quotient);
    }

    public static double pow(double x, double y) {
        return y == 2 ? x * x : powOf(x, y, powOfPositive(Math.abs(x), y));
    }

    /** What is raised, of which the power of the magnitude is known where that is positive and finite, and the exponent finite. */
    static double powOf(double x, double y, double ofFinite) {
        double size = Math.abs(x);
        boolean isWhole = Math.rint(y) == y;
        boolean isOdd = isWhole && Math.abs(y) < 0x1p53 && ((long) y & 1) != 0;
        boolean isGrowing = size > 1 == y > 0;
        double atLimit = isGrowing ? Double.POSITIVE_INFINITY : 0;
        boolean isLimit = size == 0 || size == Double.POSITIVE_INFINITY || Math.abs(y) == Double.POSITIVE_INFINITY;
        double magnitude = isLimit ? atLimit : ofFinite;
        boolean isNegative = Double.doubleToRawLongBits(x) < 0;
        double signed = isNegative && isOdd ? -magnitude : magnitude;
        boolean isOpen = Double.isNaN(x)
                || Double.isNaN(y)
                || size == 1 && Math.abs(y) == Double.POSITIVE_INFINITY
                || x < 0 && !isWhole && size < Double.POSITIVE_INFINITY;
        double defined = isOpen ? Double.NaN : signed;
        return y == 0 ? 1 : defined;
    }

    /** The power of a positive finite number: its logarithm and the product with the exponent have twice the digits. */
    private static double powOfPositive(double x, double y) {
        boolean isSubnormal = x < Double.MIN_NORMAL;
        long bits = Double.doubleToRawLongBits(isSubnormal ? x * 0x1p54 : x);
        long above = bits - Double.doubleToRawLongBits(LOG_START);
        double exponent = (int) (above >> 52) - (isSubnormal ? 54 : 0);
        double mantissa = Double.longBitsToDouble(bits - (above >> 52 << 52));
        // s = (m - 1) / (m + 1)
        double f = mantissa - 1;
        double sum = mantissa + 1;
        double sumLow = mantissa - (sum - 1);
        double inverse = 1 / sum;
        double s = f * inverse;
        double sLow = inverse * Math.fma(-s, sumLow, Math.fma(-s, sum, f));
        double z = s * s;
        double zLow = Math.fma(2 * s, sLow, Math.fma(s, s, -z));
        double p = 0x1.e02e6fff27908p-4;
        p = Math.fma(p, z, 0x1.df7cc8e5fa539p-4);
        p = Math.fma(p, z, 0x1.1118c7e4b0917p-3);
        p = Math.fma(p, z, 0x1.3b1395d2190c1p-3);
        p = Math.fma(p, z, 0x1.745d177a96056p-3);
        p = Math.fma(p, z, 0x1.c71c71c6eaa1p-3);
        p = Math.fma(p, z, 0x1.2492492492521p-2);
        p = Math.fma(p, z, 0x1.999999999999ap-2);
        // 2/3 z + z² p
        double third = 2.0 / 3;
        double t = third * z;
        double tLow = Math.fma(third, zLow, Math.fma(0x1.5555555555555p-55, z, Math.fma(third, z, -t)));
        double tail = z * z * p;
        double q = t + tail;
        double qLow = t - q + tail + tLow;
        // s q, and 2 s to it
        double c = s * q;
        double cLow = Math.fma(s, qLow, Math.fma(sLow, q, Math.fma(s, q, -c)));
        double m = 2 * s + c;
        double mLow = 2 * s - m + c + Math.fma(2, sLow, cLow);
        // and the exponent times ln 2
        double e = exponent * LN2_HIGH;
        double eLow = Math.fma(exponent, LN2_LOW, Math.fma(exponent, LN2_HIGH, -e));
        double log = e + m;
        // Either may be the larger one.
        double back = log - e;
        double logLow = e - (log - back) + (m - back) + (eLow + mLow);

        double product = y * log;
        double productLow = Math.fma(y, logLow, Math.fma(y, log, -product));
        double shifted = Math.fma(product, ONE_BY_LN2, TO_INTEGER);
        double whole = shifted - TO_INTEGER;
        double first = Math.fma(-whole, LN2_HIGH, product);
        double second = Math.fma(-whole, LN2_LOW, productLow);
        double rest = first + second;
        double low = second - (rest - first);
        double near = 1 + rest;
        double power = near + (1 - near + rest + Math.fma(rest * rest, powerTail(rest), low));
        return limited(product, scaled(power, shifted));
    }
}
