package dev.jacobi.runtime;

import org.jspecify.annotations.Nullable;

/** Forward over reverse mode in one direction, as generated code implements it. */
@FunctionalInterface
public interface TangentOfGradient<T> {
    /**
     * Adds to {@code product} the Hessian times the direction.
     *
     * @param gradient zeros, to which the gradient is added; null where generated code needs none
     */
    void apply(T x, T direction, @Nullable T gradient, T product);
}
