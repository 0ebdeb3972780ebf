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
        Kernel kernel =
                OutlineKernelsTest.take(RoundArraysTest.class, "ofGivenLength").only();
        RoundMemory memory = kernel.memory();
        assertEquals(List.of(new RoundMemory.Slice(ConstantDescs.CD_double, 0, 0, 1)), memory.slices());
        assertEquals(List.of(), memory.stacks());
        assertEquals("", Printer.print(kernel.round()));
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
        Kernel kernel = OutlineKernelsTest.take(RoundArraysTest.class, "smallOfConstantLength")
                .only();
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
        Kernel kernel =
                OutlineKernelsTest.take(RoundArraysTest.class, "ofOwnLength").only();
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
        Kernel kernel =
                OutlineKernelsTest.take(RoundArraysTest.class, "inALoop").only();
        assertEquals(1, kernel.memory().slices().size());
        assertEquals(List.of(), kernel.memory().stacks());
        assertEquals(Failures.NONE, kernel.failures());
    }
}
