package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Function;
import dev.jacobi.lift.Methods;
import java.lang.invoke.MethodHandles;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotients that only some rounds need, and that are the same in all that do, as places in arrays: LLVM's vectoriser would take that of a round that does not divide. */
class DividingLoopsTest {
    static int reads(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                int value = 0;
                if (c[i] == 2) {
                    value = a[7 % a.length];
                }
                s[i] = value;
            }
        }
        return 0;
    }

    static int writes(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                if (c[i] == 2) {
                    a[7 % a.length] = 77;
                }
            }
        }
        return 0;
    }

    static int dividesBeforeItIsKnownWhoNeedsIt(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                int place = 7 % a.length;
                int value = 0;
                if (c[i] == 2) {
                    value = a[place];
                }
                s[i] = value;
            }
        }
        return 0;
    }

    static int readsByAQuotient(int[] a, int[] s, int[] c) {
        int half = Math.min(a.length, 8) / 2 + 1;
        if (half < a.length && a.length > 6) {
            for (int i = 0; i < c.length; i++) {
                int value = 0;
                if (c[i] == 2) {
                    value = a[(half + 5) / half];
                }
                s[i] = value;
            }
        }
        return 0;
    }

    static int dividesInAMethodOfTheJdk(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                int value = 0;
                if (c[i] == 2) {
                    value = a[Integer.remainderUnsigned(7, a.length)];
                }
                s[i] = value;
            }
        }
        return 0;
    }

    static int longs(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                int value = 0;
                if (c[i] == 2) {
                    value = a[(int) (7L % a.length)];
                }
                s[i] = value;
            }
        }
        return 0;
    }

    static int innerLoopOfFixedLength(int[] a, int[] s, int[] c) {
        if (a.length > 0) {
            for (int i = 0; i < c.length; i++) {
                int value = 0;
                for (int j = 0; j < 2; j++) {
                    if (c[i] == 2 + j) {
                        value += a[(7 + j) % a.length];
                    }
                }
                s[i] = value;
            }
        }
        return 0;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reads",
                "writes",
                "readsByAQuotient",
                "dividesBeforeItIsKnownWhoNeedsIt",
                "dividesInAMethodOfTheJdk",
                "longs",
                "innerLoopOfFixedLength"
            })
    void dividesInTheRoundsThatNeedIt(String method) throws ReflectiveOperationException {
        BothBackends function = BothBackends.of(MethodHandles.lookup(), method);
        Random random = new Random(3);
        for (int call = 0; call < 300; call++) {
            int[] a = random.ints(1 + random.nextInt(12), 100, 200).toArray();
            int[] s = new int[64];
            int[] c = random.ints(random.nextInt(64), 0, 4).toArray();
            function.check(a, s, c);
        }
    }

    static double sum(double[] x, int m) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            int third = i / 3;
            sum += x[i] / m + third;
        }
        return sum;
    }

    private static long loopsNotToBeVectorized(String method) {
        Function function = Methods.find(DividingLoopsTest.class, method).lift();
        return NativeBackend.text(function, "entry", NativeOptions.DEFAULT)
                .lines()
                .filter(line -> line.contains("!llvm.loop "))
                .count();
    }

    @Test
    void loopsWithoutQuotientsAreVectorizedAsBefore() {
        assertEquals(0, loopsNotToBeVectorized("sum"));
        assertEquals(1, loopsNotToBeVectorized("reads"));
        assertEquals(2, loopsNotToBeVectorized("innerLoopOfFixedLength"));
    }
}
