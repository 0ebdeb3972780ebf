package dev.jacobi.runtime;

import org.jspecify.annotations.Nullable;

/** Reverse mode of a function from an array to an array for several adjoints at once, as generated code implements it. */
@FunctionalInterface
public interface ReverseInLanes<T> {
    /** The number of adjoints at once. */
    int WIDTH = 4;

    /**
     * Adds the adjoints of {@code x}.
     *
     * @param shadows one for each adjoint, no two the same
     * @param seeds the adjoints of the result
     * @return the result
     */
    @Nullable
    Object apply(T x, Object[] shadows, Object[] seeds);
}
