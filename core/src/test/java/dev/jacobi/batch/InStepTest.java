package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Examples that go through the code in step give the bits that they have alone, and code in which they cannot is told by its line. */
class InStepTest {
    private static final String IN_STEP = "128 examples in step, the rest one after the other";

    /** Functions of one example. */
    static final class Steps {
        private Steps() {}

        static double dot(double[] weights, double[] x) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += weights[i] * x[i];
            }
            return sum;
        }

        /** Loops in loops, values that change places, a table of its own. */
        static double recurrence(double[] table, double x, double y, int rounds) {
            double a = x;
            double b = y;
            double[] own = new double[table.length];
            for (int i = 0; i < rounds; i++) {
                double old = a;
                a = b * 0.5 + table[i % table.length];
                b = Math.max(old, -0.25 * old);
                own[i % own.length] += a;
                for (int j = 0; j < own.length; j++) {
                    own[j] = Math.sqrt(Math.abs(own[j])) + own[(i + j) % own.length];
                }
            }
            double sum = 0;
            for (double element : own) {
                sum = sum * 0.5 + element;
            }
            return a - b + sum;
        }

        /** A float, an int, a long, a gather, and a way that ends in an exception. */
        static double mixed(int[] permutation, float x, int place, long big) {
            if (place < 0) {
                throw new IllegalArgumentException("negative place");
            }
            long sum = big;
            float product = 1;
            for (int i = 0; i < 5; i++) {
                sum += permutation[place] * (long) i;
                product *= x + i;
            }
            return sum * product / (place + 1);
        }

        static byte shell(double x, double y, double z) {
            double r = 0;
            for (int i = 0; i < 4; i++) {
                r = Math.sqrt(r + x * x + y * y + z * z);
            }
            return (byte) (40 * r);
        }

        static double uniformBranch(double x, int mode) {
            double result = x;
            for (int i = 0; i < 3; i++) {
                switch (mode) {
                    case 0 -> result = Math.sin(result);
                    case 1 -> {
                        if (i == 1) {
                            continue;
                        }
                        result *= x;
                    }
                    default -> {
                        return result * 3;
                    }
                }
            }
            return result;
        }

        static double divergent(double x) {
            double y = x;
            while (y > 1) {
                y *= 0.5;
            }
            return y;
        }

        static double choice(double[] table, double x) {
            double sum = 0;
            for (double element : table) {
                sum += element > x ? element : x * x;
            }
            return sum;
        }

        static double throwing(double x) {
            throw new IllegalStateException("no " + (x < 7));
        }

        static double broken(double x) {
            double y = x;
            for (int i = 0; i < 5; i++) {
                y = Math.sqrt(y * y + Broken.VALUE);
            }
            return y;
        }

        static double straight(double x, double y) {
            return x > y ? x * y : x - y;
        }

        static double writes(double[] x) {
            for (int i = 0; i < x.length; i++) {
                x[i] *= Math.sqrt(2);
            }
            return 1;
        }

        static double outOfBounds(double[] x, int extra) {
            double sum = 0;
            for (int i = 0; i < x.length + extra; i++) {
                sum += Math.exp(x[i]);
            }
            return sum;
        }
    }

    @Test
    void codeThatAlwaysThrows() throws Throwable {
        check(
                "throwing",
                "one example after the other: there is no way to its end at "
                        + "dev.jacobi.batch.InStepTest$Steps.throwing:LINE",
                ALL,
                List.of(EACH),
                example -> new Object[] {1.0 * example});
    }

    private static double[] numbers(int example, int length) {
        return new SplittableRandom(31 + example).doubles(length, -2, 2).toArray();
    }

    private static MethodHandle single(String method) throws IllegalAccessException {
        return BatchCheck.single(Steps.class, method);
    }

    private static void check(
            String method, String explanation, List<Layout> layouts, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        for (Layout layout : layouts) {
            Batched batched = Jacobi.of(Steps.class, method).batch(axes.toArray(Axis[]::new));
            assertEquals(explanation, batched.layout(layout).explain().replaceAll(":\\d+", ":LINE"), layout.name());
            long before = InStep.stripsOutOfStep();
            BatchCheck.check(single(method), batched, layout, axes, arguments);
            if (explanation.equals(IN_STEP)) {
                assertEquals(before, InStep.stripsOutOfStep(), "strips that were done one by one");
            }
        }
    }

    private static final List<Layout> ALL = List.of(Layout.values());

    @Test
    void sumsOverTheArraysOfTheExamples() throws Throwable {
        check("dot", IN_STEP, List.of(Layout.LANES), List.of(SHARED, EACH), example ->
                new Object[] {numbers(1, 5), numbers(example, 5)});
        check("dot", IN_STEP, List.of(Layout.LANES), List.of(EACH, EACH), example ->
                new Object[] {numbers(-example, 3), numbers(example, 3)});
        check(
                "dot",
                "one example after the other: rearranging the arrays of the examples would cost as much as what is "
                        + "computed; Layout.LANES needs no rearranging",
                List.of(Layout.SEPARATE, Layout.PACKED),
                List.of(SHARED, EACH),
                example -> new Object[] {numbers(1, 5), numbers(example, 5)});
    }

    @Test
    void valuesThatChangePlacesAndArraysOfTheirOwn() throws Throwable {
        check("recurrence", IN_STEP, ALL, List.of(SHARED, EACH, EACH, SHARED), example ->
                new Object[] {numbers(1, 3), 0.1 * example - 40, 2.5 - example, 7});
        check("recurrence", IN_STEP, ALL, List.of(EACH, EACH, SHARED, SHARED), example ->
                new Object[] {numbers(example, 4), 0.1 * example - 40, 2.5, 6});
    }

    @Test
    void otherTypesThanDouble() throws Throwable {
        check("mixed", IN_STEP, ALL, List.of(SHARED, EACH, EACH, EACH), example ->
                new Object[] {new int[] {3, 1, 2, 0}, 0.1f * example, example & 3, (long) example << 33});
        check("shell", IN_STEP, ALL, List.of(EACH, EACH, EACH), example ->
                new Object[] {numbers(example, 1)[0], 0.1, 0.01 * (example % 100)});
    }

    @Test
    void waysThatAllExamplesTake() throws Throwable {
        for (int mode = 0; mode < 3; mode++) {
            int chosen = mode;
            check("uniformBranch", IN_STEP, ALL, List.of(EACH, SHARED), example ->
                    new Object[] {0.01 * example, chosen});
        }
    }

    @Test
    void codeInWhichExamplesGoTheirOwnWays() throws Throwable {
        check(
                "divergent",
                "one example after the other: HotSpot has no vector instructions for ways that depend on the example at "
                        + "dev.jacobi.batch.InStepTest$Steps.divergent:LINE; LLVM has",
                ALL,
                List.of(EACH),
                example -> new Object[] {1.0 * example});
        check(
                "choice",
                "one example after the other: HotSpot has no vector instructions for choices that depend on the example; "
                        + "LLVM has",
                ALL,
                List.of(SHARED, EACH),
                example -> new Object[] {numbers(1, 5), 0.001 * example});
        check(
                "straight",
                "one loop over straight code, which can be vectorised as it is",
                ALL,
                List.of(EACH, EACH),
                example -> new Object[] {1.0 * example, 77.0});
        check(
                "writes",
                "one example after the other: rearranging the arrays of the examples, and what is written, would cost "
                        + "more than HotSpot gains; LLVM gains more, and Layout.LANES needs no rearranging",
                List.of(Layout.SEPARATE, Layout.PACKED),
                List.of(EACH),
                example -> new Object[] {numbers(example, 3)});
    }

    @Test
    void anExceptionInAStripIsThatOfItsExample() throws Throwable {
        for (int failing : new int[] {0, 5, 128, 300, 895}) {
            checkFailing("mixed", List.of(SHARED, EACH, EACH, EACH), example ->
                    new Object[] {new int[] {3, 1, 2, 0}, 0.5f, example == failing ? -1 : example & 3, 7L});
            checkFailing("mixed", List.of(SHARED, EACH, EACH, EACH), example ->
                    new Object[] {new int[] {3, 1, 2, 0}, 0.5f, example == failing ? 4 : example & 3, 7L});
        }
        checkFailing("outOfBounds", List.of(EACH, SHARED), example -> new Object[] {numbers(example, 3), 1});
    }

    private static void checkFailing(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        long before = InStep.stripsOutOfStep();
        for (Layout layout : ALL) {
            Batched batched = Jacobi.of(Steps.class, method).batch(axes.toArray(Axis[]::new));
            assertEquals(IN_STEP, batched.layout(layout).explain());
            BatchCheck.check(single(method), batched, layout, axes, arguments);
        }
        assertTrue(InStep.stripsOutOfStep() > before);
    }

    /** Cannot be initialized. */
    static final class Broken {
        static final int VALUE = 1 / Integer.parseInt("0");

        private Broken() {}
    }

    @Test
    void theExampleThatInitializesAClassHasItsException() {
        interface Batch {
            double[] apply(double[] x);
        }
        Batch batch = Jacobi.of(Steps.class, "broken").batch(EACH).as(Batch.class);
        double[] x = new double[300];
        BatchException thrown = assertThrows(BatchException.class, () -> batch.apply(x));
        assertEquals(0, thrown.example());
        assertInstanceOf(ExceptionInInitializerError.class, thrown.getCause());
        thrown = assertThrows(BatchException.class, () -> batch.apply(x));
        assertInstanceOf(NoClassDefFoundError.class, thrown.getCause());
    }

    @Test
    void rowsOfDifferentLengthsAreDoneOneByOne() throws Throwable {
        MethodHandle batch =
                Jacobi.of(Steps.class, "outOfBounds").batch(EACH, SHARED).asMethodHandle();
        double[][] rows = new double[1000][];
        double[] expected = new double[1000];
        for (int example = 0; example < 1000; example++) {
            rows[example] = numbers(example, example == 600 ? 4 : 3);
            expected[example] = Steps.outOfBounds(rows[example], 0);
        }
        assertArrayEquals(expected, (double[]) batch.invoke(rows, 0));
    }

    @Test
    void derivativesInForwardModeGoInStep() throws Throwable {
        Derivative derivative = Jacobi.of(Steps.class, "recurrence")
                .forward(Activity.CONST, Activity.DUAL, Activity.CONST, Activity.CONST);
        interface Slopes {
            double[] apply(double[] table, double[] x, double[] dx, double[] y, int rounds);
        }
        interface Slope {
            double apply(double[] table, double x, double dx, double y, int rounds);
        }
        Slopes slopes = derivative.batch(SHARED, EACH, EACH, EACH, SHARED).as(Slopes.class);
        Slope slope = derivative.as(Slope.class);
        double[] table = numbers(1, 3);
        double[] x = numbers(2, 300);
        double[] dx = numbers(3, 300);
        double[] y = numbers(4, 300);
        double[] expected = new double[300];
        for (int example = 0; example < 300; example++) {
            expected[example] = slope.apply(table, x[example], dx[example], y[example], 5);
        }
        assertArrayEquals(expected, slopes.apply(table, x, dx, y, 5));
        assertTrue(expected[0] != 0);
    }
}
