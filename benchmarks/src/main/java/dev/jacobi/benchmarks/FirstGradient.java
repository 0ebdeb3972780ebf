package dev.jacobi.benchmarks;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.examples.gradbench.GaussianMixture;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes from asking for the gradient of a Gaussian mixture to its first result, in a JVM in which Jacobi has made the gradients of
 * other methods before. A JVM measures it once; beside the time on the clock is that which the thread worked, which other processes do not
 * lengthen.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(6)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FirstGradient {
    private static final int COMPONENTS = 5;
    private static final int DIMENSION = 6;
    private static final int POINTS = 50;

    /** As in GradBench: the points and the prior are constant. */
    public interface Derivative {
        double apply(
                double[] alpha,
                double[] alphaGradient,
                double[][] mu,
                double[][] muGradient,
                double[][] q,
                double[][] qGradient,
                double[][] l,
                double[][] lGradient,
                double[][] x,
                double gamma,
                int m,
                double seed);
    }

    private double[] alpha = {};
    private double[][] mu = {};
    private double[][] q = {};
    private double[][] l = {};
    private double[][] x = {};

    /** Makes the gradients of other methods, and calls each once. */
    @Setup
    public void warmUp() {
        Random random = new Random(3);
        alpha = random.doubles(COMPONENTS).toArray();
        mu = matrix(random, COMPONENTS, DIMENSION);
        q = matrix(random, COMPONENTS, DIMENSION);
        l = matrix(random, COMPONENTS, DIMENSION * (DIMENSION - 1) / 2);
        x = matrix(random, POINTS, DIMENSION);
        double[] point = random.doubles(64).toArray();
        double[] gradient = new double[point.length];
        for (Gradient<double[]> other : others()) {
            double _ = other.into(point, gradient);
        }
    }

    private static List<Gradient<double[]>> others() {
        return List.of(
                Jacobi.gradient(NumericMethods::norm),
                Jacobi.gradient(NumericMethods::horner),
                Jacobi.gradient(NumericMethods::rosenbrock),
                Jacobi.gradient(NumericMethods::logSumExp),
                Jacobi.gradient(NumericMethods::prefixSums),
                Jacobi.gradient(NumericMethods::saxpy),
                Jacobi.gradient(NumericMethods::stencil),
                Jacobi.gradient(NumericMethods::matrixVector),
                Jacobi.gradient(NumericMethods::matrixProduct),
                Jacobi.gradient(NumericMethods::cholesky),
                Jacobi.gradient(NumericMethods::newton),
                Jacobi.gradient(NumericMethods::simpson),
                Jacobi.gradient(NumericMethods::sigmoids),
                Jacobi.gradient(NumericMethods::insertionSort),
                Jacobi.gradient(NumericMethods::rungeKutta),
                Jacobi.gradient(HundredInputs::waves),
                Jacobi.gradient(HundredInputs::logistic),
                Jacobi.gradient(HundredInputs::quadratic));
    }

    private static double[][] matrix(Random random, int rows, int columns) {
        double[][] matrix = new double[rows][];
        Arrays.setAll(matrix, _ -> random.doubles(columns).toArray());
        return matrix;
    }

    /** How long the thread worked; JMH adds up the JVMs. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Work {
        public double milliseconds;
    }

    @Benchmark
    public double firstResult(Work work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        double value = compileAndCall();
        work.milliseconds = (threads.getCurrentThreadCpuTime() - start) * 1e-6;
        return value;
    }

    private double compileAndCall() {
        return Jacobi.of(GaussianMixture.class, "value")
                .reverse(DUPLICATED, DUPLICATED, DUPLICATED, DUPLICATED, CONST, CONST, CONST)
                .as(Derivative.class)
                .apply(
                        alpha,
                        new double[COMPONENTS],
                        mu,
                        new double[COMPONENTS][DIMENSION],
                        q,
                        new double[COMPONENTS][DIMENSION],
                        l,
                        new double[COMPONENTS][DIMENSION * (DIMENSION - 1) / 2],
                        x,
                        1,
                        0,
                        1);
    }
}
