package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Options;
import dev.jacobi.analysis.ParameterWrites;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.runtime.ForwardInLanes;
import dev.jacobi.runtime.Shadows;
import java.util.List;

/**
 * Forward mode in {@link #WIDTH} directions at once, of a function of one array.
 *
 * @param changesInput whether the function may write into its argument, which therefore has to be a copy
 */
record Lanes<T>(ForwardInLanes<T> code, boolean changesInput) {
    /** The number of directions at once. */
    static final int WIDTH = ForwardInLanes.WIDTH;

    @SuppressWarnings("unchecked") // the shape of the argument is that of the method
    static <T> Lanes<T> compile(Target target, Options options, ResultForm form) {
        Specification specification = new Specification(target, options, Mode.FORWARD, List.of(Activity.DUAL), WIDTH);
        Derived derived = DerivativeCompiler.derived(specification, form);
        Function gathered = LaneArrays.gathered(derived);
        return new Lanes<>(
                HiddenClasses.implement(gathered, ForwardInLanes.class, target.lookup()),
                changesInput(derived.primal()));
    }

    /** The next directions; copies of those that the code may change or that are there twice. */
    static <T> Object[] chunk(List<T> directions, int start, boolean copies) {
        Object[] chunk = directions.subList(start, start + WIDTH).toArray();
        for (int lane = 0; lane < WIDTH; lane++) {
            boolean repeated = false;
            for (int other = 0; other < lane; other++) {
                repeated |= chunk[other] == chunk[lane];
            }
            if (copies || repeated) {
                chunk[lane] = Shadows.copyOf(chunk[lane]);
            }
        }
        return chunk;
    }

    /** Whether a function may write into its first argument. */
    static boolean changesInput(Function primal) {
        return ParameterWrites.mayWrite(primal, primal.parameters().getFirst());
    }
}
