package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Verifier;
import dev.jacobi.offload.IndependentRounds;
import dev.jacobi.offload.extract.Kernel.Failures;
import dev.jacobi.offload.extract.Kernel.Requirement;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutlineKernelsTest {
    private static final DeviceCalls NOBODY = new DeviceCalls() {
        @Override
        public void launch(int loop, @Nullable Object[] arguments) {}

        @Override
        public @Nullable Object[] reduce(int loop, @Nullable Object[] arguments) {
            return new Object[0];
        }

        @Override
        public void touch(@Nullable Object array, boolean writing) {}

        @Override
        public void forget(Object array) {}

        @Override
        public void made(int place, Object array) {}

        @Override
        public void ensured(Object before, Object after, int top) {}
    };

    /** A function whose loops were taken out, and these. */
    record Taken(Function host, List<Kernel> kernels) {
        Kernel only() {
            assertEquals(1, kernels.size());
            return kernels.getFirst();
        }

        long hostCalls(String method) {
            return Printer.print(host)
                    .lines()
                    .filter(line -> line.contains("DeviceCalls." + method + "("))
                    .count();
        }
    }

    private static Taken take(String method) {
        return take(OutlineKernelsTest.class, method);
    }

    static Taken take(Class<?> owner, String method) {
        Primal primal = Jacobi.of(owner, method);
        return take(PlacedElsewhere.code(primal), primal.target());
    }

    static Taken take(Function function, Target target) {
        List<Kernel> kernels = OutlineKernels.run(function, target.display(), PlacedElsewhere.classes(target), NOBODY);
        Verifier.verify(function);
        for (Kernel kernel : kernels) {
            Verifier.verify(kernel.round());
            Verifier.verify(kernel.loop());
        }
        return new Taken(function, kernels);
    }

    private static final Span ITSELF = new Span(true, new Formula(List.of(), 0));

    static void saxpy(float a, float[] x, float[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    @Test
    void aRoundIsAFunctionOfWhatTheLoopUsesAndItsIndex() {
        Kernel kernel = take("saxpy").only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineKernelsTest.saxpy$0(%0: float[], %1: float[], %2: float, %3: int): void {
                b0:
                  %4: float = array_load float %0, %3
                  %5: float = array_load! float %1, %3
                  %6: float = mul %2, %5
                  %7: float = add %4, %6
                  array_store! float %0, %3, %7
                  return
                }
                """, Printer.print(kernel.round()));
        assertEquals(
                new ArrayUse(List.of(ITSELF), List.of(ITSELF), false),
                kernel.uses().get(0));
        assertEquals(
                new ArrayUse(List.of(ITSELF), List.of(), false), kernel.uses().get(1));
        // y may be shorter than x, and that is known when both are.
        assertEquals(new Failures(List.of(new Failures.Bound(0, ITSELF)), false), kernel.failures());
        assertEquals(List.of(), kernel.requirements());
    }

    static void scaled(MemorySegment x, MemorySegment y, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i ->
                        y.set(ValueLayout.JAVA_INT, 4L * i + 8, 2 * x.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i)));
    }

    @Test
    void aSegmentIsAnArrayOnTheDeviceAndItselfOnTheJvm() {
        Taken taken = take("scaled");
        Kernel kernel = taken.only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineKernelsTest.scaled$0(%0: int[], %1: int[], %2: int): void {
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

    static double sumOfSquares(double[] x) {
        return Arrays.stream(x).parallel().map(v -> v * v).sum();
    }

    @Test
    void aSumIsDoneInParts() {
        Kernel kernel = take("sumOfSquares").only();
        assertEquals(List.of(ReductionOperation.ADD), kernel.reductions());
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineKernelsTest.sumOfSquares$0(%0: double[], %1: int, %2: int, %3: int, %4: double[], %5: int): void {
                b0:
                  %6 = constant 0
                  %7 = constant 1
                  %8: int = sub %2, %1
                  %9: int = sub %8, %5
                  %10 = constant -1
                  %11: int = add %9, %10
                  %12: int = div! %11, %3
                  %13: int = add %12, %7
                  %14: int = add %1, %5
                  %15 = constant -0.0
                  jump b2(%6, %15)
                b1:
                  %16: int = mul %22, %3
                  %17: int = add %14, %16
                  %18: double = array_load! double %0, %17
                  %19: double = mul %18, %18
                  %20: double = add %23, %19
                  %21: int = add %22, %7
                  jump b2(%21, %20)
                b2(%22: int, %23: double):
                  %24 = lt %22, %13
                  branch %24, b1, b3
                b3:
                  array_store! double %4, %5, %23
                  return
                }
                """, Printer.print(kernel.round()));
    }

    static double maximumOfPositive(double[] x) {
        return Arrays.stream(x).parallel().filter(v -> v > 0).max().orElse(-1);
    }

    static long howMany(int[] x) {
        return Arrays.stream(x).parallel().filter(v -> v > 3).count();
    }

    static double average(double[] x) {
        return Arrays.stream(x).parallel().average().orElse(0);
    }

    static double product(double[] x) {
        return Arrays.stream(x).parallel().reduce(1, (a, b) -> a * b);
    }

    @Test
    void reductionsAreKnownByTheirOperation() {
        assertEquals(
                List.of(ReductionOperation.OR, ReductionOperation.MAX),
                take("maximumOfPositive").only().reductions());
        assertEquals(List.of(ReductionOperation.ADD), take("howMany").only().reductions());
        assertEquals(
                List.of(ReductionOperation.ADD, ReductionOperation.ADD),
                take("average").only().reductions());
        assertEquals(List.of(ReductionOperation.MUL), take("product").only().reductions());
    }

    static void matrixProduct(double[] a, double[] b, double[] c, int n) {
        IntStream.range(0, n).parallel().forEach(i -> {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += a[i * n + k] * b[k * n + j];
                }
                c[i * n + j] = sum;
            }
        });
    }

    @Test
    void rowsOfAMatrixAreApartIfTheirPlacesDoNotWrapAround() {
        Kernel kernel = take("matrixProduct").only();
        assertTrue(kernel.requirements().stream().anyMatch(requirement -> requirement instanceof Requirement.Separate));
        // c may be a, of which a round reads its own row only, but not b.
        assertEquals(
                1,
                kernel.requirements().stream()
                        .filter(requirement -> requirement instanceof Requirement.Distinct)
                        .count());
    }

    static void grid(double[] x, double[] y, int n, int m) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, m).parallel().forEach(j -> y[i * m + j] = 2 * x[i * m + j] + j));
    }

    @Test
    void loopsInOneAnotherAreOneLoop() {
        Kernel kernel = take("grid").only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineKernelsTest.grid$0(%0: int, %1: int, %2: int, %3: double[], %4: double[], %5: int): void {
                b0:
                  %6: int = rem! %5, %0
                  %7: int = div! %5, %0
                  %8: int = mul %7, %2
                  %9: int = add %8, %6
                  %10 = constant 2.0
                  %11: double = array_load double %3, %9
                  %12: double = mul %10, %11
                  %13: double = convert double %6
                  %14: double = add %12, %13
                  array_store double %4, %9, %14
                  return
                }
                """, Printer.print(kernel.round()));
        // The place is the index of all rounds, so that just what is needed moves.
        assertEquals(
                new ArrayUse(List.of(), List.of(ITSELF), false), kernel.uses().get(4));
        assertEquals(
                new ArrayUse(List.of(ITSELF), List.of(), false), kernel.uses().get(3));
        assertFalse(kernel.failures().others());
    }

    interface GridGradient {
        void of(double[] x, double[] dx, double[] y, double[] dy, int n, int m);
    }

    @Test
    void anInnerLoopThatRunsDownIsNotCountedInEachRound() {
        Derivative gradient = Jacobi.of(OutlineKernelsTest.class, "grid")
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED, Activity.CONST, Activity.CONST);
        Taken taken = take(
                PlacedElsewhere.code(gradient, GridGradient.class),
                gradient.specification().target());
        taken.kernels()
                .forEach(kernel -> assertFalse(Printer.print(kernel.round()).contains("toIntExact")));
        // Forwards, one round for each place.
        assertTrue(Printer.print(taken.kernels().getFirst().round()).contains("rem"));
    }

    static void triangle(double[] x, int n) {
        IntStream.range(0, n)
                .parallel()
                .forEach(i -> IntStream.range(0, i).parallel().forEach(j -> x[i * n + j] = j));
    }

    @Test
    void aRoundDoesAnInnerLoopItselfWhoseBoundsAreItsOwn() {
        assertFalse(Printer.print(take("triangle").only().round()).contains("rem"));
    }

    static void ownRow(double[] x, int n, int m) {
        IntStream.range(0, n).parallel().forEach(i -> {
            double first = x[i * m];
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] -= first);
        });
    }

    @Test
    void aRoundDoesAnInnerLoopItselfIfThatWritesWhatItHasRead() {
        assertFalse(Printer.print(take("ownRow").only().round()).contains("rem"));
    }

    @IndependentRounds
    static void promisedRow(double[] x, double[] y, int[] row, int m) {
        IntStream.range(0, row.length).parallel().forEach(i -> {
            double first = y[row[i] * m];
            IntStream.range(0, m).parallel().forEach(j -> x[row[i] * m + j] -= first);
        });
    }

    @Test
    void whatIsPromisedOfRoundsIsNotPromisedOfWhatTheyWouldReadAgain() {
        assertFalse(Printer.print(take("promisedRow").only().round()).contains("rem"));
    }

    static void expensive(double[] x, double[] y, int m) {
        IntStream.range(0, y.length).parallel().forEach(i -> {
            double big = Math.exp(Math.sin(y[i])) + Math.cos(y[i]) + Math.tan(y[i]) + Math.log(y[i]);
            IntStream.range(0, m).parallel().forEach(j -> x[i * m + j] = big);
        });
    }

    @Test
    void whatIsExpensiveIsDoneOnceForAllRoundsOfAnInnerLoop() {
        assertFalse(Printer.print(take("expensive").only().round()).contains("rem"));
    }

    static void halves(double[] x, int n) {
        IntStream.range(0, n).parallel().forEach(i -> x[i] = x[i + n]);
    }

    @Test
    void placesThatAnArgumentSetsApartAreComparedAtTheLaunch() {
        Kernel kernel = take("halves").only();
        assertEquals(1, kernel.requirements().size());
        assertTrue(kernel.requirements().getFirst() instanceof Requirement.Apart);
    }

    static void closed(double[] x, int n) {
        IntStream.rangeClosed(1, n).parallel().forEach(i -> x[i - 1] = i);
    }

    @Test
    void aClosedRangeHasItsLastRound() {
        Kernel kernel = take("closed").only();
        Span one = new Span(true, new Formula(List.of(), -1));
        assertEquals(List.of(one), ((ArrayUse) kernel.uses().getFirst()).writes());
        assertEquals(new Span.Range(0, 7), one.range(1, 8, _ -> 0));
        assertTrue(Printer.print(take("closed").host()).contains("greatestEnd"));
    }

    record Model(double scale, double[] offsets) {}

    static void withModel(Model model, double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = model.scale() * x[i] + model.offsets()[i % 3]);
    }

    @Test
    void fieldsOfObjectsAreReadBeforeTheLoop() {
        Kernel kernel = take("withModel").only();
        assertFalse(Printer.print(kernel.round()).contains("get_field"));
        assertTrue(Printer.print(kernel.round()).contains("double"));
    }

    static double twice(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = 2 * x[i]);
        double sum = 0;
        for (double each : y) {
            sum += each;
        }
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += y[i]);
        return sum;
    }

    @Test
    void theHostSaysBeforeALoopThatItReadsAnArray() {
        Taken taken = take("twice");
        assertEquals(2, taken.kernels().size());
        assertEquals(2, taken.hostCalls("launch"));
        assertEquals(1, taken.hostCalls("touch"));
    }

    interface Gradient {
        double of(double[] w, double[] adjoints, double[] x, double[] y, double seed);
    }

    static double squares(double[] w, double[] x, double[] y) {
        return IntStream.range(0, y.length)
                .parallel()
                .mapToDouble(i -> {
                    double sum = -y[i];
                    for (int j = 0; j < w.length; j++) {
                        sum += w[j] * x[i * w.length + j];
                    }
                    return sum * sum;
                })
                .sum();
    }

    @Test
    void adjointsOfWhatAllRoundsReadAreAddedUpInParts() {
        Derivative gradient = Jacobi.of(OutlineKernelsTest.class, "squares")
                .reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST);
        Taken taken = take(
                PlacedElsewhere.code(gradient, Gradient.class),
                gradient.specification().target());
        assertEquals(2, taken.kernels().size());
        Kernel reverse = taken.kernels().getLast();
        assertEquals(
                1,
                reverse.uses().stream()
                        .filter(use -> use != null && use.accumulates())
                        .count());
        assertEquals(List.of(), reverse.reductions());
        // The tape stays on the device.
        assertEquals(1, taken.hostCalls("forget"));
    }

    // ---- refusals ----

    private static void assertRefused(String method, String what) {
        assertRefused(OutlineKernelsTest.class, method, what);
    }

    static void assertRefused(Class<?> owner, String method, String what) {
        JacobiException refused = assertThrows(JacobiException.class, () -> take(owner, method));
        assertEquals(Refusal.NOT_INDEPENDENT, refused.refusal());
        String place = owner.getName();
        String text = refused.getMessage()
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll("lambda\\$(\\w+)\\$\\d+", "lambda")
                .replaceAll(":\\d+", "")
                .replace(place + ".", "");
        assertEquals("cannot run the parallel loop of " + what, text);
        assertTrue(refused.where().orElse("").contains(method), refused.getMessage());
    }

    static void neighbours(double[] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[i - 1] + 1);
    }

    @Test
    void roundsThatReadWhatOthersWriteAreRefused() {
        assertRefused(
                "neighbours",
                "neighbours(double[]) at neighbours on a device: the read at lambda < neighbours and the write at lambda < neighbours may meet in different rounds");
    }

    static void histogram(int[] x, int[] counts) {
        IntStream.range(0, x.length).parallel().forEach(i -> counts[x[i]]++);
    }

    @Test
    void roundsThatWriteWhereTheirDataSayAreRefused() {
        assertRefused(
                "histogram",
                "histogram(int[], int[]) at histogram on a device: the read at lambda < histogram and the write at lambda < histogram may meet in different rounds");
    }

    static void sameElement(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[0] = x[i]);
    }

    @Test
    void roundsThatWriteTheSameElementAreRefused() {
        assertRefused(
                "sameElement",
                "sameElement(double[], double[]) at sameElement on a device: two rounds may write the same element");
    }

    static final class Counter {
        int count;
    }

    static void field(Counter counter, int n) {
        IntStream.range(0, n).parallel().forEach(i -> counter.count = i);
    }

    @Test
    void writesOfFieldsAreRefused() {
        assertRefused(
                "field", "field(" + Counter.class.getName() + ", int) at field on a device: it writes the field count");
    }

    static void locked(Counter counter, double[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            synchronized (counter) {
                x[i] = i;
            }
        });
    }

    @Test
    void locksAreRefused() {
        assertRefused(
                "locked",
                "locked(" + Counter.class.getName()
                        + ", double[]) at locked on a device: exceptions are caught in it or around it");
    }

    static double firstFew(double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .limit(5)
                .mapToDouble(i -> x[i])
                .sum();
    }

    @Test
    void streamsThatEndEarlyAreRefused() {
        assertRefused(
                "firstFew",
                "firstFew(double[]) at firstFew on a device: the number of its rounds is not known before the first");
    }

    static boolean any(double[] x) {
        return Arrays.stream(x).parallel().anyMatch(v -> v > 1);
    }

    @Test
    void searchesAreRefused() {
        assertRefused("any", "any(double[]) at any on a device: it may end before all rounds are done");
    }

    static void sequential(double[] x) {
        IntStream.range(0, x.length).forEach(i -> x[i] = i);
    }

    @Test
    void sequentialStreamsStayOnTheHost() {
        assertEquals(List.of(), take("sequential").kernels());
    }

    static void recursive(double[] x, int depth) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] += depth);
        if (depth > 0) {
            recursive(x, depth - 1);
        }
    }

    @Test
    void callsThatMayHideParallelStreamsAreRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> take("recursive"));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot offload dev.jacobi.offload.extract.OutlineKernelsTest.recursive(double[], int): it calls "
                        + "dev.jacobi.offload.extract.OutlineKernelsTest.recursive(double[], int), which was not inlined, "
                        + "so that its parallel streams would run on the JVM",
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    static double laterStream(double[] x, boolean parallel) {
        var stream = Arrays.stream(x);
        for (int i = 0; i < x.length; i++) {
            stream = parallel ? stream.parallel().map(v -> v + 1) : stream;
        }
        return stream.sum();
    }

    @Test
    void streamsThatAreNotSeenWholeAreRefused() {
        JacobiException refused = assertThrows(JacobiException.class, () -> take("laterStream"));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertTrue(
                refused.getMessage().contains("it has a parallel stream that is not seen whole"), refused.getMessage());
    }

    @IndependentRounds
    static void scatter(double[] x, int[] where, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[where[i]] = x[i]);
    }

    static void scatterWithoutAWord(double[] x, int[] where, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[where[i]] = x[i]);
    }

    @IndependentRounds
    static void neighboursOnParole(double[] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i] = x[i - 1] + 1);
    }

    @Test
    void whatCannotBeProvedIsBelievedIfItIsPromised() {
        ArrayUse use = (ArrayUse) take("scatter").only().uses().stream()
                .filter(each -> each != null && each.isWritten())
                .findFirst()
                .orElseThrow();
        // Any element may be written, and the others are to stay.
        assertNull(use.writes());
        assertRefused(
                "scatterWithoutAWord",
                "scatterWithoutAWord(double[], int[], double[]) at scatterWithoutAWord on a device: two rounds may write the same element");
    }

    @Test
    void aPromiseThatIsProvedToBeWrongIsNotBelieved() {
        assertRefused(
                "neighboursOnParole",
                "neighboursOnParole(double[]) at neighboursOnParole on a device: the read at lambda < neighboursOnParole and the write at lambda < neighboursOnParole may meet in different rounds");
    }
}
