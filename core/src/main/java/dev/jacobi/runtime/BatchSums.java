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

    /**
     * For 128 examples: record {@code i} of example {@code lane} is at {@code i * 128 + lane}; its place is the same for all examples.
     *
     * <p>The additions to a place wait for each other, those to different places need not: so eight places are added to at a time, if as many records belong to each.
     */
    public static void addStrip(double[] sums, double[] records, int[] places, int count) {
        int[] order = byPlace(places, count);
        int left = 0;
        int first = 0;
        while (first < count) {
            int each = 1;
            while (first + each < count && places[order[first + each]] == places[order[first]]) {
                each++;
            }
            int alike = alike(places, order, first, each, count);
            if (alike >= 8) {
                addEight(sums, records, places, order, first, each);
                first += 8 * each;
            } else if (alike >= 2 && each == 1) {
                addTwo(sums, records, places, order, first);
                first += 2;
            } else {
                for (int end = first + each; first < end; first++) {
                    order[left] = order[first];
                    left++;
                }
            }
        }
        for (int lane = 0; left > 0 && lane < WIDTH; lane++) {
            for (int i = 0; i < left; i++) {
                sums[places[order[i]]] += records[order[i] * WIDTH + lane];
            }
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

    /** How many places there are from {@code first} on to which so many records belong, eight at most. */
    private static int alike(int[] places, int[] order, int first, int each, int count) {
        int alike = 0;
        int at = first;
        while (alike < 8 && at + each <= count) {
            int place = places[order[at]];
            // In order of the places, the first and the last of them are enough.
            boolean fewer = places[order[at + each - 1]] != place;
            boolean more = at + each < count && places[order[at + each]] == place;
            if (fewer || more) {
                return alike;
            }
            alike++;
            at += each;
        }
        return alike;
    }

    /** The records in the order of their places, those of one place in their own. */
    private static int[] byPlace(int[] places, int count) {
        int[] order = new int[count];
        int up = 0;
        int down = 0;
        for (int i = 0; i < count; i++) {
            order[i] = i;
            up += i > 0 && places[i] >= places[i - 1] ? 1 : 0;
            down += i > 0 && places[i] < places[i - 1] ? 1 : 0;
        }
        if (up >= count - 1) {
            return order;
        }
        if (down >= count - 1) {
            for (int i = 0; i < count; i++) {
                order[i] = count - 1 - i;
            }
            return order;
        }
        int[] merged = new int[count];
        for (int width = 1; width < count; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                merge(places, order, merged, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
            }
            int[] next = merged;
            merged = order;
            order = next;
        }
        return order;
    }

    private static void merge(int[] places, int[] order, int[] merged, int from, int middle, int to) {
        int one = from;
        int other = middle;
        for (int at = from; at < to; at++) {
            if (other >= to || one < middle && places[order[one]] <= places[order[other]]) {
                merged[at] = order[one];
                one++;
            } else {
                merged[at] = order[other];
                other++;
            }
        }
    }

    private static void addTwo(double[] sums, double[] records, int[] places, int[] order, int first) {
        int place0 = places[order[first]];
        int place1 = places[order[first + 1]];
        double sum0 = sums[place0];
        double sum1 = sums[place1];
        int at0 = order[first] * WIDTH;
        int at1 = order[first + 1] * WIDTH;
        for (int lane = 0; lane < WIDTH; lane++) {
            sum0 += records[at0 + lane];
            sum1 += records[at1 + lane];
        }
        sums[place0] = sum0;
        sums[place1] = sum1;
    }

    private static void addEight(double[] sums, double[] records, int[] places, int[] order, int first, int each) {
        double sum0 = sums[places[order[first]]];
        double sum1 = sums[places[order[first + each]]];
        double sum2 = sums[places[order[first + 2 * each]]];
        double sum3 = sums[places[order[first + 3 * each]]];
        double sum4 = sums[places[order[first + 4 * each]]];
        double sum5 = sums[places[order[first + 5 * each]]];
        double sum6 = sums[places[order[first + 6 * each]]];
        double sum7 = sums[places[order[first + 7 * each]]];
        if (each == 1) {
            int at0 = order[first] * WIDTH;
            int at1 = order[first + 1] * WIDTH;
            int at2 = order[first + 2] * WIDTH;
            int at3 = order[first + 3] * WIDTH;
            int at4 = order[first + 4] * WIDTH;
            int at5 = order[first + 5] * WIDTH;
            int at6 = order[first + 6] * WIDTH;
            int at7 = order[first + 7] * WIDTH;
            for (int lane = 0; lane < WIDTH; lane++) {
                sum0 += records[at0 + lane];
                sum1 += records[at1 + lane];
                sum2 += records[at2 + lane];
                sum3 += records[at3 + lane];
                sum4 += records[at4 + lane];
                sum5 += records[at5 + lane];
                sum6 += records[at6 + lane];
                sum7 += records[at7 + lane];
            }
        } else {
            for (int lane = 0; lane < WIDTH; lane++) {
                for (int i = first; i < first + each; i++) {
                    sum0 += records[order[i] * WIDTH + lane];
                    sum1 += records[order[i + each] * WIDTH + lane];
                    sum2 += records[order[i + 2 * each] * WIDTH + lane];
                    sum3 += records[order[i + 3 * each] * WIDTH + lane];
                    sum4 += records[order[i + 4 * each] * WIDTH + lane];
                    sum5 += records[order[i + 5 * each] * WIDTH + lane];
                    sum6 += records[order[i + 6 * each] * WIDTH + lane];
                    sum7 += records[order[i + 7 * each] * WIDTH + lane];
                }
            }
        }
        sums[places[order[first]]] = sum0;
        sums[places[order[first + each]]] = sum1;
        sums[places[order[first + 2 * each]]] = sum2;
        sums[places[order[first + 3 * each]]] = sum3;
        sums[places[order[first + 4 * each]]] = sum4;
        sums[places[order[first + 5 * each]]] = sum5;
        sums[places[order[first + 6 * each]]] = sum6;
        sums[places[order[first + 7 * each]]] = sum7;
    }
}
