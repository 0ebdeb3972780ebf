package dev.jacobi.llvm;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.examples.batch.AdaptiveOscillator;
import dev.jacobi.examples.batch.AsianOption;
import dev.jacobi.examples.batch.LogisticRegression;
import dev.jacobi.examples.batch.MultilayerPerceptron;
import dev.jacobi.examples.batch.RaySphere;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The batches of the examples, and of their derivatives, have the same bits on both backends, in all layouts, in step or not. */
class BatchTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);
    private static final Options NATIVE = STRICT.withBackend(Backend.LLVM);
    private static final int[] SIZES = {0, 1, 3, 17, 128, 513, 1500};

    private static double[] numbers(int seed, int length) {
        return new SplittableRandom(seed).doubles(length, -1.5, 1.5).toArray();
    }

    private static double[] array(int length, IntToDoubleFunction element) {
        double[] array = new double[length];
        Arrays.setAll(array, element);
        return array;
    }

    /** Makes the arguments of a batch, for so many examples, with flat arrays for those of examples. */
    private interface Arguments {
        List<Object> of(int examples);
    }

    private static void check(Primal primal, boolean inStep, Arguments arguments, int widthOfRows, Axis... axes)
            throws Throwable {
        for (Layout layout : Layout.values()) {
            Batched inNative = primal.with(NATIVE).batch(axes).layout(layout);
            assertEquals(inStep, inNative.explain().contains("in step, "), layout + ": " + inNative.explain());
            compare(primal.with(STRICT).batch(axes).layout(layout), inNative, layout, arguments, widthOfRows);
        }
    }

    private static void compare(Batched onJvm, Batched inNative, Layout layout, Arguments arguments, int widthOfRows)
            throws Throwable {
        var jvm = onJvm.asMethodHandle();
        var compiled = inNative.asMethodHandle();
        for (int examples : SIZES) {
            List<Object> one = arranged(
                    arguments.of(examples),
                    layout,
                    examples,
                    widthOfRows,
                    jvm.type().parameterArray());
            List<Object> other = arranged(
                    arguments.of(examples),
                    layout,
                    examples,
                    widthOfRows,
                    jvm.type().parameterArray());
            Object expected = jvm.invokeWithArguments(one);
            Object result = compiled.invokeWithArguments(other);
            assertArrayEquals(new Object[] {expected}, new Object[] {result}, layout + " of " + examples);
            assertArrayEquals(one.toArray(), other.toArray(), layout + " of " + examples);
        }
    }

    /** Rows for the arrays of examples under SEPARATE, and the number of examples before the arguments otherwise. */
    private static List<Object> arranged(
            List<Object> arguments, Layout layout, int examples, int widthOfRows, Class<?>[] types) {
        List<Object> arranged = new ArrayList<>();
        if (layout != Layout.SEPARATE) {
            arranged.add(examples);
        }
        for (Object argument : arguments) {
            boolean rows = types[arranged.size()] == double[][].class && argument instanceof double[];
            if (rows) {
                double[][] all = new double[examples][];
                for (int example = 0; example < examples; example++) {
                    all[example] =
                            Arrays.copyOfRange((double[]) argument, example * widthOfRows, (example + 1) * widthOfRows);
                }
                arranged.add(all);
            } else {
                arranged.add(argument);
            }
        }
        return arranged;
    }

    @Test
    void logisticRegressionAndItsGradients() throws Throwable {
        Primal loss = Jacobi.of(LogisticRegression.class, "loss");
        check(
                loss,
                true,
                examples -> List.of(numbers(1, 5), numbers(2, 5 * examples), array(examples, e -> e % 2 == 0 ? 1 : -1)),
                5,
                SHARED,
                EACH,
                EACH);
        for (Axis ofGradient : List.of(SUMMED, EACH)) {
            for (Layout layout : Layout.values()) {
                compare(
                        loss.with(STRICT)
                                .reverse(DUPLICATED, CONST, CONST)
                                .batch(SHARED, ofGradient, EACH, EACH, SHARED)
                                .layout(layout),
                        loss.with(NATIVE)
                                .reverse(DUPLICATED, CONST, CONST)
                                .batch(SHARED, ofGradient, EACH, EACH, SHARED)
                                .layout(layout),
                        layout,
                        examples -> List.of(
                                numbers(1, 5),
                                ofGradient == SUMMED ? new double[5] : new double[5 * examples],
                                numbers(2, 5 * examples),
                                array(examples, e -> e % 2 == 0 ? 1 : -1),
                                0.5),
                        5);
            }
        }
    }

    @Test
    void neuralNetworkAndItsGradients() throws Throwable {
        Primal loss = Jacobi.of(MultilayerPerceptron.class, "loss");
        check(
                loss,
                true,
                examples -> List.of(numbers(1, 6 * 4), numbers(2, 6), numbers(3, 3 * examples), numbers(4, examples)),
                3,
                SHARED,
                SHARED,
                EACH,
                EACH);
        compare(
                loss.with(STRICT)
                        .reverse(DUPLICATED, DUPLICATED, CONST, CONST)
                        .batch(SHARED, SUMMED, SHARED, SUMMED, EACH, EACH, SHARED),
                loss.with(NATIVE)
                        .reverse(DUPLICATED, DUPLICATED, CONST, CONST)
                        .batch(SHARED, SUMMED, SHARED, SUMMED, EACH, EACH, SHARED),
                Layout.SEPARATE,
                examples -> List.of(
                        numbers(1, 6 * 4),
                        new double[6 * 4],
                        numbers(2, 6),
                        new double[6],
                        numbers(3, 3 * examples),
                        numbers(4, examples),
                        1.0),
                3);
    }

    @Test
    void optionsAndTheirGreeks() throws Throwable {
        Primal payoff = Jacobi.of(AsianOption.class, "payoff");
        Arguments paths = examples -> List.of(
                new double[] {100, 0.2, 0.03},
                100.0,
                8,
                LongStream.range(0, examples).toArray());
        check(payoff, true, paths, 0, SHARED, SHARED, SHARED, EACH);
        compare(
                payoff.with(STRICT)
                        .reverse(DUPLICATED, CONST, CONST, CONST)
                        .batch(SHARED, SUMMED, SHARED, SHARED, EACH, SHARED),
                payoff.with(NATIVE)
                        .reverse(DUPLICATED, CONST, CONST, CONST)
                        .batch(SHARED, SUMMED, SHARED, SHARED, EACH, SHARED),
                Layout.SEPARATE,
                examples -> List.of(
                        new double[] {100, 0.2, 0.03},
                        new double[3],
                        100.0,
                        8,
                        LongStream.range(0, examples).toArray(),
                        1.0),
                0);
    }

    @Test
    void thePriceOfAnOptionAndItsSlopesAreThoseOfManyPaths() {
        interface Prices {
            double[] apply(double[] market, double[] greeks, double strike, int steps, long[] paths, double seed);
        }
        int count = 20_000;
        Prices prices = Jacobi.of(AsianOption.class, "payoff")
                .reverse(DUPLICATED, CONST, CONST, CONST)
                .batch(SHARED, SUMMED, SHARED, SHARED, EACH, SHARED)
                .parallel()
                .as(Prices.class);
        double[] greeks = new double[3];
        double[] payoffs = prices.apply(
                new double[] {100, 0.2, 0.03},
                greeks,
                100,
                12,
                LongStream.range(0, count).toArray(),
                1.0 / count);
        double price = Arrays.stream(payoffs).sum() / count;
        // Between the discrete geometric average's closed form and the European option's price.
        assertTrue(price > 5 && price < 6.6, () -> "price " + price);
        assertTrue(greeks[0] > 0.5 && greeks[0] < 0.65, () -> "delta " + greeks[0]);
        assertTrue(greeks[1] > 20 && greeks[1] < 28, () -> "vega " + greeks[1]);
    }

    @Test
    void manyOscillatorsWithStepsOfTheirOwn() throws Throwable {
        check(
                Jacobi.of(AdaptiveOscillator.class, "place"),
                true,
                examples -> List.of(array(examples, e -> 0.01 * (e % 200)), numbers(1, examples), 5.0, 1e-3),
                0,
                EACH,
                EACH,
                SHARED,
                SHARED);
    }

    @Test
    void manyRays() throws Throwable {
        check(
                Jacobi.of(RaySphere.class, "distance"),
                true,
                examples -> List.of(numbers(7, 40), numbers(1, examples), numbers(2, examples), numbers(3, examples)),
                0,
                SHARED,
                EACH,
                EACH,
                EACH);
    }

    static int element(int[] table, int index, int divisor) {
        int sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += table[index] / divisor;
        }
        return sum;
    }

    @Test
    void exceptionsAreJavasAndComeWithTheirExample() throws Throwable {
        for (Layout layout : Layout.values()) {
            var batch = Jacobi.of(BatchTest.class, "element")
                    .with(NATIVE)
                    .batch(SHARED, EACH, EACH)
                    .layout(layout)
                    .asMethodHandle();
            int[] indices = new int[500];
            int[] divisors = new int[500];
            Arrays.fill(divisors, 1);
            divisors[400] = 0;
            for (int outside : new int[] {Integer.MAX_VALUE, -1, 3, Integer.MIN_VALUE}) {
                indices[450] = outside;
                indices[300] = outside;
                List<Object> arguments = new ArrayList<>();
                if (layout != Layout.SEPARATE) {
                    arguments.add(500);
                }
                arguments.addAll(List.of(new int[] {1, 2, 3}, indices, divisors));
                BatchException thrown = assertThrows(BatchException.class, () -> batch.invokeWithArguments(arguments));
                assertEquals(300, thrown.example());
                assertEquals(
                        "Index " + outside + " out of bounds for length 3",
                        thrown.getCause().getMessage());
                indices[300] = 0;
                thrown = assertThrows(BatchException.class, () -> batch.invokeWithArguments(arguments));
                assertEquals(400, thrown.example());
                assertEquals("/ by zero", thrown.getCause().getMessage());
            }
        }
    }
}
