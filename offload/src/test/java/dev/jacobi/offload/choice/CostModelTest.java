package dev.jacobi.offload.choice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.choice.CostModel.Rates;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What calls are expected to cost before one was made. */
class CostModelTest {
    private static final Rates GPU = Rates.ofAccelerator(100, 1L << 30, 1L << 28);
    private static final Rates PROCESSOR = Rates.ofProcessor(8, 1L << 34, 1L << 32);
    private static final Rates JVM = Rates.ofJvm(8);

    @Test
    void bytesGoThereAndBackLoopsAreStartedRoundsAreComputed() {
        double[] x = new double[1000];
        assertArrayEquals(
                new double[] {3 * 20_000 + 2 * 8000 / 8.0 + 1000 * 50 / 1600.0, 3 * 5_000 + 1000 * 50 / 4.0},
                new CostModel(3, 50).estimates(List.of(GPU, JVM), new Object[] {x, 7}));
    }

    @Test
    void smallCallsAreExpectedToBeFastestOnTheJvmAndLargeOnesOnAGpu() {
        CostModel loops = new CostModel(1, 100);
        double[] small = loops.estimates(List.of(GPU, PROCESSOR, JVM), new Object[] {new float[10]});
        assertTrue(small[2] < small[0] && small[0] < small[1]);
        double[] large = loops.estimates(List.of(GPU, PROCESSOR, JVM), new Object[] {new float[1_000_000]});
        assertTrue(large[0] < large[1] && large[1] < large[2]);
    }

    @Test
    void whatIsTooLargeForAMemoryDoesNotFit() {
        CostModel loops = new CostModel(1, 100);
        Rates tiny = Rates.ofAccelerator(100, 1000, 500);
        assertEquals(Double.POSITIVE_INFINITY, loops.estimates(List.of(tiny), new Object[] {new byte[501]})[0]);
        assertTrue(loops.estimates(List.of(tiny), new Object[] {new byte[500], new byte[500]})[0] < 1e9);
        assertEquals(
                Double.POSITIVE_INFINITY,
                loops.estimates(List.of(tiny), new Object[] {new byte[500], new byte[500], new byte[1]})[0]);
    }

    @Test
    void argumentsOfAllKindsAreCounted() {
        assertEquals(new ArgumentBytes(0, 0, 1), ArgumentBytes.of(new Object[] {null, 2.5, -3, "text"}));
        assertEquals(new ArgumentBytes(0, 0, 1L << 40), ArgumentBytes.of(new Object[] {1L << 40, 7}));
        assertEquals(
                new ArgumentBytes(160, 160, 20), ArgumentBytes.of(new Object[] {MemorySegment.ofArray(new int[40])}));
        assertEquals(new ArgumentBytes(0, 0, 9), ArgumentBytes.of(new Object[] {new double[0], 9}));
        assertEquals(
                new ArgumentBytes(2 + 4 + 8 + 24, 24, 3),
                ArgumentBytes.of(new Object[] {new boolean[2], new char[2], new int[2], new double[3], 100}));
        assertEquals(new ArgumentBytes(8 * 7 + 4 * 2, 8 * 7, 7), ArgumentBytes.of(new Object[] {
            new double[][] {new double[5], null, {}, new double[2]}, new float[][] {{1, 2}}
        }));
    }
}
