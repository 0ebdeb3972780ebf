package dev.jacobi.cli.bench;

import dev.jacobi.Backend;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.Eval;
import dev.jacobi.cli.gradbench.GmmEval;
import dev.jacobi.cli.gradbench.GmmEval.Input;
import dev.jacobi.cli.gradbench.SuiteEval;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/**
 * What a fresh JVM does to measure how long it takes from asking for the gradient of a Gaussian mixture to its first result. Prints the nanoseconds on the clock, and those that the
 * calling thread worked.
 */
public final class LatencyProbe {
    /** An argument: derivatives of other methods are made and called before. */
    static final String AFTER_OTHERS = "after-others";

    private static final List<SuiteEval> OTHERS =
            List.of(SuiteEval.LLSQ, SuiteEval.LSE, SuiteEval.ODE, SuiteEval.LSTM, SuiteEval.BA, SuiteEval.DET);

    private LatencyProbe() {}

    /** @param args a backend, and perhaps {@link #AFTER_OTHERS} */
    public static void main(String[] args) {
        Options options = Options.DEFAULT.withBackend(Backend.valueOf(args[0]));
        if (List.of(args).contains(AFTER_OTHERS)) {
            OTHERS.forEach(other -> call(other.make(), options));
        }
        measure(options);
    }

    private static <I> void call(Eval<I> eval, Options options) {
        try {
            I input = eval.sample(new Random(3));
            eval.functions(options)
                    .values()
                    .forEach(function -> function.apply(input).run());
        } catch (JacobiException _) {
            // Not native: the others suffice.
        }
    }

    private static void measure(Options options) {
        Input in = new GmmEval().sample(new Random(3));
        double[] alpha = new double[in.alpha().length];
        double[][] mu = Eval.zerosLike(in.mu());
        double[][] q = Eval.zerosLike(in.q());
        double[][] l = Eval.zerosLike(in.l());
        var threads = ManagementFactory.getThreadMXBean();
        long work = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        GmmEval.Derivative gradient = GmmEval.derivative(options);
        gradient.apply(in.alpha(), alpha, in.mu(), mu, in.q(), q, in.l(), l, in.x(), in.gamma(), in.m(), 1);
        long end = System.nanoTime();
        System.out.println(end - start);
        System.out.println(threads.getCurrentThreadCpuTime() - work);
    }
}
