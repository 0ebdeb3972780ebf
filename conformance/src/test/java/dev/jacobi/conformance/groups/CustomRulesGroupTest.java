package dev.jacobi.conformance.groups;

import dev.jacobi.DerivativeOf;
import dev.jacobi.DerivativeOf.Part;
import dev.jacobi.Inactive;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.Rules;
import java.util.Arrays;

/** Methods whose own code has no derivative, with derivatives given by rules. Finite differences are those of the methods themselves. */
class CustomRulesGroupTest extends GroupTest {

    @Override
    protected Options options() {
        return Options.DEFAULT.withRules(Rules.of(Derivatives.class));
    }

    /** The logarithm of 1 + x, by bits: no code that could be differentiated. */
    static double logarithm(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(Math.log1p(x)));
    }

    /** Its derivative by y as well: x to the power of n, times y. */
    static double power(double x, int n, double y) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(Math.pow(x, n) * y));
    }

    static float third(float x) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x / 3));
    }

    /** Squares in place, and returns the sum of what was there. */
    static double square(double[] values) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i];
            values[i] = Double.longBitsToDouble(Double.doubleToRawLongBits(values[i] * values[i]));
        }
        return sum;
    }

    @Inactive
    static int largest(double[] x) {
        int largest = 0;
        for (int i = 1; i < x.length; i++) {
            largest = x[i] > x[largest] ? i : largest;
        }
        return largest;
    }

    @Inactive
    static double parsed(double x) {
        return Double.parseDouble("" + Math.rint(x));
    }

    static double withoutRule(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & Long.MAX_VALUE);
    }

    /** The rules. */
    static final class Derivatives {
        private Derivatives() {}

        /** As if it were {@code log1p}. */
        @DerivativeOf(value = CustomRulesGroupTest.class, method = "logarithm", part = Part.TANGENT)
        static double tangentOfLogarithm(double x, double dx) {
            return dx / (1 + x);
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "logarithm", part = Part.REVERSE)
        static double reverseOfLogarithm(double x, double adjoint) {
            return adjoint / (1 + x);
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "power", part = Part.TANGENT)
        static double tangentOfPower(double x, double dx, int n, double y, double dy) {
            return n * Math.pow(x, n - 1) * y * dx + Math.pow(x, n) * dy;
        }

        record Powers(double value, double byX, double byY) {}

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "power", part = Part.AUGMENTED_PRIMAL)
        static Powers augmentedPower(double x, int n, double y) {
            double less = Math.pow(x, n - 1);
            return new Powers(power(x, n, y), n * less * y, less * x);
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "power", part = Part.REVERSE)
        static double[] reverseOfPower(Powers tape, double adjoint) {
            return new double[] {tape.byX() * adjoint, tape.byY() * adjoint};
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "third", part = Part.TANGENT)
        static float tangentOfThird(float x, float dx) {
            return dx / 3;
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "third", part = Part.REVERSE)
        static float reverseOfThird(float x, float adjoint) {
            return adjoint / 3;
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "square", part = Part.TANGENT)
        static double tangentOfSquare(double[] values, double[] tangents) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += tangents[i];
                // After the call: the root of the square has lost its sign, so points are positive.
                tangents[i] *= 2 * Math.sqrt(values[i]);
            }
            return sum;
        }

        record Before(double value, double[] values) {}

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "square", part = Part.AUGMENTED_PRIMAL)
        static Before augmentedSquare(double[] values) {
            double[] before = values.clone();
            return new Before(square(values), before);
        }

        @DerivativeOf(value = CustomRulesGroupTest.class, method = "square", part = Part.REVERSE)
        static void reverseOfSquare(Before tape, double[] shadow, double adjoint) {
            for (int i = 0; i < shadow.length; i++) {
                shadow[i] = shadow[i] * 2 * tape.values()[i] + adjoint;
            }
        }
    }

    @Case("0.7")
    static double calledOnce(double x) {
        return x * logarithm(x * x);
    }

    @Case("0.7")
    static double ruledItself(double x) {
        return logarithm(x);
    }

    @Case("[0.7, 0.3, 1.9]; 4")
    static double calledInLoop(double[] x, int n) {
        double y = x[0];
        for (int i = 0; i < n; i++) {
            y = logarithm(y * y + x[i % x.length]) * x[1];
        }
        return y;
    }

    @Case("1.3; 0.4; 3")
    @Case(value = "1.3; 0.4; 3", constant = 0)
    @Case(value = "1.3; 0.4; 3", constant = 1)
    static double tapeOfItsOwn(double x, double y, int n) {
        return power(x, n, y * y) + power(2, 2, y) + power(x, 2, 3);
    }

    @Case("[1.3, 0.4, 0.9]; 5")
    static double tapesInLoop(double[] x, int n) {
        double y = 1;
        for (int i = 0; i < n; i++) {
            y = Math.sin(power(x[i % x.length], i % 3 + 1, y));
            x[(i + 1) % x.length] *= y + 1;
        }
        return y;
    }

    @Case("1.3; 0.4; true")
    @Case("1.3; 0.4; false")
    static double ruleOnOneBranch(double x, double y, boolean ruled) {
        return (ruled ? power(x, 2, y) : x * x * y * 2) * logarithm(x);
    }

    private static double descending(double x, int n) {
        return n == 0 ? x : logarithm(descending(x * 0.9, n - 1) + n);
    }

    @Case("0.7; 3")
    static double ruleInRecursion(double x, int n) {
        return descending(x, n) * x;
    }

    @Case("[1.3, 0.4, 0.9]; 1.7")
    static double arraysInPlace(double[] x, double factor) {
        double[] copy = x.clone();
        copy[0] *= factor;
        double sum = square(copy);
        sum += square(copy) * factor;
        return sum * copy[0] + copy[1] * copy[2];
    }

    @Case("[1.3, 0.4, 0.9]")
    static double argumentInPlace(double[] x) {
        return square(x) * x[0];
    }

    @Case("1.5; 0.25")
    static float singles(float x, double y) {
        return third(x) * (float) y + third((float) y * x);
    }

    @Case("[0.3, 1.4, 0.9]")
    static double inactiveCalls(double[] x) {
        return x[largest(x)] * parsed(x[0]) + x[0] * parsed(x[2]);
    }

    @Case("[0.3, 1.4, 0.9]")
    static double mappedByRule(double[] x) {
        return Arrays.stream(x).map(CustomRulesGroupTest::logarithm).sum();
    }

    @Case(value = "0.3", refused = Refusal.ACTIVE_BITS)
    static double methodWithoutRule(double x) {
        return withoutRule(x) * logarithm(x);
    }
}
