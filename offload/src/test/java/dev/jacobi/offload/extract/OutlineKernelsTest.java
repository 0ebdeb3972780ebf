package dev.jacobi.offload.extract;

import static dev.jacobi.offload.extract.Outlined.ITSELF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.ir.Printer;
import dev.jacobi.offload.IndependentRounds;
import dev.jacobi.offload.extract.Kernel.Failures;
import dev.jacobi.offload.extract.Kernel.Requirement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is taken out of a method: a round as a function, what it uses and may fail by, reductions, loops in one another, and what is left to the host. */
class OutlineKernelsTest {
    private static Outlined take(String method) {
        return Outlined.take(OutlineKernelsTest.class, method);
    }

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
        Outlined taken = Outlined.take(
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
        Outlined taken = take("twice");
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
        Outlined taken = Outlined.take(
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
}
