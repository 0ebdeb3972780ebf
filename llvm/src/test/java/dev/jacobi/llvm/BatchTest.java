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
import java.util.stream.IntStream;
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

    /** Whole strips go in step, the examples behind them do not; with functions that are not strict too they have the same bits. */
    @Test
    void whatAnExampleGivesDoesNotDependOnItsPlace() throws Throwable {
        Batched payoffs = Jacobi.of(AsianOption.class, "payoff")
                .with(Options.DEFAULT.withBackend(Backend.LLVM))
                .batch(SHARED, SHARED, SHARED, EACH);
        double[] market = {100, 0.2, 0.03};
        long[] paths =
                LongStream.range(0, 128 * 64 + 77).map(path -> path % 101).toArray();
        double[] alone = new double[101];
        for (int path = 0; path < alone.length; path++) {
            double[] one = (double[]) payoffs.asMethodHandle().invoke(market, 100.0, 12, new long[] {path});
            alone[path] = one[0];
            assertEquals(AsianOption.payoff(market, 100, 12, path), one[0], 1e-11);
        }
        for (Batched batch : List.of(payoffs, payoffs.parallel())) {
            double[] all = (double[]) batch.asMethodHandle().invoke(market, 100.0, 12, paths);
            assertArrayEquals(array(paths.length, example -> alone[(int) paths[example]]), all);
        }
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

    @Test
    void manyRaysAndTheirGradients() throws Throwable {
        Primal distance = Jacobi.of(RaySphere.class, "distance");
        for (Layout layout : Layout.values()) {
            Batched inNative = distance.with(NATIVE)
                    .reverse(DUPLICATED, CONST, CONST, CONST)
                    .batch(SHARED, SUMMED, EACH, EACH, EACH, SHARED)
                    .layout(layout);
            compare(
                    distance.with(STRICT)
                            .reverse(DUPLICATED, CONST, CONST, CONST)
                            .batch(SHARED, SUMMED, EACH, EACH, EACH, SHARED)
                            .layout(layout),
                    inNative,
                    layout,
                    examples -> List.of(
                            numbers(7, 40),
                            new double[40],
                            numbers(1, examples),
                            numbers(2, examples),
                            numbers(3, examples),
                            1.0),
                    0);
        }
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

    interface Rowwise {
        double[] apply(double[][] weights, double[][] gradients, double[][] x, double[] labels, double seed);
    }

    interface RowOfOne {
        double apply(double[] weights, double[] gradient, double[] x, double label, double seed);
    }

    /** Rows that are there twice: the gradient of two examples, the array of one that is the gradient of another. */
    @Test
    void rowsOfSeveralExamplesMayBeTheSame() {
        Primal loss = Jacobi.of(LogisticRegression.class, "loss");
        Batched batched = loss.with(NATIVE).reverse(DUPLICATED, CONST, CONST).batch(EACH, EACH, EACH, EACH, SHARED);
        assertTrue(batched.explain().contains("in step, "), batched.explain());
        Rowwise batch = batched.as(Rowwise.class);
        RowOfOne single = loss.with(STRICT).reverse(DUPLICATED, CONST, CONST).as(RowOfOne.class);
        for (int kind = 0; kind < 5; kind++) {
            double[][][] given = rows(kind);
            double[][][] expected = rows(kind);
            double[] labels = numbers(9, 700);
            double[] losses = new double[700];
            for (int example = 0; example < 700; example++) {
                losses[example] = single.apply(
                        expected[0][example], expected[1][example], expected[2][example], labels[example], 0.5);
            }
            assertArrayEquals(losses, batch.apply(given[0], given[1], given[2], labels, 0.5), "kind " + kind);
            assertArrayEquals(expected, given, "kind " + kind);
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
            case 1 -> rows[1][250] = rows[1][10];
            case 2 -> rows[2][300] = rows[1][299];
            case 3 -> rows[0][531] = rows[1][600];
            case 4 -> rows[2][5] = rows[2][6];
            default -> {}
        }
        return rows;
    }

    static double rounds(double[] weights, double x, int rounds) {
        double y = x;
        for (int i = 0; i < rounds; i++) {
            y = Math.sin(y * weights[i % weights.length]) + weights[0] * y;
        }
        return y * y;
    }

    static double lookUp(double[] weights, int place, double x) {
        if (place < 0) {
            throw new IllegalArgumentException("place " + place);
        }
        return Math.exp(weights[place] * x) + weights[place];
    }

    @Test
    void tapesAndPlacesThatDependOnTheExample() throws Throwable {
        for (Layout layout : Layout.values()) {
            Primal rounds = Jacobi.of(BatchTest.class, "rounds");
            Batched tape = rounds.with(NATIVE)
                    .reverse(DUPLICATED, CONST, CONST)
                    .batch(SHARED, SUMMED, EACH, SHARED, EACH)
                    .layout(layout);
            assertTrue(tape.explain().contains("in step, "), tape.explain());
            compare(
                    rounds.with(STRICT)
                            .reverse(DUPLICATED, CONST, CONST)
                            .batch(SHARED, SUMMED, EACH, SHARED, EACH)
                            .layout(layout),
                    tape,
                    layout,
                    examples -> List.of(numbers(1, 5), new double[5], numbers(2, examples), 300, numbers(3, examples)),
                    0);
            Primal lookUp = Jacobi.of(BatchTest.class, "lookUp");
            Batched scattered = lookUp.with(NATIVE)
                    .reverse(DUPLICATED, CONST, CONST)
                    .batch(SHARED, SUMMED, EACH, EACH, SHARED)
                    .layout(layout);
            assertTrue(scattered.explain().contains("in step, "), scattered.explain());
            compare(
                    lookUp.with(STRICT)
                            .reverse(DUPLICATED, CONST, CONST)
                            .batch(SHARED, SUMMED, EACH, EACH, SHARED)
                            .layout(layout),
                    scattered,
                    layout,
                    examples -> List.of(
                            numbers(1, 40),
                            new double[40],
                            IntStream.range(0, examples).map(e -> e * 7 % 40).toArray(),
                            numbers(2, examples),
                            0.5),
                    0);
        }
    }

    interface Scattered {
        double[] apply(double[] weights, double[] sums, int[] places, double[] x, double seed);
    }

    @Test
    void anExceptionLeavesTheSumsOfTheExamplesBefore() {
        Primal lookUp = Jacobi.of(BatchTest.class, "lookUp");
        for (int failing : new int[] {0, 130, 511, 640}) {
            for (int place : new int[] {-1, 40}) {
                double[][] sums = new double[2][40];
                int number = 0;
                for (Options options : List.of(STRICT, NATIVE)) {
                    Scattered batch = lookUp.with(options)
                            .reverse(DUPLICATED, CONST, CONST)
                            .batch(SHARED, SUMMED, EACH, EACH, SHARED)
                            .as(Scattered.class);
                    int[] places = new int[700];
                    Arrays.setAll(places, e -> e % 40);
                    places[failing] = place;
                    double[] own = sums[number++];
                    BatchException thrown = assertThrows(
                            BatchException.class, () -> batch.apply(numbers(1, 40), own, places, numbers(2, 700), 1));
                    assertEquals(failing, thrown.example());
                }
                assertArrayEquals(sums[0], sums[1]);
            }
        }
    }
}
