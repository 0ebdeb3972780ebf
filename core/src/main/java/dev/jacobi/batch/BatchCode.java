package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs a {@link BatchLoop}: checks the arguments, makes room for the results, and says in which example an exception was. Thread-safe. */
public final class BatchCode {
    private static final MethodType SPREAD = MethodType.methodType(void.class, Object[].class);

    /** After so many strips whose examples did not go in step, the rest of a call is done one by one. */
    private static final int MOST_STRIPS_OUT_OF_STEP = 4;

    private static final AtomicLong OUT_OF_STEP = new AtomicLong();

    private final BatchSignature signature;
    private final MethodHandle loop;
    private final @Nullable MethodHandle lanes;
    private final @Nullable Class<?> resultType;
    private final boolean[] written;
    private final boolean finishing;
    private final MethodType type;

    /**
     * @param loop what {@link BatchLoop#of} has made, compiled
     * @param lanes what {@link LaneLoops} has made, compiled, or null
     * @param written for each parameter whether the code may write into what it gets
     * @param finishing whether the other examples are done when one has failed
     */
    public BatchCode(
            BatchSignature signature,
            MethodHandle loop,
            @Nullable MethodHandle lanes,
            boolean[] written,
            boolean finishing) {
        this.signature = signature;
        this.written = written.clone();
        this.finishing = finishing;
        MethodType loopType = loop.type();
        int parameters = signature.parameters().size();
        resultType =
                signature.returnsNothing() ? null : loopType.parameterType(parameters).getComponentType();
        MethodType ofArguments = loopType.dropParameterTypes(parameters, loopType.parameterCount());
        Class<?> returned = resultType == null
                ? void.class
                : signature.isFlat(signature.result()) ? resultType : resultType.arrayType();
        type = (signature.takesCount() ? ofArguments.insertParameterTypes(0, int.class) : ofArguments)
                .changeReturnType(returned);
        this.lanes = lanes == null
                ? null
                : lanes.asSpreader(Object[].class, loopType.parameterCount()).asType(SPREAD);
        this.loop = loop.asSpreader(Object[].class, loopType.parameterCount()).asType(SPREAD);
    }

    /** The batch as a handle of its own type. */
    public MethodHandle handle() {
        try {
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(BatchCode.class, "run", MethodType.methodType(Object.class, Object[].class));
            return run.bindTo(this)
                    .asCollector(Object[].class, type.parameterCount())
                    .asType(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private @Nullable Object run(@Nullable Object[] given) {
        int first = signature.takesCount() ? 1 : 0;
        int parameters = given.length - first;
        int count = count(given, first);
        checkFlat(given, count);
        Object rows = resultType == null ? null : Array.newInstance(resultType, count);
        @Nullable Object[] arguments = new @Nullable Object[parameters + (rows == null ? 4 : 5)];
        System.arraycopy(given, first, arguments, 0, parameters);
        int next = parameters;
        if (rows != null) {
            arguments[next++] = rows;
        }
        arguments[next] = count;
        SortedMap<Integer, Throwable> failures = new TreeMap<>();
        run(arguments, count, failures);
        if (!failures.isEmpty()) {
            throw new BatchException(
                    signature.display(), failures, rows == null || !finishing ? null : packed(rows, count, failures.keySet()));
        }
        return rows == null ? null : packed(rows, count, Set.of());
    }

    /** Does all examples, or all until one throws. The last three arguments are the range and what is being done. */
    private void run(@Nullable Object[] arguments, int count, SortedMap<Integer, Throwable> failures) {
        int range = arguments.length - 3;
        int[] progress = {0};
        arguments[range + 2] = progress;
        int from = 0;
        int strips = lanes == null ? 0 : MOST_STRIPS_OUT_OF_STEP;
        while (from < count) {
            int to = count;
            if (strips > 0 && count - from >= LaneLoops.WIDTH) {
                int whole = (count - from) / LaneLoops.WIDTH * LaneLoops.WIDTH;
                if (inStep(arguments, range, from, from + whole)) {
                    from += whole;
                    continue;
                }
                // Nobody has seen anything of what was done of this strip.
                strips--;
                from = progress[0];
                to = from + LaneLoops.WIDTH;
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
        try {
            Objects.requireNonNull(lanes).invokeExact((Object[]) arguments);
            return true;
        } catch (Throwable _) {
            OUT_OF_STEP.incrementAndGet();
            return false;
        }
    }

    /** Does a range of examples, and gives where to go on. */
    private int oneByOne(
            @Nullable Object[] arguments, int range, int from, int to, SortedMap<Integer, Throwable> failures) {
        arguments[range] = from;
        arguments[range + 1] = to;
        try {
            loop.invokeExact((Object[]) arguments);
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

    /** The number of examples, on which all arguments must agree. */
    private int count(@Nullable Object[] given, int first) {
        int count = first == 1 ? (int) notNull(given[0], 0) : -1;
        int source = -1;
        if (count < 0 && first == 1) {
            throw lengths("the number of examples is " + count);
        }
        for (int index = 0; index < given.length - first; index++) {
            if (signature.axes().get(index) != Axis.EACH || signature.isFlat(index)) {
                continue;
            }
            int length = Array.getLength(notNull(given[index + first], index));
            if (count < 0) {
                count = length;
                source = index;
            } else if (length != count) {
                throw lengths(
                        first == 1
                                ? "parameter " + index + " has " + length + " elements for " + count + " examples"
                                : "parameter " + source + " has " + count + " examples, parameter " + index + " has "
                                        + length);
            }
        }
        return count;
    }

    private JacobiException lengths(String what) {
        return new JacobiException(
                Refusal.BATCH_LENGTHS, "cannot run the batch of " + signature.display() + ": " + what, null);
    }

    private Object notNull(@Nullable Object argument, int index) {
        if (argument == null) {
            throw new NullPointerException(
                    "parameter " + index + " of the batch of " + signature.display() + " is null");
        }
        return argument;
    }

    /** Arrays with those of all examples: of a length that can be divided, and, as they are copied, not given twice if they are written. */
    private void checkFlat(@Nullable Object[] given, int count) {
        for (int index = 0; signature.takesCount() && index < given.length - 1; index++) {
            if (!signature.isFlat(index)) {
                continue;
            }
            Object array = notNull(given[index + 1], index);
            int length = Array.getLength(array);
            if (count == 0 ? length != 0 : length % count != 0) {
                throw new JacobiException(
                        Refusal.BATCH_RAGGED,
                        "cannot run the batch of " + signature.display() + ": parameter " + index + " has " + length
                                + " elements for " + count + (count == 1 ? " example" : " examples"),
                        null);
            }
            for (int other = 0; other < given.length - 1; other++) {
                if (other != index && given[other + 1] == array && written[index]) {
                    throw new JacobiException(
                            Refusal.ALIASED_ARGUMENTS,
                            "cannot run the batch of " + signature.display() + ": parameter "
                                    + Math.min(index, other) + " and parameter " + Math.max(index, other)
                                    + " are the same array, and parameter " + index + " may be written",
                            null);
                }
            }
        }
    }

    /** The results in the layout of the batch. */
    private Object packed(Object rows, int count, Set<Integer> failed) {
        if (!signature.isFlat(signature.result())) {
            return rows;
        }
        Object[] arrays = (Object[]) rows;
        int length = -1;
        int source = 0;
        for (int example = 0; example < count; example++) {
            if (arrays[example] == null) {
                if (!failed.contains(example)) {
                    throw new NullPointerException(
                            "the result of example " + example + " of the batch of " + signature.display() + " is null");
                }
                continue;
            }
            int own = Array.getLength(arrays[example]);
            if (length < 0) {
                length = own;
                source = example;
            } else if (own != length) {
                throw new JacobiException(
                        Refusal.BATCH_RAGGED,
                        "cannot return the results of the batch of " + signature.display() + " in layout "
                                + signature.layout() + ": that of example " + source + " has " + length
                                + " elements, that of example " + example + " has " + own,
                        null);
            }
        }
        return flat(arrays, count, Math.max(length, 0));
    }

    private Object flat(@Nullable Object[] arrays, int count, int length) {
        Class<?> array = Objects.requireNonNull(resultType);
        Object flat = Array.newInstance(array.getComponentType(), Math.multiplyExact(count, length));
        for (int example = 0; example < count; example++) {
            Object own = arrays[example];
            if (own == null) {
                continue;
            }
            if (signature.layout() == Layout.PACKED) {
                System.arraycopy(own, 0, flat, example * length, length);
            } else if (own instanceof double[] numbers && flat instanceof double[] all) {
                for (int place = 0; place < length; place++) {
                    all[place * count + example] = numbers[place];
                }
            } else {
                for (int place = 0; place < length; place++) {
                    System.arraycopy(own, place, flat, place * count + example, 1);
                }
            }
        }
        return flat;
    }
}
