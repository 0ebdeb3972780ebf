package dev.jacobi.offload.launch;

import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.ReductionOperation;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one launch: what the loop uses from outside, the first index and that after the last, and what is kept as it is before the first
 * round.
 */
record Call(Kernel kernel, @Nullable Object[] arguments) {

    /** A part counts its rounds in ints. */
    private static final int MOST_ROUNDS = 1 << 30;

    private static final Thread ANOTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

    private int outside() {
        return kernel.uses().size();
    }

    int from() {
        return integer(outside());
    }

    int to() {
        return integer(outside() + 1);
    }

    long rounds() {
        return (long) to() - from();
    }

    /** Some of the rounds. */
    Call of(int first, int end) {
        @Nullable Object[] some = arguments.clone();
        some[outside()] = first;
        some[outside() + 1] = end;
        return new Call(kernel, some);
    }

    /** The elements of an array that lie in spans, or null for any: where they leave the array, ints may wrap around and come back. */
    @Nullable
    List<Span.Range> ranges(@Nullable List<Span> spans, int length) {
        if (spans == null) {
            return null;
        }
        List<Span.Range> ranges = spans.stream().map(this::range).toList();
        return ranges.stream().allMatch(range -> range.isWithin(length)) ? ranges : null;
    }

    @Nullable
    Object argument(int index) {
        return arguments[index];
    }

    /** An argument that is not null. */
    Object given(int index) {
        return Objects.requireNonNull(arguments[index]);
    }

    /** An int among the arguments, or the length of an array. */
    int integer(int index) {
        return given(index) instanceof Integer number ? number : HostArray.lengthOf(given(index));
    }

    /** The elements that a span has for these arguments. */
    Span.Range range(Span span) {
        return span.range(from(), to(), this::integer);
    }

    /** What is kept, as it is before the first round; the caller's own. */
    Object[] initial() {
        return Arrays.stream(arguments, outside() + 2, arguments.length)
                .map(Objects::requireNonNull)
                .toArray();
    }

    /** The arrays of numbers that an argument stands for: the rows of an array of arrays, or the array itself; any may be null. */
    List<@Nullable Object> arraysOf(int index) {
        Object array = arguments[index];
        return Arrays.asList(array instanceof Object[] rows ? rows : new Object[] {array});
    }

    /** Whether an array or a row is null. */
    boolean hasNull() {
        for (int index = 0; index < outside(); index++) {
            Use use = kernel.uses().get(index);
            if (use != null && arguments[index] == null) {
                return true;
            }
            if (use instanceof RowsUse && arraysOf(index).contains(null)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it has a memory segment that only this thread may read. */
    boolean isForOneThread() {
        return Arrays.stream(arguments)
                .anyMatch(argument -> argument instanceof SegmentArray elements
                        && !elements.segment().isAccessibleBy(ANOTHER_THREAD));
    }

    /** An array for each thing that is kept, with a place for each part. */
    List<Object> results(int parts) {
        List<Object> results = new ArrayList<>();
        List<Value> parameters = kernel.loop().parameters();
        int first = parameters.size() - 1 - kernel.reductions().size();
        for (int index = 0; index < kernel.reductions().size(); index++) {
            Class<?> component = switch (parameters
                    .get(first + index)
                    .type()
                    .descriptor()
                    .componentType()
                    .descriptorString()) {
                case "I" -> int.class;
                case "J" -> long.class;
                case "F" -> float.class;
                default -> double.class;
            };
            results.add(Array.newInstance(component, parts));
        }
        return results;
    }

    /** The same, with what changes nothing in each place. */
    List<Object> neutralResults(int parts) {
        List<Object> results = results(parts);
        for (int index = 0; index < results.size(); index++) {
            ReductionOperation operation = kernel.reductions().get(index);
            switch (results.get(index)) {
                case int[] ints -> Arrays.fill(ints, operation.neutral(Type.INT).intValue());
                case long[] longs ->
                    Arrays.fill(longs, operation.neutral(Type.LONG).longValue());
                case float[] floats ->
                    Arrays.fill(floats, operation.neutral(Type.FLOAT).floatValue());
                case double[] doubles ->
                    Arrays.fill(doubles, operation.neutral(Type.DOUBLE).doubleValue());
                default -> throw new IllegalStateException("no array of results");
            }
        }
        return results;
    }

    /** Puts what parts have given together with what was kept before, in the order of the parts. */
    void combine(Object[] kept, List<Object> results) {
        for (int index = 0; index < kept.length; index++) {
            Object array = results.get(index);
            Number all = (Number) kept[index];
            for (int part = 0; part < Array.getLength(array); part++) {
                all = kernel.reductions().get(index).apply(all, (Number) Array.get(array, part));
            }
            kept[index] = all;
        }
    }

    /** The lengths that are known before the launch. */
    int[] lengths(MethodHandle compute) throws Throwable {
        int[] lengths = new int[kernel.memory().known()];
        @Nullable Object[] all = Arrays.copyOf(arguments, outside() + 1);
        all[outside()] = lengths;
        compute.invokeExact(all);
        return lengths;
    }

    /** Does all rounds, one after the other. */
    void onHost(MethodHandle loop, Object[] kept) throws Throwable {
        if (!kernel.isInParts()) {
            loop.invokeExact(Arrays.copyOf(arguments, outside() + 2));
            return;
        }
        for (long first = from(); first < to(); first += MOST_ROUNDS) {
            List<@Nullable Object> all =
                    new ArrayList<>(Arrays.asList(arguments).subList(0, outside()));
            List<Object> results = results(1);
            all.add((int) first);
            all.add((int) Math.min(first + MOST_ROUNDS, to()));
            all.add(1);
            all.addAll(results);
            all.add(0);
            loop.invokeExact(all.toArray());
            combine(kept, results);
        }
    }
}
