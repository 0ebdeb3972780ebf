package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Does whole strips of examples in step. The code gets arrays in which the same element of all examples lies side by side: those of the caller under {@link Layout#LANES}, otherwise a few
 * strips at a time are brought into such. What it writes is such a copy too, and comes back for the strips that were done.
 */
final class InStep {
    /** The most examples that are brought at a time. */
    static final int MOST = 4 * Strip.WIDTH;
    /** Fewer are if their elements would not fit into this. */
    private static final int ELEMENTS = 1 << 15;
    /** With more elements in its array an example is done by itself. */
    private static final int LONGEST = 1 << 16;
    /** So that the same element of successive examples is in successive sets of the cache. */
    private static final int GAP = 8;

    /** The most elements that are kept from run to run, for all threads together. */
    private static final int KEPT = 1 << 19;

    /** How many elements the arrays have that examples return, as far as is known. */
    private volatile int resultLength;

    private static final AtomicLong OUT_OF_STEP = new AtomicLong();

    private final BatchSignature signature;
    private final MethodHandle lanes;
    private final boolean nativeCode;
    private final List<Integer> arrays;
    private final List<Integer> written;
    private final boolean apart;
    /** Arrays of runs before. */
    private final Deque<Brought> idle = new ArrayDeque<>();
    /** How many elements these have together. */
    private long idleElements;

    /**
     * What is made for some strips.
     *
     * @param own the arguments of the code
     * @param before for each parameter what its rows held, if they are to be written
     */
    private record Brought(@Nullable Object[] own, @Nullable Object[] before) {}

    /**
     * @param lanes what {@link LaneLoops} has made, compiled
     * @param strips what it is about
     * @param nativeCode whether it is best called for a few strips at a time
     */
    InStep(BatchSignature signature, MethodHandle lanes, ExamplesInStep.Strips strips, boolean nativeCode) {
        this.signature = signature;
        this.lanes = BatchRange.ofArguments(lanes);
        this.nativeCode = nativeCode;
        arrays = strips.arrays();
        written = strips.written();
        apart = strips.apart() && signature.layout() == Layout.SEPARATE;
    }

    /** How many strips were done one by one in this process, since their examples did not go in step. */
    static long stripsOutOfStep() {
        return OUT_OF_STEP.get();
    }

    /**
     * Does the examples from {@code from} up to {@code to}, whole strips, or those before the first strip that does not go in step.
     *
     * @param arguments of the loop; the last three are overwritten
     * @param initializing receives what was thrown when a class was initialized, which is thrown once only
     * @return the example after the last that was done
     */
    int run(@Nullable Object[] arguments, int from, int to, List<? super ExceptionInInitializerError> initializing) {
        boolean whole = from == 0 && to <= MOST && Objects.equals(arguments[arguments.length - 4], to);
        int done = from;
        boolean inPlace = signature.layout() == Layout.LANES
                && written.isEmpty()
                && !signature.result().isArray();
        if (inPlace && (!nativeCode || whole)) {
            done = invoke(arguments, from, to, initializing);
        } else {
            Brought brought = taken(arguments.length);
            int learning = -1;
            while (done < to) {
                int size = bringIfPossible(arguments, brought, done, to - done);
                int finished = size == 0 ? 0 : invoke(brought.own(), 0, size, initializing);
                takeBack(arguments, brought, done, finished);
                done += finished;
                if (finished < size && learning != done && learn(brought.own())) {
                    learning = done;
                } else if (finished < size || size == 0) {
                    break;
                }
            }
            keep(brought);
        }
        if (done < to) {
            OUT_OF_STEP.incrementAndGet();
        }
        return done;
    }

    /** Whether examples may go on in step if the arrays that they return have another length. */
    private boolean learn(@Nullable Object[] own) {
        if (!signature.result().isArray()) {
            return false;
        }
        int[] progress = (int[]) Objects.requireNonNull(own[own.length - 1]);
        int length = progress[ReturnedRows.LENGTH];
        if (length < 0 || length == resultLength(own)) {
            return false;
        }
        resultLength = length;
        return true;
    }

    /** For how many elements there is room. */
    private int resultLength(@Nullable Object[] own) {
        int stride = (int) Objects.requireNonNull(own[own.length - 4]);
        return Array.getLength(Objects.requireNonNull(own[signature.axes().size()])) / stride;
    }

    /** Arrays of a run before, or none. */
    private Brought taken(int arguments) {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                Brought brought = idle.pop();
                idleElements -= elements(brought);
                return brought;
            }
        }
        return new Brought(
                new @Nullable Object[arguments],
                new @Nullable Object[signature.axes().size()]);
    }

    /** Keeps the arrays for the next run, not those of the caller. */
    private void keep(Brought brought) {
        @Nullable Object[] own = brought.own();
        for (int index = 0; index < own.length; index++) {
            if (index >= signature.axes().size() || signature.axes().get(index) != Axis.EACH) {
                own[index] = null;
            }
        }
        long elements = elements(brought);
        synchronized (idle) {
            if (idleElements + elements <= KEPT) {
                idle.push(brought);
                idleElements += elements;
            }
        }
    }

    private static long elements(Brought brought) {
        long elements = 0;
        for (Object own : brought.own()) {
            elements += own == null ? 0 : Array.getLength(own);
        }
        return elements;
    }

    /** Gives the example after the last that was done. */
    private int invoke(
            @Nullable Object[] arguments, int from, int to, List<? super ExceptionInInitializerError> initializing) {
        int[] progress = BatchRange.set(arguments, from, to);
        // It may throw before its first strip.
        progress[0] = from;
        try {
            lanes.invokeExact(arguments);
            return progress[0] < Strip.ADDING ? progress[0] ^ Strip.LEFT : to;
        } catch (Throwable thrown) {
            if (progress[0] == Strip.ADDING) {
                // It was adding its sums up, and has done so in part.
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(thrown);
            }
            if (thrown instanceof ExceptionInInitializerError error) {
                initializing.add(error);
            }
            return progress[0];
        }
    }

    /** One after the other, examples need no memory for copies. */
    private int bringIfPossible(@Nullable Object[] arguments, Brought brought, int from, int most) {
        try {
            return bring(arguments, brought, from, most);
        } catch (OutOfMemoryError _) {
            return 0;
        }
    }

    /** Fills the arguments of the next strips, and gives how many examples these are; 0 if the first strip cannot be done. */
    private int bring(@Nullable Object[] arguments, Brought brought, int from, int most) {
        @Nullable Object[] own = brought.own();
        int parameters = signature.axes().size();
        int elements = 1;
        int[] lengths = new int[parameters];
        for (int index : arrays) {
            lengths[index] = length(arguments, index, from);
            if (lengths[index] < 0 || lengths[index] > LONGEST) {
                return 0;
            }
            elements = Math.max(elements, lengths[index]);
        }
        int ofResult = signature.result().isArray() ? resultLength : 0;
        if (ofResult > LONGEST) {
            return 0;
        }
        elements = Math.max(elements, ofResult);
        int fitting = Math.max(1, ELEMENTS / elements / Strip.WIDTH) * Strip.WIDTH;
        int size = Math.min(Math.min(most, MOST), fitting);
        if (signature.layout() == Layout.SEPARATE) {
            size = Rows.alike(arguments, arrays, lengths, from, size) / Strip.WIDTH * Strip.WIDTH;
            if (apart && size > 0) {
                size = Rows.apart(signature, arguments, arrays, written, from, size) / Strip.WIDTH * Strip.WIDTH;
            }
            if (size == 0) {
                return 0;
            }
        }
        int stride = size + GAP;
        for (int index = 0; index < parameters; index++) {
            Object argument = arguments[index];
            if (signature.axes().get(index) != Axis.EACH) {
                own[index] = argument;
            } else if (arrays.contains(index)) {
                Object all = sized(own[index], component(index, argument), lengths[index] * stride);
                own[index] = all;
                move(index, arguments, all, brought.before()[index], from, size, stride, true);
                if (signature.layout() == Layout.SEPARATE && written.contains(index)) {
                    Object before = sized(brought.before()[index], component(index, argument), lengths[index] * stride);
                    brought.before()[index] = before;
                    System.arraycopy(all, 0, before, 0, lengths[index] * stride);
                }
            } else if (!signature.parameters().get(index).isArray()) {
                own[index] = sized(own[index], component(index, argument), size);
                System.arraycopy(argument, from, own[index], 0, size);
            } else {
                own[index] = null;
            }
        }
        if (!signature.returnsNothing()) {
            Class<?> type =
                    Objects.requireNonNull(arguments[parameters]).getClass().getComponentType();
            own[parameters] = type.isArray()
                    ? sized(own[parameters], type.getComponentType(), ofResult * stride)
                    : sized(own[parameters], type, size);
        }
        own[own.length - 4] = stride;
        return size;
    }

    private Class<?> component(int index, @Nullable Object argument) {
        Class<?> component = Objects.requireNonNull(argument).getClass().getComponentType();
        boolean rows = signature.layout() == Layout.SEPARATE
                && signature.parameters().get(index).isArray();
        return rows ? component.getComponentType() : component;
    }

    /** The array from before if it has the right length; contents do not matter. */
    private static Object sized(@Nullable Object before, Class<?> component, int length) {
        return before != null && Array.getLength(before) == length ? before : Array.newInstance(component, length);
    }

    /** The number of elements that the first example has, or -1. */
    private int length(@Nullable Object[] arguments, int index, int from) {
        Object argument = Objects.requireNonNull(arguments[index]);
        if (signature.layout() == Layout.SEPARATE) {
            Object row = ((Object[]) argument)[from];
            return row == null ? -1 : Array.getLength(row);
        }
        return Array.getLength(argument) / (int) Objects.requireNonNull(arguments[arguments.length - 4]);
    }

    private void move(
            int index,
            @Nullable Object[] arguments,
            @Nullable Object own,
            @Nullable Object before,
            int from,
            int size,
            int stride,
            boolean in) {
        Object argument = Objects.requireNonNull(arguments[index]);
        Object all = Objects.requireNonNull(own);
        int count = (int) Objects.requireNonNull(arguments[arguments.length - 4]);
        int length = Array.getLength(all) / stride;
        switch (signature.layout()) {
            case SEPARATE -> {
                if (in) {
                    SideBySide.moveIn((Object[]) argument, from, size, length, all, stride);
                } else {
                    SideBySide.moveOut(
                            (Object[]) argument, from, size, length, all, Objects.requireNonNull(before), stride);
                }
            }
            case PACKED -> {
                for (int example = 0; example < size; example++) {
                    SideBySide.move(argument, (from + example) * length, length, all, stride, example, in);
                }
            }
            case LANES -> {
                for (int i = 0; i < length; i++) {
                    if (in) {
                        System.arraycopy(argument, i * count + from, all, i * stride, size);
                    } else {
                        System.arraycopy(all, i * stride, argument, i * count + from, size);
                    }
                }
            }
        }
    }

    private void takeBack(@Nullable Object[] arguments, Brought brought, int from, int size) {
        @Nullable Object[] own = brought.own();
        int parameters = signature.axes().size();
        if (size == 0) {
            return;
        }
        int stride = (int) Objects.requireNonNull(own[own.length - 4]);
        if (!signature.returnsNothing()) {
            Object all = Objects.requireNonNull(own[parameters]);
            Object results = Objects.requireNonNull(arguments[parameters]);
            if (results instanceof Object[] rows && signature.result().isArray()) {
                int length = resultLength(own);
                for (int example = 0; example < size; example++) {
                    Object row = Array.newInstance(all.getClass().getComponentType(), length);
                    SideBySide.move(row, 0, length, all, stride, example, false);
                    rows[from + example] = row;
                }
            } else {
                System.arraycopy(all, 0, results, from, size);
            }
        }
        for (int index : written) {
            move(index, arguments, own[index], brought.before()[index], from, size, stride, false);
        }
    }
}
