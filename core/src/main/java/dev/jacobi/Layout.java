package dev.jacobi;

/**
 * How the arrays of the {@code n} examples of a batch lie in memory. Numbers become an array of {@code n} numbers in each of them, objects an array of {@code n} objects. The elements of an array of
 * arrays are its rows.
 */
public enum Layout {
    /** {@code double[n][]}, one row for each example; rows may have different lengths. */
    SEPARATE,
    /**
     * {@code double[n * k]}, one example after the other: element {@code i} of example {@code e} is at {@code e * k + i}. The number of examples is the first argument of the
     * batch.
     */
    PACKED,
    /**
     * {@code double[k * n]}, the same element of all examples side by side: element {@code i} of example {@code e} is at {@code i * n + e}. The number of examples is the first
     * argument of the batch.
     */
    LANES
}
