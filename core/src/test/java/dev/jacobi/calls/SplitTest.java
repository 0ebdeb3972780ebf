package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Pullback;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.autodiff.forward.Samples;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward and reverse sweep on their own: any number of reverse sweeps from one tape. */
class SplitTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "rosenbrock",
                "nestedLoops",
                "prefixProductsInPlace",
                "localArray",
                "localMatrix",
                "swappedBuffers",
                "copied",
                "copiedRange",
                "cloned",
                "filled",
                "filledRange",
                "copiedWithinItself",
                "chosenArray",
                "outOfBoundsCaught",
                "returnedArray",
                "overwrittenInput",
                "breaksAndContinues",
            })
    void everySweepFromOneTapeIsRight(String method) throws Throwable {
        Random random = new Random(method.hashCode());
        for (int length : new int[] {2, 5, 8}) {
            new CallCheck(Samples.class, method)
                    .run((Object) random.doubles(length, 0.3, 1.3).toArray());
        }
    }

    private static double sines(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += Math.sin(v) * v * x[0];
        }
        return sum;
    }

    private static double recursive(double[] x, int depth) {
        return depth == 0 ? x[0] * x[1] * x[2] : Math.sin(recursive(x, depth - 1)) + x[depth % 3];
    }

    private static double manyRecords(double[] x) {
        double sum = x[0];
        double[] work = x.clone();
        for (int i = 0; i < 900; i++) {
            work[i % 3] = Math.sin(work[i % 3] * sum) + 0.3 * work[(i + 1) % 3];
            sum = 0.5 * sum + 0.2 * work[i % 3] * x[i % 3];
        }
        return sum;
    }

    static double ofGradient(double[] x) {
        double[] gradient = Jacobi.gradient(SplitTest::sines).at(x);
        return gradient[0] * gradient[1] + gradient[2];
    }

    static double ofGradientOfRecursion(double[] x) {
        double[] gradient = Jacobi.gradient((double[] y) -> recursive(y, 40)).at(x);
        return gradient[0] * gradient[1] + gradient[2];
    }

    static double descent(double[] x) {
        double[] y = x.clone();
        for (int i = 0; i < 3; i++) {
            double[] gradient = Jacobi.gradient(SplitTest::sines).at(y);
            for (int j = 0; j < 3; j++) {
                y[j] -= 0.1 * gradient[j];
            }
        }
        return y[0] * y[1] + y[2];
    }

    static double ofGradientWithLongTape(double[] x) {
        double[] gradient = Jacobi.gradient(SplitTest::manyRecords).at(x);
        return gradient[0] * gradient[1] + gradient[2];
    }

    static double ofGradientOfGradient(double[] x) {
        double[] outer = Jacobi.gradient((double[] y) -> {
                    double[] inner =
                            Jacobi.gradient((double[] z) -> recursive(z, 4)).at(y);
                    return inner[0] * inner[1] + inner[2];
                })
                .at(x);
        return outer[0] + outer[1] * outer[2];
    }

    static double ofHessian(double[] x) {
        double[][] hessian = Jacobi.hessian(SplitTest::sines).at(x);
        return hessian[0][0] * hessian[1][2] + hessian[0][1];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ofGradient",
                "ofGradientOfRecursion",
                "descent",
                "ofGradientWithLongTape",
                "ofGradientOfGradient",
                "ofHessian"
            })
    void everySweepThroughDerivativesIsRight(String method) {
        double[] x = {0.7, 0.4, 0.9};
        double[] expected = new double[3];
        Jacobi.of(SplitTest.class, method).reverse(DUPLICATED).as(Sweep.class).run(x.clone(), expected, 1);
        SplitDerivative split =
                Jacobi.of(SplitTest.class, method).reverse(DUPLICATED).split();
        double[] one = new double[3];
        double[] other = new double[3];
        for (int round = 0; round < 2; round++) {
            try (Tape tape = split.augment(x.clone(), one);
                    Tape second = split.augment(x.clone(), other)) {
                for (int seed = 1; seed <= 4; seed++) {
                    Arrays.fill(one, 0);
                    Arrays.fill(other, 0);
                    tape.reverse((double) seed);
                    second.reverse(-0.5 * seed);
                    for (int i = 0; i < 3; i++) {
                        double size = Math.max(1, Math.abs(expected[i]));
                        assertEquals(seed * expected[i], one[i], 1e-12 * size * seed);
                        assertEquals(-0.5 * seed * expected[i], other[i], 1e-12 * size * seed);
                    }
                }
            }
        }
    }

    private interface Sweep {
        void run(double[] x, double[] shadow, double seed);
    }

    sealed interface Figure {}

    record Disc(double radius) implements Figure {}

    record Union(Figure one, int count) implements Figure {}

    /** The number 1 is known in the loop over the patterns, and used in the next loop and for the call. */
    static double leavesOneLoopThroughAnother(double[] x) {
        Figure figure = new Disc(x[2]);
        double value = switch (figure) {
            case Disc(double radius) -> Math.sin(radius) * radius;
            case Union(Disc(double radius), int count) -> radius * count;
            default -> 0.5;
        };
        try {
            value = down(2, x[0], x);
        } finally {
            x[1] *= 2;
        }
        return value;
    }

    private static double down(int count, double number, double[] x) {
        double product = number;
        for (int i = 0; i < 4; i++) {
            product *= Math.cos(product);
        }
        if (count <= 0) {
            return 0.2;
        }
        double below = down(count - 1, Math.sin(product + 0.3), x);
        x[count % x.length] += 0.125 * product;
        return 0.5 * below + product;
    }

    @Test
    void whatLeavesOneLoopAndThenAnotherIsThatOfTheirLastIterations() throws Throwable {
        new CallCheck(SplitTest.class, "leavesOneLoopThroughAnother").run((Object) new double[] {0.4, 0.7, -0.3});
    }

    static double product(double[] x, double factor) {
        double product = factor;
        for (double each : x) {
            product *= each;
        }
        return product;
    }

    static double[] squares(double[] x) {
        double[] squares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i] * x[0];
        }
        return squares;
    }

    static double failing(double[] x) {
        return x[0] * x[7];
    }

    @Test
    void theArgumentsMayChangeBetweenTheSweeps() {
        SplitDerivative split = Jacobi.of(SplitTest.class, "product")
                .reverse(DUPLICATED, ACTIVE)
                .split();
        double[] x = {2, 3, 5};
        double[] dx = new double[3];
        try (Tape tape = split.augment(x, dx, 7.0)) {
            assertEquals(210.0, tape.value());
            Arrays.fill(x, 100);
            assertArrayEquals(new double[] {30}, tape.reverse(1));
            assertArrayEquals(new double[] {105, 70, 42}, dx);
            assertArrayEquals(new double[] {60}, tape.reverse(2));
            assertArrayEquals(new double[] {315, 210, 126}, dx);
        }
    }

    static double gathered(double[] x, int[] index) {
        double sum = 0;
        for (int i = 0; i < index.length; i++) {
            sum += x[index[i]] * x[index[i]];
        }
        return sum;
    }

    @Test
    void integersMayChangeBetweenTheSweeps() {
        SplitDerivative split = Jacobi.of(SplitTest.class, "gathered")
                .reverse(DUPLICATED, CONST)
                .split();
        int[] index = {2, 1};
        double[] dx = new double[3];
        try (Tape tape = split.augment(new double[] {2, 3, 5}, dx, index)) {
            index[0] = 0;
            tape.reverse(1);
            assertArrayEquals(new double[] {0, 6, 10}, dx);
        }
    }

    @Test
    void aPullbackRunsTheFunctionOnce() {
        try (Pullback<double[], double[]> pullback =
                Jacobi.<double[], double[]>vjp(SplitTest::squares).pullback(new double[] {2, 3})) {
            assertArrayEquals(new double[] {8, 18}, pullback.value());
            assertArrayEquals(new double[] {12, 0}, pullback.pull(new double[] {1, 0}));
            assertArrayEquals(new double[] {9, 12}, pullback.pull(new double[] {0, 1}));
            assertArrayEquals(new double[] {12, 0}, pullback.pull(new double[] {1, 0}));
        }
    }

    @Test
    void aClosedTapeSaysSo() {
        Tape tape = Jacobi.of(SplitTest.class, "product")
                .reverse(DUPLICATED, ACTIVE)
                .split()
                .augment(new double[2], new double[2], 1.0);
        tape.close();
        tape.close();
        assertEquals(
                "the tape of dev.jacobi.calls.SplitTest.product(double[], double) is closed",
                assertThrows(IllegalStateException.class, () -> tape.reverse(1)).getMessage());
    }

    @Test
    void whatTheMethodThrowsLeavesNoTape() {
        SplitDerivative split =
                Jacobi.of(SplitTest.class, "failing").reverse(DUPLICATED).split();
        double[] shadow = {1, 1};
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> split.augment(new double[2], shadow));
        assertArrayEquals(new double[] {1, 1}, shadow);
    }

    @Test
    void wrongArgumentsAndSeedsAreRefused() {
        SplitDerivative split = Jacobi.of(SplitTest.class, "product")
                .reverse(DUPLICATED, ACTIVE)
                .split();
        assertRefused(Refusal.WRONG_SIGNATURE, () -> split.augment(new double[2], 1.0));
        assertRefused(Refusal.WRONG_SHADOW, () -> split.augment(new double[2], new double[3], 1.0));
        try (Tape tape = split.augment(new double[2], new double[2], 1.0)) {
            assertRefused(Refusal.WRONG_SIGNATURE, tape::reverse);
            assertRefused(Refusal.WRONG_SIGNATURE, () -> tape.reverse(new double[2]));
        }
        assertRefused(
                Refusal.WRONG_SIGNATURE,
                () -> Jacobi.of(SplitTest.class, "product").forward(DUAL, DUAL).split());
    }

    private static void assertRefused(Refusal refusal, org.junit.jupiter.api.function.Executable work) {
        assertEquals(refusal, assertThrows(JacobiException.class, work).refusal());
    }
}
