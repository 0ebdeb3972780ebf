package dev.jacobi.batch;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Examples that run at the same time give the results of examples that do not, whatever the executor does. */
class ParallelBatchTest {
    private static final List<Executor> EXECUTORS = List.of(
            ForkJoinPool.commonPool(),
            Runnable::run,
            _ -> {},
            task -> Thread.ofVirtual().start(task),
            _ -> {
                throw new RejectedExecutionException();
            });

    private static double[][] rows(int count) {
        SplittableRandom random = new SplittableRandom(5);
        double[][] rows = new double[count][];
        Arrays.setAll(rows, _ -> random.doubles(6, -1, 1).toArray());
        return rows;
    }

    private static Batched of(String method) {
        return Jacobi.of(Examples.class, method).batch(EACH, EACH);
    }

    @Test
    void theResultsAreThoseOfOneThread() throws Throwable {
        for (int count : new int[] {0, 1, 63, 65, 1000, 9000}) {
            double[] a = new SplittableRandom(1).doubles(count, 0, 9).toArray();
            int[] limits = new SplittableRandom(2).ints(count, 1, 50).toArray();
            double[] expected = (double[]) of("newton").asMethodHandle().invoke(a, limits);
            for (Executor executor : EXECUTORS) {
                MethodHandle parallel = of("newton").parallel(executor).asMethodHandle();
                assertArrayEquals(expected, (double[]) parallel.invoke(a, limits));
            }
        }
    }

    @Test
    void arraysOfTheExamplesMayBeWritten() throws Throwable {
        double[][] expected = rows(500);
        double[][] given = rows(500);
        double[] scales = new SplittableRandom(1).doubles(500).toArray();
        of("normalise").asMethodHandle().invoke(expected, scales);
        of("normalise").parallel().asMethodHandle().invoke(given, scales);
        assertArrayEquals(expected, given);
    }

    @Test
    void sumsOfGradientsDoNotDependOnThreads() throws Throwable {
        double[] weights = {1, 2, 3, 4, 5, 6};
        double[][] x = rows(5000);
        double[] y = new double[5000];
        double[] seeds = new double[5000];
        Arrays.fill(seeds, 1);
        Batched batched = Jacobi.of(Examples.class, "dot")
                .reverse(DUPLICATED, CONST, CONST)
                .batch(SHARED, SUMMED, EACH, EACH, EACH);
        double[] oneByOne = {1, 2, 3, 4, 5, 6};
        double[] values = (double[]) batched.asMethodHandle().invoke(weights, oneByOne, x, y, seeds);
        double[] first = null;
        for (Executor executor : EXECUTORS) {
            double[] sum = {1, 2, 3, 4, 5, 6};
            assertArrayEquals(values, (double[])
                    batched.parallel(executor).asMethodHandle().invoke(weights, sum, x, y, seeds));
            assertArrayEquals(oneByOne, sum, 1e-9);
            first = first == null ? sum : first;
            assertArrayEquals(first, sum);
        }
    }

    @Test
    void theFirstExampleThatThrowsIsTold() throws Throwable {
        int[] divisors = new int[3000];
        Arrays.fill(divisors, 1);
        int[] indices = new int[3000];
        indices[1234] = 7;
        indices[2999] = -3;
        for (Executor executor : EXECUTORS) {
            MethodHandle batch = Jacobi.of(Examples.class, "throwing")
                    .batch(EACH, EACH, EACH)
                    .parallel(executor)
                    .asMethodHandle();
            BatchException thrown = assertThrows(
                    BatchException.class, () -> batch.invokeWithArguments(new int[3000][1], divisors, indices));
            assertEquals(1234, thrown.example());
            assertEquals(1, thrown.failures().size());
            MethodHandle finishing = Jacobi.of(Examples.class, "throwing")
                    .batch(EACH, EACH, EACH)
                    .layout(Layout.PACKED)
                    .finishingOthers()
                    .parallel(executor)
                    .asMethodHandle();
            thrown = assertThrows(
                    BatchException.class, () -> finishing.invokeWithArguments(3000, new int[3000], divisors, indices));
            assertEquals(List.of(1234, 2999), List.copyOf(thrown.failures().keySet()));
            int[] expected = new int[3000];
            Arrays.fill(expected, 100);
            expected[1234] = 0;
            expected[2999] = 0;
            assertArrayEquals(expected, (int[]) thrown.results());
        }
    }

    private static void refused(Refusal refusal, String message, Executable work) {
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(refusal, thrown.refusal(), thrown::getMessage);
        String text = thrown.getMessage().substring(0, thrown.getMessage().indexOf("\n  why: "));
        assertEquals(message, text.replaceAll(":\\d+", ":LINE"));
    }

    @Test
    void whatOtherExamplesSeeMustNotBeWritten() {
        refused(
                Refusal.NOT_PARALLEL,
                "cannot run examples of dev.jacobi.batch.Examples.countingCalls(double) at the same time: "
                        + "it writes the static field dev.jacobi.batch.Examples.calls"
                        + "\n  at:  dev.jacobi.batch.Examples.countingCalls:LINE",
                () -> Jacobi.of(Examples.class, "countingCalls")
                        .batch(EACH)
                        .parallel()
                        .asMethodHandle());
        refused(
                Refusal.NOT_PARALLEL,
                "cannot run examples of dev.jacobi.batch.Examples.writingThroughRow(double[][], double) at the same "
                        + "time: it may write what other examples see"
                        + "\n  at:  dev.jacobi.batch.Examples.writingThroughRow:LINE",
                () -> of("writingThroughRow").parallel().asMethodHandle());
    }

    @Test
    void oneArrayForTwoExamplesIsRefusedWhereItIsWritten() {
        double[] twice = {1, 2};
        refused(
                Refusal.ALIASED_ARGUMENTS,
                "cannot run the batch of dev.jacobi.batch.Examples.normalise(double[], double): example 2 has an array "
                        + "in parameter 0 that is given elsewhere too, and may be written",
                () -> of("normalise")
                        .parallel()
                        .asMethodHandle()
                        .invokeWithArguments(new double[][] {twice, {3}, twice}, new double[3]));
    }
}
