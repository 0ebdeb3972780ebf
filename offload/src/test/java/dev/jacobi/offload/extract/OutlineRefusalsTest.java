package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.IndependentRounds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Loops whose rounds may not be apart, and what else is not taken out: by the exact text, or believed where it is promised. */
class OutlineRefusalsTest {
    private static Outlined take(String method) {
        return Outlined.take(OutlineRefusalsTest.class, method);
    }

    private static void assertRefused(String method, String what) {
        Outlined.assertRefused(OutlineRefusalsTest.class, method, what);
    }

    static void neighbours(double[] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[i - 1] + 1);
    }

    @Test
    void roundsThatReadWhatOthersWriteAreRefused() {
        assertRefused(
                "neighbours",
                "neighbours(double[]) at neighbours on a device: the read at lambda < neighbours and the write at lambda < neighbours may meet in different rounds");
    }

    static void histogram(int[] x, int[] counts) {
        IntStream.range(0, x.length).parallel().forEach(i -> counts[x[i]]++);
    }

    @Test
    void roundsThatWriteWhereTheirDataSayAreRefused() {
        assertRefused(
                "histogram",
                "histogram(int[], int[]) at histogram on a device: the read at lambda < histogram and the write at lambda < histogram may meet in different rounds");
    }

    static void sameElement(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[0] = x[i]);
    }

    @Test
    void roundsThatWriteTheSameElementAreRefused() {
        assertRefused(
                "sameElement",
                "sameElement(double[], double[]) at sameElement on a device: two rounds may write the same element");
    }

    static final class Counter {
        int count;
    }

    static void field(Counter counter, int n) {
        IntStream.range(0, n).parallel().forEach(i -> counter.count = i);
    }

    @Test
    void writesOfFieldsAreRefused() {
        assertRefused(
                "field", "field(" + Counter.class.getName() + ", int) at field on a device: it writes the field count");
    }

    static void locked(Counter counter, double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            synchronized (counter) {
                x[i] = i;
            }
        });
    }

    @Test
    void locksAreRefused() {
        assertRefused(
                "locked",
                "locked(" + Counter.class.getName()
                        + ", double[]) at locked on a device: exceptions are caught in it or around it");
    }

    static double firstFew(double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .limit(5)
                .mapToDouble(i -> x[i])
                .sum();
    }

    @Test
    void streamsThatEndEarlyAreRefused() {
        assertRefused(
                "firstFew",
                "firstFew(double[]) at firstFew on a device: the number of its rounds is not known before the first");
    }

    static boolean any(double[] x) {
        return Arrays.stream(x).parallel().anyMatch(v -> v > 1);
    }

    @Test
    void searchesAreRefused() {
        assertRefused("any", "any(double[]) at any on a device: it may end before all rounds are done");
    }

    static void sequential(double[] x) {
        IntStream.range(0, x.length).forEach(i -> x[i] = i);
    }

    @Test
    void sequentialStreamsStayOnTheHost() {
        assertEquals(List.of(), take("sequential").kernels());
    }

    static void recursive(double[] x, int depth) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += depth);
        if (depth > 0) {
            recursive(x, depth - 1);
        }
    }

    @Test
    void callsThatMayHideParallelStreamsAreRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> take("recursive"));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot offload dev.jacobi.offload.extract.OutlineRefusalsTest.recursive(double[], int): it calls "
                        + "dev.jacobi.offload.extract.OutlineRefusalsTest.recursive(double[], int), which was not inlined, "
                        + "so that its parallel streams would run on the JVM",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    static void thenRuns(double[] x, Runnable then) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i]++);
        then.run();
    }

    @Test
    void functionsWhoseCodeIsNotSeenMayHideThemToo() {
        JacobiException refused = assertThrows(JacobiException.class, () -> take("thenRuns"));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot offload dev.jacobi.offload.extract.OutlineRefusalsTest.thenRuns(double[], java.lang.Runnable): it calls java.lang.Runnable.run() "
                        + "of an object whose code is not seen here, so that its parallel streams would run on the JVM",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    static double laterStream(double[] x, boolean parallel) {
        var stream = Arrays.stream(x);
        for (int i = 0; i < x.length; i++) {
            stream = parallel ? stream.parallel().map(v -> v + 1) : stream;
        }
        return stream.sum();
    }

    @Test
    void streamsThatAreNotSeenWholeAreRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> take("laterStream"));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertTrue(
                refused.getMessage().contains("it has a parallel stream that is not seen whole"), refused.getMessage());
    }

    @IndependentRounds
    static void scatter(double[] x, int[] where, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[where[i]] = x[i]);
    }

    static void scatterWithoutAWord(double[] x, int[] where, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[where[i]] = x[i]);
    }

    @IndependentRounds
    static void neighboursOnParole(double[] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[i - 1] + 1);
    }

    @Test
    void whatCannotBeProvedIsBelievedIfItIsPromised() {
        ArrayUse use = (ArrayUse) take("scatter").only().uses().stream()
                .filter(each -> each != null && each.isWritten())
                .findFirst()
                .orElseThrow();
        // Any element may be written, and the others are to stay.
        assertNull(use.writes());
        assertRefused(
                "scatterWithoutAWord",
                "scatterWithoutAWord(double[], int[], double[]) at scatterWithoutAWord on a device: two rounds may write the same element");
    }

    @Test
    void aPromiseThatIsProvedToBeWrongIsNotBelieved() {
        assertRefused(
                "neighboursOnParole",
                "neighboursOnParole(double[]) at neighboursOnParole on a device: the read at lambda < neighboursOnParole and the write at lambda < neighboursOnParole may meet in different rounds");
    }
}
