package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Gradients whose rounds have loops and conditions in them, and need on the way back what each of their steps has computed: both sweeps run on the device, and what is stored in between stays there. */
@Tag(DeviceTests.TAG)
class OffloadedGradientsTest {
    private static final int LENGTH = 60;
    private static final int ARRAYS = 3;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(OffloadedGradientsTest.class).run();
    }

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, 0.1, 1.5).toArray();
    }

    /** A gradient of a method of three arrays, then ints, which gives nothing or a number: on the JVM, and on all devices of the test. */
    private static Traffic agree(String method, int... sizes) {
        Derivative gradient = gradient(method, sizes.length);
        boolean result = gradient.asMethodHandle().type().parameterCount() > 2 * ARRAYS + sizes.length;
        Object[] expected = arguments(sizes, result);
        Object value = call(gradient, expected);
        Object[] actual = arguments(sizes, result);
        Traffic[] moved = new Traffic[1];
        Object valueThere =
                Offload.of(gradient).measuring(traffic -> moved[0] = traffic).run(Agreement.devices(), actual);
        if (value instanceof Double number) {
            assertEquals(number, (double) valueThere, 1e-12 * Math.abs(number));
        }
        for (int index = 0; index < 2 * ARRAYS; index++) {
            double[] numbers = (double[]) expected[index];
            double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
            assertArrayEquals(numbers, (double[]) actual[index], 1e-12 * largest, method + ", argument " + index);
        }
        assertEquals(0, moved[0].failures());
        return moved[0];
    }

    private static Derivative gradient(String method, int sizes) {
        Activity[] activities = new Activity[ARRAYS + sizes];
        Arrays.fill(activities, 0, ARRAYS, Activity.DUPLICATED);
        Arrays.fill(activities, ARRAYS, activities.length, Activity.CONST);
        return Jacobi.of(OffloadedGradientsTest.class, method).reverse(activities);
    }

    private static Object[] arguments(int[] sizes, boolean result) {
        Object[] arguments = new Object[2 * ARRAYS + sizes.length + (result ? 1 : 0)];
        for (int index = 0; index < 2 * ARRAYS; index++) {
            arguments[index] = doubles(LENGTH, index);
        }
        for (int index = 0; index < sizes.length; index++) {
            arguments[2 * ARRAYS + index] = sizes[index];
        }
        if (result) {
            arguments[arguments.length - 1] = 1.5;
        }
        return arguments;
    }

    private static Object call(Derivative gradient, Object[] arguments) {
        try {
            return gradient.asMethodHandle().invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static void sumsOfExponentials(double[] x, double[] y, double[] rates, int n, int terms) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double sum = 0;
            for (int j = 0; j < terms; j++) {
                sum += Math.exp(-x[i] * rates[j]);
            }
            y[i] = sum;
        });
    }

    @InFork
    static void aLoopInEachRoundStoresAllItsSteps() {
        for (int n : new int[] {0, 1, 17, LENGTH}) {
            for (int terms : new int[] {0, 1, 5}) {
                agree("sumsOfExponentials", n, terms);
            }
        }
    }

    static double mixture(double[] weights, double[] means, double[] x, int n, int clusters, int dimensions) {
        return IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    for (int k = 0; k < clusters; k++) {
                        double square = 0;
                        for (int j = 0; j < dimensions; j++) {
                            double apart = Math.sin(x[i * dimensions + j] - means[k * dimensions + j]);
                            square += apart * apart;
                        }
                        sum += Math.exp(weights[k] - square);
                    }
                    return Math.log(sum);
                })
                .reduce(0, Double::sum);
    }

    @InFork
    static void loopsInLoopsInEachRoundDoToo() {
        Traffic moved = agree("mixture", 20, 4, 3);
        // Six arrays, of which the points' adjoints are of single rounds; nothing of the tape.
        assertTrue(moved.bytesIn() <= 6 * LENGTH * 8, moved::toString);
        agree("mixture", 1, 1, 1);
        agree("mixture", 60, 7, 1);
    }

    static void recurrence(double[] x, double[] y, double[] rates, int n, int steps) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double state = x[i];
            for (int step = steps; step > 0; step--) {
                for (int j = 2; j >= 0; j--) {
                    state = Math.sin(state * rates[j]) + state * state * 0.1;
                }
            }
            y[i] = state * y[i];
        });
    }

    @InFork
    static void loopsThatRunDownDoToo() {
        agree("recurrence", LENGTH, 9);
    }

    static void conditions(double[] x, double[] y, double[] rates, int n, int steps) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double state = x[i];
            for (int step = 0; step < steps; step++) {
                if (state > 0.7) {
                    state = Math.exp(-state * rates[step]);
                } else {
                    double root = Math.sqrt(state);
                    state = root * rates[step] + Math.cos(root);
                }
            }
            if (state > 0.5) {
                y[i] = Math.log(state) * y[i];
            }
        });
    }

    @InFork
    static void whatOnlySomeRoundsStoreHasAPlaceInAll() {
        agree("conditions", LENGTH, 8);
    }

    static void diffusion(double[] from, double[] to, double[] rate, int width, int height) {
        IntStream.range(1, height - 1)
                .parallel()
                .forEach(y -> IntStream.range(1, width - 1).parallel().forEach(x -> {
                    int place = y * width + x;
                    double around = from[place - 1] + from[place + 1] + from[place - width] + from[place + width];
                    to[place] = from[place] + rate[place] * Math.sin(around - 4 * from[place]);
                }));
    }

    @InFork
    static void aGridStoresWhatEachOfItsPlacesHasComputed() {
        assertTrue(agree("diffusion", 10, 6).launches() >= 2);
        agree("diffusion", 3, 20);
    }

    static double twoStreams(double[] x, double[] y, double[] z, int n, int steps) {
        double result = 0;
        for (int step = 0; step < steps; step++) {
            IntStream.range(0, n).parallel().forEach(i -> {
                double product = 1;
                for (int j = 0; j < 3; j++) {
                    product = Math.sin(product * x[i] + z[j]);
                }
                y[i] = product;
            });
            IntStream.range(0, n).parallel().forEach(i -> x[i] = Math.exp(-y[i]) * x[i]);
            result += x[step];
        }
        return result;
    }

    @InFork
    static void streamsOneAfterTheOtherUseOneTape() {
        agree("twoStreams", LENGTH, 4);
    }

    static void triangle(double[] x, double[] y, double[] z, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double state = x[i];
            for (int j = 0; j <= i; j++) {
                state = Math.sin(state * z[j]);
            }
            for (int j = n - 1; j > i; j--) {
                state = Math.cos(state * z[j]) + state;
            }
            y[i] = state;
        });
    }

    static void triangleInEachRound(double[] x, double[] y, double[] z, int n, int size) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double sum = 0;
            for (int row = 0; row < size; row++) {
                double state = x[i] + row;
                for (int column = 0; column < row + 1; column++) {
                    for (int k = column; k < size; k++) {
                        state = Math.sin(state * z[k]);
                    }
                }
                sum += Math.exp(-state);
            }
            y[i] = sum;
        });
    }

    @InFork
    static void loopsWhoseEndsMoveWithOthersHaveSpaceForTheLongest() {
        for (int n : new int[] {1, 2, 17, LENGTH}) {
            agree("triangle", n);
        }
        for (int size : new int[] {0, 1, 2, 5}) {
            agree("triangleInEachRound", 20, size);
        }
    }

    static void ragged(double[] x, double[] y, double[] z, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double state = x[i];
            for (int j = 0; j < (int) (3 * x[i]); j++) {
                state = Math.sin(state * z[j]);
            }
            y[i] = state;
        });
    }

    @InFork
    static void aLoopThatRunsAsOftenAsARoundSaysIsRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.of(gradient("ragged", 1)));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        assertTrue(
                refused.getMessage().contains("on a device: each round needs what the one before it has computed"),
                refused.getMessage());
    }

    private static double capped(double start, double trips) {
        double s = start;
        for (int k = 0; k < Math.min(1 << 30, (int) (4 * trips)); k++) {
            s = Math.sin(s) + 1.1;
        }
        for (int k = Math.min((int) trips, 2); k < Math.max((int) (2 * trips), 3); k++) {
            s = Math.exp(-s) + 0.5;
        }
        return s;
    }

    static void cappedInAnyOrder(double[] x, double[] y, double[] z, int n) {
        IntStream.range(0, n).parallel().forEach(i -> y[i] = capped(x[i], z[i]));
    }

    static void cappedInOrder(double[] x, double[] y, double[] z, int n) {
        IntStream.range(0, n).forEach(i -> y[i] = capped(x[i], z[i]));
    }

    @InFork
    static void aLoopWhoseLimitIsOfTheDataTakesNoMoreSpaceOnTheJvmThanItRunsAlsoUnderACap() {
        Object[] expected = arguments(new int[] {LENGTH}, false);
        call(gradient("cappedInOrder", 1), expected);
        Object[] actual = arguments(new int[] {LENGTH}, false);
        call(gradient("cappedInAnyOrder", 1), actual);
        for (int index = 0; index < 2 * ARRAYS; index++) {
            assertArrayEquals((double[]) expected[index], (double[]) actual[index], 1e-14);
        }
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Offload.of(gradient("cappedInAnyOrder", 1)));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
    }
}
