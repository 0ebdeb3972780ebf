package dev.jacobi.compile;

import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import dev.jacobi.runtime.Shadows;
import java.util.List;

/** A vector-Jacobian product by a reverse sweep. A record, so that the JIT trusts its field. */
record ReverseProduct<T, R>(ReverseOfArrayFunction<T, R> reverse) implements VectorJacobianProduct<T, R> {
    @Override
    public T at(T x, R weights) {
        T adjoint = Shadows.zerosLike(x);
        reverse.apply(x, adjoint, weights);
        return adjoint;
    }

    @Override
    public List<T> at(T x, List<R> weights) {
        return weights.stream().map(each -> at(Shadows.copyOf(x), each)).toList();
    }
}
