package dev.jacobi.runtime.library;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * What stands in for methods of {@link Arrays} where parallel operations on floating point may be put together in any order, as on devices: the JDK leaves their order open, and so the last places of what they give.
 */
public final class BlockPrefixes {
    private BlockPrefixes() {}

    /** Each block by itself, then what ends the blocks, then each block with what is before it. */
    public static void parallelPrefix(double[] array, DoubleBinaryOperator operator) {
        parallelPrefix(array, 0, array.length, operator);
    }

    /** As {@link #parallelPrefix(double[], DoubleBinaryOperator)}. */
    public static void parallelPrefix(double[] array, int from, int to, DoubleBinaryOperator operator) {
        Objects.requireNonNull(operator);
        Ordering.checkRange(array.length, from, to);
        int size = ArraysMethods.blockSize(to - from);
        int blocks = (to - from - 1 + size) / size;
        double[] ends = new double[blocks];
        IntStream.range(0, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            double prefix = array[first];
            for (int i = 1; i < end; i++) {
                prefix = operator.applyAsDouble(prefix, array[first + i]);
                array[first + i] = prefix;
            }
            ends[block] = prefix;
        });
        for (int block = 1; block < blocks; block++) {
            ends[block] = operator.applyAsDouble(ends[block - 1], ends[block]);
        }
        IntStream.range(1, blocks).parallel().forEach(block -> {
            int first = from + block * size;
            int end = Math.min(size, to - first);
            double before = ends[block - 1];
            for (int i = 0; i < end; i++) {
                array[first + i] = operator.applyAsDouble(before, array[first + i]);
            }
        });
    }
}
