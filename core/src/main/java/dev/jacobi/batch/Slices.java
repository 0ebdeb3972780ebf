package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import java.lang.reflect.Array;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a range of examples in slices, each with arrays of its own. Native code copies the arrays that it may write, and all where the work is long: so each call gets those of its examples
 * alone, and is short.
 *
 * @param written for each parameter whether the code may write into what it gets
 */
record Slices(BatchSignature signature, BatchRange range, boolean[] written) {
    /** The number of examples in a slice: whole strips. */
    static final int SIZE = 4 * Strip.WIDTH;

    /** As {@link BatchRange#run}. */
    void run(@Nullable Object[] arguments, int start, int end, Map<Integer, Throwable> failures) {
        int parameters = written.length;
        int countAt = arguments.length - 4;
        int count = (int) Objects.requireNonNull(arguments[countAt]);
        for (int from = start; from < end; from += SIZE) {
            int size = Math.min(SIZE, end - from);
            @Nullable Object[] own = arguments.clone();
            for (int index = 0; index < parameters; index++) {
                if (signature.axes().get(index) == Axis.EACH) {
                    own[index] = move(index, arguments[index], null, from, size, count);
                }
            }
            Object results = arguments[parameters];
            boolean returns = !signature.returnsNothing() && results != null;
            if (returns) {
                own[parameters] = Array.newInstance(results.getClass().getComponentType(), size);
            }
            own[countAt] = size;
            Map<Integer, Throwable> failed = new TreeMap<>();
            range.run(own, 0, size, failed);
            if (returns) {
                System.arraycopy(own[parameters], 0, results, from, size);
            }
            for (int index = 0; index < parameters; index++) {
                if (signature.isFlat(index) && written[index]) {
                    move(index, arguments[index], own[index], from, size, count);
                }
            }
            for (Map.Entry<Integer, Throwable> failure : failed.entrySet()) {
                failures.put(from + failure.getKey(), failure.getValue());
            }
            if (!failed.isEmpty() && !range.finishing()) {
                return;
            }
        }
    }

    /** Copies the elements of the examples of a slice: into a new array, which is returned, or back out of {@code slice}. */
    private Object move(int index, @Nullable Object array, @Nullable Object slice, int from, int size, int count) {
        Object all = Objects.requireNonNull(array);
        Class<?> component = all.getClass().getComponentType();
        boolean in = slice == null;
        if (!signature.isFlat(index)) {
            Object own = Array.newInstance(component, size);
            System.arraycopy(all, from, own, 0, size);
            return own;
        }
        int length = Array.getLength(all) / count;
        Object own = in ? Array.newInstance(component, size * length) : slice;
        boolean packed = signature.layout() == Layout.PACKED;
        int times = packed ? 1 : length;
        int amount = packed ? size * length : size;
        for (int time = 0; time < times; time++) {
            int inAll = packed ? from * length : time * count + from;
            int inOwn = packed ? 0 : time * size;
            if (in) {
                System.arraycopy(all, inAll, own, inOwn, amount);
            } else {
                System.arraycopy(own, inOwn, all, inAll, amount);
            }
        }
        return own;
    }
}
