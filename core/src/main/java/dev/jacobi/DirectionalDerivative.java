package dev.jacobi;

import java.util.List;

/**
 * The derivative of a function from an array to a number in one direction, computed in forward mode. Thread-safe and re-entrant.
 *
 * @param <T> see {@link ScalarFunction}
 */
@FunctionalInterface
public interface DirectionalDerivative<T> {
    /**
     * @param x where; not changed unless the function itself changes it
     * @param direction the direction, of the shape of {@code x}
     * @return the sum over all inputs of partial derivative times direction
     */
    double at(T x, T direction);

    /**
     * The derivatives in several directions. What Jacobi returns computes several directions at once; it does not change {@code x}.
     *
     * @param directions each of the shape of {@code x}
     * @return one number for each direction, the same bits as that direction alone gives
     */
    default double[] at(T x, List<T> directions) {
        return directions.stream().mapToDouble(direction -> at(x, direction)).toArray();
    }
}
