package dev.jacobi.offload.extract;

import static dev.jacobi.offload.extract.Outlined.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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

/** Arrays of arrays in parallel loops: what a kernel sees of them, when rounds are apart, and what is refused. */
class OutlineRowsTest {
    private static final Span ITSELF = new Span(true, new Formula(List.of(), 0));

    static void scale(double[][] x, double by) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            double[] row = x[i];
            for (int j = 0; j < row.length; j++) {
                row[j] *= by;
            }
        });
    }

    @Test
    void aKernelSeesElementsOfAllRowsAndWhereRowsStartAndEnd() {
        Kernel kernel = take(OutlineRowsTest.class, "scale").only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineRowsTest.scale$0(%0: double[], %1: int[], %2: int[], %3: double, %4: int): void {
                b0:
                  %5 = constant 0
                  %6: int = array_load! int %1, %4
                  %7: int = array_load! int %2, %4
                  %8: int = sub %7, %6
                  jump b1(%5)
                b1(%9: int):
                  %10 = ge %9, %8
                  branch %10, b2, b3
                b2:
                  return
                b3:
                  %11: int = add %6, %9
                  %12: double = array_load! double %0, %11
                  %13: double = mul %12, %3
                  array_store! double %0, %11, %13
                  %14 = constant 1
                  %15: int = add %9, %14
                  jump b1(%15)
                }
                """, Printer.print(kernel.round()));
        assertEquals(new RowsUse(true, true, List.of(ITSELF)), kernel.uses().getFirst());
        assertEquals(Failures.NONE, kernel.failures());
        // No two rows are one array.
        assertEquals(1, kernel.requirements().size());
        assertTrue(kernel.requirements().getFirst() instanceof Requirement.Distinct(int one, int other, var _)
                && one == 0
                && other == 0);
    }

    static void first(double[][] x, int n) {
        IntStream.range(0, n).parallel().forEach(i -> x[i + 1][i - 3] = 1);
    }

    @Test
    void indicesThatMayLeaveARowAreChecked() {
        Kernel kernel = take(OutlineRowsTest.class, "first").only();
        assertEquals("""
                function dev.jacobi.offload.extract.OutlineRowsTest.first$0(%0: double[], %1: int[], %2: int[], %3: int): void {
                b0:
                  %4 = constant 1
                  %5: int = add# %3, %4
                  %6: int = array_load int %1, %5
                  %7: int = array_load! int %2, %5
                  %8 = constant -3
                  %9: int = add %3, %8
                  %10 = constant 1.0
                  %11: int = add %6, %9
                  %12: int = sub %7, %6
                  %13 = constant -2147483648
                  %14: int = xor %9, %13
                  %15: int = xor %12, %13
                  %16 = lt %14, %15
                  %17 = constant -1
                  %18: int = select %16, %11, %17
                  array_store double %0, %18, %10
                  return
                }
                """, Printer.print(kernel.round()));
        assertEquals(
                List.of(new Span(true, new Formula(List.of(), 1))),
                ((RowsUse) kernel.uses().getFirst()).writtenRows());
        assertTrue(kernel.failures().others());
    }

    static void diagonal(double[][] x, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = x[2][i] + x[i].length);
    }

    @Test
    void rowsThatAreOnlyReadMayBeAnythingButWhatIsWritten() {
        Kernel kernel = take(OutlineRowsTest.class, "diagonal").only();
        int rows = kernel.uses().indexOf(new RowsUse(true, false, List.of()));
        assertEquals(1, kernel.requirements().size());
        assertTrue(kernel.requirements().getFirst() instanceof Requirement.Distinct(int one, int other, var _)
                && one != other
                && (one == rows || other == rows));
    }

    static void oneRow(double[][] x, int k, int n) {
        IntStream.range(0, n).parallel().forEach(i -> x[k][i] = 2 * x[k][i] + i);
    }

    @Test
    void roundsMayShareARowIfTheirElementsAreApart() {
        Kernel kernel = take(OutlineRowsTest.class, "oneRow").only();
        assertTrue(kernel.uses().getFirst().isWritten());
    }

    static void columns(double[][] x, int n) {
        IntStream.range(0, n).parallel().forEach(j -> {
            for (int i = 1; i < x.length; i++) {
                x[i][j] += x[i - 1][j];
            }
        });
    }

    @Test
    void roundsMayHaveAColumnEach() {
        Kernel kernel = take(OutlineRowsTest.class, "columns").only();
        assertEquals(new RowsUse(true, true, null), kernel.uses().getFirst());
    }

    @IndependentRounds
    static void scatterRows(double[][] x, int[] where) {
        IntStream.range(0, where.length).parallel().forEach(i -> x[where[i]][0] = i);
    }

    @Test
    void aPromiseSaysNothingOfRowsThatAreThereTwice() {
        Kernel kernel = take(OutlineRowsTest.class, "scatterRows").only();
        assertTrue(kernel.requirements().stream()
                .anyMatch(each -> each instanceof Requirement.Distinct(int one, int other, var _) && one == other));
    }

    static void eachRow(double[][] x) {
        Arrays.stream(x).parallel().forEach(row -> row[0] = row[1] + row.length);
    }

    @Test
    void streamsMayBeOfRows() {
        Kernel kernel = take(OutlineRowsTest.class, "eachRow").only();
        assertEquals(List.of(new RowsUse(true, true, List.of(ITSELF))), kernel.uses());
    }

    interface Gradient {
        double of(double[][] x, double[][] adjoints, double seed);
    }

    static double squares(double[][] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    for (double each : x[i]) {
                        sum += each * each;
                    }
                    return sum;
                })
                .sum();
    }

    @Test
    void adjointsOfRowsThatRoundsReadAloneAreTheirsAlone() {
        Derivative gradient = Jacobi.of(OutlineRowsTest.class, "squares").reverse(Activity.DUPLICATED);
        List<Kernel> kernels = take(
                        PlacedElsewhere.code(gradient, Gradient.class),
                        gradient.specification().target())
                .kernels();
        assertEquals(2, kernels.size());
        List<RowsUse> written = kernels.getLast().uses().stream()
                .filter(use -> use instanceof RowsUse rows && rows.isWritten())
                .map(RowsUse.class::cast)
                .toList();
        assertEquals(1, written.size());
        assertNotNull(written.getFirst().writtenRows());
    }

    // ---- refusals ----

    private static void assertRefused(String method, String what) {
        Outlined.assertRefused(OutlineRowsTest.class, method, what);
    }

    static void neighbours(double[][] x) {
        IntStream.range(1, x.length).parallel().forEach(i -> x[i][0] = x[i - 1][0]);
    }

    @Test
    void rowsThatOthersWriteAreRefused() {
        assertRefused(
                "neighbours",
                "neighbours(double[][]) at neighbours on a device: the read at lambda < neighbours and the write at lambda < neighbours may meet in different rounds");
    }

    static void sameColumn(double[][] x, int n) {
        IntStream.range(0, n).parallel().forEach(j -> {
            for (int i = 0; i < x.length; i++) {
                x[i][0] = j;
            }
        });
    }

    @Test
    void elementsThatAllRoundsWriteAreRefused() {
        assertRefused(
                "sameColumn",
                "sameColumn(double[][], int) at sameColumn on a device: two rounds may write the same element");
    }

    static void unknownRows(double[][] x, int[] where) {
        IntStream.range(0, where.length).parallel().forEach(i -> x[where[i]][0] = i);
    }

    @Test
    void rowsThatDataNameAreRefused() {
        assertRefused(
                "unknownRows",
                "unknownRows(double[][], int[]) at unknownRows on a device: two rounds may write the same element");
    }

    static void addsUp(double[][] x, double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> x[0][0] += y[i]);
    }

    @Test
    void sumsInRowsAreRefused() {
        assertRefused(
                "addsUp",
                "addsUp(double[][], double[]) at addsUp on a device: the read at lambda < addsUp and the write at lambda < addsUp may meet in different rounds");
    }

    static void puts(double[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] = y);
    }

    @Test
    void newRowsAreRefused() {
        assertRefused(
                "puts", "puts(double[][], double[]) at puts on a device: it puts an array into an array of arrays");
    }

    static void compares(double[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = x[i] == y ? 1 : 0);
    }

    @Test
    void rowsThatAreComparedAreRefused() {
        assertRefused(
                "compares",
                "compares(double[][], double[]) at compares on a device: it does more with an array out of an array of arrays than read and write its elements");
    }

    static void chooses(double[][] x, double[][] y, double[] z) {
        IntStream.range(0, z.length).parallel().forEach(i -> {
            double[] row = z[i] > 0 ? x[i] : y[i];
            z[i] = row[0];
        });
    }

    @Test
    void rowsThatAreChosenAreRefused() {
        assertRefused(
                "chooses",
                "chooses(double[][], double[][], double[]) at chooses on a device: it takes an array out of an array of arrays");
    }

    static void deeper(double[][][] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i][0][0] = 1);
    }

    @Test
    void threeLevelsAreRefused() {
        assertRefused(
                "deeper", "deeper(double[][][]) at deeper on a device: it takes an array out of an array of arrays");
    }

    static void passed(double[][] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> System.arraycopy(y, 0, x[i], 0, 1));
    }

    @Test
    void rowsThatArePassedOnAreRefused() {
        assertRefused(
                "passed",
                "passed(double[][], double[]) at passed on a device: it passes an array to a method that was not inlined");
    }
}
