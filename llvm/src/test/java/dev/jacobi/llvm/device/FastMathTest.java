package dev.jacobi.llvm.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.dfp.Dfp;
import org.apache.commons.math3.dfp.DfpField;
import org.apache.commons.math3.dfp.DfpMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast functions against exact values, computed with 60 digits, and against {@code StrictMath} for special arguments and arguments of all magnitudes. */
class FastMathTest {
    private static final DfpField FIELD = new DfpField(60);
    private static final double TOO_FAR = 1e9;
    private static final double[] SPECIAL = {
        0,
        -0.0,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        0.5,
        -0.5,
        1.5,
        -1.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        1e-310,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        0x1p27,
        Math.nextUp(0x1p27),
        0x1p53,
        0x1p53 + 2,
        -0x1p52 - 1,
        1e300,
        -1e300,
        Math.nextUp(1.0),
        Math.nextDown(1.0),
        Math.nextUp(-1.0),
        Math.nextDown(-1.0),
        699.9999,
        700,
        709.782712893384,
        709.7827128933841,
        -708.4,
        -745.1332191019411,
        -745.1332191019412,
        -746,
        20,
        20.1,
        1e-20,
        1e-9,
        0x1p-54,
        0x1p-28
    };

    /** A function of one number. */
    enum Fast {
        EXP(1, FastMath::exp, FastFloatMath::exp, StrictMath::exp, DfpMath::exp) {
            @Override
            double argument(SplittableRandom random) {
                return random.nextBoolean() ? random.nextDouble(-745, 709.7) : random.nextGaussian();
            }
        },
        LOG(1, FastMath::log, FastFloatMath::log, StrictMath::log, DfpMath::log) {
            @Override
            double argument(SplittableRandom random) {
                return switch (random.nextInt(3)) {
                    case 0 -> Math.exp(random.nextDouble(-740, 709));
                    case 1 -> random.nextDouble(0.6, 1.6);
                    default -> 1 + random.nextGaussian() * 1e-3;
                };
            }
        },
        LOG1P(1, FastMath::log1p, FastFloatMath::log1p, StrictMath::log1p, x -> DfpMath.log(x.add(1))) {
            @Override
            double argument(SplittableRandom random) {
                return switch (random.nextInt(3)) {
                    case 0 -> Math.exp(random.nextDouble(-40, 709));
                    case 1 -> random.nextDouble(-0.999, 2);
                    default -> random.nextGaussian() * 1e-5;
                };
            }
        },
        SIN(1, FastMath::sin, FastFloatMath::sin, StrictMath::sin, x -> wave(x, 0)) {
            @Override
            double argument(SplittableRandom random) {
                return angle(random);
            }
        },
        COS(1, FastMath::cos, FastFloatMath::cos, StrictMath::cos, x -> wave(x, 1)) {
            @Override
            double argument(SplittableRandom random) {
                return angle(random);
            }
        },
        TANH(2, FastMath::tanh, FastFloatMath::tanh, StrictMath::tanh, FastMathTest::tanh) {
            @Override
            double argument(SplittableRandom random) {
                return random.nextBoolean() ? random.nextDouble(-21, 21) : random.nextGaussian() * 0.3;
            }
        };

        private final double ulps;
        private final DoubleUnaryOperator ofDouble;
        private final FloatFunction ofFloat;
        private final DoubleUnaryOperator strict;
        private final UnaryOperator<Dfp> exact;

        private interface FloatFunction {
            float apply(float x);
        }

        Fast(
                double ulps,
                DoubleUnaryOperator ofDouble,
                FloatFunction ofFloat,
                DoubleUnaryOperator strict,
                UnaryOperator<Dfp> exact) {
            this.ulps = ulps;
            this.ofDouble = ofDouble;
            this.ofFloat = ofFloat;
            this.strict = strict;
            this.exact = exact;
        }

        abstract double argument(SplittableRandom random);
    }

    /** Near multiples of half a pi too, where almost all digits are lost. */
    private static double angle(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextGaussian() * 2;
            case 1 -> random.nextGaussian() * Math.exp(random.nextDouble(18));
            default -> Math.PI / 2 * random.nextInt(1 << 26) + random.nextInt(3) * 1e-16;
        };
    }

    /** The sine of a number and so many right angles. */
    private static Dfp wave(Dfp x, int more) {
        Dfp right = FIELD.getPi().divide(2);
        Dfp turns = x.divide(right).rint();
        Dfp rest = x.subtract(turns.multiply(right));
        int quarter = Math.floorMod((long) turns.toDouble() + more, 4);
        Dfp turned = (quarter & 1) == 0 ? DfpMath.sin(rest) : DfpMath.cos(rest);
        return (quarter & 2) == 0 ? turned : turned.negate();
    }

    private static Dfp tanh(Dfp x) {
        Dfp power = DfpMath.exp(x.multiply(2));
        return power.subtract(1).divide(power.add(1));
    }

    /** How far a number is from an exact value, in units of the last place of that. */
    private static double ulps(Dfp exact, double number) {
        double ulp = Math.ulp(exact.toDouble());
        return exact.subtract(FIELD.newDfp(number))
                .divide(FIELD.newDfp(ulp))
                .abs()
                .toDouble();
    }

    /** The same of a number that is computed with more digits. */
    private static double ulps(double exact, double number, double ulp) {
        boolean isNumber = Double.isFinite(exact) && Double.isFinite(number) && exact != 0;
        return isNumber ? Math.abs(exact - number) / ulp : Double.compare(exact, number) == 0 ? 0 : TOO_FAR;
    }

    @ParameterizedTest
    @EnumSource
    void isWithinItsBoundOfTheExactValue(Fast function) {
        SplittableRandom random = new SplittableRandom(41);
        double worst = 0;
        for (int trial = 0; trial < 2000; trial++) {
            double x = function.argument(random);
            double ulps = ulps(function.exact.apply(FIELD.newDfp(x)), function.ofDouble.applyAsDouble(x));
            assertTrue(ulps <= function.ulps, () -> function + " of " + x + " is " + ulps + " off");
            worst = Math.max(worst, ulps);
        }
        System.out.printf("%s of doubles: %.2f units in the last place at most%n", function, worst);
    }

    @ParameterizedTest
    @EnumSource
    void isNearStrictMathForArgumentsOfAllMagnitudes(Fast function) {
        SplittableRandom random = new SplittableRandom(43);
        for (int trial = 0; trial < 300_000; trial++) {
            nearStrict(function, Double.longBitsToDouble(random.nextLong()));
            nearStrict(function, function.argument(random));
        }
        for (double x : SPECIAL) {
            nearStrict(function, x);
        }
    }

    /** {@code StrictMath} is within one, {@code tanh} within 2.5. */
    private static void nearStrict(Fast function, double x) {
        double exact = function.strict.applyAsDouble(x);
        double ulps = ulps(exact, function.ofDouble.applyAsDouble(x), Math.ulp(exact));
        assertTrue(ulps <= 2 * function.ulps, () -> function + " of " + x + " is " + ulps + " from StrictMath");
    }

    @ParameterizedTest
    @EnumSource
    void ofFloatIsWithinItsBoundForEachOf2048Floats(Fast function) {
        int step = 2048 - 1;
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += step) {
            floatNearStrict(function, Float.intBitsToFloat((int) bits));
        }
        for (double x : SPECIAL) {
            floatNearStrict(function, (float) x);
        }
    }

    private static void floatNearStrict(Fast function, float x) {
        double exact = function.strict.applyAsDouble(x);
        float rounded = (float) exact;
        float result = function.ofFloat.apply(x);
        boolean isNumber = Float.isFinite(rounded) && rounded != 0;
        double ulps = ulps(isNumber ? exact : rounded, result, Math.ulp(rounded));
        assertTrue(ulps <= function.ulps, () -> function + " of the float " + x + " is " + ulps + " off");
    }

    @Test
    void powersAreWithinTwoUnits() {
        SplittableRandom random = new SplittableRandom(47);
        for (int trial = 0; trial < 3000; trial++) {
            double x = random.nextBoolean() ? random.nextDouble(0.5, 2) : Math.exp(random.nextDouble(-740, 709));
            double most = Math.abs(740 / Math.log(x));
            double y = random.nextDouble(-Math.min(most, 1e17), Math.min(most, 1e17));
            Dfp exact = DfpMath.exp(DfpMath.log(FIELD.newDfp(x)).multiply(FIELD.newDfp(y)));
            if (Double.isInfinite(exact.toDouble())) {
                continue;
            }
            double ulps = ulps(exact, FastMath.pow(x, y));
            assertTrue(ulps <= 2, () -> x + " to the power of " + y + " is " + ulps + " off");
            float narrow = (float) x;
            float exponent = (float) y;
            double strict = StrictMath.pow(narrow, exponent);
            if (narrow != 0 && strict > Float.MIN_VALUE && strict < Float.MAX_VALUE) {
                double ofFloat = ulps(strict, FastFloatMath.pow(narrow, exponent), Math.ulp((float) strict));
                assertTrue(ofFloat <= 1, () -> narrow + " to the power of " + exponent + " is " + ofFloat + " off");
            }
        }
    }

    @Test
    void powersOfSpecialNumbersAreThoseOfJava() {
        for (double x : SPECIAL) {
            for (double y : SPECIAL) {
                double strict = StrictMath.pow(x, y);
                double ulps = ulps(strict, FastMath.pow(x, y), Math.ulp(strict));
                assertTrue(
                        ulps <= 3, () -> x + " to the power of " + y + ": " + FastMath.pow(x, y) + ", not " + strict);
                float ofFloat = (float) StrictMath.pow((float) x, (float) y);
                double floatUlps = ulps(ofFloat, FastFloatMath.pow((float) x, (float) y), Math.ulp(ofFloat));
                assertTrue(floatUlps <= 1, () -> (float) x + " to the power of " + (float) y + " is not " + ofFloat);
            }
        }
    }

    @Test
    void squaresAreExact() {
        for (double x : List.of(1.1, -3.7, 1e-200, Double.NEGATIVE_INFINITY)) {
            assertEquals(x * x, FastMath.pow(x, 2));
            assertEquals((float) x * (float) x, FastFloatMath.pow((float) x, 2));
        }
    }
}
