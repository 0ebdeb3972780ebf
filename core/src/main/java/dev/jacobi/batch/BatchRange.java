package dev.jacobi.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the examples of a range: in step where that is possible, the others one after the other.
 *
 * @param strips whole strips in step, or null
 * @param finishing whether the other examples are done when one has failed
 */
record BatchRange(OneByOne loop, @Nullable InStep strips, boolean finishing) {
    /** After so many strips whose examples did not go in step, the rest of a range is done one by one. */
    private static final int MOST_STRIPS_OUT_OF_STEP = 4;

    /** A handle that takes its arguments as an array. */
    static MethodHandle ofArguments(MethodHandle code) {
        return code.asSpreader(Object[].class, code.type().parameterCount())
                .asType(MethodType.methodType(void.class, Object[].class));
    }

    /** Sets the range among the arguments of a loop, and gives where it says what it is doing. */
    static int[] set(@Nullable Object[] arguments, int from, int to) {
        int[] progress = {from, -1};
        int range = arguments.length - 3;
        arguments[range] = from;
        arguments[range + 1] = to;
        arguments[range + 2] = progress;
        return progress;
    }

    /**
     * Does all examples from {@code start} up to {@code end}, or all until one throws.
     *
     * @param arguments the last three are overwritten: the range, and what is being done
     * @param failures receives what was thrown, by the number of the example; is empty
     */
    void run(@Nullable Object[] arguments, int start, int end, Map<Integer, Throwable> failures) {
        int from = start;
        List<ExceptionInInitializerError> initializing = new ArrayList<>();
        int chances = strips == null ? 0 : MOST_STRIPS_OUT_OF_STEP;
        while (from < end) {
            int to = end;
            if (strips != null && chances > 0 && end - from >= Strip.WIDTH) {
                int whole = from + (end - from) / Strip.WIDTH * Strip.WIDTH;
                from = strips.run(arguments, from, whole, initializing);
                if (from == whole) {
                    continue;
                }
                // Nobody has seen anything of what was done of this strip.
                chances--;
                to = from + Strip.WIDTH;
            }
            from = loop.run(arguments, from, to, failures);
            if (!initializing.isEmpty() && failures.get(from - 1) instanceof NoClassDefFoundError) {
                failures.put(from - 1, initializing.removeFirst());
            }
            if (!failures.isEmpty() && !finishing) {
                return;
            }
        }
    }
}
