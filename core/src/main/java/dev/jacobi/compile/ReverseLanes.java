package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.runtime.ReverseInLanes;
import java.util.List;
import java.util.Optional;

/** Reverse mode for {@link #WIDTH} adjoints at once, of a function from an array to an array. */
final class ReverseLanes {
    /** The number of adjoints at once. */
    static final int WIDTH = ReverseInLanes.WIDTH;

    private ReverseLanes() {}

    /** The code, or nothing where it is refused: adjoints are taken one after the other then. */
    static <T> Optional<ReverseInLanes<T>> compile(Target target, Options options) {
        return FasterWay.unlessRefused("several adjoints at once", target, () -> Optional.of(code(target, options)));
    }

    @SuppressWarnings("unchecked") // the shape of the argument is that of the method
    private static <T> ReverseInLanes<T> code(Target target, Options options) {
        Specification specification =
                new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED), WIDTH);
        Derived derived = DerivativeCompiler.derived(specification, DerivativeCompiler.WITH_PRIMAL);
        Function gathered = LaneArrays.gathered(derived);
        return HiddenClasses.implement(gathered, ReverseInLanes.class, target.lookup());
    }
}
