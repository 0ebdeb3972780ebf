package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.DerivativeCompiler.Derived;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.runtime.ForwardInLanes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forward mode of a function from array to array in more directions at once than {@link Lanes#WIDTH}, with one shadow for all directions: what the function itself computes is shared by more
 * columns of its Jacobian. Made when it is first wanted, and not at all where the code would be so long that HotSpot leaves it uncompiled.
 */
final class ManyColumns {
    /** With more the numbers of all directions do not stay in registers, and nothing is gained any more. */
    private static final int MOST = 20;

    private static final int MOST_INSTRUCTIONS = 1_200;

    private final Target target;
    private final Options options;
    private final Map<Integer, Optional<ForwardInLanes<double[]>>> known = new ConcurrentHashMap<>();

    ManyColumns(Target target, Options options) {
        this.target = target;
        this.options = options;
    }

    /** How many columns are computed at once if there are so many: as few passes as possible, all alike. */
    static int width(int columns) {
        return columns <= Lanes.WIDTH ? Lanes.WIDTH : Math.ceilDiv(columns, Math.ceilDiv(columns, MOST));
    }

    /** The code, or nothing if {@link Lanes} are better. Its directions are one array, which holds those of element {@code i} from {@code i * width} on. */
    Optional<ForwardInLanes<double[]>> code(int width) {
        return width <= Lanes.WIDTH ? Optional.empty() : known.computeIfAbsent(width, this::compile);
    }

    private Optional<ForwardInLanes<double[]>> compile(int width) {
        // Not all that has a shadow for each direction has one for all.
        return FasterWay.unlessRefused(width + " columns at once", target, () -> code(width, target, options));
    }

    @SuppressWarnings("unchecked") // the shape of the argument is that of the method
    private static Optional<ForwardInLanes<double[]>> code(int width, Target target, Options options) {
        Specification specification =
                new Specification(target, options, Mode.FORWARD, List.of(Activity.DUAL), width, true);
        Derived derived = DerivativeCompiler.derived(specification, ResultForm.WITH_PRIMAL);
        Function gathered = LaneArrays.gathered(derived);
        int instructions = gathered.blocks().stream()
                .mapToInt(block -> block.instructions().size())
                .sum();
        return instructions > MOST_INSTRUCTIONS
                ? Optional.empty()
                : Optional.of(HiddenClasses.implement(gathered, ForwardInLanes.class, target.lookup()));
    }
}
