package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Methods as they stand in Java, compared with themselves. */
class NativeMethodsTest {
    static final class Methods {
        private Methods() {}

        static double horner(double[] coefficients, double x) {
            double sum = 0;
            for (int i = coefficients.length - 1; i >= 0; i--) {
                sum = sum * x + coefficients[i];
            }
            return sum;
        }

        static char narrow(byte small, short medium, char letter, boolean flag) {
            return (char) (flag ? small * medium : letter + small);
        }

        static boolean isAscending(long[] numbers) {
            for (int i = 1; i < numbers.length; i++) {
                if (numbers[i - 1] > numbers[i]) {
                    return false;
                }
            }
            return true;
        }

        static int sieve(boolean[] composite) {
            int count = 0;
            for (int i = 2; i < composite.length; i++) {
                if (!composite[i]) {
                    count++;
                    for (int j = 2 * i; j < composite.length; j += i) {
                        composite[j] = true;
                    }
                }
            }
            return count;
        }

        static int mean(int[] numbers, int from, int to) {
            if (from > to) {
                throw new IllegalArgumentException(from + " > " + to);
            }
            int sum = 0;
            for (int i = from; i < to; i++) {
                sum += numbers[i];
                numbers[i] = 0;
            }
            return sum / (to - from);
        }

        static double sines(double[] x) {
            double sum = 0;
            for (double each : x) {
                sum += StrictMath.sin(each) * StrictMath.exp(-each * each) + StrictMath.pow(Math.abs(each), 0.3);
            }
            return sum;
        }

        static double[] extremes(double[] x, int[] kept) {
            double least = Double.POSITIVE_INFINITY;
            double greatest = -0.0;
            for (int i = 0; i < x.length; i++) {
                double before = least;
                least = Math.min(least, x[i]);
                greatest = Math.max(x[i], greatest);
                kept[i] = (before <= x[i] ? 1 : 0) + (greatest > x[i] ? 2 : 0);
            }
            return new double[] {least, greatest};
        }

        static float[] extremesOfRows(float[][] rows) {
            float least = Float.MAX_VALUE;
            float greatest = Float.NEGATIVE_INFINITY;
            for (float[] row : rows) {
                float sum = -0.0f;
                for (float each : row) {
                    sum += each;
                }
                least = Math.min(least, sum);
                greatest = Math.max(greatest, sum);
            }
            return new float[] {least, greatest};
        }

        static double mathSine(double x) {
            return Math.sin(x);
        }

        int instance() {
            return 1;
        }
    }

    private static final MethodHandles.Lookup LOOKUP = lookup();

    private static MethodHandles.Lookup lookup() {
        try {
            return MethodHandles.privateLookupIn(Methods.class, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static NativeFunction compile(String method) {
        return NativeBackend.compile(LOOKUP, method, NativeOptions.DEFAULT);
    }

    private static void check(String method, @Nullable Object[]... calls) throws Throwable {
        BothBackends function = BothBackends.of(LOOKUP, method);
        for (@Nullable Object[] arguments : calls) {
            function.check(arguments);
        }
    }

    private static @Nullable Object[] of(@Nullable Object... arguments) {
        return arguments;
    }

    @Test
    void numbersAndArrays() throws Throwable {
        check("horner", of(new double[] {1, -2, 0.5}, 3.0), of(new double[0], 1.0), of(null, 1.0));
        check("isAscending", new Object[][] {{new long[] {1, 2, 2}}, {new long[] {3, 2}}, {new long[0]}});
        check("sieve", new Object[][] {{new boolean[1_000]}, {new boolean[0]}});
    }

    @Test
    void runningExtremesOrderZerosAndKeepNaN() throws Throwable {
        double[][] cases = {
            {3, 1, 1, 2, -4, -4, 7},
            {0.0, -0.0, 0.0},
            {-0.0, 0.0, -0.0},
            {1, Double.NaN, 2, Double.NEGATIVE_INFINITY},
            {Double.NaN},
            {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE},
            {}
        };
        for (double[] x : cases) {
            check("extremes", of(x, new int[x.length]));
            float[][] rows = new float[x.length][];
            for (int i = 0; i < x.length; i++) {
                rows[i] = new float[] {(float) x[i]};
            }
            check("extremesOfRows", new Object[][] {{rows}});
        }
    }

    @Test
    void narrowTypesKeepTheirWidth() throws Throwable {
        check(
                "narrow",
                of((byte) -128, (short) -32768, 'a', true),
                of((byte) 127, (short) 3, '\uffff', false),
                of((byte) -1, (short) 3, '\u0000', false));
    }

    @Test
    void exceptionsAreThoseOfTheMethod() throws Throwable {
        check(
                "mean",
                of(new int[] {4, 6, 9}, 0, 2),
                of(new int[] {4, 6, 9}, 1, 5),
                of(new int[] {4, 6, 9}, -1, 2),
                of(new int[] {4, 6, 9}, 2, 1),
                of(new int[] {4, 6, 9}, 2, 2),
                of(null, 0, 2));
    }

    @Test
    void strictMathHasTheSameBits() throws Throwable {
        double[] x = new double[500];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 250) * Math.pow(1.05, i - 200);
        }
        check("sines", new Object[][] {{x}, {new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.0, 1e300}}});
    }

    @Test
    void functionsThatHotSpotComputesItselfAreForThoseWhoAllowOtherBits() throws Throwable {
        JacobiException refusal = assertThrows(JacobiException.class, () -> compile("mathSine"));
        assertEquals(Refusal.NOT_NATIVE, refusal.refusal());
        MethodHandle sine = NativeBackend.compile(LOOKUP, "mathSine", NativeOptions.DEFAULT.withStrictMath(true))
                .handle();
        for (double x = -20; x < 20; x += 0.37) {
            assertEquals(StrictMath.sin(x), (double) sine.invokeExact(x));
        }
    }

    @Test
    void methodsOfInstancesAreRefused() {
        assertEquals(
                Refusal.WRONG_SIGNATURE,
                assertThrows(JacobiException.class, () -> compile("instance")).refusal());
    }

    @Test
    void theLibraryIsDescribed() {
        assertFalse(NativeBackend.description().isEmpty());
        assertEquals(Optional.empty(), NativeBackend.absence());
    }
}
