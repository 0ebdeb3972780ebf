package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void doctorPrintsTheJdkVersionAndEndsWithZero() {
        assertEquals(0, run("doctor"), () -> out + "" + err);
        assertTrue(out.toString().startsWith("JDK    " + Runtime.version()), out::toString);
        assertTrue(out.toString().endsWith("ok" + System.lineSeparator()), out::toString);
    }

    @Test
    void versionNamesTheProgramAndTheJdk() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("jacobi "), out::toString);
        assertTrue(out.toString().contains("JDK " + Runtime.version()), out::toString);
    }

    @Test
    void helpGoesToStandardOutput() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().startsWith("Usage: jacobi"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void unknownCommandIsMisuseWithUsageOnStandardError() {
        assertEquals(2, run("integrate"));
        assertTrue(err.toString().contains("'integrate'"), err::toString);
        assertTrue(err.toString().contains("Usage: jacobi"), err::toString);
        assertEquals("", out.toString());
    }

    @Test
    void noCommandIsMisuseWithUsageOnStandardError() {
        assertEquals(2, run());
        assertTrue(err.toString().contains("Usage: jacobi"), err::toString);
        assertEquals("", out.toString());
    }

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
