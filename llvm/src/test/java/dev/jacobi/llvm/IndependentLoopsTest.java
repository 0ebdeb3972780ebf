package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.llvm.library.CompileThread;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Loops whose rounds touch no memory that others write, with places that depend on what was loaded: what is not there is found out at their end, and the JVM does everything again. */
class IndependentLoopsTest {
    /** {@code to[places[i]] = 3 * to[places[i]] + from[i]} for 128 different places. */
    private static final String SCATTER = """
            function scatter(%0: double[], %1: int[], %2: double[]): void {
            b0:
              %3 = constant 0
              jump b1(%3)
            b1(%4: int):
              %5 = constant 128
              %6 = lt %4, %5
              branch %6, b2, b3
            b2:
              %7: int = array_load int %1, %4
              %8: double = array_load double %2, %4
              %9: double = array_load double %0, %7
              %10 = constant 3.0
              %11: double = mul %9, %10
              %12: double = add %11, %8
              array_store double %0, %7, %12
              %13 = constant 1
              %14: int = add= %4, %13
              jump b1(%14)
            b3:
              return
            }
            """;

    private static NativeFunction compiled() {
        return NativeBackend.compile(Parser.parse(SCATTER), MethodHandles.lookup(), NativeOptions.DEFAULT);
    }

    private static int[] places(int seed) {
        int[] places = new int[128];
        Arrays.setAll(places, i -> 2 * i + 1);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 127; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int place = places[i];
            places[i] = places[other];
            places[other] = place;
        }
        return places;
    }

    private static double[] numbers(int seed, int length) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    private static void inJava(double[] to, int[] places, double[] from) {
        for (int i = 0; i < 128; i++) {
            to[places[i]] = 3 * to[places[i]] + from[i];
        }
    }

    @Test
    void storesAtAnyPlaceAreThoseOfJava() throws Throwable {
        NativeFunction function = compiled();
        for (int seed = 0; seed < 50; seed++) {
            double[] expected = numbers(seed, 256);
            double[] given = numbers(seed, 256);
            double[] from = numbers(seed + 1, 128);
            inJava(expected, places(seed), from);
            function.handle().invokeExact(given, places(seed), from);
            assertArrayEquals(expected, given);
        }
        assertEquals(0, function.bailouts());
    }

    @Test
    void aStoreThatIsNotThereThrowsAsInJavaAndLeavesWhatWasStoredBefore() throws Throwable {
        NativeFunction function = compiled();
        int bad = 0;
        for (int at : new int[] {0, 1, 7, 64, 126, 127}) {
            for (int place : new int[] {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                int[] places = places(at);
                places[at] = place;
                double[] expected = numbers(3, 256);
                double[] given = numbers(3, 256);
                double[] from = numbers(4, 128);
                Exception wanted =
                        assertThrows(ArrayIndexOutOfBoundsException.class, () -> inJava(expected, places, from));
                Exception thrown = assertThrows(ArrayIndexOutOfBoundsException.class, () -> {
                    function.handle().invokeExact(given, places, from);
                });
                assertEquals(wanted.getMessage(), thrown.getMessage());
                assertArrayEquals(expected, given);
                bad++;
            }
        }
        assertEquals(bad, function.bailouts());
    }

    @Test
    void whatIsMissingOrEmptyThrowsAsInJava() {
        NativeFunction function = compiled();
        for (double @Nullable [] to : new double[][] {null, {}}) {
            for (int @Nullable [] places : new int[][] {null, {}, new int[127], new int[128]}) {
                Exception wanted =
                        assertThrows(RuntimeException.class, () -> inJavaUnchecked(to, places, new double[128]));
                Exception thrown = assertThrows(RuntimeException.class, () -> {
                    function.handle().invokeExact(to, places, new double[128]);
                });
                assertEquals(wanted.getClass(), thrown.getClass());
            }
        }
    }

    @SuppressWarnings("NullAway") // that is what is tested
    private static void inJavaUnchecked(double @Nullable [] to, int @Nullable [] places, double[] from) {
        inJava(to, places, from);
    }

    /** Without the mark LLVM would have to compare places that it does not know. */
    @Test
    void theMarkMakesVectorsOfThem() {
        assumeTrue(
                ObjectCode.features().contains("+avx512f,")
                        && ObjectCode.features().contains("+avx512vl,"),
                "skipped: this processor has no instruction that stores at several places");
        assertTrue(assembly(SCATTER).contains("vscatter"));
        assertTrue(!assembly(SCATTER.replace("add=", "add")).contains("vscatter"));
    }

    private static String assembly(String source) {
        Function function = Parser.parse(source);
        String text = NativeBackend.text(function, CodeLoader.ENTRY, NativeOptions.DEFAULT);
        return CompileThread.run(() -> ObjectCode.assembly(text, "test"));
    }
}
