package dev.jacobi;

import java.util.List;

/**
 * The adjoint of a function for one weighting of its results, computed in reverse mode: {@code wᵀ · J(x)}. Thread-safe and re-entrant.
 *
 * @param <T> the argument, see {@link ArrayFunction}
 * @param <R> the result
 */
@FunctionalInterface
public interface VectorJacobianProduct<T, R> {
    /**
     * @param x where; not changed unless the function itself changes it
     * @param weights one weight for each result, of the shape of the function's result; not changed
     * @return the adjoint of {@code x}, in a new array or object of its shape
     */
    T at(T x, R weights);

    /**
     * The adjoints for several weightings. What Jacobi returns does not change {@code x}, and takes four weightings in one run of a function that allows that ({@link Primal#reverse(int, Activity...)}).
     *
     * @param weights each of the shape of the function's result
     * @return one adjoint for each weighting
     */
    default List<T> at(T x, List<R> weights) {
        return weights.stream().map(each -> at(x, each)).toList();
    }

    /**
     * Runs the function once, for any number of weightings later. Costs more than {@link #at(Object, Object)} for one weighting.
     *
     * @param x where; not changed unless the function itself changes it
     * @throws UnsupportedOperationException if this was not made by Jacobi
     */
    default Pullback<T, R> pullback(T x) {
        throw new UnsupportedOperationException("this vector-Jacobian product has no tape");
    }
}
