package dev.jacobi.runtime.library;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Stands in for methods of {@link Arrays}. Sorting is a permutation, which derivatives go through as the elements do. */
public final class ArraysMethods {
    private ArraysMethods() {}

    public static void sort(double[] array) {
        sort(array, 0, array.length);
    }

    public static void sort(double[] array, int from, int to) {
        int[] places = Ordering.of(array, from, to).places();
        double[] before = Arrays.copyOfRange(array, from, to);
        for (int i = 0; i < before.length; i++) {
            array[from + i] = before[places[i]];
        }
    }

    public static void sort(float[] array) {
        sort(array, 0, array.length);
    }

    public static void sort(float[] array, int from, int to) {
        int[] places = Ordering.of(array, from, to).places();
        float[] before = Arrays.copyOfRange(array, from, to);
        for (int i = 0; i < before.length; i++) {
            array[from + i] = before[places[i]];
        }
    }

    public static void parallelSort(double[] array) {
        sort(array, 0, array.length);
    }

    public static void parallelSort(double[] array, int from, int to) {
        sort(array, from, to);
    }

    public static void parallelSort(float[] array) {
        sort(array, 0, array.length);
    }

    public static void sort(@Nullable Object[] array) {
        sort(array, 0, array.length, null);
    }

    public static void sort(@Nullable Object[] array, int from, int to) {
        sort(array, from, to, null);
    }

    public static void sort(@Nullable Object[] array, @Nullable Comparator<?> comparator) {
        sort(array, 0, array.length, comparator);
    }

    public static void sort(@Nullable Object[] array, int from, int to, @Nullable Comparator<?> comparator) {
        Ordering ordering = Ordering.of(array, from, to, comparator);
        int[] places = ordering.places();
        @Nullable Object[] before = Arrays.copyOfRange(array, from, to);
        for (int i = 0; i < before.length; i++) {
            array[from + i] = before[places[i]];
        }
        ordering.complete();
    }

    /** One element after the other; the JDK does the same for short arrays, and for long ones asks for an operator that does not mind. In blocks where the order is open: {@link BlockPrefixes}. */
    public static void parallelPrefix(double[] array, DoubleBinaryOperator operator) {
        parallelPrefix(array, 0, array.length, operator);
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}. */
    public static void parallelPrefix(double[] array, int from, int to, DoubleBinaryOperator operator) {
        Objects.requireNonNull(operator);
        Ordering.checkRange(array.length, from, to);
        for (int i = from + 1; i < to; i++) {
            array[i] = operator.applyAsDouble(array[i - 1], array[i]);
        }
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}. */
    public static void parallelPrefix(@Nullable Object[] array, BinaryOperator<@Nullable Object> operator) {
        parallelPrefix(array, 0, array.length, operator);
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}. */
    public static void parallelPrefix(
            @Nullable Object[] array, int from, int to, BinaryOperator<@Nullable Object> operator) {
        Objects.requireNonNull(operator);
        Ordering.checkRange(array.length, from, to);
        for (int i = from + 1; i < to; i++) {
            array[i] = operator.apply(array[i - 1], array[i]);
        }
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}, in blocks. */
    public static void parallelPrefix(int[] array, IntBinaryOperator operator) {
        parallelPrefix(array, 0, array.length, operator);
    }

    /**
     * As {@link #parallelPrefix(double[], DoubleBinaryOperator)}: each block by itself, then what ends the blocks, then each block with what is before it. Whole numbers have the same prefixes however they are put
     * together, if the operator is associative, as it has to be.
     */
    public static void parallelPrefix(int[] array, int from, int to, IntBinaryOperator operator) {
        Objects.requireNonNull(operator);
        Ordering.checkRange(array.length, from, to);
        int size = blockSize(to - from);
        int blocks = (to - from - 1 + size) / size;
        int[] ends = new int[blocks];
        IntStream.range(0, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            int prefix = array[first];
            for (int i = 1; i < end; i++) {
                prefix = operator.applyAsInt(prefix, array[first + i]);
                array[first + i] = prefix;
            }
            ends[block] = prefix;
        });
        for (int block = 1; block < blocks; block++) {
            ends[block] = operator.applyAsInt(ends[block - 1], ends[block]);
        }
        IntStream.range(1, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            int before = ends[block - 1];
            for (int i = 0; i < end; i++) {
                array[first + i] = operator.applyAsInt(before, array[first + i]);
            }
        });
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}, in blocks. */
    public static void parallelPrefix(long[] array, LongBinaryOperator operator) {
        parallelPrefix(array, 0, array.length, operator);
    }

    /**
     * As {@link #parallelPrefix(double[], DoubleBinaryOperator)}: each block by itself, then what ends the blocks, then each block with what is before it. Whole numbers have the same prefixes however they are put
     * together, if the operator is associative, as it has to be.
     */
    public static void parallelPrefix(long[] array, int from, int to, LongBinaryOperator operator) {
        Objects.requireNonNull(operator);
        Ordering.checkRange(array.length, from, to);
        int size = blockSize(to - from);
        int blocks = (to - from - 1 + size) / size;
        long[] ends = new long[blocks];
        IntStream.range(0, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            long prefix = array[first];
            for (int i = 1; i < end; i++) {
                prefix = operator.applyAsLong(prefix, array[first + i]);
                array[first + i] = prefix;
            }
            ends[block] = prefix;
        });
        for (int block = 1; block < blocks; block++) {
            ends[block] = operator.applyAsLong(ends[block - 1], ends[block]);
        }
        IntStream.range(1, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            long before = ends[block - 1];
            for (int i = 0; i < end; i++) {
                array[first + i] = operator.applyAsLong(before, array[first + i]);
            }
        });
    }

    /** So many elements that there are not too many blocks for one thread to put their ends together. */
    static int blockSize(int length) {
        return Math.max(64, length / 16_384 + 1);
    }
}
