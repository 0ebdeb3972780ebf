package dev.jacobi;

/**
 * All second partial derivatives of a function from {@code double[]} to a number, by forward over reverse mode: several rows at once, at
 * a small multiple of the cost of the function for each row. Thread-safe and re-entrant.
 */
public interface Hessian {
    /**
     * Computes the Hessian. Row and column come from different roundings: they agree as far as the arithmetic does, not bit for bit.
     * Besides arrays and objects that the function makes, nothing is allocated from the second call on for the same length.
     *
     * @param x where; never changed
     * @param hessian overwritten: square, a row for each input; rows are distinct arrays, none of them {@code x}
     * @throws JacobiException if {@code hessian} has another shape; nothing is written then
     */
    void into(double[] x, double[][] hessian);

    /** Returns a new square matrix. */
    double[][] at(double[] x);
}
