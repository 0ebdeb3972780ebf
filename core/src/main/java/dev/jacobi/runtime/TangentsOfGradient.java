package dev.jacobi.runtime;

import org.jspecify.annotations.Nullable;

/** Forward over reverse mode in several directions at once, as generated code implements it. */
@FunctionalInterface
public interface TangentsOfGradient<T> {
    /**
     * Adds to each product the Hessian times the direction.
     *
     * @param gradient zeros, to which the gradient is added; null where generated code needs none
     */
    void apply(T x, Object[] directions, @Nullable T gradient, Object[] products);
}
