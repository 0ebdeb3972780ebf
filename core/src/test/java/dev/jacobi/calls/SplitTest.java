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
            java.util.Arrays.fill(x, 100);
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
