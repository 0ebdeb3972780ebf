package dev.jacobi.runtime.library;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Called by the loops that streams are replaced by. */
public final class StreamMethods {
    private StreamMethods() {}

    /** The refusal of a closed range up to the greatest int, which a loop that can be cut into parts does not reach. */
    public static JacobiException greatestEnd() {
        return new JacobiException(
                Refusal.NOT_ON_DEVICE,
                "cannot run a parallel stream on a device whose closed range ends with Integer.MAX_VALUE",
                null);
    }

    /** The refusal of a range of longs with more rounds than a loop that can be cut into parts counts. */
    public static JacobiException tooManyRounds() {
        return new JacobiException(
                Refusal.NOT_ON_DEVICE,
                "cannot run a parallel stream on a device that has more rounds than an int counts",
                null);
    }

    /** The array, or a longer one with the same elements if there is no room for one more. */
    public static double[] room(double[] array, int used) {
        return used < array.length ? array : Arrays.copyOf(array, Math.max(8, 2 * used));
    }

    /** As {@link #room(double[], int)}. */
    public static int[] room(int[] array, int used) {
        return used < array.length ? array : Arrays.copyOf(array, Math.max(8, 2 * used));
    }

    /** As {@link #room(double[], int)}. */
    public static long[] room(long[] array, int used) {
        return used < array.length ? array : Arrays.copyOf(array, Math.max(8, 2 * used));
    }

    public static @Nullable Object[] toArray(
            List<@Nullable Object> elements, IntFunction<@Nullable Object[]> generator) {
        return elements.toArray(generator.apply(elements.size()));
    }

    public static @Nullable Object least(
            Comparator<@Nullable Object> order, @Nullable Object one, @Nullable Object other) {
        return order.compare(one, other) <= 0 ? one : other;
    }

    public static @Nullable Object greatest(
            Comparator<@Nullable Object> order, @Nullable Object one, @Nullable Object other) {
        return order.compare(one, other) >= 0 ? one : other;
    }

    /** How many elements are skipped or let through at most. */
    public static long size(long count) {
        if (count < 0) {
            throw new IllegalArgumentException(Long.toString(count));
        }
        return count;
    }

    /** The elements of a stream that a function gave to {@code flatMap}: null counts as an empty stream. */
    public static Iterator<?> elementsOf(@Nullable Stream<?> stream) {
        return stream == null ? Collections.emptyIterator() : stream.iterator();
    }

    /** As {@link #elementsOf(Stream)}. */
    public static PrimitiveIterator.OfDouble elementsOf(@Nullable DoubleStream stream) {
        return stream == null ? DoubleStream.empty().iterator() : stream.iterator();
    }

    /** As {@link #elementsOf(Stream)}. */
    public static PrimitiveIterator.OfInt elementsOf(@Nullable IntStream stream) {
        return stream == null ? IntStream.empty().iterator() : stream.iterator();
    }

    /** As {@link #elementsOf(Stream)}. */
    public static PrimitiveIterator.OfLong elementsOf(@Nullable LongStream stream) {
        return stream == null ? LongStream.empty().iterator() : stream.iterator();
    }

    /** Checks the range of an array that a stream is made of. */
    public static void checkRange(int length, int from, int to) {
        if (from > to) {
            throw new ArrayIndexOutOfBoundsException("origin(" + from + ") > fence(" + to + ")");
        }
        if (from < 0) {
            throw new ArrayIndexOutOfBoundsException(from);
        }
        if (to > length) {
            throw new ArrayIndexOutOfBoundsException(to);
        }
    }

    /** What was there before: elements are told apart by {@code equals}, which is no matter of derivatives. */
    public static final class Seen {
        private final Set<@Nullable Object> elements = new HashSet<>();

        private Seen() {}

        public static Seen nothing() {
            return new Seen();
        }

        /** Whether the element comes for the first time. */
        public boolean isNew(@Nullable Object element) {
            return elements.add(element);
        }

        /** As {@link #isNew(Object)}. */
        public boolean isNew(double element) {
            return elements.add(element);
        }
    }

    public static List<@Nullable Object> newList() {
        return new ArrayList<>();
    }
}
