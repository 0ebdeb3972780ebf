package dev.jacobi.runtime;

/** Forward mode in several directions at once, as generated code implements it. */
@FunctionalInterface
public interface ForwardInLanes<T> {
    /** The number of directions at once: more share more of the primal, and less fits into registers. */
    int WIDTH = 4;

    /**
     * @param directions one for each direction
     * @return the value, if it was asked for, and the tangents: {@code double[]} for numbers, {@code Object[]} for arrays
     */
    Object apply(T x, Object[] directions);
}
