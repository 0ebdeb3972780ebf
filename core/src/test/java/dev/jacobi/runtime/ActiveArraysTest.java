package dev.jacobi.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ActiveArraysTest {
    @Test
    void allRowsAreFoundAndNoOtherArray() {
        double[][][] nest = new double[40][30][1];
        Object found = ActiveArrays.of(nest);
        assertTrue(ActiveArrays.contain(found, nest));
        for (double[][] rows : nest) {
            assertTrue(ActiveArrays.contain(found, rows));
            for (double[] row : rows) {
                assertTrue(ActiveArrays.contain(found, row));
            }
        }
        assertFalse(ActiveArrays.contain(found, new double[1]));
        assertFalse(ActiveArrays.contain(found, null));
        ActiveArrays.release(found);
    }

    @Test
    void whatWasReleasedIsForgotten() {
        double[][] rows = new double[100][1];
        ActiveArrays.release(ActiveArrays.of(rows));
        Object next = ActiveArrays.of(new double[1][1]);
        for (double[] row : rows) {
            assertFalse(ActiveArrays.contain(next, row));
        }
        assertFalse(ActiveArrays.contain(next, rows));
        ActiveArrays.release(next);
    }

    @Test
    void severalAtATimeAreApart() {
        double[][] first = new double[3][1];
        double[][] second = new double[3][1];
        Object ofFirst = ActiveArrays.of(first);
        Object ofSecond = ActiveArrays.of(second);
        assertTrue(ActiveArrays.contain(ofFirst, first[2]));
        assertFalse(ActiveArrays.contain(ofFirst, second[2]));
        assertTrue(ActiveArrays.contain(ofSecond, second[2]));
        ActiveArrays.release(ofFirst);
        assertTrue(ActiveArrays.contain(ofSecond, second[0]));
        ActiveArrays.release(ofSecond);
    }
}
