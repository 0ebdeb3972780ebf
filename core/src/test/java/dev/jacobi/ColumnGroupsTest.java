package dev.jacobi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Sparse Jacobians from few directions. */
class ColumnGroupsTest {
    /** Each result depends on three neighbours, the first on the last input too. */
    static double[] neighbours(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double left = i > 0 ? x[i - 1] : x[x.length - 1];
            double right = i + 1 < x.length ? x[i + 1] : 1;
            y[i] = left * x[i] * x[i] + Math.sin(right);
        }
        return y;
    }

    private static int[][] pattern(int n) {
        int[][] pattern = new int[n][];
        for (int i = 0; i < n; i++) {
            int left = i > 0 ? i - 1 : n - 1;
            pattern[i] = i + 1 < n ? new int[] {left, i, i + 1} : new int[] {left, i};
        }
        return pattern;
    }

    @Test
    void aSparseJacobianIsTheDenseOneFromFewerDirections() {
        int n = 25;
        double[] x = new double[n];
        Arrays.setAll(x, i -> Math.cos(3 * i));
        ColumnGroups groups = ColumnGroups.of(n, pattern(n));
        assertEquals(4, groups.count());
        double[][] sparse = new double[n][n];
        for (double[] row : sparse) {
            Arrays.fill(row, Double.NaN);
        }
        groups.spread(Jacobi.jvp(ColumnGroupsTest::neighbours).at(x, groups.directions()), sparse);
        double[][] dense = Jacobi.jacobian(ColumnGroupsTest::neighbours).at(x);
        for (int row = 0; row < n; row++) {
            assertArrayEquals(dense[row], sparse[row], 1e-15, "row " + row);
        }
    }

    @Test
    void columnsOfOneRowAreInDifferentGroups() {
        ColumnGroups groups = ColumnGroups.of(4, new int[][] {{0, 2}, {2, 3}, {}});
        assertEquals(2, groups.count());
        assertEquals(0, groups.groupOf(0));
        assertEquals(0, groups.groupOf(1));
        assertEquals(1, groups.groupOf(2));
        assertEquals(0, groups.groupOf(3));
        assertArrayEquals(new double[] {0, 0, 1, 0}, groups.directions().get(1));
    }

    @Test
    void aColumnThatIsNotThereIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ColumnGroups.of(2, new int[][] {{0, 2}}));
    }
}
