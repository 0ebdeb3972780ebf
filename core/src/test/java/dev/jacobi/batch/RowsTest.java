package dev.jacobi.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that are there twice are found by their identity, and what comes back is only what was changed. */
class RowsTest {
    private static final ClassDesc DOUBLES = ConstantDescs.CD_double.arrayType();

    private static double[][] rows(int count, int length) {
        double[][] rows = new double[count][];
        Arrays.setAll(rows, _ -> new double[length]);
        return rows;
    }

    private static int apart(Object[] arguments, List<Integer> written, List<Axis> axes) {
        BatchSignature signature = new BatchSignature(
                "f", axes.stream().map(_ -> DOUBLES).toList(), ConstantDescs.CD_double, axes, Layout.SEPARATE);
        return Rows.apart(signature, arguments, List.of(0, 1), written, 100, 256);
    }

    private static int apart(Object[] arguments, List<Integer> written) {
        return apart(arguments, written, List.of(Axis.EACH, Axis.EACH, Axis.SHARED));
    }

    @Test
    void rowsThatAreThereTwice() {
        double[][] a = rows(400, 3);
        double[][] b = rows(400, 3);
        double[] shared = new double[3];
        Object[] arguments = {a, b, shared};
        assertEquals(256, apart(arguments, List.of(1)));
        a[110] = a[200];
        assertEquals(256, apart(arguments, List.of(1)));
        assertEquals(100, apart(arguments, List.of(0)));
        b[150] = a[340];
        assertEquals(256, apart(arguments, List.of()));
        assertEquals(240, apart(arguments, List.of(1)));
        b[99] = b[120];
        assertEquals(240, apart(arguments, List.of(1)));
        b[130] = a[130];
        assertEquals(30, apart(arguments, List.of()));
        a[101] = shared;
        assertEquals(1, apart(arguments, List.of()));
    }

    @Test
    void emptyRowsMayBeThereTwice() {
        double[][] a = rows(400, 0);
        Arrays.fill(a, 100, 400, a[0]);
        assertEquals(256, apart(new Object[] {a, rows(400, 2), new double[0]}, List.of(0, 1)));
    }

    @Test
    void onlyWhatWasChangedComesBack() {
        double[][] doubles = {{1, 2, 3}, {4, 0.0, 6}};
        double[] before = {1, 4, 7, 2, 0.0, 7, 3, 6, 7};
        double[] after = {1, 40, 7, 20, -0.0, 7, 3, 6, 7};
        doubles[0][0] = 99; // by another thread
        doubles[1][2] = 99;
        SideBySide.moveOut(doubles, 0, 2, 3, after, before, 3);
        assertArrayEquals(new double[] {99, 20, 3}, doubles[0]);
        assertArrayEquals(new double[] {40, -0.0, 99}, doubles[1]);
        float[][] floats = {{1, 2}};
        SideBySide.moveOut(floats, 0, 1, 2, new float[] {3, 8}, new float[] {3, 7}, 1);
        assertArrayEquals(new float[] {1, 8}, floats[0]);
        int[][] ints = {{1, 2}};
        SideBySide.moveOut(ints, 0, 1, 2, new int[] {3, 8}, new int[] {3, 7}, 1);
        assertArrayEquals(new int[] {1, 8}, ints[0]);
        long[][] longs = {{1, 2}};
        SideBySide.moveOut(longs, 0, 1, 2, new long[] {3, 8}, new long[] {3, 7}, 1);
        assertArrayEquals(new long[] {1, 8}, longs[0]);
    }
}
