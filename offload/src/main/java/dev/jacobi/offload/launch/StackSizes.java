package dev.jacobi.offload.launch;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** How many elements the rounds of one loop have needed for arrays whose lengths only they know, by type: what a launch has found out the next one begins with. Thread-safe. */
final class StackSizes {
    /** Enough for small arrays. */
    private static final int FIRST = 64;

    private final AtomicIntegerArray sizes;

    StackSizes(int stacks) {
        int[] first = new int[stacks];
        Arrays.fill(first, FIRST);
        sizes = new AtomicIntegerArray(first);
    }

    int[] now() {
        int[] now = new int[sizes.length()];
        Arrays.setAll(now, sizes::get);
        return now;
    }

    /** A round would have needed so many elements, and more after that. */
    void atLeast(int stack, int had, long needed) {
        long more = Math.min(Integer.MAX_VALUE, Math.max(needed, 2L * had));
        sizes.accumulateAndGet(stack, (int) more, Math::max);
    }

    @Override
    public String toString() {
        return sizes.toString();
    }
}
