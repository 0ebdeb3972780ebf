package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays that host code makes: they are zeros on a device without being copied, but for what the host writes, whenever it does. */
@Tag(DeviceTests.TAG)
class HostArraysTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(HostArraysTest.class).run();
    }

    static void writtenBefore(double[] y, int n) {
        double[] a = new double[n];
        a[0] = 5;
        a[n - 1] = 7;
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
    }

    static void writtenInALoopBefore(double[] y, int n) {
        double[] a = new double[n];
        for (int i = 0; i < n; i++) {
            a[i] = i;
        }
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[n - 1 - i]);
    }

    static void writtenInALoopOnlySometimes(double[] y, int n) {
        double[] a = new double[n];
        for (int i = 0; i < n; i++) {
            if (y[i] > 0) {
                a[i] = y[i];
            }
        }
        IntStream.range(0, n).parallel().forEach(i -> y[i] = a[n - 1 - i]);
    }

    static void writtenBetween(double[] y, int n) {
        double[] a = new double[n];
        IntStream.range(0, n).parallel().forEach(i -> a[i] = i);
        a[1] = 50;
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
    }

    static void writtenBetweenReads(double[] y, int n) {
        double[] a = new double[n];
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
        a[1] = 50;
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
    }

    static void madeInALoop(double[] y, int n) {
        for (int k = 0; k < 3; k++) {
            double[] a = new double[n];
            a[k] = 5 + k;
            IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i]);
        }
    }

    static void keptForTheNextRound(double[] y, int n) {
        double[] last = new double[n];
        for (int k = 0; k < 3; k++) {
            double[] a = new double[n];
            double[] before = last;
            IntStream.range(0, n).parallel().forEach(i -> a[i] = before[i] + i);
            last = a;
        }
        double[] before = last;
        IntStream.range(0, n).parallel().forEach(i -> y[i] += before[i]);
    }

    static double readByTheHost(double[] y, int n) {
        double[] a = new double[n];
        IntStream.range(0, n).parallel().forEach(i -> a[i] = y[i] * 2);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[i];
        }
        return sum;
    }

    static void filled(double[] y, int n) {
        double[] a = new double[n];
        Arrays.fill(a, 3);
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
    }

    static void copiedInto(double[] y, int n) {
        double[] a = new double[n];
        System.arraycopy(y, 0, a, 0, n / 2);
        IntStream.range(0, n).parallel().forEach(i -> y[i] -= 2 * a[i]);
    }

    static void writtenInPartOnTheDevice(double[] y, int n) {
        double[] a = new double[n];
        IntStream.range(0, n / 2).parallel().forEach(i -> a[i] = 1);
        IntStream.range(0, n).parallel().forEach(i -> y[i] += a[i] + 1);
    }

    static void inAnArrayOfArrays(double[] y, int n) {
        double[][] rows = {new double[n], new double[n]};
        double[] a = rows[0];
        rows[1][n - 1] = 4;
        IntStream.range(0, n).parallel().forEach(i -> a[i] = i);
        IntStream.range(0, n).parallel().forEach(i -> y[i] += rows[0][i] + rows[1][i]);
    }

    static double[] givenBack(double[] y, int n) {
        double[] a = new double[n];
        a[0] = 1;
        IntStream.range(1, n).parallel().forEach(i -> a[i] = y[i]);
        return a;
    }

    @InFork
    static void theHostWritesThemWhenItLikes() {
        List<String> methods = List.of(
                "writtenBefore",
                "writtenInALoopBefore",
                "writtenInALoopOnlySometimes",
                "writtenBetween",
                "writtenBetweenReads",
                "madeInALoop",
                "keptForTheNextRound",
                "readByTheHost",
                "filled",
                "copiedInto",
                "writtenInPartOnTheDevice",
                "inAnArrayOfArrays",
                "givenBack");
        for (String method : methods) {
            for (int n : new int[] {3, 8, 1000}) {
                double[] y = new Random(n).doubles(n, -2, 2).toArray();
                Agreement.same(Agreement.method(HostArraysTest.class, method), y, n);
            }
        }
    }

    static void onlyUsedByLoops(double[] y, int n) {
        double[] a = new double[n];
        IntStream.range(0, n / 2).parallel().forEach(i -> a[i] = y[i]);
        IntStream.range(0, n).parallel().forEach(i -> y[i] = a[n - 1 - i]);
    }

    @InFork
    static void oneThatTheHostDoesNotTouchDoesNotMove() {
        Traffic moved =
                Agreement.same(Agreement.method(HostArraysTest.class, "onlyUsedByLoops"), new double[1000], 1000);
        // What is right on no device is zeros on the host: the second half is cleared, not copied.
        assertEquals(new Traffic(4000, 1, 8000, 1, 2, 0), moved);
    }
}
