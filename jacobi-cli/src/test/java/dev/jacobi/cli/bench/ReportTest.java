package dev.jacobi.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.Timing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Variant JVM = BaselinesTest.JVM;

    private static Measurement lse(String size, long primal, long derivative) {
        return new Measurement(
                SuiteEval.LSE,
                size,
                "gradient",
                JVM,
                new Timing(new long[] {primal, primal, 2 * primal}),
                new Timing(new long[] {derivative, 3 * derivative, 4 * derivative}),
                OptionalDouble.of(1e-12),
                "");
    }

    private static Measurement particle(long derivative) {
        return new Measurement(
                SuiteEval.PARTICLE,
                "default",
                "ff",
                JVM,
                null,
                new Timing(new long[] {derivative}),
                OptionalDouble.of(0),
                "");
    }

    @Test
    void ratiosAreOfFastestRuns() {
        Measurement measured = lse("n2", 1_000_000, 4_000_000);
        Baselines baselines = BaselinesTest.BASELINES;
        assertEquals(4, Ratio.TO_PRIMAL.of(measured, baselines).orElseThrow(), 1e-12);
        assertEquals(0.25, Ratio.TO_ENZYME.of(measured, baselines).orElseThrow(), 1e-12);
        assertEquals(0.5, Ratio.TO_BEST.of(measured, baselines).orElseThrow(), 1e-12);
        assertEquals(0.5, Ratio.PRIMAL_TO_CPP.of(measured, baselines).orElseThrow(), 1e-12);
        assertTrue(Ratio.TO_PRIMAL.of(particle(10), baselines).isEmpty());
        assertTrue(Ratio.TO_ENZYME.of(lse("n3", 1, 1), baselines).isEmpty());
    }

    @Test
    void allEvalsCountTheSameInTheMeanOfAll() {
        List<Measurement> measurements = List.of(
                lse("n2", 1, 16_000_000), lse("n2", 1, 4_000_000), particle(62_500_000), lse("n3", 1, 1_000_000));
        Means means = Means.of(measurements, JVM, Ratio.TO_ENZYME, BaselinesTest.BASELINES);
        assertEquals(0.5, means.byEval().get(SuiteEval.LSE), 1e-12);
        assertEquals(0.25, means.byEval().get(SuiteEval.PARTICLE), 1e-12);
        assertEquals(Math.sqrt(0.125), means.overall(), 1e-12);
        assertTrue(Means.of(measurements, new Variant("llvm", JVM.options()), Ratio.TO_ENZYME, BaselinesTest.BASELINES)
                .isEmpty());
    }

    @Test
    void commaSeparatedValuesHaveACellForEachColumn() {
        Measurement refused = new Measurement(
                SuiteEval.LSE, "n2", "gradient", JVM, null, null, OptionalDouble.empty(), "NOT NATIVE, \"a\"");
        List<String> csv = new Report(List.of(JVM), BaselinesTest.BASELINES)
                .csv(List.of(lse("n2", 1_000_000, 4_000_000), refused));
        assertEquals(
                "lse,n2,gradient,jvm,0.001,0.001,3,0.004,0.012,3,4.0,0.25,manual,0.5,0.5,1.0E-12,true,", csv.get(1));
        assertEquals("lse,n2,gradient,jvm,,,,,,,,,manual,,,,,\"NOT NATIVE, \"\"a\"\"\"", csv.get(2));
        assertEquals(csv.getFirst().split(",", -1).length, csv.get(1).split(",", -1).length);
    }

    @Test
    void wrongOutputsAndRefusalsStandInTheTable() {
        StringWriter out = new StringWriter();
        Report report = new Report(List.of(JVM), Baselines.NONE);
        Measurement wrong = new Measurement(
                SuiteEval.LSE, "n2", "gradient", JVM, null, null, OptionalDouble.of(1e-7), "NOT NATIVE, primal: why");
        assertFalse(wrong.right());
        report.writeLine(wrong, new PrintWriter(out));
        assertTrue(
                out.toString().matches("lse +n2 +jvm +1\\.0e-07 {2}WRONG NOT NATIVE, primal: why\\R"), out::toString);
    }

    @Test
    void theMeansOfEvalsAndOfAllAreWritten() {
        StringWriter out = new StringWriter();
        new Report(List.of(JVM), BaselinesTest.BASELINES)
                .writeMeans(List.of(lse("n2", 2_000_000, 8_000_000), particle(125_000_000)), new PrintWriter(out));
        List<String> lines =
                out.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
        assertEquals("lse jvm 4.00 0.500 1.00 1.00", lines.get(3));
        assertEquals("particle jvm 0.500 0.500 ", lines.get(4));
        assertEquals("all jvm 4.00 (1) 0.500 (2) 0.707 (2) 1.00 (1)", lines.get(5));
    }

    @Test
    void theAblationDividesWhatIsOptimisedLaterByWhatIsOptimisedFirst() {
        Measurement first = lse("n2", 1, 2_000_000);
        Measurement later = new Measurement(
                SuiteEval.LSE,
                "n2",
                "gradient",
                JVM.optimizedLater(),
                null,
                new Timing(new long[] {5_000_000}),
                OptionalDouble.of(0),
                "");
        StringWriter out = new StringWriter();
        Ablation.write(
                List.of(JVM, JVM.optimizedLater()), List.of(first, later, lse("n3", 1, 7)), new PrintWriter(out));
        assertEquals(
                List.of(
                        "",
                        "jvm, differentiated first and optimised later / optimised first: 2.50 (1 evals)",
                        "  lse 2.50"),
                out.toString().lines().toList());
        assertFalse(JVM.optimizedLater().options().optimizeFirst());
    }
}
