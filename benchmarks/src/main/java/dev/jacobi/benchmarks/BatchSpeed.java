package dev.jacobi.benchmarks;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.examples.batch.AdaptiveOscillator;
import dev.jacobi.examples.batch.AsianOption;
import dev.jacobi.examples.batch.LogisticRegression;
import dev.jacobi.examples.batch.MultilayerPerceptron;
import dev.jacobi.examples.batch.RaySphere;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The time of one example: in a plain Java loop over calls, in batches on the JVM and natively (with {@code jacobi-llvm} on the class path), on one thread and on all. What counts is the
 * fastest run. Arguments: how many seconds each takes; a word, to measure only what has it in its name. {@code -Djacobi.batch.examples=N}: how many examples, by default 4,096.
 */
public final class BatchSpeed {
    private static final int COUNT = Integer.getInteger("jacobi.batch.examples", 1 << 12);
    private static final int FEATURES = 16;
    private static final int UNITS = 8;

    private static final String STEP = "jacobi.batch.step";

    private final double seconds;
    private final String word;

    private BatchSpeed(double seconds, String word) {
        this.seconds = seconds;
        this.word = word;
    }

    private interface Work {
        void run();
    }

    private interface Maker {
        Work make(Options options, boolean parallel);
    }

    interface Logistic {
        double[] apply(int n, double[] weights, double[] features, double[] labels);
    }

    interface LogisticGradient {
        double[] apply(double[] weights, double[] gradient, double[][] features, double[] labels, double seed);
    }

    interface Perceptron {
        double[] apply(int n, double[] hidden, double[] output, double[] input, double[] target);
    }

    interface PerceptronGradient {
        double[] apply(
                double[] hidden,
                double[] ofHidden,
                double[] output,
                double[] ofOutput,
                double[][] input,
                double[] target,
                double seed);
    }

    interface OnePerceptronGradient {
        double apply(
                double[] hidden,
                double[] ofHidden,
                double[] output,
                double[] ofOutput,
                double[] input,
                double target,
                double seed);
    }

    interface Payoffs {
        double[] apply(double[] market, double strike, int steps, long[] paths);
    }

    interface Greeks {
        double[] apply(double[] market, double[] greeks, double strike, int steps, long[] paths, double seed);
    }

    interface Greek {
        double apply(double[] market, double[] greeks, double strike, int steps, long path, double seed);
    }

    interface Places {
        double[] apply(double[] damping, double[] place, double end, double tolerance);
    }

    interface PlaceGradients {
        double[][] apply(double[] damping, double[] place, double end, double tolerance, double seed);
    }

    interface PlaceGradient {
        double[] apply(double damping, double place, double end, double tolerance, double seed);
    }

    interface DistanceGradients {
        double[] apply(double[] spheres, double[] gradient, double[] x, double[] y, double[] z, double seed);
    }

    interface DistanceGradient {
        double apply(double[] spheres, double[] gradient, double x, double y, double z, double seed);
    }

    interface Distances {
        double[] apply(double[] spheres, double[] x, double[] y, double[] z);
    }

    interface OneGradient {
        double apply(double[] weights, double[] gradient, double[] features, double label, double seed);
    }

    public static void main(String[] arguments) {
        BatchSpeed speed = new BatchSpeed(
                arguments.length == 0 ? 2 : Double.parseDouble(arguments[0]), arguments.length < 2 ? "" : arguments[1]);
        System.out.println("| ns an example | Java loop | native loop | JVM | LLVM | JVM, threads | LLVM, threads |");
        System.out.println("|---|---|---|---|---|---|---|");
        speed.regression();
        speed.perceptron();
        speed.option();
        speed.oscillators();
        speed.rays();
    }

    private static double[] numbers(int seed, int length) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    private static double[][] rows(double[] lanes, int width) {
        double[][] rows = new double[COUNT][width];
        for (int example = 0; example < COUNT; example++) {
            for (int i = 0; i < width; i++) {
                rows[example][i] = lanes[i * COUNT + example];
            }
        }
        return rows;
    }

    private void regression() {
        double[] weights = numbers(1, FEATURES);
        double[] features = numbers(2, FEATURES * COUNT);
        double[] labels = numbers(3, COUNT);
        double[][] rows = rows(features, FEATURES);
        double[] results = new double[COUNT];
        Primal loss = Jacobi.of(LogisticRegression.class, "loss");
        line(
                "logistic regression, 16 features",
                () -> Arrays.setAll(results, e -> LogisticRegression.loss(weights, rows[e], labels[e])),
                (options, parallel) -> {
                    Logistic batch = batched(loss, options, parallel, Layout.LANES, SHARED, EACH, EACH)
                            .as(Logistic.class);
                    return () -> batch.apply(COUNT, weights, features, labels);
                });
        OneGradient one = loss.reverse(DUPLICATED, CONST, CONST).as(OneGradient.class);
        double[] gradient = new double[FEATURES];
        line(
                "its gradient, summed (loop: of derivatives)",
                () -> Arrays.setAll(results, e -> one.apply(weights, gradient, rows[e], labels[e], 1)),
                (options, parallel) -> {
                    Batched sum = loss.with(options)
                            .reverse(DUPLICATED, CONST, CONST)
                            .batch(SHARED, SUMMED, EACH, EACH, SHARED);
                    LogisticGradient batch = (parallel ? sum.parallel() : sum).as(LogisticGradient.class);
                    return () -> batch.apply(weights, gradient, rows, labels, 1);
                });
    }

    private static Batched batched(Primal primal, Options options, boolean parallel, Layout layout, Axis... axes) {
        Batched batched = primal.with(options).batch(axes).layout(layout);
        return parallel ? batched.parallel() : batched;
    }

    private void perceptron() {
        double[] hidden = numbers(1, UNITS * (FEATURES + 1));
        double[] output = numbers(2, UNITS);
        double[] input = numbers(3, FEATURES * COUNT);
        double[] target = numbers(4, COUNT);
        double[][] rows = rows(input, FEATURES);
        double[] results = new double[COUNT];
        line(
                "perceptron, 16 inputs, 8 units",
                () -> Arrays.setAll(results, e -> MultilayerPerceptron.loss(hidden, output, rows[e], target[e])),
                (options, parallel) -> {
                    Perceptron batch = batched(
                                    Jacobi.of(MultilayerPerceptron.class, "loss"),
                                    options,
                                    parallel,
                                    Layout.LANES,
                                    SHARED,
                                    SHARED,
                                    EACH,
                                    EACH)
                            .as(Perceptron.class);
                    return () -> batch.apply(COUNT, hidden, output, input, target);
                });
        Derivative derivative =
                Jacobi.of(MultilayerPerceptron.class, "loss").reverse(DUPLICATED, DUPLICATED, CONST, CONST);
        OnePerceptronGradient one = derivative.as(OnePerceptronGradient.class);
        double[] ofHidden = new double[hidden.length];
        double[] ofOutput = new double[output.length];
        line(
                "its gradient, summed (loop: of derivatives)",
                () -> Arrays.setAll(results, e -> one.apply(hidden, ofHidden, output, ofOutput, rows[e], target[e], 1)),
                (options, parallel) -> {
                    Batched sum = Jacobi.of(MultilayerPerceptron.class, "loss")
                            .with(options)
                            .reverse(DUPLICATED, DUPLICATED, CONST, CONST)
                            .batch(SHARED, SUMMED, SHARED, SUMMED, EACH, EACH, SHARED);
                    PerceptronGradient batch = (parallel ? sum.parallel() : sum).as(PerceptronGradient.class);
                    return () -> batch.apply(hidden, ofHidden, output, ofOutput, rows, target, 1);
                });
    }

    private void option() {
        double[] market = {100, 0.2, 0.03};
        double[] greeks = new double[3];
        long[] paths = LongStream.range(0, COUNT).toArray();
        double[] results = new double[COUNT];
        Primal payoff = Jacobi.of(AsianOption.class, "payoff");
        line(
                "Asian option, 12 steps",
                () -> Arrays.setAll(results, e -> AsianOption.payoff(market, 100, 12, paths[e])),
                (options, parallel) -> {
                    Payoffs batch = batched(payoff, options, parallel, Layout.SEPARATE, SHARED, SHARED, SHARED, EACH)
                            .as(Payoffs.class);
                    return () -> batch.apply(market, 100, 12, paths);
                });
        Activity[] activities = {DUPLICATED, CONST, CONST, CONST};
        Greek one = payoff.reverse(activities).as(Greek.class);
        line(
                "its Greeks (loop: of derivatives)",
                () -> Arrays.setAll(results, e -> one.apply(market, greeks, 100, 12, paths[e], 1)),
                (options, parallel) -> {
                    Batched sum = payoff.with(options)
                            .reverse(activities)
                            .batch(SHARED, SUMMED, SHARED, SHARED, EACH, SHARED);
                    Greeks batch = (parallel ? sum.parallel() : sum).as(Greeks.class);
                    return () -> batch.apply(market, greeks, 100, 12, paths, 1);
                });
    }

    private void oscillators() {
        double[] damping = numbers(1, COUNT);
        double[] place = numbers(2, COUNT);
        double[] results = new double[COUNT];
        line(
                "oscillators, adaptive steps",
                () -> Arrays.setAll(results, e -> AdaptiveOscillator.place(damping[e], place[e], 3, 1e-2)),
                (options, parallel) -> {
                    Places batch = batched(
                                    Jacobi.of(AdaptiveOscillator.class, "place"),
                                    options,
                                    parallel,
                                    Layout.SEPARATE,
                                    EACH,
                                    EACH,
                                    SHARED,
                                    SHARED)
                            .as(Places.class);
                    return () -> batch.apply(damping, place, 3, 1e-2);
                });
        Activity[] activities = {ACTIVE, ACTIVE, CONST, CONST};
        Primal primal = Jacobi.of(AdaptiveOscillator.class, "place");
        PlaceGradient one = primal.reverse(activities).as(PlaceGradient.class);
        double[][] gradients = new double[COUNT][];
        line(
                "their gradients, one for each (loop: of derivatives)",
                () -> Arrays.setAll(gradients, e -> one.apply(damping[e], place[e], 3, 1e-2, 1)),
                (options, parallel) -> {
                    Batched each = primal.with(options).reverse(activities).batch(EACH, EACH, SHARED, SHARED, SHARED);
                    PlaceGradients batch = (parallel ? each.parallel() : each).as(PlaceGradients.class);
                    return () -> batch.apply(damping, place, 3, 1e-2, 1);
                });
    }

    private void rays() {
        double[] spheres = numbers(9, 4 * 16);
        double[] x = numbers(1, COUNT);
        double[] y = numbers(2, COUNT);
        double[] z = numbers(3, COUNT);
        double[] results = new double[COUNT];
        line(
                "rays, 16 spheres",
                () -> Arrays.setAll(results, e -> RaySphere.distance(spheres, x[e], y[e], z[e])),
                (options, parallel) -> {
                    Distances batch = batched(
                                    Jacobi.of(RaySphere.class, "distance"),
                                    options,
                                    parallel,
                                    Layout.SEPARATE,
                                    SHARED,
                                    EACH,
                                    EACH,
                                    EACH)
                            .as(Distances.class);
                    return () -> batch.apply(spheres, x, y, z);
                });
        Activity[] activities = {DUPLICATED, CONST, CONST, CONST};
        Primal primal = Jacobi.of(RaySphere.class, "distance");
        DistanceGradient one = primal.reverse(activities).as(DistanceGradient.class);
        double[] gradient = new double[spheres.length];
        line(
                "their gradient by the spheres, summed (loop: of derivatives)",
                () -> Arrays.setAll(results, e -> one.apply(spheres, gradient, x[e], y[e], z[e], 1)),
                (options, parallel) -> {
                    Batched sum =
                            primal.with(options).reverse(activities).batch(SHARED, SUMMED, EACH, EACH, EACH, SHARED);
                    DistanceGradients batch = (parallel ? sum.parallel() : sum).as(DistanceGradients.class);
                    return () -> batch.apply(spheres, gradient, x, y, z, 1);
                });
    }

    private void line(String name, Work loop, Maker maker) {
        if (!name.contains(word)) {
            return;
        }
        StringBuilder line = new StringBuilder("| " + name + " | " + time(loop) + " |");
        System.setProperty(STEP, "never");
        line.append(' ').append(time(maker, Backend.LLVM, false)).append(" |");
        System.clearProperty(STEP);
        for (boolean parallel : new boolean[] {false, true}) {
            for (Backend backend : new Backend[] {Backend.JVM, Backend.LLVM}) {
                line.append(' ').append(time(maker, backend, parallel)).append(" |");
            }
        }
        System.out.println(line);
    }

    private String time(Maker maker, Backend backend, boolean parallel) {
        try {
            return time(maker.make(Options.DEFAULT.withBackend(backend), parallel));
        } catch (JacobiException refusal) {
            return refusal.refusal().name();
        }
    }

    /** The fastest run, in nanoseconds an example. */
    private String time(Work work) {
        return String.format(Locale.ROOT, "%.1f", Fastest.microseconds(seconds, work::run) * 1e3 / COUNT);
    }
}
