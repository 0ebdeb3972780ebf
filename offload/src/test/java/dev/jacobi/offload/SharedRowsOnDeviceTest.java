package dev.jacobi.offload;

import static dev.jacobi.offload.Matrices.matrix;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Rows on a device that somebody else has too: another array of arrays, a variable of the host's, or the same one twice. */
@Tag(DeviceTests.TAG)
class SharedRowsOnDeviceTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(SharedRowsOnDeviceTest.class).run();
    }

    private static Traffic same(String name, @Nullable Object... arguments) {
        return Agreement.same(Agreement.method(SharedRowsOnDeviceTest.class, name), arguments);
    }

    private static void assertRefused(String name, String what, @Nullable Object... arguments) {
        Method method = Agreement.method(Matrices.class, name);
        OffloadedMethod offloaded = Agreement.offloaded(method);
        Device device = Agreement.device();
        JacobiException refused = assertThrows(JacobiException.class, () -> offloaded.run(device, arguments));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        String text = refused.getMessage().lines().findFirst().orElseThrow();
        assertEquals(
                what,
                text.substring(text.indexOf(" on a device: ") + " on a device: ".length())
                        .replaceAll("dev\\.jacobi\\.offload\\.Matrices\\.|:\\d+|\\$\\w+\\$\\d+", ""));
    }

    @InFork
    static void aRowThatIsThereTwiceMayBeReadButNotWritten() {
        double[][] x = matrix(6, 5, 1);
        x[4] = x[1];
        double[] sums = new double[6];
        Offload.of(Matrices.class, "rowSums").run(Agreement.device(), x, sums);
        double[] expected = new double[6];
        Matrices.rowSums(x, expected);
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
        Matrices.same("scale", x, 2.0);
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
        Offload.of(Matrices.class, "multiply").run(Agreement.device(), x, y, z);
        double[][] expected = new double[6][6];
        Matrices.multiply(x, y, expected);
        assertArrayEquals(expected, z);
    }

    /** Goes from rows to flat arrays, to host code and back, with rows that change their places. */
    static double mixed(double[][] x, double[] sums, int n) {
        double[] third = x[2];
        Matrices.scale(x, 1.25); // rows on the device
        double seen = third[1]; // the host reads one
        third[1] = 7; // and writes it
        Matrices.rowSums(x, sums);
        IntStream.range(0, n).parallel().forEach(j -> third[j] += sums[0] + j); // flat, on the device
        Matrices.rowSums(x, sums);
        x[0] = x[1]; // one row twice, which is read only
        Matrices.rowSums(x, sums);
        x[0] = new double[n + 3]; // other lengths
        x[1] = third;
        x[2] = new double[] {seen};
        Matrices.scale(x, -0.5);
        Matrices.rowSums(x, sums);
        IntStream.range(0, n).parallel().forEach(j -> third[j] -= sums[1]);
        double[][] other = {third, x[0], x[2]};
        Matrices.scale(other, 3);
        Matrices.rowSums(x, sums);
        for (double[] row : x) {
            for (int j = 0; j < row.length; j++) {
                seen += row[j] * j;
                row[j] += seen;
            }
        }
        Matrices.scale(x, 2);
        return seen + third[n - 1];
    }

    @InFork
    static void rowsThatAreUsedInAllWays() {
        same("mixed", matrix(5, 11, 1), new double[5], 11);
    }

    static double replaced(double[][] x, double[] sums, double[] instead) {
        Matrices.rowSums(x, sums);
        double first = sums[1];
        Matrices.rowSums(x, sums);
        x[1] = instead;
        Matrices.rowSums(x, sums);
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
                Offload.of(SharedRowsOnDeviceTest.class, "explained")
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
                case 0 -> Matrices.scale(x, 1.5);
                case 1 -> Matrices.rowSums(x, sums);
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
                case 10 -> Matrices.rowSums(y, sums);
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
        Method method = Agreement.method(SharedRowsOnDeviceTest.class, "anyOrder");
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
}
