package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.examples.parallel.PlainOrder;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Arrays that rounds make: of lengths that are known before the loop, or only in a round, in memory that is shared out among the rounds that run at a time. */
@Tag(DeviceTests.TAG)
class RoundMemoryTest {
    private static final String LIMIT = "jacobi.offload.roundMemory";

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(RoundMemoryTest.class).run();
    }

    private static Method method(String name) {
        return Agreement.method(RoundMemoryTest.class, name);
    }

    /** As {@link Agreement#same}, where a round throws: on the JVM a parallel loop leaves what it happens to leave. */
    private static void sameAsInPlainOrder(String name, Object... arguments) {
        Agreement.same(Agreement.method(PlainOrder.of(RoundMemoryTest.class), name), method(name), arguments);
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    // ---- lengths that are known ----

    static void ofGivenLength(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] powers = new double[k];
            for (int j = 0; j < k; j++) {
                powers[(7 * j + i) % k] = a[i] * j + i;
            }
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum = sum * 0.9 + powers[j];
            }
            b[i] = sum;
        });
    }

    @InFork
    static void anArrayOfAGivenLengthIsEachRoundsOwn() {
        for (int n : new int[] {0, 1, 2, 63, 64, 65, 4099}) {
            for (int k : new int[] {0, 1, 2, 37, 1000}) {
                Traffic moved = Agreement.same(method("ofGivenLength"), doubles(n, 1), new double[n], k);
                assertEquals(new Traffic(8L * n, n > 0 ? 1 : 0, 8L * n, n > 0 ? 1 : 0, n > 0 ? 1 : 0, 0), moved);
            }
        }
    }

    @InFork
    static void aNegativeLengthIsJavasException() {
        sameAsInPlainOrder("ofGivenLength", doubles(100, 1), new double[100], -1);
        // No round, no array.
        Agreement.same(method("ofGivenLength"), doubles(0, 1), new double[0], -1);
    }

    static void sometimes(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            if (a[i] > 100) {
                double[] none = new double[k];
                b[i] = none.length;
            } else {
                b[i] = a[i] + 1;
            }
        });
    }

    @InFork
    static void aNegativeLengthThatNoRoundMeetsIsNoMatter() {
        assertEquals(
                0,
                Agreement.same(method("sometimes"), doubles(100, 1), new double[100], -5)
                        .failures());
    }

    static void quotient(double[] a, double[] b, int[] parts) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] own = new double[a.length / parts.length + 1];
            own[i % own.length] = a[i];
            b[i] = own[own.length - 1] + own.length;
        });
    }

    @InFork
    static void aLengthIsComputedOfOtherLengths() {
        Agreement.same(method("quotient"), doubles(100, 1), new double[100], new int[7]);
        // Division by zero, in the first round.
        sameAsInPlainOrder("quotient", doubles(100, 1), new double[100], new int[0]);
    }

    static void zeros(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double sum = 0;
            for (int j = 0; j < 3; j++) {
                double[] fresh = new double[k];
                for (int place = 0; place < k; place++) {
                    sum += fresh[place];
                    fresh[place] = a[i];
                }
            }
            b[i] = sum;
        });
    }

    @InFork
    static void eachArrayBeginsWithZeros() {
        Object[] arguments = {doubles(5000, 1), new double[5000], 50};
        Agreement.same(method("zeros"), arguments);
        OffloadedMethod zeros = Agreement.offloaded(method("zeros"));
        for (int time = 0; time < 3; time++) {
            zeros.run(Agreement.device(), arguments);
            assertArrayEquals(new double[5000], (double[]) arguments[1]);
        }
    }

    static void ofAllTypes(int[] a, long[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            byte[] bytes = new byte[k];
            boolean[] flags = new boolean[k];
            short[] shorts = new short[k];
            char[] chars = new char[k];
            int[] ints = new int[k];
            long[] longs = new long[k];
            float[] floats = new float[k];
            for (int j = 0; j < k; j++) {
                bytes[j] = (byte) (a[i] * j);
                flags[j] = (a[i] + j) % 3 == 0;
                shorts[j] = (short) (a[i] * 1000 * j);
                chars[j] = (char) (a[i] * 1000 * j);
                ints[j] = a[i] - j;
                longs[j] = (long) a[i] << j;
                floats[j] = a[i] / 7f;
            }
            long sum = 0;
            for (int j = k - 1; j >= 0; j--) {
                sum = 31 * sum
                        + bytes[j]
                        + (flags[j] ? 1 : 0)
                        + shorts[j]
                        + chars[j]
                        + ints[j]
                        + longs[j]
                        + (int) (floats[j] * 1000);
            }
            b[i] = sum;
        });
    }

    @InFork
    static void arraysOfAllTypesHaveJavasBits() {
        Agreement.same(method("ofAllTypes"), new Random(1).ints(500, -100, 100).toArray(), new long[500], 40);
    }

    static void large(double[] a, double[] b) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] table = new double[1000];
            for (int j = 0; j < 1000; j++) {
                table[j] = a[i] * j;
            }
            b[i] = table[(i * 37) % 1000];
        });
    }

    @InFork
    static void anArrayMayBeLargerThanAWorkItemsOwnMemory() {
        Agreement.same(method("large"), doubles(3000, 1), new double[3000]);
    }

    static void leaves(double[] a, double[] b, int k, int at) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            b[i] = -1;
            double[] own = new double[k];
            own[i == 70 ? at : i % k] = a[i];
            b[i] = own[i % k];
        });
    }

    @InFork
    static void anIndexOutsideOfAnArrayIsJavasExceptionAndTheArraysAreAsALoopLeavesThem() {
        for (int at : new int[] {-1, 10, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            sameAsInPlainOrder("leaves", doubles(100, 1), new double[100], 10, at);
        }
        assertEquals(
                0,
                Agreement.same(method("leaves"), doubles(100, 1), new double[100], 10, 3)
                        .failures());
    }

    static double inParts(double[] a, int k) {
        return IntStream.range(0, a.length)
                .parallel()
                .mapToDouble(i -> {
                    double[] own = new double[k];
                    for (int j = 0; j < k; j++) {
                        own[j] = a[i] * (j % 2 == 0 ? 2 : -1);
                    }
                    double sum = 0;
                    for (int j = k - 1; j >= 0; j--) {
                        sum += own[j];
                    }
                    return sum;
                })
                .reduce(0, Double::sum);
    }

    @InFork
    static void roundsThatAddUpMakeArraysToo() {
        double[] a = IntStream.range(0, 5000).mapToDouble(i -> i % 17).toArray();
        // Whole numbers: any order gives the same sum.
        Agreement.same(method("inParts"), a, 12);
    }

    // ---- lengths that only a round knows ----

    static void ragged(int[] lengths, double[] b) {
        IntStream.range(0, lengths.length).parallel().forEach(i -> {
            double[] own = new double[lengths[i]];
            int[] places = new int[lengths[i]];
            for (int j = 0; j < own.length; j++) {
                own[j] = i + j * 0.5;
                places[j] = own.length - 1 - j;
            }
            double sum = 0;
            for (int j = 0; j < own.length; j++) {
                sum = sum * 0.99 + own[places[j]];
            }
            b[i] = sum;
        });
    }

    @InFork
    static void eachRoundMayKnowALengthOfItsOwn() {
        int[] lengths = new Random(1).ints(3000, 0, 50).toArray();
        assertEquals(
                1, Agreement.same(method("ragged"), lengths, new double[3000]).launches());
        Agreement.same(method("ragged"), new int[0], new double[0]);
        sameAsInPlainOrder("ragged", new int[] {3, -1, 5}, new double[3]);
    }

    static void raggedInPlace(int[] lengths, double[] b) {
        IntStream.range(0, lengths.length).parallel().forEach(i -> {
            b[i] += 1;
            double[] own = new double[lengths[i]];
            for (int j = 0; j < own.length; j++) {
                own[j] = b[i];
            }
            for (int j = 0; j < own.length; j++) {
                b[i] += own[j];
            }
        });
    }

    @InFork
    static void aLaunchWithoutMemoryEnoughIsDoneAgainWithMoreAndTheNextOneHasIt() {
        int[] lengths = new Random(1).ints(300, 0, 20).toArray();
        lengths[277] = 1000;
        OffloadedMethod offloaded = Agreement.offloaded(method("raggedInPlace"));
        Traffic[] moved = new Traffic[1];
        OffloadedMethod measured = offloaded.measuring(traffic -> moved[0] = traffic);
        for (int time = 0; time < 2; time++) {
            double[] b = doubles(300, 1);
            double[] expected = b.clone();
            raggedInPlace(lengths, expected);
            measured.run(Agreement.device(), lengths, b);
            // What the first launch has done counts for nothing.
            assertArrayEquals(expected, b);
            assertEquals(time == 0 ? 2 : 1, moved[0].launches());
            assertEquals(0, moved[0].failures());
        }
    }

    static void twice(int[] lengths, double[] b) {
        IntStream.range(0, lengths.length).parallel().forEach(i -> b[i] = 3 * b[i]);
        raggedInPlace(lengths, b);
    }

    @InFork
    static void whatIsOnlyOnTheDeviceIsThereAgainBeforeTheSecondLaunch() {
        int[] lengths = new Random(1).ints(300, 0, 20).toArray();
        lengths[277] = 5000;
        Agreement.same(method("twice"), lengths, doubles(300, 1));
    }

    static void swapped(double[] a, double[] b, int k, int steps) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] now = new double[k];
            double[] next = new double[k];
            for (int j = 0; j < k; j++) {
                now[j] = a[i] + j;
            }
            for (int step = 0; step < steps; step++) {
                for (int j = 0; j < k; j++) {
                    next[j] = 0.5 * (now[j] + now[(j + 1) % k]);
                }
                double[] old = now;
                now = next;
                next = old;
            }
            b[i] = now[i % k];
        });
    }

    @InFork
    static void twoArraysMayChangePlaces() {
        Agreement.same(method("swapped"), doubles(1000, 1), new double[1000], 10, 7);
        Agreement.same(method("swapped"), doubles(1000, 1), new double[1000], 10, 0);
    }

    static void kept(double[] a, double[] b, int k, int steps) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] last = new double[k];
            for (int step = 0; step < steps; step++) {
                double[] next = new double[k];
                for (int j = 0; j < k; j++) {
                    next[j] = last[j] + a[i] * step;
                }
                last = next;
            }
            b[i] = last[i % k];
        });
    }

    @InFork
    static void anArrayOfOneStepMayBeReadInTheNext() {
        Agreement.same(method("kept"), doubles(1000, 1), new double[1000], 10, 20);
    }

    // ---- how much there is ----

    @InFork
    static void withLittleMemoryFewerRoundsRunAtATimeAndTheBitsAreTheSame() {
        System.setProperty(LIMIT, Integer.toString(8 * 37 * 100));
        try {
            double[] a = doubles(1050, 1);
            Traffic moved = Agreement.same(method("ofGivenLength"), a, new double[1050], 37);
            assertEquals(new Traffic(8 * 1050, 1, 8 * 1050, 1, 11, 0), moved);
            Agreement.same(method("ragged"), new Random(1).ints(900, 0, 60).toArray(), new double[900]);
            Agreement.same(method("leaves"), a, new double[1050], 10, 3);
            Agreement.same(method("zeros"), a, new double[1050], 50);
        } finally {
            System.clearProperty(LIMIT);
        }
    }

    @InFork
    static void theBitsOfASumDoNotDependOnTheMemoryThereIs() {
        double[] a = doubles(5000, 1);
        OffloadedMethod sum = Agreement.offloaded(method("inParts"));
        double all = (double) sum.run(Agreement.device(), a, 10);
        System.setProperty(LIMIT, "1000");
        try {
            assertEquals(all, (double) sum.run(Agreement.device(), a, 10));
        } finally {
            System.clearProperty(LIMIT);
        }
        // Terms of at most 2 * 5 * 2, 5000 of them: each addition errs by half a unit in the last place of the sum.
        assertEquals(inParts(a, 10), all, 5000 * Math.ulp(20.0 * 5000));
    }

    @InFork
    static void aRoundThatNeedsMoreThanThereIsIsRefusedWithTheFigure() {
        OffloadedMethod offloaded = Agreement.offloaded(method("ofGivenLength"));
        double[] b = {1, 2, 3};
        JacobiException refused = assertThrows(
                JacobiException.class, () -> offloaded.run(Agreement.device(), new double[3], b, Integer.MAX_VALUE));
        assertEquals(Refusal.DEVICE_MEMORY, refused.refusal());
        String message = refused.getMessage();
        assertTrue(
                message.startsWith(
                        "cannot run the parallel loop of dev.jacobi.offload.RoundMemoryTest.ofGivenLength(double[], double[], int) on "),
                message);
        assertTrue(
                message.contains(": a round needs 17179869176 bytes for arrays that it makes, and there are "),
                message);
        assertArrayEquals(new double[] {1, 2, 3}, b);
        // Also where that shows only in a round; the device works on.
        int[] lengths = {5, 2_000_000_000};
        assertEquals(
                Refusal.DEVICE_MEMORY,
                assertThrows(
                                JacobiException.class,
                                () -> Agreement.offloaded(method("ragged"))
                                        .run(Agreement.device(), lengths, new double[2]))
                        .refusal());
        Agreement.same(method("ragged"), new int[] {5, 6}, new double[2]);
    }

    static void passed(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] own = new double[k];
            double[] taken = a[i] > 0 ? a : own;
            b[i] = taken[0];
        });
    }

    @InFork
    static void anArrayThatMayBeAnotherOneIsRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> Agreement.offloaded(method("passed")));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        assertTrue(
                refused.getMessage().contains("on a device: which array it accesses depends on the round"),
                refused.getMessage());
    }

    static void compared(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] one = new double[k];
            double[] other = new double[k + 1];
            double[] taken = a[i] > 0 ? one : other;
            b[i] = taken == one ? 1 : 2;
        });
    }

    @InFork
    static void anArrayThatIsComparedIsRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> Agreement.offloaded(method("compared")));
        assertTrue(
                refused.getMessage()
                        .contains("on a device: it does more with an array whose length is not constant, or large, than"
                                + " read and write its elements"),
                refused.getMessage());
    }

    static void chosen(double[] a, double[] b, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] one = new double[k];
            double[] other = new double[k + 3];
            for (int j = 0; j < k; j++) {
                one[j] = a[i];
                other[j] = -a[i];
            }
            double[] taken = a[i] > 0 ? one : other;
            double sum = taken.length;
            for (int j = 0; j < taken.length; j++) {
                sum += taken[j] * j;
            }
            b[i] = sum;
        });
    }

    @InFork
    static void aRoundMayChooseAmongItsArrays() {
        Agreement.same(method("chosen"), doubles(300, 1), new double[300], 9);
    }

    @InFork
    static void severalThreadsHaveMemoryOfTheirOwn() throws InterruptedException {
        int[] lengths = new Random(1).ints(500, 0, 200).toArray();
        double[] expected = new double[500];
        ragged(lengths, expected);
        OffloadedMethod offloaded = Agreement.offloaded(method("ragged"));
        boolean[] right = new boolean[4];
        Thread[] threads = new Thread[right.length];
        for (int number = 0; number < threads.length; number++) {
            int own = number;
            threads[number] = new Thread(() -> {
                boolean same = true;
                for (int time = 0; time < 5; time++) {
                    double[] b = new double[500];
                    offloaded.run(Agreement.device(), lengths, b);
                    same &= Arrays.equals(expected, b);
                }
                right[own] = same;
            });
            threads[number].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertArrayEquals(new boolean[] {true, true, true, true}, right);
    }
}
