package dev.jacobi.cli.demo;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.cli.demo.Sample.Findings;
import dev.jacobi.examples.Rosenbrock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/** The demo from beginning to end. */
public final class Tour {
    private static final int STEPS = 400;

    private Tour() {}

    /** Returns whether all derivatives were right. */
    public static boolean run(PrintWriter out, Path picture, double seconds) {
        DoubleUnaryOperator derivative = Jacobi.derivative(x -> x * Math.sin(x));
        out.printf(
                Locale.ROOT,
                "derivative(x -> x * Math.sin(x)) at 1: %s, by hand: %s%n%n",
                derivative.applyAsDouble(1),
                Math.sin(1) + Math.cos(1));
        out.printf(
                "%-20s %7s %14s %11s %11s %9s %10s %10s %6s%n",
                "gradient of", "inputs", "value", "fwd = rev", "differences", "first", "method", "gradient", "ratio");
        boolean ok = true;
        for (Supplier<Sample<?>> supplier : Samples.all()) {
            Findings findings = supplier.get().examine(seconds);
            ok &= findings.ok();
            print(findings, out);
        }
        draw(out, picture);
        out.println(ok ? "all derivatives are right" : "WRONG: see the lines marked so");
        return ok;
    }

    private static void print(Findings findings, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-20s %7d %14.6g %11.1e %11.1e %6.0f ms %10s %10s %6.2f%s%n",
                findings.name(),
                findings.inputs(),
                findings.value(),
                findings.modesDifference(),
                findings.finiteDifference(),
                findings.milliseconds(),
                time(findings.primalNanoseconds()),
                time(findings.gradientNanoseconds()),
                findings.gradientNanoseconds() / findings.primalNanoseconds(),
                findings.ok() ? "" : "  WRONG");
        out.flush();
    }

    private static String time(double nanoseconds) {
        return nanoseconds < 10_000
                ? String.format(Locale.ROOT, "%.0f ns", nanoseconds)
                : String.format(Locale.ROOT, "%.0f us", nanoseconds / 1000);
    }

    private static void draw(PrintWriter out, Path picture) {
        Gradient<double[]> gradient = Jacobi.gradient(Rosenbrock::value);
        List<String> names = new ArrayList<>();
        List<List<Double>> curves = new ArrayList<>();
        for (int inputs : new int[] {2, 20, 200}) {
            names.add(inputs + " inputs");
            curves.add(Descent.run(gradient, Samples.vector(42, inputs), STEPS));
        }
        try {
            Picture.write(picture, names, curves);
            out.printf("%nthe gradient at work: %s%n", picture);
        } catch (IOException | UnsatisfiedLinkError | NoClassDefFoundError e) {
            // Some minimal systems come without fonts; the table is what matters.
            out.printf("%npicture skipped: %s%n", e.getMessage());
        }
    }
}
