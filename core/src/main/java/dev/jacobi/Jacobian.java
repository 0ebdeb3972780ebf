package dev.jacobi;

/**
 * All partial derivatives of a function from {@code double[]} to {@code double[]}. Thread-safe and re-entrant.
 *
 * <p>Computed in forward mode, several columns at once, or in reverse mode, row by row, whichever takes fewer passes for the lengths at
 * hand; if reverse mode refuses the function, in forward mode. The first call for arguments of a length takes 4 columns at once; from the second
 * on it is up to 20, in as few passes as possible, with the same bits. Where it is known in which places there are numbers other than 0, {@link ColumnGroups} needs fewer passes still.
 */
public interface Jacobian {
    /**
     * Computes value and Jacobian. Allocated are results of the function and their tangents alone, from the second call on for the same
     * lengths.
     *
     * @param x where; never changed
     * @param jacobian overwritten: a row for each result, a column for each input; rows are distinct arrays, none of them {@code x}
     * @return the function's value, the same bits that the function itself returns
     * @throws JacobiException if {@code jacobian} has another shape; nothing is written then
     */
    double[] into(double[] x, double[][] jacobian);

    /** Returns a new matrix with a row for each result and a column for each input. */
    double[][] at(double[] x);
}
