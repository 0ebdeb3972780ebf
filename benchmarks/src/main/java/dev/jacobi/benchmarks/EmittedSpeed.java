package dev.jacobi.benchmarks;

import dev.jacobi.compile.Recompiler;
import dev.jacobi.compile.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
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
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Numeric methods as javac compiled them, against the same methods lifted, optimised and emitted again. {@link #main} runs all and prints
 * the ratios and their median.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class EmittedSpeed {
    private static final Map<String, ToDoubleFunction<double[]>> ORIGINALS = originals();

    @Param({"sum"})
    public String method = "";

    @Param({"original", "emitted"})
    public String code = "";

    private ToDoubleFunction<double[]> function = _ -> 0;
    private double[] x = {};

    private static Map<String, ToDoubleFunction<double[]>> originals() {
        Map<String, ToDoubleFunction<double[]>> all = new TreeMap<>();
        all.put("sum", NumericMethods::sum);
        all.put("dot", NumericMethods::dot);
        all.put("norm", NumericMethods::norm);
        all.put("horner", NumericMethods::horner);
        all.put("rosenbrock", NumericMethods::rosenbrock);
        all.put("logSumExp", NumericMethods::logSumExp);
        all.put("prefixSums", NumericMethods::prefixSums);
        all.put("saxpy", NumericMethods::saxpy);
        all.put("stencil", NumericMethods::stencil);
        all.put("matrixVector", NumericMethods::matrixVector);
        all.put("matrixProduct", NumericMethods::matrixProduct);
        all.put("cholesky", NumericMethods::cholesky);
        all.put("newton", NumericMethods::newton);
        all.put("simpson", NumericMethods::simpson);
        all.put("sigmoids", NumericMethods::sigmoids);
        all.put("insertionSort", NumericMethods::insertionSort);
        all.put("floats", NumericMethods::floats);
        all.put("congruential", NumericMethods::congruential);
        all.put("classify", NumericMethods::classify);
        all.put("rungeKutta", NumericMethods::rungeKutta);
        return all;
    }

    /** The same numbers for both. */
    @Setup
    @SuppressWarnings("unchecked") // the method takes double[]
    public void prepare() {
        x = new Random(3).doubles(1024).toArray();
        function = code.equals("original")
                ? ORIGINALS.get(method)
                : Recompiler.implement(Target.of(NumericMethods.class, method), ToDoubleFunction.class);
    }

    @Benchmark
    public double call() {
        return function.applyAsDouble(x);
    }

    /** Runs the methods given by name, or all. */
    public static void main(String[] args) throws RunnerException {
        List<String> names = args.length > 0 ? List.of(args) : List.copyOf(ORIGINALS.keySet());
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(EmittedSpeed.class.getName() + ".call")
                        .param("method", names.toArray(String[]::new))
                        .build())
                .run();
        Map<String, Double> times = new TreeMap<>();
        for (RunResult result : results) {
            String key = result.getParams().getParam("method") + " "
                    + result.getParams().getParam("code");
            // A low percentile of single calls: noise of other processes only ever adds.
            double best = result.getPrimaryResult().getStatistics().getPercentile(5);
            times.put(key, best);
        }
        List<Double> ratios = new ArrayList<>();
        for (String name : names) {
            double original = times.get(name + " original");
            double emitted = times.get(name + " emitted");
            ratios.add(emitted / original);
            System.out.printf(
                    Locale.ROOT, "%-15s %10.1f ns %10.1f ns %6.3f%n", name, original, emitted, emitted / original);
        }
        double[] sorted =
                ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = 0.5 * (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]);
        System.out.printf(Locale.ROOT, "median of emitted / original over %d methods: %.3f%n", sorted.length, median);
    }
}
