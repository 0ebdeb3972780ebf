package dev.jacobi.conformance.soak;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/** Lets threads call the same derivatives in random order, and compares each result with that of one thread alone. */
final class Soak {
    private static final int REPORTED = 10;

    private final List<Work> works;
    private final List<double[][]> expected = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> mismatches = new ConcurrentLinkedQueue<>();
    private final LongAdder calls = new LongAdder();

    /**
     * What happened.
     *
     * @param heap bytes of live objects after each part of the time
     */
    record Report(long calls, List<String> mismatches, List<Long> heap) {
        /** By how much the live objects have grown after the first part. */
        long growth() {
            return heap.getLast() - heap.getFirst();
        }

        @Override
        public String toString() {
            return "%,d calls, %d mismatches%s, live heap in MB: %s"
                    .formatted(
                            calls,
                            mismatches.size(),
                            mismatches.isEmpty() ? "" : " " + mismatches,
                            heap.stream().map(bytes -> bytes >> 20).toList());
        }
    }

    Soak(List<Work> works) {
        this.works = works;
        for (Work work : works) {
            double[][] results = new double[Work.INPUTS][];
            for (int number = 0; number < results.length; number++) {
                results[number] = work.compute().apply(number);
            }
            expected.add(results);
        }
    }

    /** Runs for a time, in as many parts as the heap is measured; the threads live through all of them. */
    Report run(Duration time, int threads, int parts) throws InterruptedException {
        List<Long> heap = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int part = 0; part < parts; part++) {
                long end = System.nanoTime() + time.toNanos() / parts;
                List<Future<?>> running = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    long seed = 1_000L * part + thread;
                    running.add(executor.submit(() -> callUntil(end, new Random(seed))));
                }
                for (Future<?> each : running) {
                    try {
                        each.get();
                    } catch (ExecutionException e) {
                        mismatches.add(String.valueOf(e.getCause()));
                    }
                }
                heap.add(liveHeap());
            }
        }
        return new Report(calls.sum(), List.copyOf(mismatches), heap);
    }

    private void callUntil(long end, Random random) {
        long count = 0;
        while (System.nanoTime() < end && mismatches.size() < REPORTED) {
            int which = random.nextInt(works.size());
            int number = random.nextInt(Work.INPUTS);
            double[] result = works.get(which).compute().apply(number);
            if (!sameBits(result, expected.get(which)[number])) {
                mismatches.add(works.get(which).name() + ", input " + number + ": " + Arrays.toString(result));
            }
            count++;
        }
        calls.add(count);
    }

    /** NaN is NaN: which of them comes out is open in Java. */
    private static boolean sameBits(double[] one, double[] other) {
        if (one.length != other.length) {
            return false;
        }
        for (int i = 0; i < one.length; i++) {
            if (Double.doubleToLongBits(one[i]) != Double.doubleToLongBits(other[i])) {
                return false;
            }
        }
        return true;
    }

    private static long liveHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
