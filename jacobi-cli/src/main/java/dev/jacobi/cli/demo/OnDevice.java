package dev.jacobi.cli.demo;

import dev.jacobi.Jacobi;
import dev.jacobi.examples.parallel.Grids;
import dev.jacobi.examples.parallel.Losses;
import dev.jacobi.examples.parallel.Particles;
import dev.jacobi.examples.parallel.Vectors;
import dev.jacobi.offload.Device;
import dev.jacobi.offload.Devices;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import dev.jacobi.offload.Traffic;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/** What offload can do, step by step, on one device; each step is done on the JVM too, and compared. */
public final class OnDevice {
    private static final int LENGTH = 1 << 20;
    private static final int WIDTH = 1024;
    private static final int HEIGHT = 768;
    private static final int MOST_STEPS = 1000;
    private static final int EXAMPLES = 20_000;
    private static final int INPUTS = 16;
    private static final int UNITS = 16;
    private static final int EPOCHS = 20;

    private final Device device;
    private final PrintWriter out;
    private Traffic moved = new Traffic(0, 0, 0, 0, 0, 0);
    private boolean ok = true;

    private OnDevice(Device device, PrintWriter out) {
        this.device = device;
        this.out = out;
    }

    /**
     * Returns whether all results were right.
     *
     * @param name of the device, or {@code first} for the preferred one
     * @throws dev.jacobi.JacobiException NO_DEVICE if there is no such device
     */
    public static boolean run(String name, PrintWriter out) {
        Device device = name.equals("first") ? Devices.first() : Devices.named(name);
        return new OnDevice(device, out).run();
    }

    private boolean run() {
        out.printf("on %s (%s)%n%n", device, device.kind());
        out.printf(
                "%-40s %10s %10s %10s %10s %8s  %s%n",
                "", "JVM", "device", "in", "out", "launches", "largest difference");
        arrayThereAndBack();
        objectThereAndBack();
        scalarTimesVector();
        parallelStream();
        training();
        out.println();
        out.println("times are of second calls, with all copies");
        out.println(ok ? "all results are right" : "WRONG: see the lines marked so");
        out.flush();
        return ok;
    }

    private OffloadedMethod offloaded(Class<?> owner, String method) {
        return Offload.of(owner, method).measuring(traffic -> moved = traffic);
    }

    private void arrayThereAndBack() {
        float[] from = numbers(1);
        float[] expected = new float[LENGTH];
        float[] actual = new float[LENGTH];
        OffloadedMethod reverse = offloaded(Vectors.class, "reverse");
        double jvm = second(() -> Vectors.reverse(from, expected));
        double there = second(() -> reverse.run(device, from, actual));
        tell("an array there and back, reversed", jvm, there, largestDifference(expected, actual), 0);
    }

    private void objectThereAndBack() {
        Particles.Surroundings surroundings = new Particles.Surroundings(9.81f, 0.8f);
        Particles expected = new Particles(numbers(2), surroundings);
        Particles actual = new Particles(numbers(2), surroundings);
        OffloadedMethod fall = offloaded(Particles.class, "fall");
        double jvm = second(() -> expected.fall(10, 0.01f));
        double there = second(() -> fall.run(device, actual, 10, 0.01f));
        tell(
                "an object with arrays and a record",
                jvm,
                there,
                largestDifference(expected.heights(), actual.heights()),
                0);
    }

    private void scalarTimesVector() {
        float[] expected = numbers(3);
        float[] actual = expected.clone();
        OffloadedMethod scale = offloaded(Vectors.class, "scale");
        double jvm = second(() -> Vectors.scale(1.5f, expected));
        double there = second(() -> scale.run(device, 1.5f, actual));
        tell("scalar x vector", jvm, there, largestDifference(expected, actual), 0);
    }

    private void parallelStream() {
        int[] expected = new int[WIDTH * HEIGHT];
        int[] actual = new int[WIDTH * HEIGHT];
        OffloadedMethod mandelbrot = offloaded(Grids.class, "mandelbrot");
        double jvm = second(() -> Grids.mandelbrot(expected, WIDTH, HEIGHT, -2.1, -1.2, 2.7, MOST_STEPS));
        double there = second(() -> mandelbrot.run(device, actual, WIDTH, HEIGHT, -2.1, -1.2, 2.7, MOST_STEPS));
        double difference = IntStream.range(0, expected.length)
                .map(i -> Math.abs(expected[i] - actual[i]))
                .max()
                .orElse(0);
        tell("a parallel stream, Mandelbrot's set", jvm, there, difference, 0);
    }

    private void training() {
        Random random = new Random(4);
        double[] x = random.doubles((long) EXAMPLES * INPUTS, -1, 1).toArray();
        double[] y = random.doubles(EXAMPLES).toArray();
        double[] w = random.doubles(Losses.perceptronWeights(INPUTS, UNITS), -0.5, 0.5)
                .toArray();
        double[] expected = new double[w.length];
        double[] actual = new double[w.length];
        double[] losses = new double[2];
        OffloadedMethod train = offloaded(OnDevice.class, "train");
        double jvm = second(() -> {
            System.arraycopy(w, 0, expected, 0, w.length);
            losses[0] = train(expected, new double[w.length], x, y, EPOCHS);
        });
        double there = second(() -> {
            System.arraycopy(w, 0, actual, 0, w.length);
            Object loss = train.run(device, actual, new double[w.length], x, y, EPOCHS);
            losses[1] = loss == null ? Double.NaN : (double) loss;
        });
        double difference = Math.abs(losses[0] - losses[1]) / losses[0];
        for (int i = 0; i < w.length; i++) {
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        tell("derivatives: training of a network", jvm, there, difference, 1e-9);
        double before = Losses.perceptron(w, x, y, INPUTS, UNITS, 0, EXAMPLES);
        out.printf(Locale.ROOT, "%40s the loss has fallen from %.6g to %.6g%n", "", before, losses[1]);
        ok &= losses[1] < before;
    }

    /** Gradient descent, every step of which runs on a device; the loss before the last step. */
    static double train(double[] w, double[] gradient, double[] x, double[] y, int epochs) {
        double loss = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            loss = Jacobi.gradient((double[] v) -> Losses.perceptron(v, x, y, INPUTS, UNITS, 0, EXAMPLES))
                    .into(w, gradient);
            IntStream.range(0, w.length).parallel().forEach(j -> w[j] -= 1e-6 * gradient[j]);
        }
        return loss;
    }

    private void tell(String what, double jvm, double there, double difference, double most) {
        boolean right = difference <= most;
        ok &= right;
        out.printf(
                Locale.ROOT,
                "%-40s %7.2f ms %7.2f ms %7.2f MB %7.2f MB %8d  %s%n",
                what,
                jvm,
                there,
                moved.bytesIn() / 1e6,
                moved.bytesOut() / 1e6,
                moved.launches(),
                (difference == 0 ? "none" : String.format(Locale.ROOT, "%.1e", difference)) + (right ? "" : "  WRONG"));
        out.flush();
    }

    /** Milliseconds of the second of two runs. */
    private static double second(Runnable code) {
        code.run();
        long start = System.nanoTime();
        code.run();
        return (System.nanoTime() - start) * 1e-6;
    }

    private static float[] numbers(int seed) {
        Random random = new Random(seed);
        float[] numbers = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }

    /** Infinity where one is NaN and the other is not. */
    private static double largestDifference(float[] expected, float[] actual) {
        if (Arrays.equals(expected, actual)) {
            return 0;
        }
        double largest = Double.MIN_VALUE;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) expected[i] - actual[i]);
            largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return largest;
    }
}
