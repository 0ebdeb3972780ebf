package dev.jacobi.runtime;

/**
 * Called by generated code only: adds to an array that all examples of a batch add to. What is to be added was recorded, with its place; here it is added in the order of the examples, and for
 * each example in the order in which that would have added it.
 *
 * <p>The places are within the array.
 */
public final class BatchSums {
    private static final int WIDTH = 128;

    private BatchSums() {}

    /** For one example: adds a number at a place. */
    public static void record(double[] sums, double number, int place) {
        sums[place] += number;
    }

    /** As {@link #record(double[], double, int)}. */
    public static void record(float[] sums, float number, int place) {
        sums[place] += number;
    }

    /** For 128 examples: record {@code i} of example {@code lane} is at {@code i * 128 + lane}; its place is the same for all examples. */
    public static void addStrip(double[] sums, double[] records, int[] places, int count) {
        if (!differ(places, count)) {
            for (int lane = 0; lane < WIDTH; lane++) {
                for (int i = 0; i < count; i++) {
                    sums[places[i]] += records[i * WIDTH + lane];
                }
            }
            return;
        }
        // Each place has one addition for each example, which waits for that of the example before: so several places
        // at a time.
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            addEight(sums, records, places, i);
        }
        for (; i + 2 <= count; i += 2) {
            addTwo(sums, records, places, i);
        }
        if (i < count) {
            double sum = sums[places[i]];
            int at = i * WIDTH;
            for (int lane = 0; lane < WIDTH; lane++) {
                sum += records[at + lane];
            }
            sums[places[i]] = sum;
        }
    }

    /** As {@link #addStrip(double[], double[], int[], int)}. */
    public static void addStrip(float[] sums, float[] records, int[] places, int count) {
        for (int lane = 0; lane < WIDTH; lane++) {
            for (int i = 0; i < count; i++) {
                sums[places[i]] += records[i * WIDTH + lane];
            }
        }
    }

    /** For 128 examples whose places differ: that of record {@code i} of example {@code lane} is at {@code i * 128 + lane} too, and negative if that example has no such record. */
    public static void addScattered(double[] sums, double[] records, int[] places, int count) {
        for (int lane = 0; lane < WIDTH; lane++) {
            for (int at = lane; at < count * WIDTH; at += WIDTH) {
                int place = places[at];
                if (place >= 0) {
                    sums[place] += records[at];
                }
            }
        }
    }

    /** As {@link #addScattered(double[], double[], int[], int)}. */
    public static void addScattered(float[] sums, float[] records, int[] places, int count) {
        for (int lane = 0; lane < WIDTH; lane++) {
            for (int at = lane; at < count * WIDTH; at += WIDTH) {
                int place = places[at];
                if (place >= 0) {
                    sums[place] += records[at];
                }
            }
        }
    }

    /** Whether no place is there twice, for certain: they are in order, or few. */
    private static boolean differ(int[] places, int count) {
        int up = 0;
        int down = 0;
        for (int i = 1; i < count; i++) {
            up += places[i] > places[i - 1] ? 1 : 0;
            down += places[i] < places[i - 1] ? 1 : 0;
        }
        if (up >= count - 1 || down >= count - 1) {
            return true;
        }
        if (count > 16) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            for (int other = 0; other < i; other++) {
                if (places[i] == places[other]) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void addTwo(double[] sums, double[] records, int[] places, int first) {
        int place0 = places[first];
        int place1 = places[first + 1];
        double sum0 = sums[place0];
        double sum1 = sums[place1];
        int at = first * WIDTH;
        for (int lane = 0; lane < WIDTH; lane++) {
            sum0 += records[at + lane];
            sum1 += records[at + WIDTH + lane];
        }
        sums[place0] = sum0;
        sums[place1] = sum1;
    }

    private static void addEight(double[] sums, double[] records, int[] places, int first) {
        double sum0 = sums[places[first]];
        double sum1 = sums[places[first + 1]];
        double sum2 = sums[places[first + 2]];
        double sum3 = sums[places[first + 3]];
        double sum4 = sums[places[first + 4]];
        double sum5 = sums[places[first + 5]];
        double sum6 = sums[places[first + 6]];
        double sum7 = sums[places[first + 7]];
        int at = first * WIDTH;
        for (int lane = 0; lane < WIDTH; lane++) {
            sum0 += records[at + lane];
            sum1 += records[at + WIDTH + lane];
            sum2 += records[at + 2 * WIDTH + lane];
            sum3 += records[at + 3 * WIDTH + lane];
            sum4 += records[at + 4 * WIDTH + lane];
            sum5 += records[at + 5 * WIDTH + lane];
            sum6 += records[at + 6 * WIDTH + lane];
            sum7 += records[at + 7 * WIDTH + lane];
        }
        sums[places[first]] = sum0;
        sums[places[first + 1]] = sum1;
        sums[places[first + 2]] = sum2;
        sums[places[first + 3]] = sum3;
        sums[places[first + 4]] = sum4;
        sums[places[first + 5]] = sum5;
        sums[places[first + 6]] = sum6;
        sums[places[first + 7]] = sum7;
    }
}
