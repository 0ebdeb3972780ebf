package dev.jacobi.llvm.device;

/**
 * Elementary functions of {@code float}, as {@link FastMath} has them of {@code double}, each within one unit in the last place of a {@code float} ({@link #tanh} within two). All but {@link #pow} compute with {@code float} alone.
 */
public final class FastFloatMath {
    private static final float LN2_HIGH = 0x1.62e430p-1f;
    private static final float LN2_LOW = -0x1.05c610p-29f;
    private static final float ONE_BY_LN2 = 0x1.715476p0f;

    /** The half of pi in three parts. */
    private static final float HALF_PI_HIGH = 0x1.921fb6p0f;

    private static final float HALF_PI_MIDDLE = -0x1.777a5cp-25f;
    private static final float HALF_PI_LOW = -0x1.ee59dap-50f;
    private static final float TWO_BY_PI = 0x1.45f306p-1f;

    private static final float TO_INTEGER = 0x1.8p23f;
    private static final float GREATEST_EXPONENT = 0x1.62e42ep6f;
    private static final float LEAST_EXPONENT = -0x1.9fe368p6f;
    private static final float LARGE_EXPONENT = 87;
    private static final float LARGEST_ANGLE = 0x1p14f;
    private static final float TINY = 0x1p-13f;
    private static final float LOG_START = 0x1.6a09e6p-1f;

    private FastFloatMath() {}

    public static float exp(float x) {
        float shifted = Math.fma(x, ONE_BY_LN2, TO_INTEGER);
        float whole = shifted - TO_INTEGER;
        float rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, x));
        float power = 1 + Math.fma(rest * rest, powerTail(rest), rest);
        int exponent = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(TO_INTEGER);
        if (Math.abs(x) < LARGE_EXPONENT) {
            return Float.intBitsToFloat(Float.floatToRawIntBits(power) + (exponent << 23));
        }
        int half = exponent >> 1;
        float scaled = power * powerOfTwo(half) * powerOfTwo(exponent - half);
        float finite = x > GREATEST_EXPONENT ? Float.POSITIVE_INFINITY : scaled;
        return x < LEAST_EXPONENT ? 0 : finite;
    }

    /** {@code (exp(x) - 1 - x) / x²} between minus and plus half a ln 2. */
    private static float powerTail(float x) {
        float p = 0x1.a124e6p-13f;
        p = Math.fma(p, x, 0x1.6d4318p-10f);
        p = Math.fma(p, x, 0x1.1110ep-7f);
        p = Math.fma(p, x, 0x1.5554eap-5f);
        p = Math.fma(p, x, 0x1.555556p-3f);
        return Math.fma(p, x, 0.5f);
    }

    private static float powerOfTwo(int exponent) {
        return Float.intBitsToFloat(exponent + 127 << 23);
    }

    public static float log(float x) {
        return x >= Float.MIN_NORMAL && x < Float.POSITIVE_INFINITY ? log(x, 0, 0) : logOfSpecial(x);
    }

    private static float logOfSpecial(float x) {
        if (x > 0 && x < Float.MIN_NORMAL) {
            return log(x * 0x1p25f, -25, 0);
        }
        float ofOthers = x > 0 ? x : Float.NaN;
        return x == 0 ? Float.NEGATIVE_INFINITY : ofOthers;
    }

    public static float log1p(float x) {
        float sum = 1 + x;
        float lost = Math.abs(x) < 1 ? x - (sum - 1) : 1 - (sum - x);
        float ofFinite = x > -1 && x < Float.POSITIVE_INFINITY ? log(sum, 0, lost / sum) : logOfSpecial(sum);
        return Math.abs(x) < 0x1p-25f ? x : ofFinite;
    }

    private static float log(float x, int more, float small) {
        int bits = Float.floatToRawIntBits(x);
        int above = bits - Float.floatToRawIntBits(LOG_START);
        float exponent = (above >> 23) + more;
        float f = Float.intBitsToFloat(bits - (above >> 23 << 23)) - 1;
        float s = f / (2 + f);
        float z = s * s;
        float p = 0x1.2ee656p-2f;
        p = Math.fma(p, z, 0x1.997c2ep-2f);
        p = Math.fma(p, z, 0x1.55555cp-1f);
        float square = 0.5f * f * f;
        float tail = Math.fma(s, Math.fma(z, p, square), Math.fma(exponent, LN2_LOW, small));
        return Math.fma(exponent, LN2_HIGH, f - (square - tail));
    }

    public static float sin(float x) {
        if (!(Math.abs(x) <= LARGEST_ANGLE)) {
            return (float) FastMath.sin(x);
        }
        float shifted = Math.fma(x, TWO_BY_PI, TO_INTEGER);
        float turned = wave(x, shifted, Float.floatToRawIntBits(shifted));
        return Math.abs(x) < TINY ? x : turned;
    }

    public static float cos(float x) {
        if (!(Math.abs(x) <= LARGEST_ANGLE)) {
            return (float) FastMath.cos(x);
        }
        float shifted = Math.fma(x, TWO_BY_PI, TO_INTEGER);
        return wave(x, shifted, Float.floatToRawIntBits(shifted) + 1);
    }

    private static float wave(float x, float shifted, int quarter) {
        float whole = shifted - TO_INTEGER;
        float first = Math.fma(-whole, HALF_PI_HIGH, x);
        float middle = whole * HALF_PI_MIDDLE;
        float angle = first - middle;
        float back = angle - first;
        float lost = first - (angle - back) - (middle + back);
        float low = Math.fma(-whole, HALF_PI_LOW, lost - Math.fma(whole, HALF_PI_MIDDLE, -middle));
        float z = angle * angle;

        float s = 0x1.6dbdc6p-19f;
        s = Math.fma(s, z, -0x1.a013a6p-13f);
        s = Math.fma(s, z, 0x1.11110ep-7f);
        s = Math.fma(s, z, -0x1.555556p-3f);
        float sine = angle + Math.fma(angle * z, s, Math.fma(-0.5f * z, low, low));

        float c = 0x1.9bd858p-16f;
        c = Math.fma(c, z, -0x1.6c12d2p-10f);
        c = Math.fma(c, z, 0x1.555554p-5f);
        float half = 0.5f * z;
        float near = 1 - half;
        float cosine = near + Math.fma(z * z, c, Math.fma(-angle, low, 1 - near - half));

        float turned = (quarter & 1) == 0 ? sine : cosine;
        return (quarter & 2) == 0 ? turned : -turned;
    }

    public static float tanh(float x) {
        float size = Math.abs(x);
        float shifted = Math.fma(2 * size, ONE_BY_LN2, TO_INTEGER);
        float whole = shifted - TO_INTEGER;
        float rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, 2 * size));
        float less = Math.fma(rest * rest, powerTail(rest), rest);
        float scale = powerOfTwo(Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(TO_INTEGER));
        float power = Math.fma(scale, less, scale - 1);
        float tangent = byItselfAndTwo(power);
        float ofLarge = size > 10 ? 1 : tangent;
        return size < TINY ? x : Math.copySign(ofLarge, x);
    }

    private static float byItselfAndTwo(float x) {
        float divisor = 2 + x;
        float lost = x > 2 ? 2 - (divisor - x) : x - (divisor - 2);
        float inverse = 1 / divisor;
        float quotient = x * inverse;
        return Math.fma(inverse, Math.fma(-quotient, lost, Math.fma(-quotient, divisor, x)), quotient);
    }

    /** The logarithm of a {@code double} has digits enough. */
    public static float pow(float x, float y) {
        return y == 2 ? x * x : (float) FastMath.powOf(x, y, FastMath.exp(y * FastMath.log(Math.abs(x))));
    }
}
