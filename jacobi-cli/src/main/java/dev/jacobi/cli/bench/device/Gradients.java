package dev.jacobi.cli.bench.device;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.examples.parallel.Losses;
import dev.jacobi.examples.parallel.Repeated;
import dev.jacobi.examples.parallel.WellKnownKernel.Bits;
import dev.jacobi.examples.parallel.WellKnownKernel.Bound;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Gradients of losses over many examples. On all cores of the JVM, each core takes a part of the examples and has a gradient of its own; these are added up. */
public final class Gradients {
    private static final int COMPONENTS = 16;
    private static final int DIMENSIONS = 10;
    private static final int INPUTS = 32;
    private static final int UNITS = 32;

    private Gradients() {}

    /** The derivative of {@link Losses#mixture}, which adds to {@code gradient}. */
    public interface MixtureGradient {
        double of(
                double[] w,
                double[] gradient,
                double[] x,
                int components,
                int dimensions,
                int from,
                int to,
                double seed);
    }

    /** The derivative of {@link Losses#perceptron}, which adds to {@code gradient}. */
    public interface PerceptronGradient {
        double of(
                double[] w,
                double[] gradient,
                double[] x,
                double[] y,
                int inputs,
                int units,
                int from,
                int to,
                double seed);
    }

    static List<DeviceCase> cases() {
        return List.of(mixtureCase(), perceptronCase());
    }

    private static DeviceCase mixtureCase() {
        Derivative derivative =
                Jacobi.of(Losses.class, "mixture").reverse(DUPLICATED, CONST, CONST, CONST, CONST, CONST);
        MixtureGradient gradient = derivative.as(MixtureGradient.class);
        DeviceCase.Call onJvm = a -> gradient.of(
                (double[]) a[0],
                (double[]) a[1],
                (double[]) a[2],
                (int) a[3],
                (int) a[4],
                (int) a[5],
                (int) a[6],
                (double) a[7]);
        return gradientCase(
                "mixture", Gradients::mixtureArguments, onJvm, 5, () -> Offload.of(derivative, MixtureGradient.class));
    }

    private static DeviceCase perceptronCase() {
        Derivative derivative =
                Jacobi.of(Losses.class, "perceptron").reverse(DUPLICATED, CONST, CONST, CONST, CONST, CONST, CONST);
        PerceptronGradient gradient = derivative.as(PerceptronGradient.class);
        DeviceCase.Call onJvm = a -> gradient.of(
                (double[]) a[0],
                (double[]) a[1],
                (double[]) a[2],
                (double[]) a[3],
                (int) a[4],
                (int) a[5],
                (int) a[6],
                (int) a[7],
                (double) a[8]);
        return gradientCase(
                "perceptron",
                Gradients::perceptronArguments,
                onJvm,
                6,
                () -> Offload.of(derivative, PerceptronGradient.class));
    }

    /**
     * The gradient of a loss.
     *
     * @param arguments those for so many examples
     * @param from which argument is the first example; the next one is that after the last
     */
    private static DeviceCase gradientCase(
            String loss,
            IntFunction<Object[]> arguments,
            DeviceCase.Call onJvm,
            int from,
            Supplier<OffloadedMethod> onDevice) {
        return new DeviceCase(
                "gradient-of-" + loss,
                Bound.COMPUTATION,
                Bits.ROUNDED,
                small -> arguments.apply(small ? 2_000 : 200_000),
                onJvm,
                inParts(onJvm, from),
                onDevice,
                () -> DeviceCase.offloaded(method(loss)),
                DeviceCase.call(method(loss)));
    }

    private static Object[] mixtureArguments(int points) {
        double[] w = numbers(Losses.mixtureWeights(COMPONENTS, DIMENSIONS), 1, 0.5);
        return new Object[] {
            w, new double[w.length], numbers(points * DIMENSIONS, 2, 2), COMPONENTS, DIMENSIONS, 0, points, 1.0
        };
    }

    private static Object[] perceptronArguments(int examples) {
        double[] w = numbers(Losses.perceptronWeights(INPUTS, UNITS), 1, 0.5);
        return new Object[] {
            w,
            new double[w.length],
            numbers(examples * INPUTS, 2, 1),
            numbers(examples, 3, 1),
            INPUTS,
            UNITS,
            0,
            examples,
            1.0
        };
    }

    private static double[] numbers(int length, int seed, double largest) {
        return new Random(seed).doubles(length, -largest, largest).toArray();
    }

    /**
     * The same on all cores.
     *
     * @param from which argument is the first example; the next one is that after the last
     */
    private static DeviceCase.Call inParts(DeviceCase.Call gradient, int from) {
        int parts = Runtime.getRuntime().availableProcessors();
        return arguments -> {
            double[] sums = (double[]) arguments[1];
            int first = (int) arguments[from];
            int count = (int) arguments[from + 1] - first;
            double[][] gradients = new double[parts][sums.length];
            double[] values = new double[parts];
            IntStream.range(0, parts).parallel().forEach(part -> {
                Object[] own = arguments.clone();
                own[1] = gradients[part];
                own[from] = first + (int) ((long) count * part / parts);
                own[from + 1] = first + (int) ((long) count * (part + 1) / parts);
                Object value = gradient.call(own);
                values[part] = value == null ? Double.NaN : (double) value;
            });
            for (double[] part : gradients) {
                Arrays.setAll(sums, i -> sums[i] + part[i]);
            }
            return Arrays.stream(values).sum();
        };
    }

    private static Method method(String name) {
        return Arrays.stream(Gradients.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static double mixture(
            int times,
            long[] clock,
            int[] mark,
            double[] w,
            double[] gradient,
            double[] x,
            int components,
            int dimensions,
            int from,
            int to,
            double seed) {
        double[] value = new double[1];
        Repeated.repeat(times, clock, mark, () -> {
            value[0] = Jacobi.gradient((double[] v) -> Losses.mixture(v, x, components, dimensions, from, to))
                    .into(w, gradient);
        });
        return value[0];
    }

    static double perceptron(
            int times,
            long[] clock,
            int[] mark,
            double[] w,
            double[] gradient,
            double[] x,
            double[] y,
            int inputs,
            int units,
            int from,
            int to,
            double seed) {
        double[] value = new double[1];
        Repeated.repeat(times, clock, mark, () -> {
            value[0] = Jacobi.gradient((double[] v) -> Losses.perceptron(v, x, y, inputs, units, from, to))
                    .into(w, gradient);
        });
        return value[0];
    }
}
