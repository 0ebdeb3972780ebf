package dev.jacobi.cli.gradbench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The nanoseconds of the runs of one workload.
 *
 * @param sorted from the fastest to the slowest
 */
public record Timing(long[] sorted) {
    private static final int ROUNDS = 5;

    /** Times several workloads by turns, so that a load that comes and goes meets all of them, each for so many seconds in all. */
    public static List<Timing> of(List<Workload> workloads, double seconds) {
        List<List<Long>> times = new ArrayList<>();
        workloads.forEach(_ -> times.add(new ArrayList<>()));
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < workloads.size(); i++) {
                if (round == 0 || total(times.get(i)) < seconds * 1e9) {
                    run(workloads.get(i), seconds / ROUNDS, times.get(i));
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
        long elapsed = 0;
        do {
            long start = System.nanoTime();
            workload.run();
            long time = System.nanoTime() - start;
            times.add(time);
            elapsed += time;
        } while (elapsed < seconds * 1e9);
    }

    private static long total(List<Long> times) {
        return times.stream().mapToLong(Long::longValue).sum();
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
