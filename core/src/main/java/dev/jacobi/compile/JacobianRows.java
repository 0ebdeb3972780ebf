package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.runtime.ReverseInLanes;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Rows of a Jacobian in reverse mode, {@link #WIDTH} at once where the function allows that, else one after the other. Compiled when they are needed. Thread-safe. */
final class JacobianRows {
    static final int WIDTH = ReverseInLanes.WIDTH;
    /** For fewer rows all adjoints at once do more than one after the other. */
    private static final int FEWEST = 3;

    private final Once<Optional<ReverseOfArrayFunction<double[], double[]>>> one;
    private final Once<Optional<ReverseInLanes<double[]>>> several;

    JacobianRows(Target target, Options options) {
        one = new Once<>(() -> ifPossible(() -> one(target, options)));
        several = new Once<>(() -> ifPossible(() -> several(target, options)));
    }

    /** What is refused in reverse mode goes by columns. */
    private static <C> Optional<C> ifPossible(Supplier<C> compile) {
        try {
            return Optional.of(compile.get());
        } catch (JacobiException _) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked") // the shapes of argument and result are those of the method
    private static ReverseOfArrayFunction<double[], double[]> one(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED));
        return DerivativeCompiler.implement(
                specification, DerivativeCompiler.DERIVATIVE_ONLY, ReverseOfArrayFunction.class);
    }

    @SuppressWarnings("unchecked") // the shapes of argument and result are those of the method
    private static ReverseInLanes<double[]> several(Target target, Options options) {
        Specification specification =
                new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED), WIDTH);
        Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.DERIVATIVE_ONLY);
        Function gathered = LaneArrays.gather(
                derived.placed().guarded(),
                DerivativeSignature.of(derived.primal(), derived.request()).parameters());
        return HiddenClasses.implement(gathered, ReverseInLanes.class, target.lookup());
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
        int count = Math.min(WIDTH, matrix.length - first);
        Object[] shadows = new Object[WIDTH];
        Object[] seeds = new Object[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            double[] seed = new double[matrix.length];
            Matrices.axis(seed, lane < count ? first + lane : matrix.length);
            seeds[lane] = seed;
            shadows[lane] = lane < count ? matrix[first + lane] : new double[x.length];
        }
        several.get().orElseThrow().apply(x, shadows, seeds);
        return count;
    }
}
