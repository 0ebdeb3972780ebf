package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Rounds that add to atomic arrays, wherever their data say, on a device and in plain order. */
@Tag(DeviceTests.TAG)
class AtomicsTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(AtomicsTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    static void count(int[] bins, AtomicIntegerArray counts) {
        IntStream.range(0, bins.length).parallel().forEach(i -> counts.incrementAndGet(bins[i]));
    }

    static void add(int[] bins, long[] weights, AtomicLongArray sums) {
        IntStream.range(0, bins.length).parallel().forEach(i -> sums.addAndGet(bins[i], weights[i]));
    }

    static void inBoth(int[] bins, AtomicIntegerArray one, AtomicIntegerArray other) {
        IntStream.range(0, bins.length).parallel().forEach(i -> {
            one.getAndAdd(bins[i], i);
            other.getAndDecrement(bins[bins.length - 1 - i]);
            one.decrementAndGet(0);
            if (i % 3 == 0) {
                other.getAndIncrement(i % 2);
            }
        });
    }

    static void pairs(int[] bins, AtomicIntegerArray counts, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, n)
                        .parallel()
                        .forEach(j -> counts.incrementAndGet((bins[i] + bins[j]) % counts.length())));
    }

    static void again(int[] bins, AtomicIntegerArray counts) {
        for (int round = 0; round < 3; round++) {
            int more = round;
            IntStream.range(0, bins.length).parallel().forEach(i -> counts.addAndGet(bins[i], more));
            counts.set(1, counts.get(2));
        }
    }

    private static int[] bins(int length, int count) {
        return new Random(length).ints(length, 0, count).toArray();
    }

    private static AtomicIntegerArray counts(int length) {
        return new AtomicIntegerArray(
                IntStream.range(0, length).map(i -> 100 + i).toArray());
    }

    private static OffloadedMethod offloaded(String name) {
        return Agreement.offloaded(Agreement.method(AtomicsTest.class, name));
    }

    @InFork
    static void manyRoundsCountAtTheSamePlaces() {
        for (int length : new int[] {0, 1, 100, 100_000}) {
            int[] bins = bins(length, 7);
            AtomicIntegerArray expected = counts(7);
            count(bins, expected);
            AtomicIntegerArray actual = counts(7);
            offloaded("count").run(Agreement.device(), bins, actual);
            assertEquals(expected.toString(), actual.toString());
        }
    }

    static int[] countFrom(int[] bins, int[] start) {
        AtomicIntegerArray counts = new AtomicIntegerArray(start);
        IntStream.range(0, bins.length).parallel().forEach(i -> counts.incrementAndGet(bins[i]));
        int[] result = new int[start.length];
        for (int bin = 0; bin < result.length; bin++) {
            result[bin] = counts.get(bin);
        }
        return result;
    }

    @InFork
    static void countersMayBeMadeOfAnArrayHere() {
        Agreement.same(Agreement.method(AtomicsTest.class, "countFrom"), bins(1000, 5), new int[] {9, 8, 7, 6, 5});
    }

    @InFork
    static void sumsOfLongsWrapAround() {
        int[] bins = bins(1000, 5);
        long[] weights = new Random(3).longs(1000).toArray();
        AtomicLongArray expected = new AtomicLongArray(5);
        add(bins, weights, expected);
        AtomicLongArray actual = new AtomicLongArray(5);
        offloaded("add").run(Agreement.device(), bins, weights, actual);
        assertEquals(expected.toString(), actual.toString());
    }

    @InFork
    static void oneArrayMayBeGivenTwice() {
        int[] bins = bins(1000, 9);
        AtomicIntegerArray expected = counts(9);
        AtomicIntegerArray other = counts(9);
        inBoth(bins, expected, other);
        AtomicIntegerArray actual = counts(9);
        AtomicIntegerArray actualOther = counts(9);
        offloaded("inBoth").run(Agreement.device(), bins, actual, actualOther);
        assertEquals(expected + " " + other, actual + " " + actualOther);
        inBoth(bins, expected, expected);
        offloaded("inBoth").run(Agreement.device(), bins, actual, actual);
        assertEquals(expected.toString(), actual.toString());
    }

    @InFork
    static void loopsInOneAnotherCountToo() {
        int[] bins = bins(50, 9);
        AtomicIntegerArray expected = counts(9);
        pairs(bins, expected, 50);
        AtomicIntegerArray actual = counts(9);
        offloaded("pairs").run(Agreement.device(), bins, actual, 50);
        assertEquals(expected.toString(), actual.toString());
    }

    @InFork
    static void theHostReadsAndWritesInBetween() {
        int[] bins = bins(500, 9);
        AtomicIntegerArray expected = counts(9);
        again(bins, expected);
        AtomicIntegerArray actual = counts(9);
        offloaded("again").run(Agreement.device(), bins, actual);
        assertEquals(expected.toString(), actual.toString());
    }

    @InFork
    static void whatWasAddedBeforeARoundFailsStays() {
        int[] bins = bins(200, 9);
        bins[150] = 9;
        bins[160] = -1;
        AtomicIntegerArray expected = counts(9);
        Exception thrown = assertThrows(
                IndexOutOfBoundsException.class,
                () -> IntStream.range(0, 200).forEach(i -> expected.incrementAndGet(bins[i])));
        AtomicIntegerArray actual = counts(9);
        OffloadedMethod count = offloaded("count");
        Exception ours =
                assertThrows(IndexOutOfBoundsException.class, () -> count.run(Agreement.device(), bins, actual));
        assertEquals(thrown.toString(), ours.toString());
        assertEquals(expected.toString(), actual.toString());
    }

    @InFork
    static void nullThrowsWhereARoundAddsToIt() {
        OffloadedMethod count = offloaded("count");
        @Nullable Object[] none = {bins(3, 2), null};
        assertThrows(NullPointerException.class, () -> count.run(Agreement.device(), none));
        count.run(Agreement.device(), new int[0], null);
    }

    @InFork
    static void whatOtherThreadsAddMeanwhileStays() throws InterruptedException {
        int[] bins = bins(20_000, 4);
        AtomicIntegerArray counts = new AtomicIntegerArray(4);
        OffloadedMethod count = offloaded("count");
        count.run(Agreement.device(), bins, counts);
        AtomicBoolean done = new AtomicBoolean();
        int[] added = new int[1];
        Thread other = new Thread(() -> {
            while (!done.get()) {
                counts.incrementAndGet(1);
                added[0]++;
            }
        });
        other.start();
        for (int call = 0; call < 20; call++) {
            count.run(Agreement.device(), bins, counts);
        }
        done.set(true);
        other.join();
        long sum = IntStream.range(0, 4).map(counts::get).sum();
        assertEquals(21L * bins.length + added[0], sum);
        assertTrue(added[0] > 0);
    }

    static void usesTheResult(int[] bins, AtomicIntegerArray counts) {
        IntStream.range(0, bins.length).parallel().forEach(i -> bins[i] = counts.incrementAndGet(bins[i]));
    }

    static void reads(int[] bins, AtomicIntegerArray counts) {
        IntStream.range(0, bins.length).parallel().forEach(i -> counts.addAndGet(bins[i], counts.get(0)));
    }

    static void sets(int[] bins, AtomicIntegerArray counts) {
        IntStream.range(0, bins.length).parallel().forEach(i -> counts.set(bins[i], i));
    }

    @InFork
    static void whatDependsOnTheOrderIsRefused() {
        for (String method : new String[] {"usesTheResult", "reads", "sets"}) {
            JacobiException refused = assertThrows(JacobiException.class, () -> offloaded(method), method);
            assertEquals(
                    "cannot run the parallel loop of AtomicsTest." + method
                            + " on a device: it does more with an atomic array than add to its elements, without using what that gives",
                    refused.getMessage()
                            .lines()
                            .findFirst()
                            .orElse("")
                            .replaceAll("dev.jacobi.offload.|\\(.*\\) at [^ ]*", ""));
        }
    }
}
