package dev.jacobi.offload.shapes;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Parallel loops over two memory segments {@code x} and {@code y}, with a number {@code n} of rounds that may be too large for them. */
@SuppressWarnings("NarrowCalculation") // offsets that ints compute are among what is tested
public final class SegmentLoops {
    private SegmentLoops() {}

    static void floats(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_FLOAT, i, 2 * x.getAtIndex(JAVA_FLOAT, i) + 1));
    }

    static void doublesInPlace(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(
                        i -> y.setAtIndex(JAVA_DOUBLE, i, y.getAtIndex(JAVA_DOUBLE, i) + x.getAtIndex(JAVA_DOUBLE, i)));
    }

    static void bytes(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_BYTE, i, (byte) (3 * x.getAtIndex(JAVA_BYTE, i))));
    }

    static void shorts(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_SHORT, i, (short) (3 * x.getAtIndex(JAVA_SHORT, i))));
    }

    static void chars(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_CHAR, i, (char) (3 * x.getAtIndex(JAVA_CHAR, i))));
    }

    static void longs(MemorySegment x, MemorySegment y, int n) {
        LongStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_LONG, i, 3 * x.getAtIndex(JAVA_LONG, i) - i));
    }

    static void unaligned(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_INT_UNALIGNED, i, ~x.getAtIndex(JAVA_INT_UNALIGNED, i)));
    }

    static void byOffsets(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.set(JAVA_DOUBLE, 8L * i, -x.get(JAVA_DOUBLE, 8L * i)));
    }

    static void byOffsetsOfInts(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.set(JAVA_INT, i << 2, -x.get(JAVA_INT, i * 4)));
    }

    static void byOffsetsOfTheLayout(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i ->
                        y.set(JAVA_FLOAT, i * JAVA_FLOAT.byteSize(), x.get(JAVA_FLOAT, i * JAVA_FLOAT.byteSize()) / 3));
    }

    static void byOffsetsBetweenElements(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_INT, i, x.get(JAVA_INT_UNALIGNED, 4L * i + 1)));
    }

    static void byOffsetsThatRunOnAnElement(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_INT, i, x.get(JAVA_INT, 3L * i)));
    }

    static void stencil(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(1, n - 1)
                .parallel()
                .forEach(i -> y.setAtIndex(
                        JAVA_FLOAT, i, x.getAtIndex(JAVA_FLOAT, i - 1) + x.getAtIndex(JAVA_FLOAT, i + 1L)));
    }

    static void backwards(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_FLOAT, n - 1L - i, x.getAtIndex(JAVA_FLOAT, i)));
    }

    static void oneAhead(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_FLOAT, i, x.getAtIndex(JAVA_FLOAT, i + 1) + 1));
    }

    static void conditional(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            float value = x.getAtIndex(JAVA_FLOAT, i);
            if (value > 0) {
                y.setAtIndex(JAVA_FLOAT, i, value);
            }
        });
    }

    static void writesOnlyIfNegative(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            if (n < 0) {
                y.setAtIndex(JAVA_FLOAT, i, x.getAtIndex(JAVA_FLOAT, i));
            }
        });
    }

    static void rows(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 0; j < 3; j++) {
                y.setAtIndex(JAVA_DOUBLE, (long) i * 3 + j, x.getAtIndex(JAVA_DOUBLE, (long) i * 3 + j) * j);
            }
        });
    }

    static void grid(MemorySegment x, MemorySegment y, int n) {
        int m = 5;
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m)
                        .parallel()
                        .forEach(j -> y.setAtIndex(
                                JAVA_FLOAT, (long) i * m + j, x.getAtIndex(JAVA_FLOAT, (long) j * n + i))));
    }

    static void gridWithARead(MemorySegment x, MemorySegment y, int n) {
        int m = 4;
        IntStream.range(0, n).parallel().forEach(i -> {
            float ofRow = x.getAtIndex(JAVA_FLOAT, 2L * i);
            IntStream.range(0, m).parallel().forEach(j -> y.setAtIndex(JAVA_FLOAT, (long) i * m + j, ofRow * j));
        });
    }

    static double sum(MemorySegment x, MemorySegment y, int n) {
        return IntStream.range(0, n)
                .parallel()
                .mapToLong(i -> x.getAtIndex(JAVA_INT, i) * (long) y.getAtIndex(JAVA_INT, i))
                .sum();
    }

    static int greatest(MemorySegment x, MemorySegment y, int n) {
        return IntStream.range(0, n)
                .parallel()
                .map(i -> Math.min(x.getAtIndex(JAVA_BYTE, i), y.getAtIndex(JAVA_BYTE, i)))
                .max()
                .orElse(-7);
    }

    static int histogram(MemorySegment x, MemorySegment y, int n) {
        AtomicIntegerArray counts = new AtomicIntegerArray(16);
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> counts.addAndGet(x.getAtIndex(JAVA_BYTE, i) & 15, y.getAtIndex(JAVA_BYTE, i)));
        int hash = 0;
        for (int bin = 0; bin < counts.length(); bin++) {
            hash = 31 * hash + counts.get(bin);
        }
        return hash;
    }

    static void asLongAsTheSegment(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            int sum = 0;
            for (int j = 0; j < x.byteSize(); j++) {
                sum += x.get(JAVA_BYTE, j);
            }
            y.setAtIndex(JAVA_INT, i, sum);
        });
    }

    static void onlyWhetherItIsThere(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            Objects.requireNonNull(x);
            y.setAtIndex(JAVA_BYTE, i, (byte) i);
        });
    }

    static void onlyItsSize(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y.setAtIndex(JAVA_LONG, i, i + x.byteSize()));
    }

    static void bitsOfFloats(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(
                        JAVA_INT, i, (x.getAtIndex(JAVA_INT, i) >>> 23) + (int) x.getAtIndex(JAVA_FLOAT, i)));
    }

    static void halves(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            float value = Float.float16ToFloat(x.getAtIndex(JAVA_SHORT, i));
            y.setAtIndex(JAVA_FLOAT, i, Float.isNaN(value) ? 7 : value); // one NaN is as good as another
        });
    }

    static void quantised(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(block -> {
            long start = 10L * block;
            float scale = Float.float16ToFloat(x.get(JAVA_SHORT_UNALIGNED, start));
            float sum = 0;
            for (int j = 0; j < 8; j++) {
                sum += scale * x.get(JAVA_BYTE, start + 2 + j);
            }
            y.setAtIndex(JAVA_FLOAT, block, Float.isNaN(sum) ? 7 : sum);
        });
    }

    static void arraysOfItsOwn(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double[] own = new double[3];
            for (int j = 0; j < own.length; j++) {
                own[j] = x.getAtIndex(JAVA_BYTE, i + j);
            }
            y.setAtIndex(JAVA_DOUBLE, i, own[0] * own[1] - own[2]);
        });
    }

    private static float read(MemorySegment segment, long index) {
        return segment.getAtIndex(JAVA_FLOAT_UNALIGNED, index);
    }

    static void calls(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> y.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, read(x, i) - read(x, n - 1 - i)));
    }

    /** Kernels with host code between that reads and writes through other slices. */
    static long hostBetween(MemorySegment x, MemorySegment y, int n) {
        floats(x, y, n);
        long sum = 0;
        MemorySegment second = y.asSlice(4);
        for (int i = 0; i < n - 1; i++) {
            sum += second.getAtIndex(JAVA_INT_UNALIGNED, i);
        }
        second.setAtIndex(JAVA_FLOAT, 0, 77);
        doublesInPlace(x, y, n / 2);
        MemorySegment.copy(y, 0, x, 8, 8);
        floats(x, y, n);
        return sum;
    }

    /** A kernel writes through one slice, another reads through another, a third writes the whole. */
    static void slicesThatOverlap(MemorySegment x, MemorySegment y, int n) {
        MemorySegment low = y.asSlice(0, 4L * n);
        MemorySegment high = y.asSlice(4, 4L * (n - 1));
        floats(x, low, n - 1);
        floats(high, x, n - 1);
        doublesInPlace(x, y, n / 2);
        floats(low, x, n);
        bytes(y, x, n);
    }

    /** Indices that are no ints. */
    static void far(MemorySegment x, MemorySegment y, int n) {
        long[] far = {0, 1, -1, 1L << 31, 1L << 32, -1L << 32, 1L << 61, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE};
        long offset = far[Math.floorMod(n, far.length)];
        IntStream.range(0, Math.min(n, 5))
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_INT, i, x.getAtIndex(JAVA_INT, offset + i)));
    }

    /** As {@link #far}, of what is written, by an offset in bytes. */
    static void farOffsets(MemorySegment x, MemorySegment y, int n) {
        long[] far = {0, 1, -1, 1L << 31, 1L << 32, -1L << 32, 1L << 61, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE};
        long offset = far[Math.floorMod(n, far.length)];
        IntStream.range(0, Math.min(n, 5))
                .parallel()
                .forEach(i -> y.set(JAVA_INT, 4 * (offset + i), x.getAtIndex(JAVA_INT, i)));
    }

    /** The offset wraps around, and is in bounds again. */
    static void wrappedOffsets(MemorySegment x, MemorySegment y, int n) {
        int stride = n > 20 ? 1 << 30 : 1;
        IntStream.range(0, Math.min(n, 7))
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_INT, i, x.get(JAVA_INT, i * stride * 4)));
    }

    /** The index would be in bounds again if ints computed it. */
    static void indicesThatDoNotWrap(MemorySegment x, MemorySegment y, int n) {
        int stride = n > 20 ? 1 << 30 : 1;
        IntStream.range(0, Math.min(n, 7))
                .parallel()
                .forEach(i -> y.setAtIndex(JAVA_INT, i, x.getAtIndex(JAVA_INT, 4L * i * stride)));
    }

    /** Memory that lives between two kernels only, at what may be the same address each time. */
    static void arenasOfItsOwn(MemorySegment x, MemorySegment y, int n) {
        for (int time = 0; time < 3; time++) {
            Arena arena = Arena.ofConfined();
            MemorySegment between = arena.allocate(4L * n, 8);
            floats(x, between, n);
            floats(between, y, n);
            x.setAtIndex(JAVA_FLOAT, 0, y.getAtIndex(JAVA_FLOAT, n - 1));
            arena.close();
        }
    }

    private static final VarHandle FLOATS = ValueLayout.JAVA_FLOAT.arrayElementVarHandle();

    static float handleBetween(MemorySegment x, MemorySegment y, int n) {
        floats(x, y, n);
        float before = (float) FLOATS.get(y, 0L, 1L);
        FLOATS.set(x, 0L, 0L, before);
        floats(x, y, n);
        return before;
    }
}
