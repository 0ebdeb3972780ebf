package dev.jacobi;

import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.BatchSpecification;
import dev.jacobi.compile.DerivativeCompiler;
import dev.jacobi.compile.KeptDerivatives;
import dev.jacobi.compile.Specification;
import dev.jacobi.compile.Target;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A derivative that has yet to be given a Java type. Immutable.
 *
 * <p>Its parameters are those of the method in order, each shadow or tangent right after its primal (of width W, W
 * of them, one for each direction or adjoint); in reverse mode, if the method returns a {@code double}, {@code float} or array of these, the seed of the result comes last, or the W seeds.
 *
 * <p>Its results are, in order, the value of the method and then, in forward mode, the tangents of the result, in reverse mode the
 * adjoints of the {@link Activity#ACTIVE} parameters, all W of the first one before those of the second. The return type of the interface says how many of them are returned, and how:
 *
 * <ul>
 *   <li>{@code void}: none
 *   <li>{@code double} or {@code float}: the derivative result if there is exactly one; the value if there is none
 *   <li>{@code double[]}: all of them, in a new array
 *   <li>a record with as many {@code double} or {@code float} components: all of them, or all but the value
 *   <li>an array, in forward mode of a method that returns one: the tangent of the result
 *   <li>{@code Object[]}, in forward mode of width 2 or more of such a method: its value and then the tangents
 * </ul>
 */
public final class Derivative {
    private final Specification specification;

    private Derivative(Specification specification) {
        this.specification = specification;
    }

    static Derivative forward(Target target, Options options, List<Activity> activities, int width) {
        return new Derivative(new Specification(target, options, Mode.FORWARD, activities, width));
    }

    static Derivative reverse(Target target, Options options, List<Activity> activities, int width) {
        return new Derivative(new Specification(target, options, Mode.REVERSE, activities, width));
    }

    /**
     * The same forward derivative with one shadow for all directions in the place of one for each: an array of numbers has a shadow of its length times the
     * width, in which element {@code i} has its tangents at {@code i * width} to {@code i * width + width - 1}. Nested arrays have shadows of the same nesting, with rows of this kind, and so
     * has the tangent of an array that is returned. Numbers have a tangent for each direction, as without this. Each direction gives, bit for bit, what
     * it gives alone; all of them together touch fewer lines of memory.
     *
     * <p>Objects and collections with numbers that vary are refused, and so are calls that are not inlined and get arrays.
     *
     * @throws JacobiException if this is no forward derivative
     */
    public Derivative packed() {
        return new Derivative(specification.inOneShadow());
    }

    /** For Jacobi's own tools. */
    public Specification specification() {
        return specification;
    }

    /**
     * Compiles the derivative as an instance of a functional interface.
     *
     * {@snippet class="dev.jacobi.JacobiSnippets" region="as"}
     *
     * @return a thread-safe, re-entrant implementation
     * @throws JacobiException if the interface does not have the signature of the derivative, or the method does something that cannot be
     *     differentiated
     */
    public <I> I as(Class<I> functionalInterface) {
        return KeptDerivatives.implement(specification, functionalInterface);
    }

    /**
     * Compiles the derivative in two parts, of which the second can run several times: the value with a tape, and reverse sweeps. What
     * {@code DUPLICATED_ONLY} and the return type say about unwanted results has no meaning here.
     *
     * @throws JacobiException if this is no reverse derivative, or the method does something that cannot be differentiated
     */
    public SplitDerivative split() {
        return new SplitDerivative(DerivativeCompiler.split(specification));
    }

    /**
     * Compiles the derivative as a method handle with exactly its parameters. It returns all results: nothing, one as it is, several in a
     * {@code double[]}, or in an {@code Object[]} if arrays are among them.
     *
     * @throws JacobiException if the method does something that cannot be differentiated
     */
    public MethodHandle asMethodHandle() {
        return DerivativeCompiler.handle(specification);
    }

    /**
     * The derivative on many examples at once.
     *
     * {@snippet class="dev.jacobi.BatchSnippets" region="gradients"}
     *
     * @param axes one for each parameter of the derivative, shadows and the seed included. In reverse mode the shadow of what is {@code SHARED} is either {@code SUMMED}, or
     *     {@code EACH}: then each example has its own gradient
     * @throws JacobiException if the axes do not fit the derivative
     */
    public Batched batch(Axis... axes) {
        return new Batched(BatchSpecification.of(specification, List.of(axes)));
    }
}
