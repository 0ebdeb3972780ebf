package dev.jacobi.llvm;

import org.jspecify.annotations.Nullable;

/**
 * The arrays that a call has copied, numbered from 0 and found by their identity. There may be hundreds of thousands of small ones, so there is no object for each.
 */
final class CopiedArrays {
    /** So many are looked at one after the other: no table, and no identity hash codes, which each array gets when it is first asked for. */
    private static final int FEW = 8;

    private final Object[] arrays;
    private final long[] offsets;
    /** Where the second copies are; 0 where there is none. */
    private final long[] originals;
    /** Of arrays of arrays, what they held when they were copied; another thread may change them meanwhile. */
    private final @Nullable Object @Nullable [] @Nullable [] rows;
    /** Whether the rows are copied so that they may be written. */
    private final boolean[] rowsWritten;
    /** Numbers plus 1, by identity hash codes, with linear probing; of length 0 if there are few. At least half of it stays empty. */
    private final int[] table;

    private int count;

    /** @param capacity more arrays than that are an {@link IndexOutOfBoundsException} */
    CopiedArrays(int capacity) {
        arrays = new Object[capacity];
        offsets = new long[capacity];
        originals = new long[capacity];
        rows = new Object[capacity][];
        rowsWritten = new boolean[capacity];
        table = new int[capacity <= FEW ? 0 : Integer.highestOneBit(capacity) << 2];
    }

    int count() {
        return count;
    }

    /** The number of an array, or -1 if it is not there. */
    int find(Object array) {
        if (table.length == 0) {
            for (int i = 0; i < count; i++) {
                if (arrays[i] == array) {
                    return i;
                }
            }
            return -1;
        }
        int mask = table.length - 1;
        for (int place = place(array); table[place & mask] != 0; place++) {
            int number = table[place & mask] - 1;
            if (arrays[number] == array) {
                return number;
            }
        }
        return -1;
    }

    private static int place(Object array) {
        int hash = System.identityHashCode(array);
        return hash ^ hash >>> 16;
    }

    /** Adds an array that is not there; its number. */
    int add(Object array, long offset) {
        int number = count;
        arrays[number] = array;
        offsets[number] = offset;
        count++;
        if (table.length != 0) {
            int mask = table.length - 1;
            int place = place(array);
            while (table[place & mask] != 0) {
                place++;
            }
            table[place & mask] = number + 1;
        }
        return number;
    }

    Object array(int number) {
        return arrays[number];
    }

    /** Where the copy is in the memory of the call. */
    long offset(int number) {
        return offsets[number];
    }

    long original(int number) {
        return originals[number];
    }

    void setOriginal(int number, long offset) {
        originals[number] = offset;
    }

    @Nullable
    Object @Nullable [] rows(int number) {
        return rows[number];
    }

    void setRows(int number, @Nullable Object[] present) {
        rows[number] = present;
    }

    boolean rowsWritten(int number) {
        return rowsWritten[number];
    }

    void setRowsWritten(int number) {
        rowsWritten[number] = true;
    }
}
