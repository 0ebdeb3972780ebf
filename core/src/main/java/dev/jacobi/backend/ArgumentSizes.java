package dev.jacobi.backend;

import static java.lang.invoke.MethodHandles.dropArguments;
import static java.lang.invoke.MethodHandles.foldArguments;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large the arguments of a call are, as far as that decides on where it is fast: the sum of the lengths of the arrays, and the sum of the absolute values of the integers, both by powers of two, as one number. Arrays in
 * fields of objects do not count.
 */
public final class ArgumentSizes {
    private static final Lookup LOOKUP = MethodHandles.lookup();

    /** All numbers are less. */
    public static final int KEYS = 64 * 64;

    private ArgumentSizes() {}

    /** @param elements 0 or more */
    public static int key(long elements, long numbers) {
        int ofArrays = Math.min(63, 64 - Long.numberOfLeadingZeros(elements));
        int ofNumbers = Math.min(63, 64 - Long.numberOfLeadingZeros(numbers));
        return ofArrays << 6 | ofNumbers;
    }

    /** @param arguments numbers boxed; memory segments count as arrays of longs */
    public static int key(@Nullable Object[] arguments) {
        long elements = 0;
        long numbers = 0;
        for (Object argument : arguments) {
            if (argument instanceof Integer || argument instanceof Long) {
                numbers = addNumber(numbers, ((Number) argument).longValue());
            } else if (argument instanceof MemorySegment segment) {
                elements += segment.byteSize() / Long.BYTES;
            } else if (argument != null && argument.getClass().isArray()) {
                elements = addLength(elements, argument);
            }
        }
        return key(elements, numbers);
    }

    static long addNumber(long sum, long number) {
        return sum + Math.abs(number);
    }

    /** Of nested arrays the rows are taken to be alike. */
    static long addLength(long sum, @Nullable Object array) {
        if (array == null) {
            return sum;
        }
        long length = Array.getLength(array);
        return sum + (array instanceof @Nullable Object[] rows && length > 0 ? length * addLength(1, rows[0]) : length);
    }

    /** What a number stands for, in words. */
    public static String describe(int key) {
        int ofArrays = key >> 6;
        int ofNumbers = key & 63;
        return "arrays of " + range(ofArrays) + " elements in all"
                + (ofNumbers == 0 ? "" : ", integers of " + range(ofNumbers));
    }

    private static String range(int bits) {
        return bits == 0 ? "0" : (1L << bits - 1) + " to " + ((1L << bits) - 1);
    }

    /** From arguments of a type to their number. */
    static MethodHandle keyHandle(MethodType type) {
        MethodHandle key = find("key", MethodType.methodType(int.class, long.class, long.class));
        MethodHandle withElements = dropArguments(key, 2, type.parameterList());
        // Each fold puts what it computes first.
        MethodHandle withNumbers = foldArguments(withElements, dropArguments(sum(type, false), 0, long.class));
        return foldArguments(withNumbers, sum(type, true));
    }

    /** From the arguments to the sum of the lengths of the arrays, or of the absolute values of the integers. */
    private static MethodHandle sum(MethodType type, boolean ofNumbers) {
        MethodHandle sum = dropArguments(MethodHandles.constant(long.class, 0L), 0, type.parameterList());
        for (int i = 0; i < type.parameterCount(); i++) {
            Class<?> parameter = type.parameterType(i);
            boolean counts = ofNumbers ? parameter == int.class || parameter == long.class : parameter.isArray();
            if (counts) {
                MethodHandle add = ofNumbers
                        ? find("addNumber", MethodType.methodType(long.class, long.class, long.class))
                        : find("addLength", MethodType.methodType(long.class, long.class, Object.class));
                add = add.asType(MethodType.methodType(long.class, long.class, parameter));
                List<Class<?>> before = new ArrayList<>(type.parameterList().subList(0, i));
                add = dropArguments(add, 1, before);
                add = dropArguments(add, i + 2, type.parameterList().subList(i + 1, type.parameterCount()));
                sum = foldArguments(add, sum);
            }
        }
        return sum;
    }

    private static MethodHandle find(String method, MethodType type) {
        try {
            return LOOKUP.findStatic(ArgumentSizes.class, method, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
