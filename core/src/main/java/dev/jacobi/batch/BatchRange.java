package dev.jacobi.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the examples of a range: in step where that is possible, the others one after the other.
 *
 * @param loop what {@link BatchLoop#of} has made, compiled, of all its arguments in an array
 * @param lanes what {@link LaneLoops} has made, likewise, or null
 * @param finishing whether the other examples are done when one has failed
 */
record BatchRange(MethodHandle loop, @Nullable MethodHandle lanes, boolean finishing) {
    /** After so many strips whose examples did not go in step, the rest of a range is done one by one. */
    private static final int MOST_STRIPS_OUT_OF_STEP = 4;

    private static final AtomicLong OUT_OF_STEP = new AtomicLong();

    BatchRange(MethodHandle loop, @Nullable MethodHandle lanes, boolean finishing) {
        MethodType spread = MethodType.methodType(void.class, Object[].class);
        int count = loop.type().parameterCount();
        this.loop = loop.asSpreader(Object[].class, count).asType(spread);
        this.lanes =
                lanes == null ? null : lanes.asSpreader(Object[].class, count).asType(spread);
        this.finishing = finishing;
    }

    /**
     * Does all examples from {@code start} up to {@code end}, or all until one throws.
     *
     * @param arguments the last three are overwritten: the range, and what is being done
     * @param failures receives what was thrown, by the number of the example; is empty
     */
    void run(@Nullable Object[] arguments, int start, int end, Map<Integer, Throwable> failures) {
        int range = arguments.length - 3;
        int[] progress = {0};
        arguments[range + 2] = progress;
        int from = start;
        int strips = lanes == null ? 0 : MOST_STRIPS_OUT_OF_STEP;
        while (from < end) {
            int to = end;
            if (strips > 0 && end - from >= Strip.WIDTH) {
                int whole = (end - from) / Strip.WIDTH * Strip.WIDTH;
                if (inStep(arguments, range, from, from + whole)) {
                    from += whole;
                    continue;
                }
                // Nobody has seen anything of what was done of this strip.
                strips--;
                from = progress[0];
                to = from + Strip.WIDTH;
            }
            from = oneByOne(arguments, range, from, to, failures);
            if (!failures.isEmpty() && !finishing) {
                return;
            }
        }
    }

    /** How many strips were done one by one in this process, since their examples did not go in step. */
    static long stripsOutOfStep() {
        return OUT_OF_STEP.get();
    }

    /** Whether all strips of a range were done. */
    private boolean inStep(@Nullable Object[] arguments, int range, int from, int to) {
        arguments[range] = from;
        arguments[range + 1] = to;
        // It may throw before its first strip.
        ((int[]) Objects.requireNonNull(arguments[range + 2]))[0] = from;
        try {
            Objects.requireNonNull(lanes).invokeExact(arguments);
            return true;
        } catch (Throwable _) {
            OUT_OF_STEP.incrementAndGet();
            return false;
        }
    }

    /** Does a range of examples, and gives where to go on. */
    private int oneByOne(@Nullable Object[] arguments, int range, int from, int to, Map<Integer, Throwable> failures) {
        arguments[range] = from;
        arguments[range + 1] = to;
        try {
            loop.invokeExact(arguments);
            return to;
        } catch (Throwable thrown) {
            rethrowIfOfJvm(thrown);
            int failed = ((int[]) Objects.requireNonNull(arguments[range + 2]))[0];
            failures.put(failed, thrown);
            return failed + 1;
        }
    }

    private static void rethrowIfOfJvm(Throwable thrown) {
        if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
            throw error;
        }
    }
}
