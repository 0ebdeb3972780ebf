package dev.jacobi.batch;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gradients that go in step, their tapes and what they write included, give the bits of one call for each example, in their order. */
@ExtendWith(AlwaysInStep.class)
class GradientsInStepTest {
    private static final String IN_STEP = "128 examples in step, the rest one after the other";

    /** Functions of one example. */
    static final class Losses {
        private Losses() {}

        static double logistic(double[] weights, double[] x, double label) {
            double score = 0;
            for (int i = 0; i < x.length; i++) {
                score += weights[i] * x[i];
            }
            return Math.log1p(Math.exp(-label * score));
        }

        /** Every round overwrites what the way back needs: a tape. The number of rounds is known before. */
        static double rounds(double[] weights, double x, int rounds) {
            double y = x;
            for (int i = 0; i < rounds; i++) {
                y = Math.sin(y * weights[i % weights.length]) + weights[0] * y;
            }
            return y * y;
        }

        /** The number of rounds is not known before: a tape that grows, with whole numbers and numbers on it. */
        static double halving(double[] weights, double[] x, int start) {
            double y = x[0];
            int at = start;
            while (at > 0) {
                for (int i = 0; i < x.length; i++) {
                    y = Math.exp(-y * y) * weights[at % weights.length] + x[i] * y;
                }
                at = at / 2 - (at & 1);
            }
            return y;
        }

        /** Which weight is used depends on the example. */
        static double lookUp(double[] weights, int place, double x) {
            return Math.exp(weights[place] * x) + weights[place];
        }

        static float single(float[] weights, float x) {
            float sum = 0;
            for (float weight : weights) {
                sum += weight * x * weight;
            }
            return sum * sum / (1 + x * x) + (float) Math.exp(x);
        }

        /** Each example adds so often as it says. */
        static double several(double[] weights, double x, int count) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += weights[i] * x;
            }
            return sum;
        }

        static double gated(double[] weights, double x) {
            double sum = weights[0] * x;
            if (x > 0) {
                sum += weights[1] * weights[2] * Math.exp(x);
            }
            return sum;
        }

        static double straight(double[] weights, double x) {
            return weights[0] * x + weights[1] * Math.exp(x);
        }

        static double positive(double[] weights, double x) {
            if (x < 0) {
                throw new IllegalArgumentException("negative: " + x);
            }
            return Math.exp(weights[0] * x) * weights[1];
        }

        /** Writes into its argument, which is the seed of others. */
        static double smooth(double[] x, double amount) {
            double sum = 0;
            for (int i = 1; i < x.length; i++) {
                x[i] = Math.exp(-amount * x[i]) + x[i - 1];
                sum += x[i];
            }
            return sum;
        }
    }

    private static double[] numbers(int example, int length) {
        return new SplittableRandom(77 + example).doubles(length, -2, 2).toArray();
    }

    private static Derivative reverse(String method, Activity... activities) {
        return Jacobi.of(Losses.class, method).reverse(activities);
    }

    private static void check(Derivative derivative, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        for (Layout layout : Layout.values()) {
            var batched = derivative.batch(axes.toArray(Axis[]::new));
            assertEquals(IN_STEP, batched.layout(layout).explain(), layout.name());
            long before = InStep.stripsOutOfStep();
            BatchCheck.check(derivative.asMethodHandle(), batched, layout, axes, arguments);
            assertEquals(before, InStep.stripsOutOfStep(), "strips that were done one by one");
        }
    }

    @Test
    void gradientsAreSummedOrEachForItself() throws Throwable {
        Derivative logistic = reverse("logistic", DUPLICATED, CONST, CONST);
        for (Axis ofGradient : new Axis[] {SUMMED, EACH}) {
            check(logistic, List.of(SHARED, ofGradient, EACH, EACH, SHARED), example ->
                    new Object[] {numbers(1, 19), numbers(2, 19), numbers(example, 19), 1.0 - 2 * (example & 1), 0.7});
        }
        check(
                reverse("logistic", DUPLICATED, DUPLICATED, CONST),
                List.of(EACH, EACH, EACH, EACH, EACH, EACH),
                example -> new Object[] {
                    numbers(-example, 3), numbers(2, 3), numbers(example, 3), numbers(5, 3), 1.0, 0.01 * example
                });
    }

    @Test
    void tapesOfKnownAndUnknownLength() throws Throwable {
        Derivative rounds = reverse("rounds", DUPLICATED, CONST, CONST);
        for (int count : new int[] {0, 1, 7, 300}) {
            check(rounds, List.of(SHARED, SUMMED, EACH, SHARED, EACH), example ->
                    new Object[] {numbers(3, 5), numbers(4, 5), 0.01 * example - 4, count, 0.5 + example});
        }
        check(rounds, List.of(EACH, EACH, EACH, SHARED, EACH), example ->
                new Object[] {numbers(example, 5), numbers(4, 5), 0.01 * example - 4, 9, 0.5 + example});
        Derivative halving = reverse("halving", DUPLICATED, DUPLICATED, CONST);
        for (int start : new int[] {0, 1, 999, 1 << 20}) {
            check(halving, List.of(SHARED, SUMMED, EACH, EACH, SHARED, SHARED), example ->
                    new Object[] {numbers(3, 4), numbers(4, 4), numbers(example, 3), numbers(-example, 3), start, 1.5});
        }
    }

    @Test
    void aPlaceThatDependsOnTheExample() throws Throwable {
        check(reverse("lookUp", DUPLICATED, CONST, CONST), List.of(SHARED, SUMMED, EACH, EACH, SHARED), example ->
                new Object[] {numbers(3, 40), numbers(4, 40), example * 7 % 40, 0.01 * example, 1.5});
    }

    @Test
    void sumsToWhichNotAllExamplesAdd() throws Throwable {
        checkMasked(reverse("several", DUPLICATED, CONST, CONST), List.of(SHARED, SUMMED, EACH, EACH, EACH), example ->
                new Object[] {numbers(3, 28), numbers(4, 28), 0.1 * example, example % 29, 0.5 + example});
        checkMasked(reverse("gated", DUPLICATED, CONST), List.of(SHARED, SUMMED, EACH, SHARED), example ->
                new Object[] {numbers(3, 8), numbers(4, 8), 0.01 * example - 3, 1.0});
        check(reverse("straight", DUPLICATED, CONST), List.of(SHARED, SUMMED, EACH, SHARED), example ->
                new Object[] {numbers(3, 2), numbers(4, 2), 0.01 * example - 3, 1.0});
    }

    private static void checkMasked(Derivative derivative, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        long left = BatchCheck.underMasks(
                derivative.asMethodHandle(), derivative.batch(axes.toArray(Axis[]::new)), axes, arguments);
        assertEquals(0, left, "strips that were done one by one");
    }

    @Test
    void numbersOfSinglePrecision() throws Throwable {
        check(reverse("single", DUPLICATED, CONST), List.of(SHARED, SUMMED, EACH, SHARED), example ->
                new Object[] {new float[] {1, 2.5f, -3}, new float[] {0.1f, 0, 3}, 0.01f * example, 0.3f});
    }

    @Test
    void argumentsThatAreWritten() throws Throwable {
        for (Layout layout : Layout.values()) {
            var single = MethodHandles.lookup()
                    .findStatic(
                            Losses.class, "smooth", MethodType.methodType(double.class, double[].class, double.class));
            var batched = Jacobi.of(Losses.class, "smooth").batch(EACH, SHARED).layout(layout);
            assertEquals(IN_STEP, batched.explain());
            BatchCheck.check(
                    single, batched, layout, List.of(EACH, SHARED), example -> new Object[] {numbers(example, 5), 0.3});
        }
        check(reverse("smooth", DUPLICATED, CONST), List.of(EACH, EACH, SHARED, EACH), example ->
                new Object[] {numbers(example, 6), numbers(-example, 6), 0.3, 0.1 * example});
    }

    @Test
    void anExceptionLeavesTheSumsOfTheExamplesBefore() throws Throwable {
        Derivative positive = reverse("positive", DUPLICATED, CONST);
        for (int failing : new int[] {0, 5, 127, 128, 300, 640, 999}) {
            for (Axis ofGradient : new Axis[] {SUMMED, EACH}) {
                for (Layout layout : Layout.values()) {
                    List<Axis> axes = List.of(SHARED, ofGradient, EACH, SHARED);
                    var batched = positive.batch(axes.toArray(Axis[]::new));
                    assertEquals(IN_STEP, batched.layout(layout).explain());
                    BatchCheck.check(
                            positive.asMethodHandle(), batched, layout, axes, example -> new Object[] {
                                numbers(3, 2), numbers(4, 2), example == failing ? -1 : 0.001 * example, 1.5
                            });
                }
            }
        }
    }

    interface Sum {
        double[] apply(int n, double[] weights, double[] sums, double[] x, double seed);
    }

    interface One {
        double apply(double[] weights, double[] sums, double x, double seed);
    }

    @Test
    void othersAreFinishedAfterAnException() {
        Derivative positive = reverse("positive", DUPLICATED, CONST);
        Sum sum = positive.batch(SHARED, SUMMED, EACH, SHARED)
                .layout(Layout.LANES)
                .finishingOthers()
                .as(Sum.class);
        One one = positive.as(One.class);
        double[] weights = {0.3, 1.1};
        double[] expected = {0.5, 0.25};
        double[] sums = expected.clone();
        double[] x = new double[1500];
        for (int example = 0; example < x.length; example++) {
            x[example] = example % 400 == 150 ? -1 : 0.001 * example;
            if (x[example] >= 0) {
                one.apply(weights, expected, x[example], 1);
            }
        }
        BatchException thrown = assertThrows(BatchException.class, () -> sum.apply(x.length, weights, sums, x, 1));
        assertEquals(4, thrown.failures().size());
        assertArrayEquals(expected, sums);
    }

    interface Rowwise {
        double[] apply(double[][] weights, double[][] gradients, double[][] x, double[] labels, double seed);
    }

    interface RowOfOne {
        double apply(double[] weights, double[] gradient, double[] x, double label, double seed);
    }

    /** Rows that are there twice: the gradient of two examples, the array of one that is the gradient of another. */
    @Test
    void rowsOfSeveralExamplesMayBeTheSame() {
        Derivative logistic = reverse("logistic", DUPLICATED, CONST, CONST);
        Rowwise batch = logistic.batch(EACH, EACH, EACH, EACH, SHARED).as(Rowwise.class);
        RowOfOne single = logistic.as(RowOfOne.class);
        for (int kind = 0; kind < 5; kind++) {
            double[][][] given = rows(kind);
            double[][][] expected = rows(kind);
            double[] labels = numbers(9, 700);
            double[] losses = new double[700];
            long before = InStep.stripsOutOfStep();
            for (int example = 0; example < 700; example++) {
                losses[example] = single.apply(
                        expected[0][example], expected[1][example], expected[2][example], labels[example], 0.5);
            }
            assertArrayEquals(losses, batch.apply(given[0], given[1], given[2], labels, 0.5), "kind " + kind);
            assertArrayEquals(expected, given, "kind " + kind);
            assertEquals(kind == 0 || kind == 4, before == InStep.stripsOutOfStep(), "kind " + kind);
        }
    }

    private static double[][][] rows(int kind) {
        double[][][] rows = new double[3][700][];
        for (int example = 0; example < 700; example++) {
            for (int argument = 0; argument < 3; argument++) {
                rows[argument][example] = numbers(argument * 1000 + example, 4);
            }
        }
        switch (kind) {
            case 1 -> rows[1][100] = rows[1][10];
            case 2 -> rows[2][300] = rows[1][299];
            case 3 -> rows[0][531] = rows[1][600];
            case 4 -> rows[2][5] = rows[2][6];
            default -> {}
        }
        return rows;
    }

    @Test
    void tapesThatAreTooLongForAllLanesAreThoseOfSingleExamples() {
        Derivative rounds = reverse("rounds", DUPLICATED, CONST, CONST);
        interface Sums {
            double[] apply(int n, double[] weights, double[] sums, double[] x, int rounds, double seed);
        }
        interface Alone {
            double apply(double[] weights, double[] sums, double x, int rounds, double seed);
        }
        Sums batch = rounds.batch(SHARED, SUMMED, EACH, SHARED, SHARED)
                .layout(Layout.LANES)
                .as(Sums.class);
        Alone alone = rounds.as(Alone.class);
        double[] weights = numbers(1, 3);
        double[] expected = new double[3];
        double[] sums = new double[3];
        double[] x = numbers(2, 130);
        double[] losses = new double[130];
        for (int example = 0; example < 130; example++) {
            losses[example] = alone.apply(weights, expected, x[example], 40_000, 1);
        }
        long before = InStep.stripsOutOfStep();
        assertArrayEquals(losses, batch.apply(130, weights, sums, x, 40_000, 1));
        assertArrayEquals(expected, sums);
        assertTrue(InStep.stripsOutOfStep() > before);
    }
}
