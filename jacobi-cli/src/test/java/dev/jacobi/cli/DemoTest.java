package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @Test
    void theDemoFindsAllDerivativesRightAndLeavesAPicture(@TempDir Path directory) {
        StringWriter out = new StringWriter();
        Path picture = directory.resolve("demo.png");
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute("demo", "--seconds", "0.01", "--picture", picture.toString());
        assertEquals(0, exitCode, out::toString);
        assertTrue(out.toString().contains("all derivatives are right"), out::toString);
        assertTrue(Files.exists(picture) || out.toString().contains("picture skipped"), out::toString);
    }
}
