package dev.jacobi.offload;

import static dev.jacobi.offload.Matrices.matrix;
import static dev.jacobi.offload.Matrices.ragged;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays of arrays on a device: the bits of plain Java, and what moves. */
@Tag(DeviceTests.TAG)
class RowsOnDeviceTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(RowsOnDeviceTest.class).run();
    }

    private static Traffic same(String name, @Nullable Object... arguments) {
        return Agreement.same(Agreement.method(RowsOnDeviceTest.class, name), arguments);
    }

    /** With what its twin does, one round after the other: a parallel stream may have done any of them when one throws. */
    private static Traffic sameInOrder(String name, @Nullable Object... arguments) {
        Method inOrder = Agreement.method(RowsOnDeviceTest.class, name + "InOrder");
        return Agreement.same(inOrder, Agreement.method(RowsOnDeviceTest.class, name), arguments);
    }

    // ---- kernels ----

    static void heat(double[][] from, double[][] to) {
        IntStream.range(1, from.length - 1).parallel().forEach(i -> {
            for (int j = 1; j < from[i].length - 1; j++) {
                to[i][j] = 0.25 * (from[i - 1][j] + from[i + 1][j] + from[i][j - 1] + from[i][j + 1]);
            }
        });
    }

    static void heat(double[][] grid, double[][] other, int steps) {
        for (int step = 0; step < steps; step++) {
            heat(step % 2 == 0 ? grid : other, step % 2 == 0 ? other : grid);
        }
    }

    @InFork
    static void heatInAPlate() throws NoSuchMethodException {
        Method heat = RowsOnDeviceTest.class.getDeclaredMethod("heat", double[][].class, double[][].class, int.class);
        heat.setAccessible(true);
        int rows = 21;
        int columns = 33;
        int steps = 4;
        Traffic moved = Agreement.same(heat, matrix(rows, columns, 1), matrix(rows, columns, 2), steps);
        // Both grids come once, with starts and ends of their rows; after each step the inner rows go home.
        assertEquals(
                new Traffic(
                        2L * (8 * rows * columns + 8 * rows), 6, 8L * steps * (rows - 2) * columns, steps, steps, 0),
                moved);
    }

    @InFork
    static void productOfMatrices() {
        Traffic moved = Matrices.same("multiply", matrix(17, 23, 1), matrix(23, 19, 2), matrix(17, 19, 3));
        long in = 8L * (17 * 23 + 23 * 19 + 17 * 19) + 8L * (17 + 23 + 17);
        assertEquals(new Traffic(in, 9, 8L * 17 * 19, 1, 1, 0), moved);
    }

    @InFork
    static void sumsOfRowsOfManyLengths() {
        int rows = 50;
        double[][] x = ragged(rows, 4);
        long elements = Arrays.stream(x).mapToInt(row -> row.length).sum();
        Traffic moved = Matrices.same("rowSums", x, new double[rows]);
        assertEquals(new Traffic(8 * elements + 8L * rows, 3, 8L * rows, 1, 1, 0), moved);
    }

    @InFork
    static void nothingAtAll() {
        assertEquals(new Traffic(0, 0, 0, 0, 0, 0), Matrices.same("rowSums", new double[0][], new double[0]));
        Matrices.same("rowSums", new double[5][0], new double[5]);
    }

    static void kinds(int[][] ints, float[][] floats, boolean[][] flags, byte[][] bytes, long[] sums) {
        IntStream.range(0, ints.length).parallel().forEach(i -> {
            for (int j = 0; j < ints[i].length; j++) {
                ints[i][j] = j;
                floats[i][j] *= 2;
                flags[i][j] = !flags[i][j];
                bytes[i][j]++;
                sums[i] += ints[i][j] + bytes[i][j] + (flags[i][j] ? 1000 : 0);
            }
        });
    }

    @InFork
    static void rowsOfAllKindsOfNumbers() {
        int n = 9;
        int[][] ints = new int[n][7];
        float[][] floats = new float[n][7];
        boolean[][] flags = new boolean[n][7];
        byte[][] bytes = new byte[n][7];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 7; j++) {
                floats[i][j] = i - 0.3f * j;
                flags[i][j] = (i + j) % 3 == 0;
                bytes[i][j] = (byte) (17 * i * j);
            }
        }
        same("kinds", ints, floats, flags, bytes, new long[n]);
    }

    static double total(double[][] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToLong(i -> (long) x[i][i] + x[i].length)
                .sum();
    }

    @InFork
    static void sumsOverRounds() {
        same("total", (Object) matrix(100, 100, 3));
    }

    static void streamOfRows(double[][] x, float[][] y) {
        Arrays.stream(x).parallel().forEach(row -> row[0] = row[1] * row.length);
        Arrays.stream(y).parallel().filter(row -> row[0] > 0).forEach(row -> row[1]++);
        for (Object row : y) {
            ((float[]) row)[0] *= 2;
        }
        Arrays.stream(y).parallel().forEach(row -> row[0] -= row[1]);
    }

    @InFork
    static void streamsOfRows() {
        same("streamOfRows", matrix(30, 4, 1), new float[][] {{1, 2}, {-1, 2, 3}, {5, 6, 7}, {-3, -4}});
        double[][] x = matrix(3, 4, 1);
        x[1] = null;
        assertEquals(
                0,
                Agreement.same(Agreement.method(RowsOnDeviceTest.class, "noRow"), new double[3], x)
                        .launches());
    }

    static void noRow(double[] y, double[][] x) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = i == 1 ? 7 : x[i][0]);
    }

    static void inPlace(double[][] x, int k, double by) {
        IntStream.range(0, x[k].length).parallel().forEach(j -> x[k][j] = by * x[k][j] + j);
    }

    @InFork
    static void elementsOfOneRow() {
        same("inPlace", matrix(5, 40, 1), 3, 1.5);
    }

    static void downColumns(double[][] x, int n) {
        IntStream.range(0, n).parallel().forEach(j -> {
            for (int i = 1; i < x.length; i++) {
                x[i][j] += x[i - 1][j];
            }
        });
    }

    @InFork
    static void aColumnForEachRound() {
        Traffic moved = same("downColumns", matrix(9, 40, 1), 37);
        assertEquals(new Traffic(8L * 9 * 40 + 8 * 9, 3, 8L * 9 * 40, 1, 1, 0), moved);
    }

    static void fill(double[][] x, double[] y, double[] sums) {
        Matrices.scale(x, 2);
        Arrays.fill(x[1], 3);
        System.arraycopy(y, 0, x[2], 0, y.length);
        Matrices.rowSums(x, sums);
    }

    @InFork
    static void theJdkWritesRows() {
        same("fill", matrix(5, 7, 1), matrix(1, 6, 2)[0], new double[5]);
    }

    static int lengths(double[][] x) {
        return IntStream.range(0, x.length).parallel().map(i -> x[i].length).sum();
    }

    @InFork
    static void lengthsNeedNoElements() {
        double[][] x = ragged(40, 1);
        assertEquals(8L * 40, same("lengths", (Object) x).bytesIn());
    }

    // ---- exceptions ----

    static void divide(double[][] x, int[][] by, int shift) {
        IntStream.range(0, x.length).parallel().forEach(i -> divideRow(x, by, shift, i));
    }

    static void divideInOrder(double[][] x, int[][] by, int shift) {
        IntStream.range(0, x.length).forEach(i -> divideRow(x, by, shift, i));
    }

    private static void divideRow(double[][] x, int[][] by, int shift, int i) {
        x[i][0] = 1;
        for (int j = 0; j < by[i + shift].length; j++) {
            int quotient = 10 / by[i + shift][j];
            x[i][j] += quotient;
        }
    }

    private static int[][] ones(int rows, int columns) {
        int[][] ones = new int[rows][columns];
        Arrays.stream(ones).forEach(row -> Arrays.fill(row, 1));
        return ones;
    }

    @InFork
    static void exceptionsAreJavas() {
        assertEquals(0, sameInOrder("divide", matrix(8, 8, 1), ones(8, 8), 0).failures());
        int[][] zero = ones(8, 8);
        zero[5][3] = 0;
        assertEquals(1, sameInOrder("divide", matrix(8, 8, 1), zero, 0).failures());
        assertEquals(1, sameInOrder("divide", matrix(8, 8, 1), ones(8, 8), 1).failures());
        assertEquals(1, sameInOrder("divide", matrix(8, 8, 1), ones(8, 8), -1).failures());
        int[][] longer = ones(8, 8);
        longer[4] = new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1};
        assertEquals(1, sameInOrder("divide", matrix(8, 8, 1), longer, 0).failures());
        double[][] empty = matrix(8, 8, 1);
        empty[6] = new double[0];
        assertEquals(1, sameInOrder("divide", empty, ones(8, 8), 0).failures());
        // An index that would be right in the row after or before.
        int[][] rest = ones(8, 8);
        rest[7] = new int[9];
        assertEquals(1, sameInOrder("divide", matrix(8, 8, 1), rest, 0).failures());
    }

    static void lookUp(double[][] x, int[] rows, int[] columns, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x[rows[i]][columns[i]]);
    }

    static void lookUpInOrder(double[][] x, int[] rows, int[] columns, double[] y) {
        IntStream.range(0, y.length).forEach(i -> y[i] = x[rows[i]][columns[i]]);
    }

    @InFork
    static void indicesBesideARow() {
        double[][] x = matrix(4, 6, 1);
        int[][] wrong = {
            {1, 6}, {1, -1}, {0, -1}, {3, 6}, {4, 0}, {-1, 0}, {2, Integer.MAX_VALUE}, {2, Integer.MIN_VALUE}
        };
        for (int[] place : wrong) {
            Traffic moved =
                    sameInOrder("lookUp", x, new int[] {0, 3, place[0]}, new int[] {5, 0, place[1]}, new double[3]);
            assertEquals(1, moved.failures(), Arrays.toString(place));
        }
        assertEquals(
                0,
                sameInOrder("lookUp", x, new int[] {0, 3, 2}, new int[] {5, 0, 1}, new double[3])
                        .failures());
    }

    @InFork
    static void rowsThatAreNull() {
        double[][] x = matrix(4, 6, 1);
        x[2] = null;
        assertEquals(0, sameInOrder("divide", x, ones(4, 6), 0).launches());
        assertEquals(0, sameInOrder("divide", null, ones(4, 6), 0).launches());
        // Nobody asks for it.
        assertEquals(
                0,
                sameInOrder("lookUp", x, new int[] {0, 3}, new int[] {5, 0}, new double[2])
                        .launches());
    }

    static void withoutOneRow(double[][] x, int[] rows, int[] columns, double[] y) {
        Matrices.scale(x, 2);
        double[] taken = x[1];
        x[1] = null;
        lookUp(x, rows, columns, y); // on the host
        x[1] = taken;
        Matrices.scale(x, 3);
        taken[0] = y[1];
        lookUp(x, rows, columns, y);
    }

    @InFork
    static void aLoopOnTheHostBetweenTwoOnTheDevice() {
        Traffic moved = same("withoutOneRow", matrix(4, 6, 1), new int[] {0, 3, 2}, new int[] {5, 0, 1}, new double[3]);
        assertEquals(3, moved.launches());
    }

    // ---- derivatives ----

    interface Norms {
        double[] of(double[][] x, double shift);
    }

    static double norm(double[] x, double shift) {
        double sum = 0;
        for (double each : x) {
            sum += (each - shift) * (each - shift);
        }
        return Math.sqrt(sum);
    }

    @InFork
    static void batchOfMethodsOfArrays() {
        Batched norms = Jacobi.of(RowsOnDeviceTest.class, "norm").batch(Axis.EACH, Axis.SHARED);
        double[][] x = ragged(40, 3);
        double[] found = Offload.of(norms, Norms.class)
                .on(Agreement.device(), Norms.class)
                .of(x, 0.5);
        double[] expected = Arrays.stream(x).mapToDouble(row -> norm(row, 0.5)).toArray();
        assertArrayEquals(expected, found);
    }

    interface Gradient {
        double of(double[][] x, double[][] adjoints, double seed);
    }

    static double squares(double[][] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    for (double each : x[i]) {
                        sum += each * each;
                    }
                    return sum;
                })
                .sum();
    }

    @InFork
    static void gradientByRows() {
        Derivative gradient = Jacobi.of(RowsOnDeviceTest.class, "squares").reverse(Activity.DUPLICATED);
        double[][] x = ragged(20, 6);
        double[][] adjoints =
                Arrays.stream(x).map(row -> new double[row.length]).toArray(double[][]::new);
        adjoints[3][0] = 5;
        Gradient onDevice = Offload.of(gradient, Gradient.class).on(Agreement.device(), Gradient.class);
        onDevice.of(x, adjoints, 0.5);
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                double before = i == 3 && j == 0 ? 5 : 0;
                assertEquals(before + x[i][j], adjoints[i][j]);
            }
        }
    }
}
