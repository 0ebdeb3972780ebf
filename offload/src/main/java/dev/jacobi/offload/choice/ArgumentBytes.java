package dev.jacobi.offload.choice;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arrays and integers among the arguments of a call, as far as they decide on what it costs to move and to compute. What is in fields of objects is not seen.
 *
 * @param all the bytes of all arrays
 * @param largest the bytes of the largest one
 * @param rounds so many rounds a loop may have: the length of the longest array, or, where there is none, the largest integer
 */
record ArgumentBytes(long all, long largest, long rounds) {
    static ArgumentBytes of(@Nullable Object[] arguments) {
        long all = 0;
        long largest = 0;
        long longest = 0;
        long integer = 1;
        for (Object argument : arguments) {
            if (argument instanceof Integer || argument instanceof Long) {
                integer = Math.max(integer, ((Number) argument).longValue());
            } else if (argument instanceof MemorySegment segment) {
                all += segment.byteSize();
                largest = Math.max(largest, segment.byteSize());
                longest = Math.max(longest, segment.byteSize() / Long.BYTES);
            } else if (argument != null && argument.getClass().isArray()) {
                long elements = elements(argument);
                long bytes = elements * elementBytes(argument.getClass());
                all += bytes;
                largest = Math.max(largest, bytes);
                longest = Math.max(longest, elements);
            }
        }
        return new ArgumentBytes(all, largest, longest > 0 ? longest : integer);
    }

    private static long elements(@Nullable Object array) {
        if (array == null) {
            return 0;
        }
        if (array instanceof @Nullable Object[] rows
                && rows.getClass().getComponentType().isArray()) {
            return Arrays.stream(rows).mapToLong(ArgumentBytes::elements).sum();
        }
        return Array.getLength(array);
    }

    private static long elementBytes(Class<?> array) {
        Class<?> component = array.getComponentType();
        if (component.isArray()) {
            return elementBytes(component);
        }
        return switch (component.descriptorString()) {
            case "D", "J" -> Long.BYTES;
            case "F", "I" -> Integer.BYTES;
            case "S", "C" -> Short.BYTES;
            default -> 1;
        };
    }
}
