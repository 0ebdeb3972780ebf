package dev.jacobi.compile;

import dev.jacobi.Pullback;
import dev.jacobi.SplitDerivative;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.runtime.ReverseInLanes;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import dev.jacobi.runtime.Shadows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A vector-Jacobian product by a reverse sweep. A record, so that the JIT trusts its fields.
 *
 * @param several for several weightings at once, if the function allows that
 * @param split gives the derivative in two parts, made when it is asked for first
 */
record ReverseProduct<T, R>(
        ReverseOfArrayFunction<T, R> reverse,
        Supplier<Optional<ReverseInLanes<T>>> several,
        Supplier<SplitDerivative> split)
        implements VectorJacobianProduct<T, R> {
    @Override
    public T at(T x, R weights) {
        T adjoint = Shadows.zerosLike(x);
        reverse.apply(x, adjoint, weights);
        return adjoint;
    }

    @Override
    public List<T> at(T x, List<R> weights) {
        List<T> adjoints = new ArrayList<>();
        while (weights.size() - adjoints.size() >= ReverseLanes.WIDTH
                && several.get().isPresent()) {
            int first = adjoints.size();
            for (int lane = 0; lane < ReverseLanes.WIDTH; lane++) {
                adjoints.add(Shadows.zerosLike(x));
            }
            int end = adjoints.size();
            several.get()
                    .get()
                    .apply(
                            Shadows.copyOf(x),
                            adjoints.subList(first, end).toArray(),
                            weights.subList(first, end).toArray());
        }
        for (R each : weights.subList(adjoints.size(), weights.size())) {
            adjoints.add(at(Shadows.copyOf(x), each));
        }
        return adjoints;
    }

    @Override
    public Pullback<T, R> pullback(T x) {
        T shadow = Shadows.zerosLike(x);
        return new TapePullback<>(split.get().augment(x, shadow), shadow);
    }
}
