package dev.jacobi.cli.gradbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The nanoseconds of the runs of one workload.
 *
 * @param sorted from the fastest to the slowest
 */
public record Timing(long[] sorted) {
    private static final int ROUNDS = 5;

    /** Times several workloads by turns, so that a load that comes and goes meets all of them, each for so many seconds in all. */
    public static List<Timing> of(List<Workload> workloads, double seconds) {
        return ofRuns(workloads.stream().map(Timing::timed).toList(), seconds);
    }

    /** As {@link #of}, of runs that tell their own time in nanoseconds: what they do besides counts for the seconds alone. */
    public static List<Timing> ofRuns(List<LongSupplier> runs, double seconds) {
        List<List<Long>> times = new ArrayList<>();
        runs.forEach(_ -> times.add(new ArrayList<>()));
        long[] spent = new long[runs.size()];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < runs.size(); i++) {
                if (round == 0 || spent[i] < seconds * 1e9) {
                    spent[i] += run(runs.get(i), seconds / ROUNDS, times.get(i));
                }
            }
        }
        return times.stream()
                .map(all -> new Timing(
                        all.stream().mapToLong(Long::longValue).sorted().toArray()))
                .toList();
    }

    /** Runs a workload at least once, and until it ran for so many seconds. */
    public static void run(Workload workload, double seconds, List<Long> times) {
        run(timed(workload), seconds, times);
    }

    /** As above; returns how many nanoseconds that took. */
    public static long run(LongSupplier run, double seconds, List<Long> times) {
        long start = System.nanoTime();
        long elapsed;
        do {
            times.add(run.getAsLong());
            elapsed = System.nanoTime() - start;
        } while (elapsed < seconds * 1e9);
        return elapsed;
    }

    private static LongSupplier timed(Workload workload) {
        return () -> {
            long start = System.nanoTime();
            workload.run();
            return System.nanoTime() - start;
        };
    }

    public int runs() {
        return sorted.length;
    }

    public long minimum() {
        return sorted[0];
    }

    public long median() {
        return sorted[sorted.length / 2];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Timing timing && Arrays.equals(sorted, timing.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }
}
