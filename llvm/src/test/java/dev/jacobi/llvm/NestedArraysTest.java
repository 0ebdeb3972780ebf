package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of arrays: rows stay what they are, one array or two, long or short, there or not. */
class NestedArraysTest {
    static double sum(double[][] a) {
        double sum = 0;
        for (double[] row : a) {
            for (double x : row) {
                sum += x;
            }
        }
        return sum;
    }

    static void addRows(double[][] to, double[][] from) {
        for (int i = 0; i < to.length; i++) {
            for (int j = 0; j < to[i].length; j++) {
                to[i][j] += from[i][j];
            }
        }
    }

    static double at(double[][][] a, int i, int j, int k) {
        return a[i][j][k];
    }

    static void swap(double[][] a, int i, int j) {
        double[] row = a[i];
        a[i] = a[j];
        a[j] = row;
    }

    static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < c.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < c[i].length; j++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    static int[][] sorted(int[][] rows, int first, int second) {
        int[][] made = new int[3][];
        made[0] = rows[first];
        made[1] = rows[second];
        if (made[0] != made[1]) {
            made[2] = new int[] {first, second};
        }
        return made;
    }

    static double scaled(double[][] w, double[] x, double s) {
        double[][] copy = new double[w.length][];
        for (int i = 0; i < w.length; i++) {
            copy[i] = w[i].clone();
            copy[i][0] *= s;
        }
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            for (int j = 0; j < x.length; j++) {
                sum += copy[i][j] * x[j] * x[j];
            }
        }
        return sum;
    }

    /** Rows in another order, the last of them twice. */
    static double rotated(double[][] a, int from, int to, int count) {
        double[][] copy = a.clone();
        double[][] made = new double[a.length][];
        System.arraycopy(copy, from, made, to, count);
        System.arraycopy(made, 0, made, 1, made.length - 1);
        double sum = 0;
        for (int i = 0; i < made.length; i++) {
            sum = 2 * sum + (made[i] == null ? 100 : made[i][0]);
        }
        return sum;
    }

    private static NativeFunction compiled(String method) {
        return NativeBackend.compile(MethodHandles.lookup(), method, NativeOptions.DEFAULT);
    }

    @Test
    void raggedRows() throws Throwable {
        NativeFunction function = compiled("sum");
        double[][] ragged = {{1, 2}, {}, {3}, new double[1_000], {4, 5, 6}};
        assertEquals(21.0, (double) function.handle().invokeExact(ragged));
        assertEquals(0.0, (double) function.handle().invokeExact(new double[0][]));
        assertEquals(0, function.bailouts());
    }

    @Test
    void rowsThatAreNullAndMatricesThatAreNull() {
        NativeFunction function = compiled("sum");
        double[][] holes = {{1, 2}, null};
        assertThrows(NullPointerException.class, () -> function.handle().invoke(holes));
        assertThrows(NullPointerException.class, () -> function.handle().invoke((double[][]) null));
        assertEquals(2, function.bailouts());
    }

    @Test
    void indicesNearAndFarOutOfBounds() {
        MethodHandle handle = compiled("at").handle();
        double[][][] a = {{{1, 2}}};
        for (int[] index : new int[][] {
            {1, 0, 0}, {0, 1, 0}, {0, 0, 2}, {-1, 0, 0}, {0, Integer.MIN_VALUE, 0}, {0, 0, Integer.MAX_VALUE}
        }) {
            var expected = assertThrows(IndexOutOfBoundsException.class, () -> at(a, index[0], index[1], index[2]));
            var thrown =
                    assertThrows(IndexOutOfBoundsException.class, () -> handle.invoke(a, index[0], index[1], index[2]));
            assertEquals(expected.getMessage(), thrown.getMessage());
        }
    }

    @Test
    void aMatrixThatIsReadAndWritten() throws Throwable {
        MethodHandle handle = compiled("addRows").handle();
        double[] row = {1, 2};
        double[][] a = {row, {10, 20}, row};
        double[][] expected = {row.clone(), {10, 20}, null};
        expected[2] = expected[0];
        addRows(expected, expected);
        handle.invokeExact(a, a);
        assertArrayEquals(expected, a);
        assertSame(a[0], a[2]);
    }

    @Test
    void rowsThatAreSharedBetweenArguments() throws Throwable {
        MethodHandle handle = compiled("addRows").handle();
        double[] shared = {1, 2};
        double[][] to = {{1, 1}, shared};
        double[][] from = {shared, {5, 5}};
        handle.invokeExact(to, from);
        assertArrayEquals(new double[][] {{2, 3}, {6, 7}}, to);
        assertSame(shared, to[1]);
        double[][] from2 = {shared, shared};
        double[][] to2 = {shared, shared};
        // Read first, then written: in this order of arguments and the other.
        handle.invokeExact(to2, from2);
        assertArrayEquals(new double[] {24, 28}, shared);
    }

    @Test
    void nothingIsWrittenTwiceIfAnExceptionEndsTheCall() {
        NativeFunction function = compiled("addRows");
        double[][] to = {{1, 1}, {2, 2}};
        assertThrows(
                ArrayIndexOutOfBoundsException.class, () -> function.handle().invoke(to, new double[][] {{1, 1}, {1}}));
        assertArrayEquals(new double[][] {{2, 2}, {3, 2}}, to);
    }

    @Test
    void rowsOfArgumentsAreReplacedByTheJvm() throws Throwable {
        NativeFunction function = compiled("swap");
        double[] first = {1};
        double[] second = {2};
        double[][] a = {first, second};
        function.handle().invokeExact(a, 0, 1);
        assertSame(second, a[0]);
        assertSame(first, a[1]);
        assertEquals(1, function.bailouts());
    }

    @Test
    void rowsThatAreCopiedByTheCode() throws Throwable {
        NativeFunction function = compiled("rotated");
        double[][] a = {{1}, {2}, {3}};
        for (int[] range : new int[][] {{0, 1, 2}, {1, 0, 2}, {2, 2, 1}, {3, 3, 0}}) {
            assertEquals(rotated(a, range[0], range[1], range[2]), (double)
                    function.handle().invokeExact(a, range[0], range[1], range[2]));
        }
        assertEquals(0, function.bailouts());
        for (int[] range : new int[][] {{0, 1, 3}, {-1, 0, 1}, {0, -1, 1}, {0, 0, -1}, {Integer.MAX_VALUE, 0, 1}}) {
            var expected =
                    assertThrows(IndexOutOfBoundsException.class, () -> rotated(a, range[0], range[1], range[2]));
            var thrown = assertThrows(
                    IndexOutOfBoundsException.class, () -> function.handle().invoke(a, range[0], range[1], range[2]));
            assertEquals(expected.getMessage(), thrown.getMessage());
        }
    }

    @Test
    void matricesThatTheCodeMakes() throws Throwable {
        NativeFunction function = compiled("product");
        double[][] a = {{1, 2}, {3, 4}, {5, 6}};
        double[][] b = {{1, 2, 3, 4}, {5, 6, 7, 8}};
        assertArrayEquals(product(a, b), (double[][]) function.handle().invokeExact(a, b));
        assertEquals(0, function.bailouts());
    }

    @Test
    void arraysThatAreReturnedAreThoseThatWerePassed() throws Throwable {
        MethodHandle handle = compiled("sorted").handle();
        int[][] rows = {{1}, {2}};
        int[][] made = (int[][]) handle.invokeExact(rows, 1, 0);
        assertSame(rows[1], made[0]);
        assertSame(rows[0], made[1]);
        assertArrayEquals(new int[] {1, 0}, made[2]);
        int[][] same = (int[][]) handle.invokeExact(rows, 1, 1);
        assertSame(same[0], same[1]);
        assertEquals(null, same[2]);
        assertNotSame(rows, same);
    }

    interface Gradient {
        double apply(double[][] w, double[][] dw, double[] x, double[] dx, double s, double seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void gradients(int rows) {
        double[][] w = new double[rows][7];
        double[] x = {1, -2, 3, 0.5, -0.25, 2, 1.5};
        for (int i = 0; i < rows; i++) {
            Arrays.setAll(w[i], j -> 1.0 / (j + 2.5));
        }
        double[][][] weights = new double[2][rows][7];
        double[][] inputs = new double[2][7];
        double[] values = new double[2];
        Backend[] backends = {Backend.JVM, Backend.LLVM};
        for (int i = 0; i < backends.length; i++) {
            Gradient gradient = Jacobi.of(NestedArraysTest.class, "scaled")
                    .with(Options.DEFAULT.withBackend(backends[i]))
                    .reverse(Activity.DUPLICATED, Activity.DUPLICATED, Activity.CONST)
                    .as(Gradient.class);
            values[i] = gradient.apply(w, weights[i], x, inputs[i], 1.5, 1);
        }
        assertEquals(values[0], values[1]);
        assertArrayEquals(inputs[0], inputs[1]);
        assertArrayEquals(weights[0], weights[1]);
    }
}
