package dev.jacobi.batch;

import dev.jacobi.Axis;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One run of a batch whose examples are done at the same time. They are cut into parts by their number alone; threads take the parts in their order, that of the caller too, so that all is
 * done even if the executor never runs anything. Where nothing is summed, they take several at once, fewer and fewer: a call for each part costs as much as some examples do.
 */
final class ParallelRun {
    private static final int MOST_PARTS = 64;
    /** From so many strips on, no part is less than one. */
    private static final int FEWEST_STRIPS = 4;

    private final BatchSignature signature;
    private final Range range;
    private final boolean finishing;
    private final @Nullable Object[] arguments;
    private final int count;
    private final int partSize;
    private final int threads;
    private final boolean summing;
    /** How many parts are taken at least: what is brought at once, if that leaves some for each thread. */
    private final int least;

    private final List<Part> parts = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    /** No part after this one is begun: an example in it has failed. */
    private final AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);

    private final CountDownLatch open;

    /** Does a range of examples, as {@link BatchRange#run}. */
    interface Range {
        void run(@Nullable Object[] arguments, int from, int to, Map<Integer, Throwable> failures);
    }

    /** What one part leaves. */
    private static final class Part {
        final SortedMap<Integer, Throwable> failures = new TreeMap<>();

        @Nullable
        Object[] sums = {};

        @Nullable
        Throwable broken;
    }

    /**
     * @param inStep whether whole strips of examples are done in step
     * @param arguments of the loops, without the range and what is being done at their end
     */
    ParallelRun(
            BatchSignature signature,
            Range range,
            boolean finishing,
            boolean inStep,
            @Nullable Object[] arguments,
            int count) {
        this.signature = signature;
        this.range = range;
        this.finishing = finishing;
        this.arguments = arguments;
        this.count = count;
        int size = Math.max(1, Math.ceilDiv(count, MOST_PARTS));
        boolean strips = size > Strip.WIDTH || inStep && count >= FEWEST_STRIPS * Strip.WIDTH;
        partSize = strips ? Math.ceilDiv(size, Strip.WIDTH) * Strip.WIDTH : size;
        for (long from = 0; from < count; from += partSize) {
            parts.add(new Part());
        }
        threads = Math.clamp(parts.size(), 1, Runtime.getRuntime().availableProcessors());
        least = Math.clamp(InStep.MOST / partSize, 1, Math.max(1, parts.size() / (4 * threads)));
        summing = signature.axes().contains(Axis.SUMMED);
        open = new CountDownLatch(parts.size());
    }

    /** Does all, and gives what was thrown. */
    SortedMap<Integer, Throwable> run(Executor executor) {
        for (int helper = 1; helper < threads; helper++) {
            try {
                executor.execute(this::work);
            } catch (RejectedExecutionException _) {
                break; // the caller does what nobody else does
            }
        }
        work();
        awaitAll();
        SortedMap<Integer, Throwable> failures = new TreeMap<>();
        for (Part part : parts) {
            if (part.broken instanceof Error error) {
                throw error;
            } else if (part.broken instanceof RuntimeException exception) {
                throw exception;
            }
        }
        for (Part part : parts) {
            addSums(part);
            failures.putAll(part.failures);
            if (!failures.isEmpty() && !finishing) {
                break;
            }
        }
        return failures;
    }

    private void awaitAll() {
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException _) {
                // The arrays of the caller are being written: there is no way to leave now.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        int number = next.get();
        while (number < parts.size()) {
            int end = number + taken(parts.size() - number);
            if (next.compareAndSet(number, end)) {
                work(number, end);
            }
            number = next.get();
        }
    }

    /** How many of the parts that are left a thread takes. */
    private int taken(int left) {
        if (summing) {
            // Sums are added up by parts, so that they do not depend on who takes how many.
            return 1;
        }
        int even = left / (2 * threads) / least * least;
        return Math.min(Math.max(even, least), left);
    }

    /** Does some parts; what they leave is left by the first of them. */
    private void work(int number, int end) {
        Part part = parts.get(number);
        try {
            if (number <= last.get()) {
                run(part, number * partSize, (int) Math.min(count, (long) end * partSize));
                if (!part.failures.isEmpty() && !finishing) {
                    int failed = number;
                    last.updateAndGet(before -> Math.min(before, failed));
                }
            }
        } catch (RuntimeException | Error broken) {
            part.broken = broken;
        } finally {
            for (int done = number; done < end; done++) {
                open.countDown();
            }
        }
    }

    private void run(Part part, int from, int to) {
        @Nullable Object[] own = arguments.clone();
        part.sums = new @Nullable Object[signature.axes().size()];
        for (int index = 0; index < part.sums.length; index++) {
            Object sum = own[index];
            if (signature.axes().get(index) == Axis.SUMMED && sum != null) {
                part.sums[index] = zerosLike(sum);
                own[index] = part.sums[index];
            }
        }
        range.run(own, from, to, part.failures);
    }

    private static Object zerosLike(Object array) {
        Object zeros = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
        if (array instanceof Object[] rows) {
            for (int row = 0; row < rows.length; row++) {
                if (rows[row] != null) {
                    ((Object[]) zeros)[row] = zerosLike(rows[row]);
                }
            }
        }
        return zeros;
    }

    private void addSums(Part part) {
        for (int index = 0; index < part.sums.length; index++) {
            if (part.sums[index] != null) {
                add(arguments[index], part.sums[index]);
            }
        }
    }

    private static void add(@Nullable Object to, @Nullable Object sums) {
        if (to instanceof double[] all && sums instanceof double[] more) {
            for (int place = 0; place < all.length; place++) {
                all[place] += more[place];
            }
        } else if (to instanceof float[] all && sums instanceof float[] more) {
            for (int place = 0; place < all.length; place++) {
                all[place] += more[place];
            }
        } else if (to instanceof Object[] all && sums instanceof Object[] more) {
            for (int row = 0; row < all.length; row++) {
                add(all[row], more[row]);
            }
        }
    }
}
