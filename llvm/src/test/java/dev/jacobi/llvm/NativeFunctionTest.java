package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class NativeFunctionTest {
    private static final String ADD_TO = """
            function addTo(%0: double[], %1: double[], %2: double): void {
            b0:
              %3: int = array_length %0
              %4 = constant 0
              jump b1(%4)
            b1(%5: int):
              %6 = lt %5, %3
              branch %6, b2, b3
            b2:
              %7: double = array_load double %0, %5
              %8: double = mul %7, %2
              %9: double = array_load double %1, %5
              %10: double = add %9, %8
              array_store double %1, %5, %10
              %11 = constant 1
              %12: int = add %5, %11
              jump b1(%12)
            b3:
              return
            }
            """;

    private static final String FILLED = """
            function filled(%0: int, %1: double): double[] {
            b0:
              %2: double[] = new_array double %0
              %3 = constant 0
              jump b1(%3)
            b1(%4: int):
              %5 = lt %4, %0
              branch %5, b2, b3
            b2:
              array_store double %2, %4, %1
              %6 = constant 1
              %7: int = add %4, %6
              jump b1(%7)
            b3:
              return %2
            }
            """;

    @Test
    void writesIntoTheArraysThatItGets() {
        BothBackends function = BothBackends.of(ADD_TO);
        function.check(new double[] {1, 2, 3}, new double[] {10, 20, 30}, 0.5);
        double[] many = new double[10_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = Math.sqrt(i);
        }
        function.check(many, many.clone(), -3.0);
        assertEquals(0, function.compiled().bailouts());
    }

    @Test
    void theSameArrayTwiceIsOneArray() {
        double[] array = {1, 2, 3};
        BothBackends function = BothBackends.of(ADD_TO);
        function.check(array, array, 2.0);
        assertEquals(0, function.compiled().bailouts());
    }

    @Test
    void anIndexOutOfBoundsGivesJavasExceptionAndPartialEffects() {
        BothBackends function = BothBackends.of(ADD_TO);
        String outcome = function.check(new double[] {1, 2, 3}, new double[] {10, 20}, 1.0);
        assertTrue(outcome.contains("Index 2 out of bounds for length 2"), outcome);
        assertTrue(outcome.contains("11.0"), outcome);
        assertEquals(1, function.compiled().bailouts());
    }

    @Test
    void nullAndEmptyArrays() {
        BothBackends function = BothBackends.of(ADD_TO);
        assertTrue(function.check(null, new double[1], 1.0).startsWith("java.lang.NullPointerException"));
        assertTrue(function.check(new double[1], null, 1.0).startsWith("java.lang.NullPointerException"));
        function.check(new double[0], null, 1.0);
        function.check(new double[0], new double[0], 1.0);
    }

    @Test
    void indicesFarOutOfBoundsAreCaught() {
        BothBackends function = BothBackends.of("""
                function at(%0: double[], %1: int, %2: int): double {
                b0:
                  %3: int = mul %1, %2
                  %4: double = array_load double %0, %3
                  array_store double %0, %1, %4
                  return %4
                }
                """);
        for (int index : new int[] {0, 3, 4, 5, -1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, -4}) {
            function.check(new double[] {1, 2, 3, 4}, index, 1);
            function.check(new double[] {1, 2, 3, 4}, index, 1 << 10);
        }
    }

    @Test
    void resultsAreNewArraysOfAnySize() throws Throwable {
        BothBackends function = BothBackends.of(FILLED);
        function.check(0, 1.5);
        function.check(7, 1.5);
        function.check(100_000, -0.0);
        function.check(3_000_000, Double.NaN);
        assertEquals(0, function.compiled().bailouts());
        assertNotSame(
                function.compiled().handle().invoke(0, 1.0),
                function.compiled().handle().invoke(0, 1.0));
    }

    @Test
    void negativeAndHugeSizesAreLeftToTheJvm() {
        BothBackends function = BothBackends.of(FILLED);
        assertTrue(function.check(-1, 1.0).startsWith("java.lang.NegativeArraySizeException: -1"));
        assertTrue(function.check(Integer.MIN_VALUE, 1.0).startsWith("java.lang.NegativeArraySizeException"));
        assertTrue(function.check(Integer.MAX_VALUE, 1.0).startsWith("java.lang.OutOfMemoryError"));
        assertEquals(3, function.compiled().bailouts());
    }

    @Test
    void anArgumentThatIsReturnedIsTheArgument() throws Throwable {
        BothBackends function = BothBackends.of("""
                function choose(%0: int[], %1: int[], %2: int): int[] {
                b0:
                  %3: int[] = select %2, %0, %1
                  return %3
                }
                """);
        int[] first = {1};
        int[] second = {};
        MethodCall call = choice -> function.compiled().handle().invoke(first, second, choice);
        assertSame(first, call.with(1));
        assertSame(second, call.with(0));
        function.check(null, new int[] {4}, 1);
    }

    private interface MethodCall {
        Object with(int choice) throws Throwable;
    }

    @Test
    void divisionsThatTheProcessorDoesNotForgive() {
        for (String type : new String[] {"int", "long"}) {
            for (String operation : new String[] {"div", "rem"}) {
                BothBackends function = BothBackends.of("""
                        function divide(%%0: %1$s, %%1: %1$s): %1$s {
                        b0:
                          %%2: %1$s = %2$s %%0, %%1
                          return %%2
                        }
                        """.formatted(type, operation));
                long[] numbers = {0, 1, -1, 7, -7, Integer.MIN_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE
                };
                for (long x : numbers) {
                    for (long y : numbers) {
                        if (type.equals("int")) {
                            function.check((int) x, (int) y);
                        } else {
                            function.check(x, y);
                        }
                    }
                }
            }
        }
    }

    @Test
    void otherThreadsMayWriteOtherElementsMeanwhile() throws Throwable {
        BothBackends function = BothBackends.of("""
                function count(%0: int[], %1: int, %2: int): void {
                b0:
                  %3 = constant 0
                  jump b1(%3)
                b1(%4: int):
                  %5 = lt %4, %2
                  branch %5, b2, b3
                b2:
                  %6: int = array_load int %0, %1
                  %7 = constant 1
                  %8: int = add %6, %7
                  array_store int %0, %1, %8
                  %9: int = add %4, %7
                  jump b1(%9)
                b3:
                  return
                }
                """);
        int[] counters = new int[4];
        Thread[] threads = new Thread[counters.length];
        for (int i = 0; i < threads.length; i++) {
            int own = i;
            threads[i] = Thread.ofPlatform().start(() -> {
                try {
                    for (int round = 0; round < 2_000; round++) {
                        function.compiled().handle().invoke(counters, own, 3);
                    }
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertArrayEquals(new int[] {6_000, 6_000, 6_000, 6_000}, counters);
    }

    /** A long array, so that copying it takes long enough for the other thread to write in between. */
    @Test
    void whatOneThreadWritesIsNeverTakenBackByTheCallOfAnother() throws Throwable {
        BothBackends function = BothBackends.of("""
                function set(%0: int[], %1: int): void {
                b0:
                  %2 = constant 0
                  array_store int %0, %2, %1
                  return
                }
                """);
        int[] elements = new int[50_000];
        AtomicBoolean done = new AtomicBoolean();
        int[] lost = new int[1];
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int value = 1; !done.get(); value++) {
                for (int i = 1_000; i < elements.length; i += 1_000) {
                    if (elements[i] != value - 1) {
                        lost[0]++;
                    }
                    elements[i] = value;
                }
            }
        });
        for (int call = 1; call <= 2_000; call++) {
            function.compiled().handle().invoke(elements, call);
        }
        done.set(true);
        writer.join();
        assertEquals(2_000, elements[0]);
        assertEquals(0, lost[0]);
    }
}
