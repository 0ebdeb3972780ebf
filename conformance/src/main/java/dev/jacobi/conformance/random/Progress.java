package dev.jacobi.conformance.random;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Prints how far a search is, and what a program costs: now, not on average, as the first ones wait for the JIT compiler. */
final class Progress implements Fuzz.Listener {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long interval;
    private final long start = System.nanoTime();
    private final long startProcessorTime = SYSTEM.getProcessCpuTime();
    private long last = start;
    private long lastProcessorTime = startProcessorTime;

    /**
     * @param interval a line for each so many programs
     */
    Progress(long interval) {
        this.interval = interval;
    }

    @Override
    public void found(Fuzz.Failure failure) {
        System.out.println(failure);
    }

    @Override
    public synchronized void done(long programs, int failing) {
        if (programs % interval != 0) {
            return;
        }
        long now = System.nanoTime();
        long processorTime = SYSTEM.getProcessCpuTime();
        System.out.printf(
                "%s; now %.2f ms of a processor each, %.0f a second%n",
                line(programs, failing),
                (processorTime - lastProcessorTime) * 1e-6 / interval,
                interval / ((now - last) * 1e-9));
        last = now;
        lastProcessorTime = processorTime;
    }

    /** What was done until now. */
    String line(long programs, int failing) {
        return "%d programs, %d failing, %d s, %.2f ms of a processor each"
                .formatted(
                        programs,
                        failing,
                        (System.nanoTime() - start) / 1_000_000_000,
                        (SYSTEM.getProcessCpuTime() - startProcessorTime) * 1e-6 / Math.max(1, programs));
    }
}
