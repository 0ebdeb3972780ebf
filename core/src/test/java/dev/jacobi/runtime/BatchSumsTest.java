package dev.jacobi.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What 128 examples record is added, at each place, in the order of the examples and for each of them in that of its records: other orders give other bits. */
class BatchSumsTest {
    private static void check(double[] sums, int... places) {
        double[] records = new SplittableRandom(places.length)
                .doubles(128L * places.length, -1, 1)
                .map(number -> Math.scalb(number, (int) (number * 1e6) % 40))
                .toArray();
        double[] expected = sums.clone();
        for (int lane = 0; lane < 128; lane++) {
            for (int i = 0; i < places.length; i++) {
                expected[places[i]] += records[i * 128 + lane];
            }
        }
        double[] given = sums.clone();
        // The stacks are longer than what is on them.
        BatchSums.addStrip(given, records, Arrays.copyOf(places, places.length + 5), places.length);
        assertArrayEquals(expected, given, Arrays.toString(places));
    }

    private static double[] sums(int length) {
        return new SplittableRandom(3).doubles(length, -1, 1).toArray();
    }

    @Test
    void placesUpAndDown() {
        for (int count = 0; count < 40; count++) {
            int[] up = new int[count];
            Arrays.setAll(up, i -> 2 * i);
            check(sums(80), up);
            int last = 2 * count;
            Arrays.setAll(up, i -> last - 2 * i);
            check(sums(81), up);
        }
    }

    @Test
    void placesThatAreThereSeveralTimes() {
        check(sums(1), 0, 0, 0);
        check(sums(9), 3, 1, 3, 1, 8);
        for (int each = 1; each < 5; each++) {
            for (int count = 7; count < 19; count++) {
                int[] places = new int[each * count];
                int different = count;
                Arrays.setAll(places, i -> different - 1 - i % different);
                check(sums(count), places);
            }
        }
    }

    @Test
    void placesInAnyOrder() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            int length = random.nextInt(1, 40);
            check(sums(length), random.ints(random.nextInt(100), 0, length).toArray());
        }
    }

    @Test
    void zerosKeepTheirSign() {
        double[] sums = new double[9];
        Arrays.fill(sums, -0.0);
        double[] records = new double[9 * 128];
        Arrays.fill(records, -0.0);
        records[8 * 128 + 5] = 0.0;
        BatchSums.addStrip(sums, records, new int[] {8, 7, 6, 5, 4, 3, 2, 1, 0}, 9);
        assertArrayEquals(new double[] {0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0}, sums);
    }
}
