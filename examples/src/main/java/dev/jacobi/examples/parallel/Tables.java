package dev.jacobi.examples.parallel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** Counting, adding up, and searching in tables. */
public final class Tables {
    private Tables() {}

    /** The number of the nearest centre for each point; a point and a centre are {@code dimensions} numbers in a row. */
    public static void nearest(float[] points, float[] centres, int dimensions, int[] nearest) {
        int count = centres.length / dimensions;
        IntStream.range(0, nearest.length).parallel().forEach(point -> {
            int best = 0;
            float least = Float.POSITIVE_INFINITY;
            for (int centre = 0; centre < count; centre++) {
                float distance = 0;
                for (int axis = 0; axis < dimensions; axis++) {
                    float difference = points[point * dimensions + axis] - centres[centre * dimensions + axis];
                    distance += difference * difference;
                }
                if (distance < least) {
                    least = distance;
                    best = centre;
                }
            }
            nearest[point] = best;
        });
    }

    /** How often each byte occurs, by counters that all share: not for parallel rounds, as this shows. */
    public static void histogramOfShared(byte[] bytes, int[] counts) {
        IntStream.range(0, bytes.length).parallel().forEach(i -> counts[bytes[i] & 255]++);
    }

    /** How often each byte occurs, counted in parts that are then added up. */
    public static void histogram(byte[] bytes, int[] counts, int parts) {
        int[] ofParts = new int[parts * 256];
        IntStream.range(0, parts).parallel().forEach(part -> {
            for (int i = part; i < bytes.length; i += parts) {
                ofParts[part * 256 + (bytes[i] & 255)]++;
            }
        });
        IntStream.range(0, 256).parallel().forEach(value -> {
            int sum = 0;
            for (int part = 0; part < parts; part++) {
                sum += ofParts[part * 256 + value];
            }
            counts[value] = sum;
        });
    }

    /** How often each byte occurs, by atomic counters that all share. */
    public static int[] histogramByAtomics(byte[] bytes) {
        AtomicIntegerArray counters = new AtomicIntegerArray(256);
        IntStream.range(0, bytes.length).parallel().forEach(i -> counters.incrementAndGet(bytes[i] & 255));
        int[] counts = new int[256];
        for (int value = 0; value < 256; value++) {
            counts[value] = counters.get(value);
        }
        return counts;
    }

    /**
     * A step of k-means with points and centres in a plane, on a grid of whole numbers: adds up the points that are nearest to each centre, and counts them.
     *
     * @param sums two for each centre
     * @param sizes one for each centre
     */
    public static void stepOfMeans(int[] points, int[] centres, long[] sums, int[] sizes) {
        AtomicLongArray added = new AtomicLongArray(sums.length);
        AtomicIntegerArray counted = new AtomicIntegerArray(sizes.length);
        IntStream.range(0, points.length / 2).parallel().forEach(point -> {
            int best = 0;
            long least = Long.MAX_VALUE;
            for (int centre = 0; centre < sizes.length; centre++) {
                long x = (long) points[2 * point] - centres[2 * centre];
                long y = (long) points[2 * point + 1] - centres[2 * centre + 1];
                if (x * x + y * y < least) {
                    least = x * x + y * y;
                    best = centre;
                }
            }
            added.getAndAdd(2 * best, points[2 * point]);
            added.getAndAdd(2 * best + 1, points[2 * point + 1]);
            counted.getAndIncrement(best);
        });
        Arrays.setAll(sums, added::get);
        Arrays.setAll(sizes, counted::get);
    }

    /** The sums of all elements up to each, by the JDK. */
    public static void prefixSumsOfJdk(long[] numbers) {
        Arrays.parallelPrefix(numbers, Long::sum);
    }

    /** The sums of all elements up to each, by Hillis and Steele: each step adds what lies twice as far back. The result is in the array that is returned. */
    public static long[] prefixSums(long[] numbers, long[] other) {
        long[] from = numbers;
        long[] to = other;
        for (int distance = 1; distance < numbers.length; distance *= 2) {
            long[] old = from;
            long[] sums = to;
            int back = distance;
            IntStream.range(0, old.length)
                    .parallel()
                    .forEach(i -> sums[i] = i >= back ? old[i] + old[i - back] : old[i]);
            from = sums;
            to = old;
        }
        return from;
    }

    /** The lengths of the shortest ways between all pairs of n places, by Floyd and Warshall; each place on the way goes from one array to the other. The result is in the array that is returned. */
    public static int[] shortestWays(int[] lengths, int[] other, int n) {
        int[] from = lengths;
        int[] to = other;
        for (int via = 0; via < n; via++) {
            int[] old = from;
            int[] shorter = to;
            int middle = via;
            IntStream.range(0, n * n).parallel().forEach(pair -> {
                int around = old[pair / n * n + middle] + old[middle * n + pair % n];
                shorter[pair] = Math.min(old[pair], around);
            });
            from = shorter;
            to = old;
        }
        return from;
    }

    /** As {@link #shortestWays} within one array: not for parallel rounds, as far as can be proved. */
    public static void shortestWaysInPlace(int[] lengths, int n) {
        for (int via = 0; via < n; via++) {
            int middle = via;
            IntStream.range(0, n).parallel().forEach(i -> {
                for (int j = 0; j < n; j++) {
                    lengths[i * n + j] =
                            Math.min(lengths[i * n + j], lengths[i * n + middle] + lengths[middle * n + j]);
                }
            });
        }
    }
}
