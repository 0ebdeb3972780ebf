package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does examples one after the other. In slices, each with arrays of its own, where the code is native: it copies the arrays that it may write, and all where the work is long, so each call
 * gets those of its examples alone, and is short.
 *
 * @param loop what {@link BatchLoop#of} has made, compiled, of all its arguments in an array
 * @param written for each parameter whether the code may write into what it gets
 */
record OneByOne(BatchSignature signature, MethodHandle loop, boolean sliced, boolean[] written) {
    /** The number of examples in a slice. */
    static final int SLICE = 4 * Strip.WIDTH;

    OneByOne(BatchSignature signature, MethodHandle loop, boolean sliced, boolean[] written) {
        this.signature = signature;
        this.loop = BatchRange.ofArguments(loop);
        this.sliced = sliced;
        this.written = written.clone();
    }

    /**
     * Does the examples from {@code from} up to {@code to}, or until one throws, and gives where to go on.
     *
     * @param arguments of the loop; the last three are overwritten
     * @param failures receives what was thrown, by the number of the example
     */
    int run(@Nullable Object[] arguments, int from, int to, Map<Integer, Throwable> failures) {
        int countAt = arguments.length - 4;
        boolean whole = from == 0 && to <= SLICE && (!sliced || Objects.equals(arguments[countAt], to));
        if (!sliced || whole) {
            Throwable thrown = run(arguments, from, to);
            return thrown == null ? to : failed(thrown, progress(arguments), failures);
        }
        for (int start = from; start < to; start += SLICE) {
            int size = Math.min(SLICE, to - start);
            @Nullable Object[] own = slice(arguments, start, size);
            Throwable thrown = run(own, 0, size);
            giveBack(arguments, own, start, size);
            if (thrown != null) {
                return failed(thrown, start + progress(own), failures);
            }
        }
        return to;
    }

    private static int failed(Throwable thrown, int example, Map<Integer, Throwable> failures) {
        failures.put(example, thrown);
        return example + 1;
    }

    private static int progress(@Nullable Object[] arguments) {
        return ((int[]) Objects.requireNonNull(arguments[arguments.length - 1]))[0];
    }

    private @Nullable Throwable run(@Nullable Object[] arguments, int from, int to) {
        BatchRange.set(arguments, from, to);
        try {
            loop.invokeExact(arguments);
            return null;
        } catch (Throwable thrown) {
            if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
                throw error;
            }
            return thrown;
        }
    }

    private @Nullable Object[] slice(@Nullable Object[] arguments, int from, int size) {
        int parameters = written.length;
        int countAt = arguments.length - 4;
        int count = (int) Objects.requireNonNull(arguments[countAt]);
        @Nullable Object[] own = arguments.clone();
        for (int index = 0; index < parameters; index++) {
            if (signature.axes().get(index) == Axis.EACH) {
                own[index] = move(index, arguments[index], null, from, size, count);
            }
        }
        if (!signature.returnsNothing()) {
            Object results = Objects.requireNonNull(arguments[parameters]);
            own[parameters] = Array.newInstance(results.getClass().getComponentType(), size);
        }
        own[countAt] = size;
        return own;
    }

    private void giveBack(@Nullable Object[] arguments, @Nullable Object[] own, int from, int size) {
        int parameters = written.length;
        int count = (int) Objects.requireNonNull(arguments[arguments.length - 4]);
        if (!signature.returnsNothing()) {
            System.arraycopy(own[parameters], 0, Objects.requireNonNull(arguments[parameters]), from, size);
        }
        for (int index = 0; index < parameters; index++) {
            if (signature.isOutput(index)) {
                System.arraycopy(own[index], 0, Objects.requireNonNull(arguments[index]), from, size);
            } else if (signature.isFlat(index) && written[index]) {
                move(index, arguments[index], own[index], from, size, count);
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
