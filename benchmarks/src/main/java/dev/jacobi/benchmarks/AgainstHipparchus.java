package dev.jacobi.benchmarks;

import dev.jacobi.Jacobi;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.hipparchus.analysis.differentiation.Gradient;
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
 * Values and gradients of functions of 100 inputs: the plain method (its value alone), its gradient by Jacobi, and the gradient by Hipparchus of the
 * function written for it. {@link #main} runs all and prints the ratios.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class AgainstHipparchus {
    private static final int INPUTS = 100;
    private static final double TOLERANCE = 1e-12;

    private static final Map<String, Pair> FUNCTIONS = new TreeMap<>(Map.of(
            "rosenbrock",
                    new Pair(
                            HundredInputs::rosenbrock,
                            Jacobi.gradient(HundredInputs::rosenbrock),
                            HundredInputs::rosenbrock),
            "logistic",
                    new Pair(
                            HundredInputs::logistic, Jacobi.gradient(HundredInputs::logistic), HundredInputs::logistic),
            "waves", new Pair(HundredInputs::waves, Jacobi.gradient(HundredInputs::waves), HundredInputs::waves),
            "quadratic",
                    new Pair(
                            HundredInputs::quadratic,
                            Jacobi.gradient(HundredInputs::quadratic),
                            HundredInputs::quadratic),
            "logSumExp",
                    new Pair(
                            HundredInputs::logSumExp,
                            Jacobi.gradient(HundredInputs::logSumExp),
                            HundredInputs::logSumExp)));

    /** One function and the ways to its gradient. */
    private record Pair(
            ToDoubleFunction<double[]> plain,
            dev.jacobi.Gradient<double[]> jacobi,
            Function<Gradient[], Gradient> hipparchus) {}

    @Param({"rosenbrock"})
    public String function = "";

    @Param({"plain", "jacobi", "hipparchus"})
    public String code = "";

    private ToDoubleFunction<double[]> work = _ -> 0;
    private double[] x = {};

    /** Chooses the work, and checks that all ways lead to the same numbers. */
    @Setup
    public void prepare() {
        x = new Random(3).doubles(INPUTS, -1, 1).toArray();
        Pair pair = FUNCTIONS.get(function);
        double[] gradient = new double[INPUTS];
        double[] other = new double[INPUTS];
        ToDoubleFunction<double[]> jacobi = point -> pair.jacobi.into(point, gradient);
        ToDoubleFunction<double[]> hipparchus = point -> evaluate(pair.hipparchus, point, other);
        double value = pair.plain.applyAsDouble(x);
        requireClose(jacobi.applyAsDouble(x), value);
        requireClose(hipparchus.applyAsDouble(x), value);
        for (int i = 0; i < INPUTS; i++) {
            requireClose(gradient[i], other[i]);
        }
        work = switch (code) {
            case "plain" -> pair.plain;
            case "jacobi" -> jacobi;
            default -> hipparchus;
        };
    }

    private void requireClose(double one, double other) {
        if (!(Math.abs(one - other) <= TOLERANCE * Math.max(1, Math.abs(other)))) {
            throw new IllegalStateException(function + ": " + one + " is not " + other);
        }
    }

    private static double evaluate(Function<Gradient[], Gradient> function, double[] x, double[] gradient) {
        Gradient[] variables = new Gradient[x.length];
        for (int i = 0; i < x.length; i++) {
            variables[i] = Gradient.variable(x.length, i, x[i]);
        }
        Gradient result = function.apply(variables);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = result.getPartialDerivative(i);
        }
        return result.getValue();
    }

    @Benchmark
    public double call() {
        return work.applyAsDouble(x);
    }

    /** Runs the functions given by name, or all. */
    public static void main(String[] args) throws RunnerException {
        List<String> names = args.length > 0 ? List.of(args) : List.copyOf(FUNCTIONS.keySet());
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(AgainstHipparchus.class.getName() + ".call")
                        .param("function", names.toArray(String[]::new))
                        .build())
                .run();
        Map<String, Double> times = new TreeMap<>();
        for (RunResult result : results) {
            String key = result.getParams().getParam("function") + " "
                    + result.getParams().getParam("code");
            // A low percentile of single calls: noise of other processes only ever adds.
            times.put(key, result.getPrimaryResult().getStatistics().getPercentile(5));
        }
        for (String name : names) {
            double plain = times.get(name + " plain");
            double jacobi = times.get(name + " jacobi");
            double hipparchus = times.get(name + " hipparchus");
            System.out.printf(
                    Locale.ROOT,
                    "%-11s plain %8.0f ns, Jacobi %8.0f ns (%.1f times the plain method), Hipparchus %9.0f ns (%.0f times Jacobi)%n",
                    name,
                    plain,
                    jacobi,
                    jacobi / plain,
                    hipparchus,
                    hipparchus / jacobi);
        }
    }
}
