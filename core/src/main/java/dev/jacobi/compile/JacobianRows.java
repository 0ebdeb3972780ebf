package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.runtime.ReverseInLanes;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
        try {
            return Optional.of(DerivativeCompiler.implement(
                    specification, DerivativeCompiler.DERIVATIVE_ONLY, ReverseOfArrayFunction.class));
        } catch (JacobiException _) {
            return Optional.empty(); // columns it is, then
        }
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
     * Overwrites a matrix, whose rows are arrays of their own; {@link #arePossible} must have said so.
     *
     * @param argument gives the argument of each pass
     */
    void write(Supplier<double[]> argument, double[][] matrix) {
        int done = 0;
        for (double[] row : matrix) {
            Arrays.fill(row, 0);
        }
        while (areTogether(matrix.length - done)
                || done < matrix.length && one.get().isEmpty()) {
            done += together(argument.get(), matrix, done);
        }
        double[] weights = new double[matrix.length];
        for (int row = done; row < matrix.length; row++) {
            Matrices.axis(weights, row);
            one.get().orElseThrow().apply(argument.get(), matrix[row], weights);
        }
    }

    private int together(double[] x, double[][] matrix, int first) {
        int count = Math.min(ReverseLanes.WIDTH, matrix.length - first);
        Object[] shadows = new Object[ReverseLanes.WIDTH];
        Object[] seeds = new Object[ReverseLanes.WIDTH];
        for (int lane = 0; lane < ReverseLanes.WIDTH; lane++) {
            double[] seed = new double[matrix.length];
            Matrices.axis(seed, lane < count ? first + lane : matrix.length);
            seeds[lane] = seed;
            shadows[lane] = lane < count ? matrix[first + lane] : new double[x.length];
        }
        several.get().orElseThrow().apply(x, shadows, seeds);
        return count;
    }
}
