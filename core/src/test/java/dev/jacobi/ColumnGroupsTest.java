package dev.jacobi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
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

    @Test
    void aPatternThatLacksAColumnIsFoundByOneMoreDirection() {
        double[] x = {0.3, 0.5, 0.7, 0.9, 1.1};
        double[] direction = {0.31, -0.72, 0.55, 0.93, -0.17};
        double[] product = Jacobi.jvp(ColumnGroupsTest::neighbours).at(x, direction);
        int[][] pattern = pattern(5);
        ColumnGroups right = ColumnGroups.of(5, pattern);
        double[][] jacobian = new double[5][5];
        right.spread(Jacobi.jvp(ColumnGroupsTest::neighbours).at(x, right.directions()), jacobian);
        right.check(jacobian, direction, product, 1e-12);

        pattern[3] = new int[] {2, 3};
        ColumnGroups wrong = ColumnGroups.of(5, pattern);
        wrong.spread(Jacobi.jvp(ColumnGroupsTest::neighbours).at(x, wrong.directions()), jacobian);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> wrong.check(jacobian, direction, product, 1e-12))
                .getMessage();
        assertTrue(
                message.matches(
                        "row 3 of the Jacobian times the direction is .*, not .*: the pattern lacks columns in which it has numbers"),
                message);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        ColumnGroups groups = ColumnGroups.of(2, new int[][] {{0, 1}, {1}});
        double[][] jacobian = {{7, 7}, {7, 7}};
        double[] fits = {1, 2};
        assertEquals(
                "1 products for 2 groups",
                assertThrows(IllegalArgumentException.class, () -> groups.spread(List.of(fits), jacobian))
                        .getMessage());
        assertEquals(
                "1 numbers in a product, 2 are needed",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> groups.spread(List.of(fits, new double[1]), jacobian))
                        .getMessage());
        assertEquals(
                "1 columns, 2 are needed",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> groups.spread(List.of(fits, fits), new double[][] {jacobian[0], {0}}))
                        .getMessage());
        assertArrayEquals(new double[] {7, 7}, jacobian[0]);
    }
}
