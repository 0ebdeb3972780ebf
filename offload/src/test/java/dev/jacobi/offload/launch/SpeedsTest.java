package dev.jacobi.offload.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How rounds are cut by the speeds of devices. */
class SpeedsTest {
    private static final double UNKNOWN = Double.NaN;

    @Test
    void unknownDevicesGetAsMuchAsTheOthersInTheMean() {
        assertArrayEquals(new long[] {0, 33, 67, 100}, Speeds.cut(100, new double[] {UNKNOWN, UNKNOWN, UNKNOWN}));
        assertArrayEquals(new long[] {0, 50, 100}, Speeds.cut(100, new double[] {7, UNKNOWN}));
    }

    @Test
    void fasterDevicesGetMore() {
        assertArrayEquals(new long[] {0, 75, 100}, Speeds.cut(100, new double[] {3, 1}));
        assertArrayEquals(new long[] {0, 10, 30, 100}, Speeds.cut(100, new double[] {0.1, 0.2, 0.7}));
    }

    @Test
    void noDeviceIsLeftOutForever() {
        long[] cut = Speeds.cut(1000, new double[] {0, 1});
        assertTrue(cut[1] > 0 && cut[1] < 50, () -> cut[1] + " of 1000");
    }

    @Test
    void allRoundsAreDealtOutInTheirOrder() {
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            double[] speeds = random.doubles(1 + random.nextInt(5)).toArray();
            long count = random.nextBoolean() ? random.nextInt(5) : random.nextLong(1L << 32);
            long[] bounds = Speeds.cut(count, speeds);
            assertEquals(0, bounds[0]);
            assertEquals(count, bounds[speeds.length]);
            for (int device = 0; device < speeds.length; device++) {
                assertTrue(bounds[device] <= bounds[device + 1], "seed " + seed);
            }
        }
    }
}
