package dev.jacobi.batch;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gradients of examples that go different ways in step, with as much on their tapes as each needs, have the bits of one call for each. */
@ExtendWith(AlwaysInStep.class)
class MaskedGradientsTest {
    private static double[] numbers(int example, int length) {
        return new SplittableRandom(55 + example).doubles(length, -2, 2).toArray();
    }

    private static Derivative reverse(String method, Activity... activities) {
        return Jacobi.of(MaskedLosses.class, method).reverse(activities);
    }

    /** Compares, and gives how many strips were done one by one. */
    private static long compare(Derivative derivative, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        return BatchCheck.underMasks(
                derivative.asMethodHandle(), derivative.batch(axes.toArray(Axis[]::new)), axes, arguments);
    }

    private static void check(Derivative derivative, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        assertEquals(0, compare(derivative, axes, arguments), "strips that were done one by one");
    }

    /** With the weights' gradients summed, and each for itself. */
    private static void checkSums(String method, int weights, IntFunction<Object[]> arguments) throws Throwable {
        int own = arguments.apply(0).length;
        Activity[] activities = new Activity[own + 1];
        Arrays.fill(activities, CONST);
        activities[0] = DUPLICATED;
        for (Axis ofGradient : new Axis[] {SUMMED, EACH}) {
            List<Axis> axes = new ArrayList<>(List.of(SHARED, ofGradient));
            axes.addAll(Collections.nCopies(own + 1, EACH));
            check(reverse(method, activities), axes, example -> {
                List<Object> all = new ArrayList<>(List.of(numbers(1, weights), numbers(2, weights)));
                all.addAll(List.of(arguments.apply(example)));
                all.add(0.5 + 0.01 * example);
                return all.toArray();
            });
        }
    }

    @Test
    void eachExampleHasAsMuchOnItsTapeAsItHasRounds() throws Throwable {
        checkSums("adaptive", 2, example -> new Object[] {0.01 * example - 3, 0.01 * (example % 300)});
        checkSums("adaptive", 2, example -> new Object[] {0.01 * example - 3, example == 77 ? 40.0 : 0.0});
        checkSums("adaptive", 2, _ -> new Object[] {0.3, -1.0});
    }

    @Test
    void someRoundsOfSomeExamplesPutSomethingOnTheTape() throws Throwable {
        checkSums("sometimes", 3, example -> new Object[] {0.01 * example - 3, 11});
        checkSums("sometimes", 3, example -> new Object[] {0.01 * example - 3, example % 17});
        checkSums("leaving", 3, example -> new Object[] {0.01 * example - 3, example % 29});
        checkSums("guarded", 2, example -> new Object[] {0.01 * example - 3, example % 13});
    }

    @Test
    void loopsWithinLoops() throws Throwable {
        checkSums("nested", 4, example -> new Object[] {0.01 * example - 3, example, example / 3});
    }

    @Test
    void arraysThatAreMadeWhereNotAllExamplesCome() throws Throwable {
        checkValues("arrays", List.of(SHARED, EACH, EACH), example ->
                new Object[] {numbers(1, 3), 0.002 * example - 1, example % 6});
        checkValues("arrays", List.of(EACH, EACH, EACH), example ->
                new Object[] {numbers(example, 3), 0.002 * example - 1, example % 6});
        checkValues(
                "places", List.of(EACH, EACH, SHARED), example -> new Object[] {0.01 * example - 3, example % 9, 4});
        checkValues("places", List.of(EACH, EACH, SHARED), example -> new Object[] {-0.01 * example, example % 9, -1});
    }

    private static void checkValues(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        long left = BatchCheck.underMasks(
                BatchCheck.single(MaskedLosses.class, method),
                Jacobi.of(MaskedLosses.class, method).batch(axes.toArray(Axis[]::new)),
                axes,
                arguments);
        assertEquals(0, left, "strips that were done one by one");
    }

    @Test
    void numbersOfSinglePrecision() throws Throwable {
        check(
                reverse("single", DUPLICATED, CONST, CONST),
                List.of(SHARED, SUMMED, EACH, EACH, SHARED),
                example -> new Object[] {
                    new float[] {0.5f, -1.5f}, new float[] {0.1f, 3}, 0.01f * example - 3, example % 9, 0.3f
                });
    }

    @Test
    void gradientsThatAreNewArrays() throws Throwable {
        check(reverse("numbers", ACTIVE, ACTIVE, CONST), List.of(EACH, EACH, EACH, EACH), example ->
                new Object[] {0.01 * example - 3, 0.05 + 0.001 * example, 0.1 * (example % 20), 0.7});
        check(reverse("numbers", ACTIVE, ACTIVE, CONST), List.of(EACH, SHARED, EACH, SHARED), example ->
                new Object[] {0.01 * example - 3, 0.07, 0.1 * (example % 20), 1.0});
    }

    @Test
    void argumentsThatAreWritten() throws Throwable {
        check(reverse("smooth", DUPLICATED, CONST), List.of(EACH, EACH, SHARED, EACH), example ->
                new Object[] {numbers(example, 5), numbers(-example, 5), 0.3, 0.1 * example});
    }

    @Test
    void anExceptionLeavesTheSumsOfTheExamplesBefore() throws Throwable {
        Derivative throwing = reverse("throwing", DUPLICATED, CONST, CONST);
        for (int failing : new int[] {0, 77, 127, 128, 640}) {
            for (Axis ofGradient : new Axis[] {SUMMED, EACH}) {
                long left = compare(throwing, List.of(SHARED, ofGradient, EACH, EACH, SHARED), example -> new Object[] {
                    new double[] {0.3}, new double[] {0.5}, 0.05 * (example % 100), example == failing ? -1 : 1000, 1.5
                });
                assertTrue(left > 0);
            }
        }
    }

    @Test
    void aTapeThatIsTooLongInOneLaneIsThatOfASingleExample() throws Throwable {
        long left = compare(
                reverse("adaptive", DUPLICATED, CONST, CONST),
                List.of(SHARED, SUMMED, EACH, EACH, SHARED),
                example -> new Object[] {
                    new double[] {1.0, 0.0}, new double[2], 0.0, example == 200 ? 1800.0 : 0.05 * (example % 7), 1.0
                });
        assertTrue(left > 0);
    }
}
