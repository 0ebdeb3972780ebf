package dev.jacobi.llvm;

/**
 * Goes through large arrays in slices. A copy of memory is one step of the JVM, and some collectors' loops that count are one as well: all other threads wait at the next safepoint until it
 * is done.
 */
final class Slices {
    /** Some hundred microseconds even where memory is touched for the first time. */
    private static final int MOST = 1 << 15;

    private Slices() {}

    /** What is done with a slice. */
    interface Step {
        void accept(int from, int count);
    }

    static void forEach(int length, Step step) {
        int from = 0;
        while (from < length) {
            // Not a constant: a loop that counts in equal steps may be compiled without a safepoint.
            int count = Math.min(MOST, length - from);
            step.accept(from, count);
            from += count;
        }
    }
}
