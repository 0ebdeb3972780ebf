package dev.jacobi;

/**
 * The derivative of a function in one direction, computed in forward mode: {@code J(x) · v}. Thread-safe and re-entrant.
 *
 * @param <T> the argument, see {@link ArrayFunction}
 * @param <R> the result
 */
@FunctionalInterface
public interface JacobianVectorProduct<T, R> {
    /**
     * @param x where; not changed unless the function itself changes it
     * @param direction the direction, of the shape of {@code x}; not changed unless the function changes {@code x}
     * @return the tangent of the result, in a new array
     */
    R at(T x, T direction);
}
