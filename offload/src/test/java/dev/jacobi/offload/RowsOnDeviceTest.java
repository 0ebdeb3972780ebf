package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays of arrays on a device: the bits of plain Java, what moves, and who else may have a row. */
@Tag(DeviceTests.TAG)
class RowsOnDeviceTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(RowsOnDeviceTest.class).run();
    }

    private static double[][] matrix(int rows, int columns, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, rows)
                .mapToObj(_ -> random.doubles(columns, -2, 2).toArray())
                .toArray(double[][]::new);
    }

    /** Rows of 0, 1, 2 ... elements, mixed. */
    private static double[][] ragged(int rows, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, rows)
                .mapToObj(row -> random.doubles(row * 7 % rows, -2, 2).toArray())
                .toArray(double[][]::new);
    }

    private static Traffic same(String name, @Nullable Object... arguments) {
        return Agreement.same(Agreement.method(RowsOnDeviceTest.class, name), arguments);
    }

    /** With what its twin does, one round after the other: a parallel stream may have done any of them when one throws. */
    private static Traffic sameInOrder(String name, @Nullable Object... arguments) {
        Method inOrder = Agreement.method(RowsOnDeviceTest.class, name + "InOrder");
        return Agreement.same(inOrder, Agreement.method(RowsOnDeviceTest.class, name), arguments);
    }

    private static void assertRefused(String name, String what, @Nullable Object... arguments) {
        Method method = Agreement.method(RowsOnDeviceTest.class, name);
        OffloadedMethod offloaded = Agreement.offloaded(method);
        Device device = Agreement.device();
        JacobiException refused = assertThrows(JacobiException.class, () -> offloaded.run(device, arguments));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        String text = refused.getMessage().lines().findFirst().orElseThrow();
        assertEquals(
                what,
                text.substring(text.indexOf(" on a device: ") + " on a device: ".length())
                        .replaceAll("dev\\.jacobi\\.offload\\.RowsOnDeviceTest\\.|:\\d+|\\$\\w+\\$\\d+", ""));
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

    static void multiply(double[][] a, double[][] b, double[][] c) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            for (int j = 0; j < c[i].length; j++) {
                double sum = 0;
                for (int k = 0; k < b.length; k++) {
                    sum += a[i][k] * b[k][j];
                }
                c[i][j] = sum;
            }
        });
    }

    @InFork
    static void productOfMatrices() {
        Traffic moved = same("multiply", matrix(17, 23, 1), matrix(23, 19, 2), matrix(17, 19, 3));
        long in = 8L * (17 * 23 + 23 * 19 + 17 * 19) + 8L * (17 + 23 + 17);
        assertEquals(new Traffic(in, 9, 8L * 17 * 19, 1, 1, 0), moved);
    }

    static void rowSums(double[][] x, double[] sums) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double sum = 0;
            for (double each : x[i]) {
                sum += each;
            }
            sums[i] = sum;
        });
    }

    @InFork
    static void sumsOfRowsOfManyLengths() {
        int rows = 50;
        double[][] x = ragged(rows, 4);
        long elements = Arrays.stream(x).mapToInt(row -> row.length).sum();
        Traffic moved = same("rowSums", x, new double[rows]);
        assertEquals(new Traffic(8 * elements + 8L * rows, 3, 8L * rows, 1, 1, 0), moved);
    }

    @InFork
    static void nothingAtAll() {
        assertEquals(new Traffic(0, 0, 0, 0, 0, 0), same("rowSums", new double[0][], new double[0]));
        same("rowSums", new double[5][0], new double[5]);
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
        scale(x, 2);
        Arrays.fill(x[1], 3);
        System.arraycopy(y, 0, x[2], 0, y.length);
        rowSums(x, sums);
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

    // ---- who else has a row ----

    static void scale(double[][] x, double by) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] *= by;
            }
        });
    }

    @InFork
    static void aRowThatIsThereTwiceMayBeReadButNotWritten() {
        double[][] x = matrix(6, 5, 1);
        x[4] = x[1];
        double[] sums = new double[6];
        Offload.of(RowsOnDeviceTest.class, "rowSums").run(Agreement.device(), x, sums);
        double[] expected = new double[6];
        rowSums(x, expected);
        assertArrayEquals(expected, sums);
        double[][] before = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        assertRefused(
                "scale",
                "two arrays of it are one and the same here, so the write at lambda < scale and the read at lambda < scale may meet in different rounds",
                x,
                2.0);
        assertArrayEquals(before, x);
    }

    @InFork
    static void emptyRowsThatAreThereTwiceMeetNobody() {
        double[][] x = matrix(6, 5, 1);
        x[4] = new double[0];
        x[2] = x[4];
        same("scale", x, 2.0);
    }

    static void addFirst(double[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i][0] += y[i]);
    }

    @InFork
    static void aRowThatIsAlsoGivenFlatIsRefusedIfItIsWritten() {
        double[][] x = matrix(6, 6, 1);
        assertRefused(
                "addFirst",
                "two arrays of it are one and the same here, so the write at lambda < addFirst and the read at lambda < addFirst may meet in different rounds",
                x,
                x[3]);
        double[] sums = x[2];
        assertRefused(
                "rowSums",
                "two arrays of it are one and the same here, so the write at lambda < rowSums and the read at lambda < rowSums may meet in different rounds",
                x,
                sums);
    }

    @InFork
    static void rowsOfTwoArraysOfArrays() {
        double[][] x = matrix(6, 6, 1);
        double[][] y = matrix(6, 6, 2);
        y[5] = x[0];
        assertRefused(
                "multiply",
                "two arrays of it are one and the same here, so the write at lambda < multiply and the read at lambda < multiply may meet in different rounds",
                x,
                matrix(6, 6, 3),
                y);
        // Read by both, it is no harm.
        double[][] z = matrix(6, 6, 4);
        Offload.of(RowsOnDeviceTest.class, "multiply").run(Agreement.device(), x, y, z);
        double[][] expected = new double[6][6];
        multiply(x, y, expected);
        assertArrayEquals(expected, z);
    }

    /** Goes from rows to flat arrays, to host code and back, with rows that change their places. */
    static double mixed(double[][] x, double[] sums, int n) {
        double[] third = x[2];
        scale(x, 1.25); // rows on the device
        double seen = third[1]; // the host reads one
        third[1] = 7; // and writes it
        rowSums(x, sums);
        IntStream.range(0, n).parallel().forEach(j -> third[j] += sums[0] + j); // flat, on the device
        rowSums(x, sums);
        x[0] = x[1]; // one row twice, which is read only
        rowSums(x, sums);
        x[0] = new double[n + 3]; // other lengths
        x[1] = third;
        x[2] = new double[] {seen};
        scale(x, -0.5);
        rowSums(x, sums);
        IntStream.range(0, n).parallel().forEach(j -> third[j] -= sums[1]);
        double[][] other = {third, x[0], x[2]};
        scale(other, 3);
        rowSums(x, sums);
        for (double[] row : x) {
            for (int j = 0; j < row.length; j++) {
                seen += row[j] * j;
                row[j] += seen;
            }
        }
        scale(x, 2);
        return seen + third[n - 1];
    }

    @InFork
    static void rowsThatAreUsedInAllWays() {
        same("mixed", matrix(5, 11, 1), new double[5], 11);
    }

    static double replaced(double[][] x, double[] sums, double[] instead) {
        rowSums(x, sums);
        double first = sums[1];
        rowSums(x, sums);
        x[1] = instead;
        rowSums(x, sums);
        return first;
    }

    @InFork
    static void whatIsThereIsNotBroughtAgainUnlessARowIsReplaced() {
        int n = 12;
        Traffic moved = same("replaced", matrix(n, 10, 1), new double[n], new double[10]);
        // Sums go home for the host once, and at the end; rows come twice, what says where they are once.
        assertEquals(new Traffic(2L * 8 * 10 * n + 8L * n, 4, 2L * 8 * n, 2, 3, 0), moved);
    }

    static void explained(double[][] x, double[] y, int k) {
        IntStream.range(0, y.length).parallel().forEach(i -> x[i + k][0] = y[i] + x[i + k].length);
    }

    @InFork
    static void whatIsKnownOfRowsIsExplained() {
        assertEquals(
                """
                ;   %1: rows, reads any element, writes rows i + %0
                ;   %4: reads element i
                ;   before a launch: %1 and %4, or rows of these, are not the same array
                ;   before a launch: no two rows of %1 are the same array
                ;   may throw: then the loop is done again on the JVM
                """,
                Offload.of(RowsOnDeviceTest.class, "explained")
                        .explain()
                        .lines()
                        .filter(line -> line.startsWith(";   "))
                        .sorted()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining()));
    }

    /** Does what the numbers in {@code steps} say, of which each holds a deed, two numbers of rows, and one of a column. */
    static double anyOrder(double[][] x, double[][] y, double[] sums, int[] steps) {
        double seen = 0;
        for (int step : steps) {
            int i = step >> 8 & 7;
            int k = step >> 11 & 7;
            int j = step >> 14 & 3;
            double[] row = x[i];
            switch (step & 15) {
                case 0 -> scale(x, 1.5);
                case 1 -> rowSums(x, sums);
                case 2 -> IntStream.range(0, row.length).parallel().forEach(e -> row[e] += sums[k] + e);
                case 3 -> row[j] = seen + 1;
                case 4 -> seen += row[j];
                case 5 -> {
                    x[i] = x[k];
                    x[k] = row;
                }
                case 6 -> x[i] = new double[4 + k];
                case 7 -> Arrays.fill(row, seen);
                case 8 -> IntStream.range(0, 8).parallel().forEach(r -> y[r][j] = x[r][3 - j] - sums[r]);
                case 9 -> {
                    x[i] = y[k];
                    y[k] = row;
                }
                case 10 -> rowSums(y, sums);
                case 11 -> x[i] = y[k];
                case 12 -> x[i] = Arrays.copyOf(row, row.length);
                case 13 -> IntStream.range(0, 4).parallel().forEach(e -> sums[e] = x[i][e] * y[k][3 - e]);
                case 14 -> IntStream.range(2, 6).parallel().forEach(r -> x[r + 1][j] = sums[r] + y[r - 2][j]);
                default ->
                    IntStream.range(0, 4).parallel().forEach(c -> {
                        for (int r = 1; r < x.length; r++) {
                            x[r][c] -= x[r - 1][c];
                        }
                    });
            }
        }
        return seen;
    }

    @InFork
    static void anyOrderOfUses() {
        Method method = Agreement.method(RowsOnDeviceTest.class, "anyOrder");
        OffloadedMethod offloaded = Agreement.offloaded(method);
        Device device = Agreement.device();
        Random random = new Random(11);
        int refused = 0;
        int runs = 500;
        for (int run = 0; run < runs; run++) {
            int[] steps = random.ints(2 + random.nextInt(24)).toArray();
            @Nullable Object[] arguments = {matrix(8, 5, run), matrix(8, 6, -run), new double[8], steps};
            Agreement.Outcome actual;
            try {
                actual = Agreement.onDevice(offloaded, device, arguments);
            } catch (JacobiException e) {
                assertEquals(Refusal.NOT_INDEPENDENT, e.refusal());
                refused++;
                continue;
            }
            Agreement.Outcome expected = Agreement.onJvm(method, arguments);
            assertTrue(
                    expected.isSame(actual),
                    () -> Arrays.toString(steps) + " " + expected.text() + "\n" + actual.text());
        }
        assertTrue(refused < runs / 2, "too many were refused");
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
        scale(x, 2);
        double[] taken = x[1];
        x[1] = null;
        lookUp(x, rows, columns, y); // on the host
        x[1] = taken;
        scale(x, 3);
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
