package dev.jacobi;

/**
 * A function's value at one place, and its adjoints there for any number of weightings of its results: the function runs once. Used by one
 * thread at a time.
 *
 * @param <T> the argument, see {@link ArrayFunction}
 * @param <R> the result
 */
public interface Pullback<T, R> extends AutoCloseable {
    /** The function's result. Later changes of it do not matter. */
    R value();

    /**
     * @param weights one weight for each result, of the shape of the function's result; not changed
     * @return the adjoint of the argument, in a new array or object of its shape
     * @throws IllegalStateException if this was closed
     */
    T pull(R weights);

    /** Gives the memory of the {@link Tape} back; closing again does nothing. */
    @Override
    void close();
}
