package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Calls with the arrays themselves, and what happens where those end. */
class DirectCallsTest {
    static void addTo(double factor, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += factor * x[i];
        }
    }

    static double[] larger(double[] x, double[] y) {
        x[0] += 1;
        return x[0] > y[0] ? x : y;
    }

    static int rounds(int[] counter, int limit) {
        while (counter[0] < limit) {
            counter[0] += counter[1];
        }
        return counter[0];
    }

    static double collatz(double[] steps, long start) {
        long number = start;
        while (number != 1) {
            steps[0]++;
            number = number % 2 == 0 ? number / 2 : 3 * number + 1;
        }
        return steps[0];
    }

    static float[] copied(float[] x, int length) {
        float[] copy = Arrays.copyOf(x, length);
        for (int i = 0; i < copy.length; i++) {
            copy[i] += i;
        }
        return copy;
    }

    @SuppressWarnings({"NarrowingCompoundAssignment", "lossy-conversions"}) // as Java allows it
    static int mixed(byte[] b, short[] s, char[] c, long[] l, int index) {
        b[index]++;
        s[index] += b[index];
        c[index] += s[index];
        l[index] += c[index];
        return (int) l[index];
    }

    private static NativeFunction compiled(String method) {
        return NativeBackend.compile(MethodHandles.lookup(), method, NativeOptions.DEFAULT);
    }

    @Test
    void anArrayThatIsReadAndWrittenUnderTwoNames() throws Throwable {
        MethodHandle handle = compiled("addTo").handle();
        for (int length : new int[] {0, 1, 7, 1_000, 100_000}) {
            double[] x = new double[length];
            Arrays.setAll(x, i -> i);
            handle.invokeExact(2.0, x, x);
            double[] expected = new double[length];
            Arrays.setAll(expected, i -> 3.0 * i);
            assertArrayEquals(expected, x);
        }
    }

    @Test
    void whatIsReturnedIsTheArrayThatWasPassed() throws Throwable {
        MethodHandle handle = compiled("larger").handle();
        double[] x = {1.5};
        double[] y = {3};
        assertSame(y, (double[]) handle.invokeExact(x, y));
        assertSame(x, (double[]) handle.invokeExact(x, y));
        assertSame(x, (double[]) handle.invokeExact(x, x));
        assertArrayEquals(new double[] {4.5}, x);
    }

    @Test
    void nothingIsWrittenByACallThatEndsWithAnException() throws Throwable {
        NativeFunction function = compiled("addTo");
        double[] y = {1, 1, 1};
        var thrown = assertThrows(
                ArrayIndexOutOfBoundsException.class, () -> function.handle().invoke(1.0, new double[] {5, 6}, y));
        assertEquals("Index 2 out of bounds for length 2", thrown.getMessage());
        assertArrayEquals(new double[] {6, 7, 1}, y, "as Java does it, once");
        assertThrows(NullPointerException.class, () -> function.handle().invoke(1.0, (double[]) null, y));
        assertThrows(NullPointerException.class, () -> function.handle().invoke(1.0, y, (double[]) null));
        assertEquals(3, function.bailouts());
    }

    @Test
    void loopsThatTakeLongAreDoneOnceAllTheSame() throws Throwable {
        NativeFunction function = compiled("rounds");
        for (int call = 0; call < 5; call++) {
            int[] counter = {0, 3};
            assertEquals(60_000_000, (int) function.handle().invokeExact(counter, 60_000_000));
            assertEquals(60_000_000, counter[0]);
            int[] small = {0, 3};
            assertEquals(12, (int) function.handle().invokeExact(small, 10));
        }
        assertEquals(0, function.bailouts());
    }

    @Test
    void loopsWithUnknownRounds() throws Throwable {
        MethodHandle handle = compiled("collatz").handle();
        double[] steps = new double[1];
        for (int call = 0; call < 20_000; call++) {
            double expected = collatz(new double[1], 27 + call);
            steps[0] = 0;
            assertEquals(expected, (double) handle.invokeExact(steps, 27L + call));
        }
    }

    @Test
    void arraysThatTheCodeMakesOfAnySize() throws Throwable {
        NativeFunction function = compiled("copied");
        float[] x = {1, 2, 3};
        for (int length : new int[] {2, 5, 1_000, 300_000, 5_000_000, 4}) {
            assertArrayEquals(copied(x, length), (float[]) function.handle().invokeExact(x, length));
        }
        assertThrows(NegativeArraySizeException.class, () -> {
            float[] _ = (float[]) function.handle().invokeExact(x, -1);
        });
        assertEquals(1, function.bailouts());
    }

    @Test
    void arraysOfAllKinds() throws Throwable {
        MethodHandle handle = compiled("mixed").handle();
        byte[] b = {1, 127};
        short[] s = {1, Short.MAX_VALUE};
        char[] c = {1, 'x'};
        long[] l = {1, Long.MAX_VALUE};
        int expected = mixed(b.clone(), s.clone(), c.clone(), l.clone(), 1);
        assertEquals(expected, (int) handle.invokeExact(b, s, c, l, 1));
        assertArrayEquals(new byte[] {1, -128}, b);
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> {
            int _ = (int) handle.invokeExact(b, s, c, l, Integer.MIN_VALUE);
        });
    }
}
