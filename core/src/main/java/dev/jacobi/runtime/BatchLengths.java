package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;

/** The refusal of arguments of a batch that do not fit its number of examples, for code in which the batch is a part. */
public final class BatchLengths {
    private BatchLengths() {}

    /**
     * @param method the method as messages name it
     * @param parameter the number of the parameter that does not fit
     */
    public static RuntimeException differ(String method, int parameter, int length, int count) {
        return new JacobiException(
                Refusal.BATCH_LENGTHS,
                "cannot run the batch of " + method + ": parameter " + parameter + " has " + length + " elements for "
                        + count + (count == 1 ? " example" : " examples"),
                null);
    }

    /** What Java throws for an index outside of an array, for code that reads the array of an example as a part of another one. */
    public static RuntimeException outside(int index, int length) {
        return new ArrayIndexOutOfBoundsException("Index " + index + " out of bounds for length " + length);
    }
}
