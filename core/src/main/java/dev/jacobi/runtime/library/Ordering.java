package dev.jacobi.runtime.library;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The order that sorting brings the elements of an array into, found without touching the array. What is sorted by it has the bits that the JDK's sort
 * gives; equal numbers keep their order. Comparators are called as by the JDK's sort, with the same arguments in the same
 * order; if one throws, the order is what the JDK's sort would leave behind.
 */
public final class Ordering {
    private static final int SHORT = 24;

    private final int[] places;
    private final @Nullable Throwable failure;

    private Ordering(int[] places, @Nullable Throwable failure) {
        this.places = places;
        this.failure = failure;
    }

    /** For each place in the sorted range, where its element was, counted from the beginning of the range. */
    public int[] places() {
        return places;
    }

    /** To be called when the elements are in order: throws what the comparator has thrown. */
    public void complete() {
        switch (failure) {
            case null -> {}
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** The order in which {@link Arrays#sort(double[], int, int)} brings the elements. */
    public static Ordering of(double[] array, int from, int to) {
        checkRange(array.length, from, to);
        return new Ordering(ascending(Arrays.copyOfRange(array, from, to)), null);
    }

    /** The order in which {@link Arrays#sort(float[], int, int)} brings the elements. */
    public static Ordering of(float[] array, int from, int to) {
        checkRange(array.length, from, to);
        double[] wide = new double[to - from];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = array[from + i];
        }
        return new Ordering(ascending(wide), null);
    }

    /** As the methods of {@link Arrays} check a range. */
    static void checkRange(int length, int from, int to) {
        if (from > to) {
            throw new IllegalArgumentException("fromIndex(" + from + ") > toIndex(" + to + ")");
        }
        if (from < 0) {
            throw new ArrayIndexOutOfBoundsException(from);
        }
        if (to > length) {
            throw new ArrayIndexOutOfBoundsException(to);
        }
    }

    private static int[] ascending(double[] numbers) {
        return numbers.length <= SHORT ? byInsertion(numbers) : bySearch(numbers);
    }

    private static int[] byInsertion(double[] numbers) {
        int[] places = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            double number = numbers[i];
            int hole = i;
            while (hole > 0 && Double.compare(numbers[hole - 1], number) > 0) {
                numbers[hole] = numbers[hole - 1];
                places[hole] = places[hole - 1];
                hole--;
            }
            numbers[hole] = number;
            places[hole] = i;
        }
        return places;
    }

    /** Sorts the numbers and looks up where each went; those that are equal go one after another. */
    private static int[] bySearch(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int[] places = new int[numbers.length];
        int[] taken = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int low = 0;
            int high = sorted.length - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Double.compare(sorted[middle], numbers[i]) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            places[low + taken[low]++] = i;
        }
        return places;
    }

    /** An element and where it was. */
    private record Placed(@Nullable Object element, int place) {}

    /**
     * The order in which {@link Arrays#sort(Object[], int, int, Comparator)} brings the elements.
     *
     * @param comparator null for the natural order
     */
    @SuppressWarnings("unchecked") // compares what the JDK would compare
    public static Ordering of(@Nullable Object[] array, int from, int to, @Nullable Comparator<?> comparator) {
        checkRange(array.length, from, to);
        Placed[] sorted = new Placed[to - from];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = new Placed(array[from + i], i);
        }
        Comparator<@Nullable Object> order =
                comparator == null ? Ordering::compareNaturally : (Comparator<@Nullable Object>) comparator;
        Throwable failure = null;
        try {
            Arrays.sort(sorted, (one, other) -> order.compare(one.element(), other.element()));
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
        int[] places = new int[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            places[i] = sorted[i].place();
        }
        return new Ordering(places, failure);
    }

    @SuppressWarnings("unchecked") // fails as the JDK's sort does
    private static int compareNaturally(@Nullable Object one, @Nullable Object other) {
        return ((Comparable<@Nullable Object>) java.util.Objects.requireNonNull(one)).compareTo(other);
    }
}
