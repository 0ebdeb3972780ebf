package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Jacobi;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Methods that call themselves: forward, reverse and finite differences agree. */
class RecursionTest {
    interface Deep {
        double[] apply(double x, double[] y, double[] dy, int n, double seed);
    }

    @Test
    void numbers() throws Throwable {
        check("power", 1.3, 6);
        check("fibonacci", 7, 0.4);
        check("halved", 23.4);
        check("ackermann", 2, 2, 0.7);
        check("even", 5, 0.6);
        check("integral", 0.1, 2.3, 1.7);
        check("thrown", 0.4);
        check("several", 0.7f, 0.9, 1.1);
        check("floats", 1.7f);
    }

    @Test
    void arrays() throws Throwable {
        Random random = new Random(5);
        for (int length : new int[] {1, 2, 5, 9}) {
            double[] x = random.doubles(length, 0.2, 1.2).toArray();
            check("sum", (Object) x);
            check("mix", (Object) x);
            check("tree", (Object) x);
            check("read", (Object) x);
            check("readAndOverwritten", (Object) x);
            check("readAndOverwrittenBelow", (Object) x);
            check("derivatives", (Object) x);
            check("workspace", (Object) x);
        }
        check("nearlyConstant", 0.6, random.doubles(4).toArray());
    }

    @Test
    void nestedArrays() throws Throwable {
        Random random = new Random(6);
        for (int size = 1; size < 5; size++) {
            double[][] a = new double[size][];
            for (int row = 0; row < size; row++) {
                a[row] = random.doubles(size, 0.5, 1.5).toArray();
            }
            check("determinant", (Object) a);
            check("rows", (Object) a);
            check("chosen", (Object) a);
        }
    }

    @Test
    void objects() throws Throwable {
        Random random = new Random(7);
        for (int length : new int[] {1, 2, 5}) {
            for (String method : new String[] {"list", "scaled", "pairs"}) {
                new CallCheck(ObjectRecursions.class, method)
                        .run((Object) random.doubles(length, 0.2, 1.2).toArray());
            }
        }
    }

    @Test
    void recursionTooDeepIsTheOriginalsErrorAndLeavesShadowsAlone() {
        Deep deep = Jacobi.of(Recursions.class, "deep")
                .reverse(ACTIVE, DUPLICATED, CONST)
                .as(Deep.class);
        double[] shadow = {1};
        assertThrows(StackOverflowError.class, () -> deep.apply(1, new double[1], shadow, 100_000_000, 1));
        assertArrayEquals(new double[] {1}, shadow);
        deep.apply(1, new double[1], shadow, 100, 1);
    }

    /** Wherever the stack ends, in either sweep: the pooled stacks and tapes of the thread are as good as new. */
    @Test
    void callsAfterARecursionTooDeepAreRight() {
        Deep deep = Jacobi.of(Recursions.class, "deep")
                .reverse(ACTIVE, DUPLICATED, CONST)
                .as(Deep.class);
        double[] expectedShadow = {1};
        double[] expected = deep.apply(1, new double[1], expectedShadow, 100, 1);
        int overflows = 0;
        for (int depth = 1_000; depth < 3_000_000; depth += depth / 9) {
            try {
                deep.apply(1, new double[1], new double[1], depth, 1);
            } catch (StackOverflowError _) {
                overflows++;
            }
            double[] shadow = {1};
            assertArrayEquals(expected, deep.apply(1, new double[1], shadow, 100, 1));
            assertArrayEquals(expectedShadow, shadow);
        }
        assertTrue(overflows > 0);
    }

    private static void check(String method, Object... arguments) throws Throwable {
        new CallCheck(Recursions.class, method).run(arguments);
    }
}
