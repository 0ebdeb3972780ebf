package dev.jacobi.conformance.groups;

/** Arithmetic, conversions and {@link Math}, each at points on every smooth piece. */
@SuppressWarnings({"FloatCast", "IdentityBinaryExpression"}) // code as users write it
class ScalarRulesTest extends GroupTest {

    @Case("1.3; -0.7")
    static double add(double x, double y) {
        return x + y;
    }

    @Case("1.3; -0.7")
    static double subtract(double x, double y) {
        return x - y;
    }

    @Case("1.3; -0.7")
    static double multiply(double x, double y) {
        return x * y;
    }

    @Case("1.3; -0.7")
    @Case("1e-3; 1e3")
    static double divide(double x, double y) {
        return x / y;
    }

    @Case("7.3; 2.1")
    @Case("-7.3; 2.1")
    @Case("7.3; -2.1")
    static double remainder(double x, double y) {
        return x % y;
    }

    @Case("7.3; 2.1")
    @Case("-5.4; 2.1")
    static double ieeeRemainder(double x, double y) {
        return Math.IEEEremainder(x, y);
    }

    @Case("0.4")
    static double negate(double x) {
        return -x;
    }

    @Case("1.3; -0.7; 2.2")
    static double fusedMultiplyAdd(double x, double y, double z) {
        return Math.fma(x, y, z);
    }

    @Case("2.3")
    static double squareRoot(double x) {
        return Math.sqrt(x);
    }

    @Case("3.1")
    @Case("-3.1")
    static double cubeRoot(double x) {
        return Math.cbrt(x);
    }

    @Case("1.7; 2.3")
    @Case("1.7; -2.3")
    static double power(double x, double y) {
        return Math.pow(x, y);
    }

    @Case(value = "-1.7; 3.0", constant = 1)
    @Case(value = "-1.7; -2.0", constant = 1)
    @Case(value = "1.7; 0.0", constant = 1)
    @Case(value = "1.7; 0.5", constant = 1)
    static double powerWithConstantExponent(double x, double y) {
        return Math.pow(x, y);
    }

    @Case("-1.7")
    static double cube(double x) {
        return Math.pow(x, 3);
    }

    @Case("-1.7; 5")
    @Case("1.7; -3")
    @Case("1.7; 0")
    static double integerPower(double x, int n) {
        double base = n < 0 ? 1 / x : x;
        double product = 1;
        for (int i = 0; i < Math.abs(n); i++) {
            product *= base;
        }
        return product;
    }

    @Case("1.3")
    @Case("-20.0")
    static double exponential(double x) {
        return Math.exp(x);
    }

    @Case("0.2")
    static double exponentialMinusOne(double x) {
        return Math.expm1(x);
    }

    @Case("1.3")
    static double exponentialToBaseTwo(double x) {
        return Math.pow(2, x);
    }

    @Case("2.7")
    static double logarithm(double x) {
        return Math.log(x);
    }

    @Case("5.2")
    static double decimalLogarithm(double x) {
        return Math.log10(x);
    }

    @Case("0.4")
    static double logarithmOfOnePlus(double x) {
        return Math.log1p(x);
    }

    @Case("5.2")
    static double binaryLogarithm(double x) {
        return Math.log(x) / Math.log(2);
    }

    @Case("0.9")
    static double sine(double x) {
        return Math.sin(x);
    }

    @Case("0.9")
    static double cosine(double x) {
        return Math.cos(x);
    }

    @Case("0.6")
    static double tangent(double x) {
        return Math.tan(x);
    }

    @Case("0.5")
    static double arcSine(double x) {
        return Math.asin(x);
    }

    @Case("-0.3")
    static double arcCosine(double x) {
        return Math.acos(x);
    }

    @Case("1.4")
    static double arcTangent(double x) {
        return Math.atan(x);
    }

    @Case("0.4; -1.1")
    @Case("-0.4; 1.1")
    @Case("-0.4; -1.1")
    static double angle(double y, double x) {
        return Math.atan2(y, x);
    }

    @Case("0.3; 0.4")
    @Case("-3.0; 4.0")
    static double hypotenuse(double x, double y) {
        return Math.hypot(x, y);
    }

    @Case("0.7")
    static double hyperbolicSine(double x) {
        return Math.sinh(x);
    }

    @Case("0.7")
    static double hyperbolicCosine(double x) {
        return Math.cosh(x);
    }

    @Case("-0.4")
    static double hyperbolicTangent(double x) {
        return Math.tanh(x);
    }

    @Case("0.8")
    static double inverseHyperbolicSine(double x) {
        return Math.log(x + Math.sqrt(x * x + 1));
    }

    @Case("1.8")
    static double inverseHyperbolicCosine(double x) {
        return Math.log(x + Math.sqrt(x * x - 1));
    }

    @Case("0.3")
    static double inverseHyperbolicTangent(double x) {
        return 0.5 * Math.log((1 + x) / (1 - x));
    }

    @Case("2.5")
    @Case("-2.5")
    static double absolute(double x) {
        return Math.abs(x);
    }

    @Case("1.5; -2.5")
    @Case("-1.5; -2.5")
    @Case("-1.5; 2.5")
    static double copySign(double x, double sign) {
        return Math.copySign(x, sign);
    }

    @Case("-1.2")
    static double signum(double x) {
        return Math.signum(x) * x;
    }

    @Case("0.3; 0.4")
    @Case("0.5; 0.4")
    static double minimum(double x, double y) {
        return Math.min(x, y) * x;
    }

    @Case("0.3; 0.4")
    @Case("0.5; 0.4")
    static double maximum(double x, double y) {
        return Math.max(x, y) * x;
    }

    @Case("2.5; -1.0; 1.0")
    @Case("0.5; -1.0; 1.0")
    @Case("-2.5; -1.0; 1.0")
    static double clamp(double x, double low, double high) {
        return Math.clamp(x, low, high);
    }

    @Case("0.5")
    @Case("-0.5")
    static double rectifier(double x) {
        return x > 0 ? x : 0;
    }

    @Case("2.4")
    static double floor(double x) {
        return Math.floor(x) * x;
    }

    @Case("2.4")
    static double ceiling(double x) {
        return Math.ceil(x) * x;
    }

    @Case("2.4")
    static double nearestInteger(double x) {
        return Math.rint(x) * x;
    }

    @Case("2.4")
    static double round(double x) {
        return Math.round(x) * x;
    }

    @Case("2.4")
    static double fraction(double x) {
        return x - Math.floor(x);
    }

    @Case("1.3")
    static double scaledByPowerOfTwo(double x) {
        return Math.scalb(x, 4) + Math.scalb(x, -3);
    }

    @Case("1.3")
    static double unitInTheLastPlace(double x) {
        return x * x + Math.ulp(x);
    }

    @Case("40.0")
    static double radiansAndDegrees(double x) {
        return Math.toRadians(x) * x + Math.toDegrees(x);
    }

    @Case("1.3")
    static double strictSineAndExponential(double x) {
        return StrictMath.sin(x) * StrictMath.exp(x);
    }

    @Case("1.3; 2")
    static double strictPowers(double x, int n) {
        return StrictMath.pow(x, n) + StrictMath.cbrt(x) + StrictMath.hypot(x, 1);
    }

    @Case("1.3; 2.1")
    static float singlePrecision(float x, float y) {
        return x * y / (x + y) - x % y;
    }

    @Case("1.3")
    static float singleThroughDouble(float x) {
        return (float) (Math.sin(x) * Math.exp(x));
    }

    @Case(value = "1.25", floats = true)
    static double doubleThroughSingle(double x) {
        return (float) (x * x) * x;
    }

    @Case("1.25; -0.5")
    static double widened(float x, double y) {
        return x * y + Math.sqrt(x);
    }

    @Case("1.3; 4")
    static double byInteger(double x, int n) {
        return x * n + x / n - n / x;
    }

    @Case("1.3; 4")
    static double byLong(double x, long n) {
        return x * n - n;
    }

    @Case("1.3; 4; 5; 6; a")
    static double bySmallIntegers(double x, byte b, short s, int i, char c) {
        return x * b + x * x * s - x / i + c * x;
    }

    @Case("3.7")
    static double truncated(double x) {
        return (int) x * x + (long) x * x * x;
    }

    @Case("0.7")
    static double quotientOfItself(double x) {
        return (x + 1) / (x + 1) + x / x;
    }

    @Case("0.7")
    static double manyUses(double x) {
        double y = x * x;
        double z = y * y;
        return z * z + y * z + x;
    }

    @Case("0.7")
    static double longChain(double x) {
        return Math.sin(Math.cos(Math.exp(Math.tanh(Math.sqrt(Math.log1p(x * x))))));
    }

    @Case("0.7")
    static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Case("0.7; -0.2")
    static double logarithmOfSumOfExponentials(double x, double y) {
        double largest = Math.max(x, y);
        return largest + Math.log(Math.exp(x - largest) + Math.exp(y - largest));
    }

    @Case("1.1; 0.3; 0.8; 0.2; 1.5")
    static double blackAndScholes(double spot, double strike, double rate, double volatility, double time) {
        double d = (Math.log(spot / strike) + (rate + volatility * volatility / 2) * time)
                / (volatility * Math.sqrt(time));
        return spot * logistic(1.702 * d)
                - strike * Math.exp(-rate * time) * logistic(1.702 * (d - volatility * Math.sqrt(time)));
    }

    @Case("0.7; 1.4; 0.2; 0.9; 0.4; 0.6; 1.2; 0.3; 0.8; 1.7")
    static double polynomialOfTenVariables(
            double a, double b, double c, double d, double e, double f, double g, double h, double i, double j) {
        return a * b + c * d * e - f * f * g + h * i * j * a - b * b * b + j;
    }

    @Case("0.7")
    static double constantResult(double x) {
        return 4;
    }

    @Case("0.7")
    static double identity(double x) {
        return x;
    }

    @Case("0.7; 0.2")
    static double oneOfTwoUnused(double x, double y) {
        return x * x;
    }
}
