package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.backend.NativeCompilers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private static final String PRODUCT = "dev.jacobi.cli.check.Samples::product";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void stagesAreListedInTheirOrder() {
        assertEquals(0, run("explain", PRODUCT, "--stage", "list"), err::toString);
        List<String> stages = out.toString().lines().toList();
        assertEquals("Lift", stages.getFirst());
        assertTrue(stages.contains("ReverseMode"), stages::toString);
        assertEquals("final", stages.getLast());
    }

    @Test
    void oneStageIsPrintedAlone() {
        assertEquals(0, run("explain", PRODUCT, "--stage", "lift"), err::toString);
        assertTrue(out.toString().startsWith("---- Lift" + System.lineSeparator()), out::toString);
        assertEquals(
                1,
                out.toString().lines().filter(line -> line.startsWith("---- ")).count());
        assertTrue(out.toString().contains("mul %0, %1"), out::toString);
        assertTrue(out.toString().contains("dev.jacobi.cli.check.Samples.product:"), out::toString);
    }

    @Test
    void modeChoosesTheTransformation() {
        assertEquals(0, run("explain", PRODUCT, "--mode", "forward", "--stage", "list"), err::toString);
        assertTrue(out.toString().lines().anyMatch("ForwardMode"::equals), out::toString);
        out.getBuffer().setLength(0);
        assertEquals(0, run("explain", PRODUCT, "--mode", "none", "--stage", "list"), err::toString);
        assertFalse(out.toString().contains("Mode"), out::toString);
    }

    @Test
    void howABatchIsDoneIsAStageOfItsOwn() {
        assertEquals(
                0,
                run("explain", PRODUCT, "--mode", "none", "--batch", "EACH,shared", "--stage", "batch"),
                err::toString);
        assertEquals(
                List.of("---- batch", "one loop over straight code, which can be vectorised as it is", ""),
                out.toString().lines().toList());
        out.getBuffer().setLength(0);
        // Two parameters and the seed.
        assertEquals(0, run("explain", PRODUCT, "--batch", "EACH,EACH,SHARED", "--stage", "batch"), err::toString);
        assertEquals("---- batch", out.toString().lines().findFirst().orElse(""));
        out.getBuffer().setLength(0);
        assertEquals(1, run("explain", PRODUCT, "--mode", "none", "--batch", "EACH"), err::toString);
        assertTrue(
                out.toString()
                        .startsWith("refused: cannot batch dev.jacobi.cli.check.Samples.product(double, double): "
                                + "it has 2 parameters, but 1 axis"),
                out::toString);
    }

    @Test
    void unknownStagesAndModesAreMisuse() {
        assertEquals(2, run("explain", PRODUCT, "--stage", "nonsense"));
        assertTrue(err.toString().startsWith("No stage of that name; --stage list names them."), err::toString);
        assertEquals("", out.toString());
        err.getBuffer().setLength(0);
        assertEquals(2, run("explain", PRODUCT, "--mode", "sideways"));
        assertTrue(err.toString().startsWith("--mode is reverse, forward or none, not sideways."), err::toString);
    }

    @Test
    void refusalsAreFindings() {
        assertEquals(1, run("explain", "dev.jacobi.cli.check.Samples::none"));
        assertTrue(
                out.toString().startsWith("refused: dev.jacobi.cli.check.Samples has no method none"), out::toString);
    }

    @Test
    void whatAutomaticCodeChoosesIsAStage() {
        String norm = "dev.jacobi.cli.check.Samples::norm";
        assertEquals(
                0,
                run("explain", norm, "--backend", "auto", "--args", "[[1, 2, 3]]", "--stage", "choice"),
                () -> out + "" + err);
        boolean isNative = NativeCompilers.find()
                .filter(compiler -> compiler.absence().isEmpty())
                .isPresent();
        String expected = isNative
                ? "(LLVM|JVM), arrays of 4 to 7 elements in all: \\d+ ns natively, \\d+ ns on the JVM"
                : "JVM, there is no native code.*";
        assertTrue(out.toString().lines().toList().get(1).matches(expected), out::toString);
    }

    @Test
    void argumentsWithoutAChoiceAreMisuse() {
        assertEquals(2, run("explain", PRODUCT, "--args", "[1, 2]"));
        assertTrue(
                err.toString().startsWith("--args goes with --backend auto and --mode reverse or forward."),
                err::toString);
    }

    @Test
    void whatRunsOnADeviceIsAStageOfItsOwn() {
        String scale = "dev.jacobi.examples.parallel.LinearAlgebra::saxpy";
        assertEquals(0, run("explain", scale, "--mode", "none", "--offload", "--stage", "offload"), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertEquals("---- offload", lines.getFirst());
        assertTrue(
                lines.get(1).startsWith("; kernel 0 at dev.jacobi.examples.parallel.LinearAlgebra.saxpy:"),
                out::toString);
        assertTrue(lines.contains(";   %0: reads element i, writes element i"), out::toString);
        assertTrue(
                lines.contains(";   throws only if an index is out of bounds, which is known before the launch"),
                out::toString);
        assertTrue(lines.contains("; on the JVM"), out::toString);
    }

    @Test
    void whatCannotRunOnADeviceIsRefused() {
        assertEquals(1, run("explain", PRODUCT, "--mode", "none", "--offload"), err::toString);
        assertTrue(
                out.toString().startsWith("refused: cannot offload dev.jacobi.cli.check.Samples.product("),
                out::toString);
    }
}
