package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.Jacobi;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Examples that go different ways in step have the bits and the exceptions that they have alone. */
@ExtendWith(AlwaysInStep.class)
class MasksTest {
    private static double[] numbers(int example, int length) {
        return new SplittableRandom(31 + example).doubles(length, -2, 2).toArray();
    }

    private static int number(int example, int bound) {
        return new SplittableRandom(77 + example).nextInt(bound);
    }

    /** Compares, and gives how many strips were not done in step. */
    private static long compare(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        return BatchCheck.underMasks(
                BatchCheck.single(MaskedExamples.class, method),
                Jacobi.of(MaskedExamples.class, method).batch(axes.toArray(Axis[]::new)),
                axes,
                arguments);
    }

    private static void check(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        assertEquals(0, compare(method, axes, arguments), "strips that were done one by one");
    }

    private static void checkFailing(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        assertTrue(compare(method, axes, arguments) > 0);
    }

    @Test
    void loopsRunUntilTheLastExampleIsDone() throws Throwable {
        check("collatz", List.of(EACH), example -> new Object[] {example * 7});
        check("newton", List.of(EACH, SHARED), example -> new Object[] {0.01 + example, 8});
        check("newton", List.of(EACH, EACH), example -> new Object[] {0.5 * example - 3, example % 12});
        check("nested", List.of(EACH, EACH), example -> new Object[] {example, number(example, 100)});
        check("nothing", List.of(EACH), example -> new Object[] {3 * example});
    }

    @Test
    void whatIsTheSameInALoopDiffersBehindIt() throws Throwable {
        check("search", List.of(SHARED, EACH), example ->
                new Object[] {new double[] {-1, -1.5, 0.5, 1, 0.7, 1.5, 1.9}, numbers(example, 1)[0]});
        check("search", List.of(EACH, EACH), example -> new Object[] {numbers(example, 5), 0.001 * example});
        check("search", List.of(SHARED, EACH), _ -> new Object[] {new double[0], 1.0});
    }

    @Test
    void whatALoopComputesGoesRoundTheNextOne() throws Throwable {
        check("twice", List.of(EACH, EACH, EACH), example ->
                new Object[] {number(example, 3) - 1, number(-example, 30), numbers(example, 1)[0]});
        check("onward", List.of(EACH, SHARED), example -> new Object[] {example % 2 == 0, 0});
        check("onward", List.of(EACH, EACH), example -> new Object[] {example % 3 == 0, example % 5});
    }

    @Test
    void aRoundReadsItsOwnCounterToItsEnd() throws Throwable {
        check("behind", List.of(SHARED, EACH), example -> new Object[] {3.2, 0.05 * example - 3});
        check("behind", List.of(EACH, EACH), example -> new Object[] {numbers(example, 1)[0], 0.05 * example - 3});
        check("early", List.of(EACH, SHARED), example -> new Object[] {0.01 * example - 3, 9});
        check("early", List.of(EACH, EACH), example -> new Object[] {0.01 * example - 3, number(example, 9)});
    }

    @Test
    void nothingIsDividedByZeroWhereNothingIsDivided() throws Throwable {
        check("divide", List.of(EACH, EACH, EACH), example ->
                new Object[] {number(example, 1000) - 500, number(-example, 4) - 1, (long) number(example, 3) - 1});
        check("divide", List.of(EACH, SHARED, EACH), example -> new Object[] {example, 0, 0L});
        check("dividing", List.of(EACH, EACH), example -> new Object[] {example, (example & 7) == 0 ? 0 : example});
        for (int failing : new int[] {0, 77, 640, 895}) {
            checkFailing(
                    "dividing", List.of(EACH, EACH), example -> new Object[] {example | 1, example == failing ? 0 : 3});
        }
    }

    @Test
    void nothingIsReadOutsideOfArraysWhereNothingIsRead() throws Throwable {
        int[] places = {0, 1, 2, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
        check("guarded", List.of(SHARED, EACH), example ->
                new Object[] {new double[] {2, 3, 5}, places[number(example, places.length)]});
        check("guarded", List.of(EACH, EACH), example ->
                new Object[] {numbers(example, 3), places[number(example, places.length)]});
        check("guarded", List.of(SHARED, EACH), example -> new Object[] {new double[0], example - 3});
        check("unguarded", List.of(SHARED, EACH, EACH), example ->
                new Object[] {new double[] {2, 3, 5}, example % 7 - 2, example % 7 > 1 && example % 7 < 5});
        check("unguarded", List.of(SHARED, EACH, EACH), example -> new Object[] {null, example, false});
        check("unguarded", List.of(SHARED, EACH, EACH), example -> new Object[] {new double[0], example, false});
        for (int failing : new int[] {0, 77, 640, 895}) {
            checkFailing(
                    "unguarded", List.of(SHARED, EACH, EACH), example -> new Object[] {
                        new double[] {2}, example == failing ? 1 : 0, example % 3 == 0 || example == failing
                    });
            checkFailing(
                    "unguarded", List.of(SHARED, EACH, EACH), example -> new Object[] {null, 0, example == failing});
            checkFailing("unguarded", List.of(SHARED, EACH, EACH), example ->
                    new Object[] {new double[0], 0, example == failing});
            checkFailing("unguarded", List.of(EACH, EACH, EACH), example ->
                    new Object[] {numbers(example, 2), example == failing ? -1 : 1, example >= failing});
        }
    }

    @Test
    void loopsThatWouldNotEndAreNotEntered() throws Throwable {
        check("stepping", List.of(EACH, EACH), example ->
                new Object[] {0.01 * example - 2, example % 5 == 0 ? 0.0 : 0.01 * (example % 50)});
        check("stepping", List.of(EACH, SHARED), example -> new Object[] {0.01 * example - 2, 0.0});
    }

    @Test
    void jumpsOfAllKinds() throws Throwable {
        check("jumps", List.of(EACH, EACH), example -> new Object[] {example - 100, number(example, 1 << 20)});
        check("jumps", List.of(EACH, SHARED), example -> new Object[] {example, 12345});
        check("jumps", List.of(SHARED, EACH), example -> new Object[] {3, number(example, 1 << 20) - 500});
        for (int mode = 0; mode < 4; mode++) {
            int chosen = mode;
            check("tails", List.of(SHARED, EACH, SHARED), example ->
                    new Object[] {chosen, numbers(example, 1)[0], numbers(1, 3)});
            check("tails", List.of(SHARED, EACH, EACH), example ->
                    new Object[] {chosen, numbers(example, 1)[0], numbers(example, 4)});
        }
        check("tails", List.of(EACH, EACH, SHARED), example ->
                new Object[] {example % 4, numbers(example, 1)[0], numbers(1, 3)});
    }

    @Test
    void placesInArraysThatDependOnTheExample() throws Throwable {
        check("sorted", List.of(EACH, SHARED), example -> new Object[] {numbers(example, 6), 3});
        for (int failing : new int[] {0, 500, 895}) {
            checkFailing("sorted", List.of(EACH, SHARED), example -> {
                double[] x = numbers(example, 6);
                x[3] = example == failing ? 2.01 : x[3];
                return new Object[] {x, 3};
            });
        }
        check("narrow", List.of(EACH, EACH, EACH), example -> {
            SplittableRandom random = new SplittableRandom(example);
            byte[] next = new byte[4];
            random.nextBytes(next);
            boolean[] stops = {false, random.nextBoolean(), random.nextInt(9) == 0, random.nextBoolean()};
            return new Object[] {next, stops, 0.1f * example};
        });
    }

    @Test
    void anExceptionInALoopIsThatOfItsExample() throws Throwable {
        for (int failing : new int[] {0, 77, 127, 128, 640, 895}) {
            checkFailing("throwing", List.of(EACH, EACH), example ->
                    new Object[] {0.05 * example, example == failing ? -1 : 1000});
        }
        checkFailing("nothing", List.of(EACH), example -> new Object[] {example});
    }

    @Test
    void whatIsLeftForAFewExamplesIsDoneOneByOne() throws Throwable {
        checkFailing("stepping", List.of(EACH, EACH), example -> new Object[] {2.0, example % 128 == 5 ? 1e-5 : 0.5});
    }

    @Test
    void anEarlierExceptionComesThoughALaterExampleNeverEnds() throws Throwable {
        for (int failing : new int[] {0, 200}) {
            checkFailing(
                    "endless", List.of(EACH, EACH), example -> new Object[] {
                        example > failing && example % 60 == 59 ? 7 : 2 * (example % 20), example == failing
                    });
        }
    }
}
