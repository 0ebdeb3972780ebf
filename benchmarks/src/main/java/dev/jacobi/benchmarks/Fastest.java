package dev.jacobi.benchmarks;

/** The time of what is run again and again: that of the fastest run. */
final class Fastest {
    private Fastest() {}

    /** What is measured. */
    interface Work<E extends Throwable> {
        void run() throws E;
    }

    /** In microseconds. Runs for {@code seconds}, and at least five times. */
    static <E extends Throwable> double microseconds(double seconds, Work<E> work) throws E {
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int run = 0; run < 5 || System.nanoTime() < end; run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best / 1e3;
    }
}
