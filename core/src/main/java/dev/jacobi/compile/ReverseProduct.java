package dev.jacobi.compile;

import dev.jacobi.Pullback;
import dev.jacobi.SplitDerivative;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import dev.jacobi.runtime.Shadows;
import java.util.List;
import java.util.function.Supplier;

/**
 * A vector-Jacobian product by a reverse sweep. A record, so that the JIT trusts its fields.
 *
 * @param split gives the derivative in two parts, made when it is asked for first
 */
record ReverseProduct<T, R>(ReverseOfArrayFunction<T, R> reverse, Supplier<SplitDerivative> split)
        implements VectorJacobianProduct<T, R> {
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

    @Override
    public Pullback<T, R> pullback(T x) {
        T shadow = Shadows.zerosLike(x);
        return new TapePullback<>(split.get().augment(x, shadow), shadow);
    }
}
