package dev.jacobi.runtime;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** What a parallel loop on a device adds to the elements of atomic arrays, as sums of its own that are added when it is done; for generated code alone. */
public final class AtomicSums {
    private AtomicSums() {}

    /** Sums for the elements of an array, null for none. */
    public static int @Nullable [] zeros(@Nullable AtomicIntegerArray array) {
        return array == null ? null : new int[array.length()];
    }

    /** As {@link #zeros(AtomicIntegerArray)}. */
    public static long @Nullable [] zeros(@Nullable AtomicLongArray array) {
        return array == null ? null : new long[array.length()];
    }

    /** Adds to a sum. A device does this at once, whatever else adds to it. */
    public static void increase(int[] sums, int place, int summand) {
        sums[place] += summand;
    }

    /** As {@link #increase(int[], int, int)}. */
    public static void increase(long[] sums, int place, long summand) {
        sums[place] += summand;
    }

    /** Adds the sums to the elements of the array. */
    public static void add(@Nullable AtomicIntegerArray array, int @Nullable [] sums) {
        for (int place = 0; array != null && sums != null && place < sums.length; place++) {
            if (sums[place] != 0) {
                array.getAndAdd(place, sums[place]);
            }
        }
    }

    /** As {@link #add(AtomicIntegerArray, int[])}. */
    public static void add(@Nullable AtomicLongArray array, long @Nullable [] sums) {
        for (int place = 0; array != null && sums != null && place < sums.length; place++) {
            if (sums[place] != 0) {
                array.getAndAdd(place, sums[place]);
            }
        }
    }
}
