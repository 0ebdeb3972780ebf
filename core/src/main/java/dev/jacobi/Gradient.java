package dev.jacobi;

/**
 * The gradient of a function from an array to a number, computed in reverse mode: its cost is a small multiple of the function's,
 * whatever the number of inputs.
 *
 * <p>Thread-safe and re-entrant: one object may be used by any number of threads at once.
 *
 * @param <T> {@code double[]}, {@code float[]}, arrays of these, or records, lists, maps and other objects that hold such
 */
public interface Gradient<T> {
    /**
     * Computes value and gradient.
     *
     * @param x where; not changed unless the function itself changes it
     * @param gradient overwritten with the gradient; of the same shape as {@code x}, and not {@code x} itself
     * @return the function's value, the same bits that the function itself returns
     * @throws JacobiException if {@code gradient} has another shape; nothing is written then
     */
    double into(T x, T gradient);

    /** Returns the gradient at {@code x} in a new array or object of the same shape. */
    T at(T x);
}
