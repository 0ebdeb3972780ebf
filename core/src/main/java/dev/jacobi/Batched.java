package dev.jacobi;

import dev.jacobi.compile.BatchCompiler;
import dev.jacobi.compile.BatchSpecification;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/**
 * A method or a derivative that runs on many examples at once, and has yet to be given a Java type. Immutable.
 *
 * {@snippet class="dev.jacobi.BatchSnippets" region="batch"}
 *
 * <p>Its parameters are those of the method (or of the derivative) in order. One that is {@link Axis#SHARED} has its own type. One that is {@link Axis#EACH} is an array: of
 * numbers for a number, of objects for an object, and as {@link Layout} says for an array. Under {@link Layout#PACKED} and {@link Layout#LANES} the number of examples comes
 * first, as an {@code int}. The result is an array with the results of the examples, likewise.
 *
 * <p>It does what calls of the method do, one for each example, in their order: the same bits, the same writes into the arguments. An exception comes as a
 * {@link BatchException} with the number of the example. {@code OutOfMemoryError} and other errors of the JVM come as they are, except {@code StackOverflowError}.
 *
 * <p>Under {@link Layout#PACKED} and {@link Layout#LANES} the method gets a copy of the example's array, and what it has written is copied back when the example is done;
 * an example that throws has written nothing into them.
 */
public final class Batched {
    private final BatchSpecification specification;

    Batched(BatchSpecification specification) {
        this.specification = specification;
    }

    /**
     * The same with the arrays of the examples in another layout; without this it is {@link Layout#SEPARATE}.
     *
     * @throws JacobiException if a parameter or the result has no such layout
     */
    public Batched layout(Layout layout) {
        return new Batched(specification.withLayout(layout));
    }

    /** The same, but an exception in an example does not keep the others from being done: they are, and their results come with the {@link BatchException}. */
    public Batched finishingOthers() {
        return new Batched(specification.withFinishingOthers());
    }

    /** The same, with examples at the same time on the threads of the common pool; see {@link #parallel(Executor)}. */
    public Batched parallel() {
        return parallel(ForkJoinPool.commonPool());
    }

    /**
     * The same, with examples at the same time: on the threads of an executor, and on that of the caller, which waits until all is done. The examples are cut into parts by their number
     * alone, so results do not depend on threads; what is {@link Axis#SUMMED} is summed for each part on its own, and then over the parts in their order. Of several exceptions
     * that of the first example comes; others after it may be done by then.
     *
     * <p>No example may write what others see: that is checked when the batch is compiled, and, that no two examples were given the same array to write into, when it is called.
     */
    public Batched parallel(Executor executor) {
        return new Batched(specification.withExecutor(executor));
    }

    /** For Jacobi's own tools. */
    public BatchSpecification specification() {
        return specification;
    }

    /**
     * Compiles the batch as an instance of a functional interface.
     *
     * @return a thread-safe, re-entrant implementation
     * @throws JacobiException if the interface does not have the signature of the batch, or the method does something that cannot be batched
     */
    public <I> I as(Class<I> functionalInterface) {
        return BatchCompiler.implement(specification, functionalInterface);
    }

    /**
     * Compiles the batch as a method handle with exactly its parameters and its result. Of a derivative, the results of an example are those of
     * {@link Derivative#asMethodHandle}.
     *
     * @throws JacobiException if the method does something that cannot be batched
     */
    public MethodHandle asMethodHandle() {
        return BatchCompiler.handle(specification);
    }

    /**
     * The derivative of the batch in forward mode, with one activity for each of its parameters.
     *
     * @throws JacobiException if the activities do not fit, or this is the batch of a derivative, or was asked to be parallel or to finish others
     */
    public Derivative forward(Activity... activities) {
        return Derivative.forward(BatchCompiler.target(specification), specification.options(), List.of(activities), 1);
    }

    /**
     * The derivative of the batch in reverse mode, with one activity for each of its parameters: a number that is {@code EACH} is an array, so its activity is {@code DUPLICATED}. It keeps what the
     * way back of all examples needs. The batch of the derivative does not, so where it will do, take {@link Derivative#batch}.
     *
     * @throws JacobiException if the activities do not fit, or this is the batch of a derivative, or was asked to be parallel or to finish others
     */
    public Derivative reverse(Activity... activities) {
        return Derivative.reverse(BatchCompiler.target(specification), specification.options(), List.of(activities), 1);
    }

    /**
     * The batch of the batch, with one axis for each of its parameters.
     *
     * @throws JacobiException if the axes do not fit, or this is the batch of a derivative, or was asked to be parallel or to finish others
     */
    public Batched batch(Axis... axes) {
        return new Batched(
                BatchSpecification.of(BatchCompiler.target(specification), specification.options(), List.of(axes)));
    }

    /**
     * Says how the examples are done: in step, or one after the other, and then why, with the line.
     *
     * @throws JacobiException if the method does something that cannot be batched
     */
    public String explain() {
        return BatchCompiler.explain(specification);
    }
}
