package dev.jacobi.autodiff.reverse;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

/** What reverse mode refuses, and what it leaves alone when the primal throws. */
class ReverseRefusalsTest {

    @SuppressWarnings("unused")
    private static final class Samples {
        static double total;
        double field;

        static double storesStatic(double x) {
            total = x * x;
            return x;
        }

        static double storesConstant(double[] x, double[] y) {
            y[0] = x[0] * 2;
            return y[0];
        }

        static double keepsField(double x, Samples holder) {
            holder.field = x;
            return holder.field * x;
        }

        static double bits(double x) {
            return Double.longBitsToDouble(Double.doubleToRawLongBits(x) ^ 1);
        }

        static double calls(double x) {
            return x * Double.parseDouble(Double.toString(x));
        }

        static double throwsLate(double[] x, int limit) {
            double product = 1;
            for (int i = 0; i < limit; i++) {
                product *= x[i];
                x[i] = product;
            }
            return product;
        }

        @SuppressWarnings("DoNotCallSuggester") // that it throws is the point
        static double neverReturns(double x) {
            throw new IllegalStateException("never " + x);
        }
    }

    private static JacobiException refused(String name, Activity... activities) {
        Function primal = Code.lift(Samples.class, name);
        return assertThrows(
                JacobiException.class,
                () -> ReverseMode.transform(primal, DerivativeRequest.reverse(true, activities)));
    }

    @Test
    void staticFieldsAreRefusedAtTheirLine() {
        JacobiException exception = refused("storesStatic", ACTIVE);
        assertEquals(Refusal.ACTIVE_STATIC, exception.refusal());
        assertTrue(exception.where().orElseThrow().contains("ReverseRefusalsTest$Samples.storesStatic:"));
    }

    @Test
    void constantArraysTakeNoActiveNumber() {
        assertEquals(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                refused("storesConstant", DUPLICATED, CONST).refusal());
    }

    @Test
    void fieldsOfConstantObjectsAreRefused() {
        assertEquals(
                Refusal.ACTIVE_TO_CONSTANT_MEMORY,
                refused("keepsField", ACTIVE, CONST).refusal());
    }

    @Test
    void bitsAreRefused() {
        assertEquals(Refusal.ACTIVE_BITS, refused("bits", ACTIVE).refusal());
    }

    @Test
    void numbersReadOutOfTextAreRefused() {
        assertEquals(Refusal.ACTIVE_TEXT, refused("calls", ACTIVE).refusal());
    }

    @Test
    void cyclesWithTwoEntriesAreRefused() {
        Function primal = Parser.parse("""
                function twoEntries(%0: double, %1: int): double {
                b0:
                  branch %1, b1(%0), b2(%0)
                b1(%2: double):
                  %3 = mul %2, %0
                  jump b2(%3)
                b2(%4: double):
                  %5 = constant 9.0
                  %6 = lt %4, %5
                  branch %6, b1(%4), b3
                b3:
                  return %4
                }
                """);
        JacobiException exception = assertThrows(
                JacobiException.class,
                () -> ReverseMode.transform(primal, DerivativeRequest.reverse(true, ACTIVE, CONST)));
        assertEquals(Refusal.IRREDUCIBLE_LOOP, exception.refusal());
    }

    @Test
    void shadowsAreUntouchedIfThePrimalThrows() throws Throwable {
        Function reverse = ReverseMode.transform(
                Code.lift(Samples.class, "throwsLate"), DerivativeRequest.reverse(true, DUPLICATED, CONST));
        MethodHandle handle = Code.compile(reverse, MethodHandles.lookup());
        double[] shadow = {5, 6};
        double[] x = {2, 3};
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> handle.invoke(x, shadow, 3, 1.0));
        assertArrayEquals(new double[] {5, 6}, shadow);
        assertArrayEquals(new double[] {2, 6}, x);
        double[] again = {2, 3};
        double value = (double) handle.invoke(again, shadow, 2, 1.0);
        assertEquals(6, value);
    }

    @Test
    void whatNeverReturnsThrows() throws Throwable {
        Function reverse = ReverseMode.transform(
                Code.lift(Samples.class, "neverReturns"), DerivativeRequest.reverse(true, ACTIVE));
        MethodHandle handle = Code.compile(reverse, MethodHandles.lookup());
        assertThrows(IllegalStateException.class, () -> handle.invoke(1.0, 1.0));
    }
}
