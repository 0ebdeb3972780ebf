package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What users read who ask for native code where there is none: the whole text. */
class OptionsRefusalsTest {
    private static final Options LLVM = Options.DEFAULT.withBackend(Backend.LLVM);

    @SuppressWarnings("NonFinalStaticField") // so that it is read at each call
    static double scale = 2;

    static double scaled(double[] x) {
        return x[0] * x[0] * scale;
    }

    static double unit(double[] x) {
        return x[0] * Math.ulp(x[1]);
    }

    private static String refused(ScalarFunction<double[]> function) {
        JacobiException refusal = assertThrows(JacobiException.class, () -> Jacobi.gradient(function, LLVM));
        assertEquals(Refusal.NOT_NATIVE, refusal.refusal());
        return refusal.getMessage();
    }

    @Test
    void staticFields() {
        assertEquals("""
                cannot compile dev.jacobi.llvm.OptionsRefusalsTest.scaled.reverse natively: it has get_static dev.jacobi.llvm.OptionsRefusalsTest.scale:double
                  at:  dev.jacobi.llvm.OptionsRefusalsTest.scaled:25
                  why: the native backend compiles code over numbers and arrays of numbers that depends on its arguments alone
                  try: leave this function to the JVM (Backend.JVM, or AUTO, which does so by itself), or keep objects and static fields out of it
                  see: docs/guide/refusals.md#not-native""", refused(OptionsRefusalsTest::scaled));
    }

    @Test
    void functionsWithoutNativeCode() {
        assertEquals("""
                cannot compile dev.jacobi.llvm.OptionsRefusalsTest.unit.reverse natively: it has math ulp
                  at:  dev.jacobi.llvm.OptionsRefusalsTest.unit:29
                  why: the native backend compiles code over numbers and arrays of numbers that depends on its arguments alone
                  try: leave this function to the JVM (Backend.JVM, or AUTO, which does so by itself), or keep objects and static fields out of it
                  see: docs/guide/refusals.md#not-native""", refused(OptionsRefusalsTest::unit));
    }

    @Test
    void noLibrary() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Djacobi.llvm.library=/no/such/library.so",
                        "dev.jacobi.llvm.NoLibrary")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        String refusal = """
                NO_LLVM there is no native code: -Djacobi.llvm.library names /no/such/library.so, which is no file
                  why: native code is made by libLLVM, version 20 or later, which is loaded into this process
                  try: add dev.jacobi:jacobi-llvm and org.bytedeco:llvm with this platform's classifier, or name a library with -Djacobi.llvm.library=FILE
                  see: docs/guide/refusals.md#no-llvm
                """;
        assertEquals(refusal + refusal + "6.0\n", printed);
    }
}
