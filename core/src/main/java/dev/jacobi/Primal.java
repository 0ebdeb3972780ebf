package dev.jacobi;

import dev.jacobi.compile.BatchSpecification;
import dev.jacobi.compile.Target;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/** A method that is to be transformed. Immutable. */
public final class Primal {
    private final Target target;
    private final Options options;

    Primal(Target target, Options options) {
        this.target = target;
        this.options = options;
    }

    /** The method itself, if it is one that can be called without a receiver. */
    public Optional<Method> method() {
        return target.method();
    }

    /** For Jacobi's own tools. */
    public Target target() {
        return target;
    }

    public Options options() {
        return options;
    }

    /** The same method with other options for what is made of it. */
    public Primal with(Options other) {
        return new Primal(target, other);
    }

    /**
     * Forward mode: tangents of the {@link Activity#DUAL} parameters go in, tangents of results come out.
     *
     * @param activities one for each parameter: {@code CONST}, {@code DUAL} or {@code DUAL_ONLY}
     * @throws JacobiException if the activities do not fit the method
     */
    public Derivative forward(Activity... activities) {
        return forward(1, activities);
    }

    /**
     * Forward mode in several directions at once. Each {@link Activity#DUAL} parameter is followed by {@code width} tangents, and each
     * result by {@code width} tangents; what does not depend on the direction is computed once. Each direction gives, bit for bit, what
     * it gives alone. Arrays have one shadow for each direction, or one for all ({@link Derivative#packed}).
     *
     * <p>The code grows with the width, about as if it were unrolled so many times: 4 or 8 are good choices.
     *
     * @param activities one for each parameter: {@code CONST}, {@code DUAL} or {@code DUAL_ONLY}
     * @throws JacobiException if the activities do not fit the method
     */
    public Derivative forward(int width, Activity... activities) {
        return Derivative.forward(target, options, List.of(activities), width);
    }

    /**
     * Reverse mode: the adjoint of the result goes in, adjoints of the {@link Activity#ACTIVE} and {@link Activity#DUPLICATED}
     * parameters come out.
     *
     * @param activities one for each parameter: {@code CONST}, {@code ACTIVE}, {@code DUPLICATED} or {@code DUPLICATED_ONLY}
     * @throws JacobiException if the activities do not fit the method
     */
    public Derivative reverse(Activity... activities) {
        return reverse(1, activities);
    }

    /**
     * Reverse mode for several adjoints at once, such as some rows of a Jacobian. Each {@link Activity#DUPLICATED} parameter is followed by {@code width} shadows, each
     * {@link Activity#ACTIVE} parameter has {@code width} adjoints among the results, and the result of the method has {@code width} seeds. The primal runs once, and so does what goes
     * back through loops and branches; the arithmetic on adjoints is written out for each. Each adjoint gives what it gives alone: bit for bit, or, of methods with calls that stay for their size
     * alone and have to be inlined here, but for the order in which adjoints are added up.
     *
     * {@snippet class="dev.jacobi.JacobiSnippets" region="adjoints"}
     *
     * {@snippet class="dev.jacobi.JacobiSnippets" region="adjoints-called"}
     *
     * <p>All shadows are different arrays. The code grows with the width: 2 to 8 are good choices. Of objects with numbers that vary, and of calls that are not inlined, adjoints are taken
     * one after the other only: these are refused when the derivative is compiled.
     *
     * @param width how many adjoints, at least 1
     * @param activities one for each parameter: {@code CONST}, {@code ACTIVE}, {@code DUPLICATED} or {@code DUPLICATED_ONLY}
     * @throws JacobiException if the activities do not fit the method
     */
    public Derivative reverse(int width, Activity... activities) {
        return Derivative.reverse(target, options, List.of(activities), width);
    }

    /**
     * The method on many examples at once.
     *
     * {@snippet class="dev.jacobi.BatchSnippets" region="batch"}
     *
     * @param axes one for each parameter: {@code SHARED} or {@code EACH}, at least one of them {@code EACH}; none if the method has the annotation {@link Batch}, which says them
     * @throws JacobiException if the axes do not fit the method
     */
    public Batched batch(Axis... axes) {
        Batch declared =
                method().map(method -> method.getAnnotation(Batch.class)).orElse(null);
        if (axes.length > 0 || declared == null) {
            return new Batched(BatchSpecification.of(target, options, List.of(axes)));
        }
        return new Batched(BatchSpecification.of(target, options, List.of(declared.value()))
                .withLayout(declared.layout()));
    }
}
