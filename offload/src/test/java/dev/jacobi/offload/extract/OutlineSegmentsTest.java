package dev.jacobi.offload.extract;

import static dev.jacobi.offload.extract.Outlined.ITSELF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Printer;
import dev.jacobi.offload.extract.Kernel.Failures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Memory segments in parallel loops: arrays to a kernel, and themselves where its loop runs on the JVM. */
class OutlineSegmentsTest {
    private static Outlined take(String method) {
        return Outlined.take(OutlineSegmentsTest.class, method);
    }

    static void scaled(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i ->
                        y.set(ValueLayout.JAVA_INT, 4L * i + 8, 2 * x.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i)));
    }

    @Test
    void aSegmentIsAnArrayOnTheDeviceAndItselfOnTheJvm() {
        Outlined taken = take("scaled");
        Kernel kernel = taken.only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineSegmentsTest.scaled$0(%0: int[], %1: int[], %2: int): void {
                b0:
                  %3 = constant 4L
                  %4: long = convert long %2
                  %5: long = mul %4, %3
                  %6 = constant 8L
                  %7: long = add %5, %6
                  %8 = constant 2
                  %9: int = array_load int %0, %2
                  %10: int = mul %9, %8
                  %11: int = add %2, %8
                  %12: long = convert long %11
                  %13: long = shl %12, %8
                  %14 = eq %13, %7
                  %15 = constant -1
                  %16: int = select %14, %11, %15
                  array_store int %1, %16, %10
                  return
                }
                """, Printer.print(kernel.round()));
        Span twoOn = new Span(true, new Formula(List.of(), 2));
        assertEquals(
                List.of(
                        new ArrayUse(List.of(ITSELF), List.of(), false),
                        new ArrayUse(List.of(), List.of(twoOn), false)),
                kernel.uses());
        assertEquals(
                List.of(
                        new SegmentView(SegmentLayout.JAVA_INT_UNALIGNED, false),
                        new SegmentView(SegmentLayout.JAVA_INT, true)),
                kernel.segments());
        // Whether the offset is what ints make of it is known in the round.
        assertTrue(kernel.failures().others());
        String loop = Printer.print(kernel.loop());
        assertTrue(loop.contains("(%0: java.lang.foreign.MemorySegment, %1: java.lang.foreign.MemorySegment,"), loop);
        assertTrue(loop.contains("MemorySegment.set(java.lang.foreign.ValueLayout$OfInt, long, int): void %1, "), loop);
        assertTrue(
                loop.contains("MemorySegment.getAtIndex(java.lang.foreign.ValueLayout$OfInt, long): int %0, "), loop);
        assertFalse(Printer.print(taken.host()).contains("SegmentView"));
    }

    static void inPlace(MemorySegment x) {
        IntStream.range(0, (int) (x.byteSize() / 4))
                .parallel()
                .forEach(i -> x.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1 + x.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
    }

    @Test
    void whatIsJustAnIndexCanFailOnlyAsAnArrayCan() {
        Kernel kernel = take("inPlace").only();
        assertEquals(
                new Failures(List.of(new Failures.Bound(0, ITSELF), new Failures.Bound(0, ITSELF)), false),
                kernel.failures());
    }
}
