package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.runtime.ReverseInLanes;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows of a Jacobian in reverse mode, {@link ReverseLanes#WIDTH} at once where the function allows that, else one after the other. Compiled when they are needed. Thread-safe. */
final class JacobianRows {
    /** For fewer rows all adjoints at once do more than one after the other. */
    private static final int FEWEST = 3;

    private final Once<Optional<ReverseOfArrayFunction<double[], double[]>>> one;
    private final Once<Optional<ReverseInLanes<double[]>>> several;

    JacobianRows(Target target, Options options) {
        one = new Once<>(() -> one(target, options));
        several = new Once<>(() -> ReverseLanes.compile(target, options));
    }

    @SuppressWarnings("unchecked") // the shapes of argument and result are those of the method
    private static Optional<ReverseOfArrayFunction<double[], double[]>> one(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED));
        return FasterWay.unlessRefused(
                "reverse mode",
                target,
                () -> Optional.of(DerivativeCompiler.implement(
                        specification, DerivativeCompiler.DERIVATIVE_ONLY, ReverseOfArrayFunction.class)));
    }

    /** Whether several rows are one pass. */
    boolean areTogether(int rows) {
        return rows >= FEWEST && several.get().isPresent();
    }

    /** Whether there are rows at all. */
    boolean arePossible(int rows) {
        return areTogether(rows) || one.get().isPresent();
    }

    /**
     * Overwrites the first of several rows, and computes the value on the way. They must be {@linkplain #areTogether together}.
     *
     * @param rows {@link ReverseLanes#WIDTH} arrays, of which those are left alone for which there is no row
     * @return the value, or null if the function has not {@code results} results
     */
    double @Nullable [] first(double[] x, int results, double[][] rows) {
        double[][] written = results < rows.length ? Arrays.copyOf(rows, results) : rows;
        try {
            return together(x, written, 0, results);
        } catch (JacobiException refused) {
            if (refused.refusal() == Refusal.WRONG_SHADOW) {
                return null; // the seeds are too long or too short
            }
            throw refused;
        }
    }

    /**
     * Overwrites rows of a matrix, which are arrays of their own; {@link #arePossible} must have said so.
     *
     * @param argument gives the argument of each pass
     * @param first the number of the first row to be written
     */
    void write(Supplier<double[]> argument, double[][] matrix, int first) {
        int done = first;
        while (areTogether(matrix.length - done)
                || done < matrix.length && one.get().isEmpty()) {
            int count = Math.min(ReverseLanes.WIDTH, matrix.length - done);
            together(argument.get(), Arrays.copyOfRange(matrix, done, done + count), done, matrix.length);
            done += count;
        }
        double[] weights = new double[matrix.length];
        for (int row = done; row < matrix.length; row++) {
            Matrices.axis(weights, row);
            Arrays.fill(matrix[row], 0);
            one.get().orElseThrow().apply(argument.get(), matrix[row], weights);
        }
    }

    /** Overwrites {@code rows}, those from number {@code first} on, and returns the value. */
    private double @Nullable [] together(double[] x, double[][] rows, int first, int results) {
        Object[] shadows = new Object[ReverseLanes.WIDTH];
        Object[] seeds = new Object[ReverseLanes.WIDTH];
        for (int lane = 0; lane < ReverseLanes.WIDTH; lane++) {
            double[] seed = new double[results];
            Matrices.axis(seed, first + lane);
            seeds[lane] = seed;
            if (lane < rows.length) {
                Arrays.fill(rows[lane], 0);
                shadows[lane] = rows[lane];
            } else {
                shadows[lane] = new double[x.length];
            }
        }
        return (double @Nullable []) several.get().orElseThrow().apply(x, shadows, seeds);
    }
}
