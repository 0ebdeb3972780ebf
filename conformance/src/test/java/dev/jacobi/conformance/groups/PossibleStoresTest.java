package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stores of numbers that carry derivatives into constant memory which only some calls come to. */
class PossibleStoresTest extends GroupTest {
    private static final String QUIET = "[0.3, 0.4, 0.9]";
    private static final String STORING = "[0.7, 0.4, 0.9]";
    private static final double[] TABLE = {1, 2, 3};

    private static class Total {
        double sum;

        void add(double v) {
            sum += v;
        }
    }

    private static final Total TOTAL = new Total();

    private static void put(double[] to, double v, boolean stores) {
        if (stores) {
            to[0] = v;
        }
    }

    @Case(QUIET)
    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoStaticArray(double[] x) {
        put(TABLE, x[0], x[0] > 0.5);
        return x[0] * TABLE[1];
    }

    private static double recursive(double[] to, double v, int depth) {
        if (depth > 0) {
            return recursive(to, v * 2, depth - 1) * v;
        }
        if (v > 4) {
            to[0] = v;
        }
        return v * to[1];
    }

    @Case(QUIET)
    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoArrayOfRecursion(double[] x) {
        return recursive(TABLE, x[0], 3) + recursive(x.clone(), x[1] * 3, 2);
    }

    @Case(value = QUIET + "; [1, 2]", constant = 1)
    @Case(value = STORING + "; [1, 2]", constant = 1, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoConstantArgument(double[] x, double[] table) {
        for (int i = 0; i < table.length; i++) {
            put(table, x[i] * x[2], x[i] > 0.5);
        }
        return table[0] * x[0] + table[1] * x[1];
    }

    @Case(QUIET)
    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoStaticObject(double[] x) {
        if (x[0] > 0.5) {
            TOTAL.add(x[0]);
        }
        return x[0] * x[1];
    }

    @Case(QUIET)
    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double copiedAndFilled(double[] x) {
        if (x[0] > 0.6) {
            System.arraycopy(x, 0, TABLE, 0, 3);
        }
        if (x[0] > 0.8) {
            Arrays.fill(TABLE, x[1]);
        }
        return x[0] * x[1];
    }

    private static final List<Total> TOTALS = new ArrayList<>();

    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoStaticList(double[] x) {
        TOTALS.clear();
        Total total = new Total();
        total.add(x[0] * x[1]);
        if (x[0] > 0.5) {
            TOTALS.add(total);
        }
        return TOTALS.isEmpty() ? total.sum : TOTALS.get(0).sum * x[2];
    }

    private static void keep(List<Total> all, Total total, int depth) {
        if (depth > 0) {
            keep(all, total, depth - 1);
        } else if (total.sum > 0.25) {
            all.add(total);
        }
    }

    @Case(value = STORING, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double intoStaticListOfRecursion(double[] x) {
        TOTALS.clear();
        Total total = new Total();
        total.add(x[0] * x[1]);
        keep(TOTALS, total, 3);
        return TOTALS.isEmpty() ? total.sum : TOTALS.get(0).sum * x[2];
    }

    @Test
    void theLineIsNamed() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.gradient(PossibleStoresTest::intoStaticArray).at(new double[] {0.7, 0.4, 0.9}));
        assertEquals(Refusal.ACTIVE_TO_CONSTANT_MEMORY, refusal.refusal());
        assertTrue(refusal.getMessage().contains("PossibleStoresTest.put:"), refusal.getMessage());
    }

    @Test
    void secondDerivativesAreThere() {
        ScalarFunction<double[]> function = PossibleStoresTest::intoStaticObject;
        double[][] hessian = Jacobi.hessian(function).at(new double[] {0.3, 0.4, 0.9});
        assertArrayEquals(new double[] {0, 1, 0}, hessian[0]);
        assertArrayEquals(new double[] {1, 0, 0}, hessian[1]);
        assertThrows(JacobiException.class, () -> Jacobi.hessian(function).at(new double[] {0.7, 0.4, 0.9}));
    }
}
