package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jacobi.ir.Printer;
import dev.jacobi.offload.extract.Kernel.Failures;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How arrays that rounds make are put into memory of the launch. */
class RoundArraysTest {
    static void ofGivenLength(double[] a, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] own = new double[2 * k];
            own[0] = a[i];
            a[i] = own[1];
        });
    }

    @Test
    void anArrayWhoseLengthIsKnownHasASlice() {
        Kernel kernel = Outlined.take(RoundArraysTest.class, "ofGivenLength").only();
        RoundMemory memory = kernel.memory();
        assertEquals(List.of(new RoundMemory.Slice(ConstantDescs.CD_double, 0, 0, 1)), memory.slices());
        assertEquals(List.of(), memory.stacks());
        // Of item i of n, element e is at e * n + i: %4 is n, %7 is i.
        assertEquals("""
                function dev.jacobi.offload.extract.RoundArraysTest.ofGivenLength$0(%0: int, %1: double[], %2: int, %3: double[], %4: int, %5: int, %6: int): void {
                b0:
                  %7: int = sub %6, %5
                  %8 = constant 0
                  %9 = ge %2, %8
                  branch %9, b2, b1
                b1:
                  %10 = constant null
                  throw %10
                b2:
                  %11 = constant 0.0
                  jump b3(%8)
                b3(%12: int):
                  %13 = lt %12, %2
                  branch %13, b4, b5
                b4:
                  %14: int = mul %12, %4
                  %15: int = add %14, %7
                  array_store! double %3, %15, %11
                  %16 = constant 1
                  %17: int = add %12, %16
                  jump b3(%17)
                b5:
                  %18: double = array_load! double %1, %6
                  %19 = constant -2147483648
                  %20: int = xor %2, %19
                  %21 = gt %20, %19
                  %22 = constant -1
                  %23: int = select %21, %7, %22
                  array_store double %3, %23, %18
                  %24: int = add %4, %7
                  %25 = constant -2147483647
                  %26 = gt %20, %25
                  %27: int = select %26, %24, %22
                  %28: double = array_load double %3, %27
                  array_store! double %1, %6, %28
                  return
                }
                """, Printer.print(kernel.round()));
    }

    static void smallOfConstantLength(double[] a) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            double[] own = new double[8];
            for (int j = 0; j < 8; j++) {
                own[(i + j) & 7] = a[i] * j;
            }
            a[i] = own[1];
        });
    }

    @Test
    void aSmallArrayOfConstantLengthStaysWithTheWorkItem() {
        Kernel kernel =
                Outlined.take(RoundArraysTest.class, "smallOfConstantLength").only();
        assertEquals(RoundMemory.NONE, kernel.memory());
    }

    static void ofOwnLength(int[] lengths, long[] b) {
        IntStream.range(0, b.length).parallel().forEach(i -> {
            long[] own = new long[lengths[i]];
            for (int j = 0; j < own.length; j++) {
                own[j] = j;
            }
            for (int j = 0; j < own.length; j++) {
                b[i] += own[own.length - 1 - j];
            }
        });
    }

    @Test
    void anArrayWhoseLengthARoundComputesIsOnAStackWhichMayBeTooSmall() {
        Kernel kernel = Outlined.take(RoundArraysTest.class, "ofOwnLength").only();
        assertNull(kernel.memory().lengths());
        assertEquals(List.of(), kernel.memory().slices());
        assertEquals(List.of(ConstantDescs.CD_long), kernel.memory().stacks());
        assertEquals(new Failures(List.of(), true), kernel.failures());
    }

    static void inALoop(double[] a, int k) {
        IntStream.range(0, a.length).parallel().forEach(i -> {
            for (int step = 0; step < 3; step++) {
                double[] own = new double[k];
                for (int j = 0; j < k; j++) {
                    own[j] = a[i] * j;
                }
                for (int j = 0; j < k; j++) {
                    a[i] += own[j];
                }
            }
        });
    }

    @Test
    void anArrayOfEachStepUsesOneSliceAndARoundWithSlicesAloneCannotRunOutOfMemory() {
        Kernel kernel = Outlined.take(RoundArraysTest.class, "inALoop").only();
        assertEquals(1, kernel.memory().slices().size());
        assertEquals(List.of(), kernel.memory().stacks());
        assertEquals(Failures.NONE, kernel.failures());
    }
}
