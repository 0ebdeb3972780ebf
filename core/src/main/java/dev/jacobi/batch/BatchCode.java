package dev.jacobi.batch;

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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs a {@link BatchLoop}: checks the arguments, makes room for the results, and says in which example an exception was. Thread-safe. */
public final class BatchCode {
    private final BatchSignature signature;
    private final BatchRange range;
    private final BatchArguments checks;
    private final @Nullable Class<?> resultType;
    private final @Nullable Executor executor;
    private final MethodType type;

    /**
     * @param loop what {@link BatchLoop#of} has made, compiled
     * @param lanes what {@link LaneLoops} has made, compiled, or null
     * @param strips what that is about, or null
     * @param written for each parameter whether the code may write into what it gets
     * @param finishing whether the other examples are done when one has failed
     * @param nativeCode whether the loops are best called for some examples at a time
     * @param executor runs examples at the same time, or null
     */
    public BatchCode(
            BatchSignature signature,
            MethodHandle loop,
            @Nullable MethodHandle lanes,
            ExamplesInStep.@Nullable Strips strips,
            boolean[] written,
            boolean finishing,
            boolean nativeCode,
            @Nullable Executor executor) {
        this.signature = signature;
        this.executor = executor;
        checks = new BatchArguments(signature, written.clone());
        range = new BatchRange(
                new OneByOne(signature, loop, nativeCode && !writesObjects(signature, written), written),
                lanes == null || strips == null ? null : new InStep(signature, lanes, strips, nativeCode),
                finishing);
        MethodType loopType = loop.type();
        int parameters = signature.parameters().size();
        resultType = signature.returnsNothing()
                ? null
                : loopType.parameterType(parameters).getComponentType();
        MethodType ofArguments = loopType.dropParameterTypes(parameters, loopType.parameterCount());
        Class<?> returned = resultType == null
                ? void.class
                : signature.isFlat(signature.result()) ? resultType : resultType.arrayType();
        type = (signature.takesCount() ? ofArguments.insertParameterTypes(0, int.class) : ofArguments)
                .changeReturnType(returned);
    }

    /** Whether an array may be written that is in an object: it may be that of another argument too, of which a slice would have a copy. */
    private static boolean writesObjects(BatchSignature signature, boolean[] written) {
        for (int index = 0; index < written.length; index++) {
            if (written[index]
                    && !BatchSignature.isOfNumbers(signature.parameters().get(index))) {
                return true;
            }
        }
        return false;
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
        int count = checks.count(given, first);
        checks.checkFlat(given, count);
        checks.checkCopied(given, first);
        Object rows = resultType == null ? null : Array.newInstance(resultType, count);
        @Nullable Object[] arguments = new @Nullable Object[parameters + (rows == null ? 4 : 5)];
        System.arraycopy(given, first, arguments, 0, parameters);
        arguments[parameters] = rows;
        arguments[arguments.length - 4] = count;
        SortedMap<Integer, Throwable> failures;
        if (executor == null) {
            failures = new TreeMap<>();
            range.run(arguments, 0, count, failures);
        } else {
            checks.checkApart(given, first);
            failures = new ParallelRun(
                            signature, range::run, range.finishing(), range.strips() != null, arguments, count)
                    .run(executor);
        }
        if (!failures.isEmpty()) {
            Object results = rows == null || !range.finishing() ? null : packed(rows, count, failures.keySet());
            throw new BatchException(signature.display(), failures, results);
        }
        return rows == null ? null : packed(rows, count, Set.of());
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
                    throw new NullPointerException("the result of example " + example + " of the batch of "
                            + signature.display() + " is null");
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
