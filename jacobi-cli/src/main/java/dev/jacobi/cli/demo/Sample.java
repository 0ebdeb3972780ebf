package dev.jacobi.cli.demo;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.ScalarFunction;
import dev.jacobi.cli.check.Numbers;
import java.util.Arrays;
import java.util.Random;

/**
 * A method, a point, and its derivatives there.
 *
 * @param milliseconds from asking for the gradient to having it, the first time
 */
record Sample<T>(
        String name,
        ScalarFunction<T> function,
        T point,
        Gradient<T> gradient,
        DirectionalDerivative<T> directional,
        double milliseconds) {

    static <T> Sample<T> of(String name, ScalarFunction<T> function, T point) {
        long start = System.nanoTime();
        Gradient<T> gradient = Jacobi.gradient(function);
        T _ = gradient.at(point);
        double milliseconds = (System.nanoTime() - start) / 1e6;
        return new Sample<>(name, function, point, gradient, Jacobi.jvp(function), milliseconds);
    }

    /** What was found out about a sample. */
    record Findings(
            String name,
            int inputs,
            double value,
            double modesDifference,
            double finiteDifference,
            double milliseconds,
            double primalNanoseconds,
            double gradientNanoseconds) {
        boolean ok() {
            return modesDifference <= 1e-10 && finiteDifference <= 1e-5;
        }
    }

    /** Compares reverse mode, forward mode and central differences in one random direction, and takes times. */
    Findings examine(double seconds) {
        T result = gradient.at(point);
        Random random = new Random(7);
        int inputs = Numbers.count(point);
        double[] direction = new double[inputs];
        Arrays.setAll(direction, _ -> random.nextGaussian());
        double[] adjoints = Numbers.flatten(result);
        double reverse = 0;
        double scale = 0;
        for (int i = 0; i < inputs; i++) {
            double term = adjoints[i] * direction[i];
            reverse += term;
            scale += Math.abs(term);
        }
        double forward = directional.at(point, cast(Numbers.like(point, direction)));
        double h = 1e-6;
        double finite = (valueAt(direction, h) - valueAt(direction, -h)) / (2 * h);
        double value = function.applyAsDouble(point);
        return new Findings(
                name,
                inputs,
                value,
                Math.abs(reverse - forward) / scale,
                Math.abs(reverse - finite) / (scale + 1e-10 * Math.abs(value) / h),
                milliseconds,
                nanoseconds(() -> function.applyAsDouble(point), seconds),
                nanoseconds(() -> gradient.into(point, result), seconds));
    }

    private double valueAt(double[] direction, double distance) {
        double[] moved = Numbers.flatten(point);
        for (int i = 0; i < moved.length; i++) {
            moved[i] += distance * direction[i];
        }
        return function.applyAsDouble(cast(Numbers.like(point, moved)));
    }

    @SuppressWarnings("unchecked") // copies have the class of the point
    private T cast(Object other) {
        return (T) other;
    }

    private interface Work {
        double run();
    }

    /** The shortest time of one run, after the JIT has had its time. */
    private static double nanoseconds(Work work, double seconds) {
        double best = Double.POSITIVE_INFINITY;
        double sink = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            int runs = 0;
            long start = System.nanoTime();
            long now = start;
            for (; now - start < 1_000_000; now = System.nanoTime()) {
                sink += work.run();
                runs++;
            }
            best = Math.min(best, (double) (now - start) / runs);
        }
        // Uses the results, so that the JIT cannot drop the work.
        return Double.isNaN(sink) && best < 0 ? sink : best;
    }
}
