package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Arrays that examples in step return, and arrays that some of them do not have. */
@ExtendWith(AlwaysInStep.class)
class ReturnedRowsTest {
    static final class Functions {
        private Functions() {}

        static double[] powers(double x, int count) {
            double[] powers = new double[count];
            double power = 1;
            for (int i = 0; i < count; i++) {
                power *= x;
                powers[i] = Math.sin(power);
            }
            return powers;
        }

        /** The same for all examples, but an array of its own for each. */
        static int[] constants(double x) {
            int[] constants = new int[3];
            constants[1] = 7;
            return constants;
        }

        static boolean[] signs(int[] numbers) {
            boolean[] signs = new boolean[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                if (numbers[i] > 0) {
                    signs[i] = true;
                }
            }
            return signs;
        }

        /** Returns before the end, and in a loop. */
        static float[] early(float x, int rounds) {
            float[] all = new float[2];
            if (x < 0) {
                all[1] = -x;
                return all;
            }
            for (int i = 0; i < rounds; i++) {
                all[0] += x * i;
                if (all[0] > 3) {
                    return all;
                }
            }
            all[1] = 5;
            return all;
        }

        /** Has an array sometimes, but reads it other times too. */
        static double missing(double x, int place) {
            double[] own = null;
            if (x > 0) {
                own = new double[2];
                own[1] = x;
            }
            double y = x;
            if (place > 0) {
                y += own[1] + Math.exp(y);
            }
            return y;
        }

        /** Has one of two arrays, and both names for it. */
        static double either(double x, int place) {
            double[] one = new double[3];
            double[] other = new double[3];
            double[] chosen = x > 0 ? one : other;
            chosen[1] = Math.exp(x);
            for (int i = 0; i < place; i++) {
                one[i % 3] += x;
            }
            return one[1] - 2 * other[1] + chosen[0];
        }
    }

    private static MethodHandle single(String method, Class<?> result, Class<?>... parameters) throws Exception {
        return MethodHandles.lookup().findStatic(Functions.class, method, MethodType.methodType(result, parameters));
    }

    private static String check(MethodHandle single, String method, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        Batched batched = Jacobi.of(Functions.class, method).batch(axes.toArray(Axis[]::new));
        for (Layout layout : Layout.values()) {
            BatchCheck.check(single, batched, layout, axes, arguments);
        }
        return batched.explain();
    }

    private static void checkInStep(
            MethodHandle single, String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        long before = InStep.stripsOutOfStep();
        String explanation = check(single, method, axes, arguments);
        assertTrue(explanation.startsWith("128 examples in step"), explanation);
        assertEquals(before, InStep.stripsOutOfStep(), "strips that were done one by one");
    }

    @Test
    void elementsOfAllKinds() throws Throwable {
        MethodHandle powers = single("powers", double[].class, double.class, int.class);
        for (int count : new int[] {0, 1, 5}) {
            checkInStep(powers, "powers", List.of(EACH, SHARED), example -> new Object[] {0.01 * example - 3, count});
        }
        checkInStep(single("constants", int[].class, double.class), "constants", List.of(EACH), example ->
                new Object[] {0.1 * example});
        checkInStep(single("signs", boolean[].class, int[].class), "signs", List.of(EACH), example ->
                new Object[] {new int[] {example % 3 - 1, example % 5 - 2, -example}});
        checkInStep(single("early", float[].class, float.class, int.class), "early", List.of(EACH, EACH), example ->
                new Object[] {0.01f * example - 2, example % 7});
    }

    interface Powers {
        double[][] apply(double[] x, int count);
    }

    interface Constants {
        int[][] apply(double[] x);
    }

    @Test
    void theNumberOfElementsIsLearntAnew() {
        Powers powers = Jacobi.of(Functions.class, "powers").batch(EACH, SHARED).as(Powers.class);
        double[] x = new double[700];
        for (int example = 0; example < x.length; example++) {
            x[example] = 0.01 * example - 3;
        }
        long before = InStep.stripsOutOfStep();
        for (int count : new int[] {3, 0, 7, 7, 2}) {
            double[][] expected = new double[x.length][];
            for (int example = 0; example < x.length; example++) {
                expected[example] = Functions.powers(x[example], count);
            }
            assertArrayEquals(expected, powers.apply(x, count));
        }
        assertEquals(before, InStep.stripsOutOfStep());
    }

    @Test
    void eachExampleHasAnArrayOfItsOwn() {
        int[][] all = Jacobi.of(Functions.class, "constants")
                .batch(EACH)
                .as(Constants.class)
                .apply(new double[256]);
        assertNotSame(all[0], all[1]);
        all[0][1] = 8;
        assertEquals(7, all[1][1]);
    }

    @Test
    void anArrayThatIsMissingIsMissed() throws Throwable {
        MethodHandle missing = single("missing", double.class, double.class, int.class);
        for (int failing : new int[] {-1, 0, 77, 300}) {
            String explanation = check(missing, "missing", List.of(EACH, EACH), example -> new Object[] {
                example == failing ? -1.0 : 0.01 * example + (example % 3 == 0 ? -20 : 1),
                example == failing ? 1 : example % 3
            });
            assertTrue(
                    explanation.startsWith("one example after the other: a reference depends on the example"),
                    explanation);
        }
    }

    @Test
    void oneOfTwoArrays() throws Throwable {
        String explanation =
                check(single("either", double.class, double.class, int.class), "either", List.of(EACH, EACH), example ->
                        new Object[] {0.01 * example - 3, example % 9});
        assertTrue(explanation.startsWith("one example after the other: a reference"), explanation);
    }
}
