package dev.jacobi;

/**
 * All partial derivatives of a function from {@code double[]} to {@code double[]}. Thread-safe and re-entrant.
 *
 * <p>Computed in forward mode, several columns at once, or in reverse mode, 4 rows at once where the function allows that, whichever takes less time for the lengths at
 * hand as a rule; if reverse mode refuses the function, in forward mode. The first call for arguments of a length takes 4 columns at once, which tell the number of results; from the second
 * on it is rows alone, or up to 20 columns, in as few passes as possible, with the same bits. Where it is known in which places there are numbers other than 0, {@link ColumnGroups} needs fewer passes still.
 */
public interface Jacobian {
    /**
     * Computes value and Jacobian. Allocated are results of the function and their tangents, and what weights the rows, alone, from the
     * second call on for the same lengths.
     *
     * @param x where; never changed
     * @param jacobian overwritten: a row for each result, a column for each input; rows are distinct arrays, none of them {@code x}
     * @return the function's value, the same bits that the function itself returns
     * @throws JacobiException if {@code jacobian} has another shape, and then nothing is written; if it has one array as two rows, or {@code x} as a row
     */
    double[] into(double[] x, double[][] jacobian);

    /** Returns a new matrix with a row for each result and a column for each input. */
    double[][] at(double[] x);
}
