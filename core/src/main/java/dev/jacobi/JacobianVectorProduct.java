package dev.jacobi;

import java.util.List;

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

    /**
     * The products with several directions. What Jacobi returns computes several directions at once; it does not change {@code x}.
     *
     * @param directions each of the shape of {@code x}
     * @return one tangent of the result for each direction, the same bits as that direction alone gives
     */
    default List<R> at(T x, List<T> directions) {
        return directions.stream().map(direction -> at(x, direction)).toList();
    }
}
