package dev.jacobi.runtime;

/** Reverse mode of a function from arrays to arrays, as generated code implements it. */
@FunctionalInterface
public interface ReverseOfArrayFunction<T, R> {
    /** Adds to {@code shadow} the adjoint of {@code x} for the adjoint {@code seed} of the result. */
    void apply(T x, T shadow, R seed);
}
