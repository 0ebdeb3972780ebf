package dev.jacobi.benchmarks;

import dev.jacobi.examples.Rosenbrock;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the plain method costs: the yardstick for its derivatives. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RosenbrockBenchmark {
    @Param({"2", "1000"})
    public int dimension;

    private double[] x = {};

    /** A point off the minimum. */
    @Setup
    public void start() {
        x = new double[dimension];
        Arrays.fill(x, -1.2);
    }

    /** The method as it is. */
    @Benchmark
    public double value() {
        return Rosenbrock.value(x);
    }
}
