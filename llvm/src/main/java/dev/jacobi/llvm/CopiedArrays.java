package dev.jacobi.llvm;

import org.jspecify.annotations.Nullable;

/**
 * The arrays that a call has copied, numbered from 0 and found by their identity. There may be hundreds of thousands of small ones, so there is no object for each.
 */
final class CopiedArrays {
    /** So many are looked at one after the other: no table, and no identity hash codes, which each array gets when it is first asked for. */
    private static final int FEW = 8;

    private static final int[] EMPTY = {};
    private static final boolean[] NONE = {};

    private final Object[] arrays;
    /** Of each array where its copy is, and behind that where the second copy is, 0 if there is none. */
    private final long[] places;
    /** Numbers plus 1, by identity hash codes, with linear probing; of length 0 if there are few. At least half of it stays empty. */
    private final int[] table;
    /** Of arrays of arrays, what they held when they were copied; another thread may change them meanwhile. Null if there are none. */
    private @Nullable Object @Nullable [] @Nullable [] rows;
    /** Whether the rows are copied so that they may be written. */
    private boolean[] rowsWritten = NONE;

    private int count;

    /** @param capacity more arrays than that are an {@link IndexOutOfBoundsException} */
    CopiedArrays(int capacity) {
        arrays = new Object[capacity];
        places = new long[2 * capacity];
        table = capacity <= FEW ? EMPTY : new int[Integer.highestOneBit(capacity) << 2];
    }

    int count() {
        return count;
    }

    /** The number of an array, or, if it is not there, a negative number for {@link #add}. */
    int find(Object array) {
        int[] table = this.table;
        if (table.length == 0) {
            for (int i = 0; i < count; i++) {
                if (arrays[i] == array) {
                    return i;
                }
            }
            return -1;
        }
        int mask = table.length - 1;
        int hash = System.identityHashCode(array);
        int place = (hash ^ hash >>> 16) & mask;
        while (table[place] != 0) {
            int number = table[place] - 1;
            if (arrays[number] == array) {
                return number;
            }
            place = place + 1 & mask;
        }
        return -1 - place;
    }

    /**
     * Adds an array that is not there; its number.
     *
     * @param found what {@link #find} has given for it; nothing was added since
     * @param offset where its copy is in the memory of the call
     */
    int add(Object array, int found, long offset) {
        int number = count;
        arrays[number] = array;
        places[2 * number] = offset;
        count++;
        if (table.length != 0) {
            table[-1 - found] = number + 1;
        }
        return number;
    }

    Object array(int number) {
        return arrays[number];
    }

    long offset(int number) {
        return places[2 * number];
    }

    /** Where the second copy is, 0 if there is none. */
    long original(int number) {
        return places[2 * number + 1];
    }

    void setOriginal(int number, long offset) {
        places[2 * number + 1] = offset;
    }

    /** What an array of arrays held, null for arrays of numbers. */
    @Nullable
    Object @Nullable [] rows(int number) {
        @Nullable Object @Nullable [] @Nullable [] present = rows;
        return present == null ? null : present[number];
    }

    void setRows(int number, @Nullable Object[] held, boolean written) {
        if (rows == null) {
            rows = new Object[arrays.length][];
            rowsWritten = new boolean[arrays.length];
        }
        rows[number] = held;
        rowsWritten[number] = written;
    }

    boolean rowsWritten(int number) {
        return rowsWritten[number];
    }

    void setRowsWritten(int number) {
        rowsWritten[number] = true;
    }
}
