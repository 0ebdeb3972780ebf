package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.examples.parallel.Losses;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Gradients, training and batches on a device. */
@Tag(DeviceTests.TAG)
class OffloadedDerivativesTest {
    private static final int POINTS = 2000;
    private static final int WEIGHTS = 7;
    private static final long DATA_BYTES = 8L * POINTS * (WEIGHTS + 1);
    private static final long WEIGHT_BYTES = 8L * WEIGHTS;
    /** Of the sum over the points, in parts of 16 rounds at least. */
    private static final long SUM_BYTES = 8L * (POINTS / 16);

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        // So that Math.exp has the bits of StrictMath, as on the device.
        return ForkedTests.of(OffloadedDerivativesTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length).toArray();
    }

    static double loss(double[] w, double[] x, double[] y) {
        int k = w.length;
        return IntStream.range(0, y.length)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    for (int j = 0; j < k; j++) {
                        sum += w[j] * x[i * k + j];
                    }
                    double error = Math.tanh(sum) - y[i];
                    return error * error;
                })
                .reduce(0, Double::sum);
    }

    interface Gradient {
        double of(double[] w, double[] adjoints, double[] x, double[] y, double seed);
    }

    @InFork
    static void gradientIsThatOfTheJvmAndMovesNothingTwice() {
        Device device = Agreement.device();
        double[] w = doubles(WEIGHTS, 1);
        double[] x = doubles(POINTS * WEIGHTS, 2);
        double[] y = doubles(POINTS, 3);
        Derivative gradient = Jacobi.of(OffloadedDerivativesTest.class, "loss")
                .reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST);
        double[] expected = new double[WEIGHTS];
        double value = gradient.as(Gradient.class).of(w, expected, x, y, 1);
        Traffic[] moved = new Traffic[1];
        Gradient onDevice = Offload.of(gradient, Gradient.class)
                .measuring(traffic -> moved[0] = traffic)
                .on(device, Gradient.class);
        double[] actual = new double[WEIGHTS];
        // All terms are positive: sums of n in any order differ by less than n units in the last place.
        assertEquals(value, onDevice.of(w, actual, x, y, 1), POINTS * Math.ulp(value));
        assertClose(expected, actual, 1e-12);
        // The points and the weights come once, and the adjoints, which are added to; these and the sum go home. The
        // tape stays.
        assertEquals(new Traffic(DATA_BYTES + 2 * WEIGHT_BYTES, 4, WEIGHT_BYTES + SUM_BYTES, 2, 3, 0), moved[0]);

        double[] again = new double[WEIGHTS];
        onDevice.of(w, again, x, y, 1);
        assertArrayEquals(actual, again);
    }

    private static void assertClose(double[] expected, double[] actual, double relative) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(expected, actual, relative * largest);
    }

    static double train(double[] w, double[] adjoints, double[] x, double[] y, int epochs) {
        double loss = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            loss = Jacobi.gradient((double[] v) -> loss(v, x, y)).into(w, adjoints);
            IntStream.range(0, w.length).parallel().forEach(j -> w[j] -= 1e-3 * adjoints[j]);
        }
        return loss;
    }

    interface TwoGradients {
        double of(
                double[] w, double[] adjoints0, double[] adjoints1, double[] x, double[] y, double seed0, double seed1);
    }

    @InFork
    static void severalAdjointsGoBackTogether() {
        Derivative both = Jacobi.of(OffloadedDerivativesTest.class, "loss")
                .reverse(2, Activity.DUPLICATED, Activity.CONST, Activity.CONST);
        double[] w = doubles(WEIGHTS, 1);
        double[] x = doubles(POINTS * WEIGHTS, 2);
        double[] y = doubles(POINTS, 3);
        double[][] expected = new double[2][WEIGHTS];
        double[][] actual = new double[2][WEIGHTS];
        double value = both.as(TwoGradients.class).of(w, expected[0], expected[1], x, y, 1, -2);
        double there = Offload.of(both, TwoGradients.class)
                .on(Agreement.device(), TwoGradients.class)
                .of(w, actual[0], actual[1], x, y, 1, -2);
        assertEquals(value, there, 1e-12 * value);
        assertClose(expected[0], actual[0], 1e-12);
        assertClose(expected[1], actual[1], 1e-12);
    }

    @InFork
    static void trainingStaysOnTheDevice() {
        int epochs = 20;
        double[] x = doubles(POINTS * WEIGHTS, 2);
        double[] y = doubles(POINTS, 3);
        double[] expected = doubles(WEIGHTS, 1);
        double[] actual = expected.clone();
        double loss = train(expected, new double[WEIGHTS], x, y, epochs);
        Traffic[] moved = new Traffic[1];
        OffloadedMethod onDevice =
                Offload.of(OffloadedDerivativesTest.class, "train").measuring(traffic -> moved[0] = traffic);
        double lossThere = (double) onDevice.run(Agreement.device(), actual, new double[WEIGHTS], x, y, epochs);
        assertEquals(loss, lossThere, 1e-9 * loss);
        assertClose(expected, actual, 1e-9);
        // Points and weights come once; the adjoints, which the JVM sets to 0, in each epoch. The sum of each epoch
        // goes home, and in the end weights and adjoints do.
        assertEquals(
                new Traffic(
                        DATA_BYTES + WEIGHT_BYTES + epochs * WEIGHT_BYTES,
                        3 + epochs,
                        2 * WEIGHT_BYTES + epochs * SUM_BYTES,
                        2 + epochs,
                        4 * epochs,
                        0),
                moved[0]);
    }

    /** Goes down the gradient of a network with one hidden layer, on all points at once. */
    static double trainNetwork(
            double[] w, double[] gradient, double[] x, double[] y, int inputs, int hidden, int steps, double rate) {
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            loss = Jacobi.gradient((double[] v) -> Losses.perceptron(v, x, y, inputs, hidden, 0, y.length))
                    .into(w, gradient);
            IntStream.range(0, w.length).parallel().forEach(j -> w[j] -= rate * gradient[j]);
        }
        return loss;
    }

    @InFork
    static void aNetworkIsTrainedOnTheDeviceGradientsAndAll() {
        int inputs = 4;
        int hidden = 6;
        int points = 500;
        int steps = 10;
        double[] x = doubles(points * inputs, 2);
        double[] y = doubles(points, 3);
        double[] w = doubles(Losses.perceptronWeights(inputs, hidden), 1);
        double[] expected = w.clone();
        double[] gradient = new double[w.length];
        double loss = trainNetwork(expected, gradient, x, y, inputs, hidden, steps, 1e-4);
        Traffic[] moved = new Traffic[1];
        OffloadedMethod onDevice =
                Offload.of(OffloadedDerivativesTest.class, "trainNetwork").measuring(traffic -> moved[0] = traffic);
        double[] actual = w.clone();
        double[] gradientThere = new double[w.length];
        double lossThere =
                (double) onDevice.run(Agreement.device(), actual, gradientThere, x, y, inputs, hidden, steps, 1e-4);
        assertEquals(loss, lossThere, 1e-11 * loss);
        assertClose(expected, actual, 1e-11);
        assertClose(gradient, gradientThere, 1e-11);
        assertTrue(Losses.perceptron(actual, x, y, inputs, hidden, 0, points)
                < Losses.perceptron(w, x, y, inputs, hidden, 0, points));
        // Points and weights come once; the gradient, which the JVM sets to 0, in each step. The layer, its adjoints
        // and what the way back needs never move. The parts of the loss, of 16 points each, go home in each step, and
        // in
        // the end weights and gradient do.
        long weightBytes = 8L * w.length;
        assertEquals(
                new Traffic(
                        8L * points * (inputs + 1) + weightBytes + steps * weightBytes,
                        3 + steps,
                        steps * 8L * (points / 16) + 2 * weightBytes,
                        steps + 2,
                        7 * steps,
                        0),
                moved[0]);
    }

    static double option(double z, double s, double k, double r, double v, double t) {
        double end = s * Math.exp((r - v * v / 2) * t + v * Math.sqrt(t) * z);
        return Math.exp(-r * t) * Math.max(end - k, 0);
    }

    interface Prices {
        double[] of(double[] z, double s, double k, double r, double v, double t);
    }

    interface Deltas {
        double[] of(double[] z, double s, double tangent, double k, double r, double v, double t);
    }

    @InFork
    static void batchesHaveTheBitsOfTheJvm() {
        Device device = Agreement.device();
        double[] z = new Random(1).doubles(5000, -3, 3).toArray();
        Batched prices = Jacobi.of(OffloadedDerivativesTest.class, "option")
                .batch(Axis.EACH, Axis.SHARED, Axis.SHARED, Axis.SHARED, Axis.SHARED, Axis.SHARED);
        Traffic[] moved = new Traffic[1];
        Prices pricesThere = Offload.of(prices, Prices.class)
                .measuring(traffic -> moved[0] = traffic)
                .on(device, Prices.class);
        assertArrayEquals(
                prices.as(Prices.class).of(z, 100, 95, 0.05, 0.2, 1), pricesThere.of(z, 100, 95, 0.05, 0.2, 1));
        assertEquals(new Traffic(40_000, 1, 40_000, 1, 1, 0), moved[0]);

        Batched deltas = Jacobi.of(OffloadedDerivativesTest.class, "option")
                .forward(Activity.CONST, Activity.DUAL, Activity.CONST, Activity.CONST, Activity.CONST, Activity.CONST)
                .batch(Axis.EACH, Axis.SHARED, Axis.SHARED, Axis.SHARED, Axis.SHARED, Axis.SHARED, Axis.SHARED);
        Deltas deltasThere = Offload.of(deltas, Deltas.class).on(device, Deltas.class);
        assertArrayEquals(
                deltas.as(Deltas.class).of(z, 100, 1, 95, 0.05, 0.2, 1), deltasThere.of(z, 100, 1, 95, 0.05, 0.2, 1));
    }

    static void doubleAll(double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] *= 2);
    }

    static void count(int[] calls) {
        calls[0]++;
    }

    @InFork
    static void whatCannotRunOnADeviceRunsOnceOnTheJvmIfThatIsWanted() {
        int[] calls = new int[1];
        assertFalse(Offload.offloadOrElseRun(() -> count(calls)));
        assertEquals(1, calls[0]);
        Agreement.device();
        double[] x = {1, 2, 3};
        assertTrue(Offload.offloadOrElseRun(() -> doubleAll(x)));
        assertArrayEquals(new double[] {2, 4, 6}, x);
    }
}
