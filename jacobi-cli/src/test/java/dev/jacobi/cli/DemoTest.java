package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.Devices;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
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

    @Test
    void whatRunsOnADeviceIsWhatTheJvmComputes() {
        Assumptions.assumeFalse(Devices.all().isEmpty(), "there is no device");
        StringWriter out = new StringWriter();
        int exitCode = Main.commandLine().setOut(new PrintWriter(out, true)).execute("demo", "--device", "first");
        assertEquals(0, exitCode, out::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(
                lines.get(3).matches("an array there and back, reversed .* 4.19 MB +4.19 MB +1  none"), out::toString);
        // Heights and velocities go there once and come home once, whatever the number of steps.
        assertTrue(
                lines.get(4).matches("an object with arrays and a record .* 8.39 MB +8.39 MB +10  none"),
                out::toString);
        assertTrue(lines.get(5).matches("scalar x vector .* 4.19 MB +4.19 MB +1  none"), out::toString);
        assertTrue(
                lines.get(6).matches("a parallel stream, Mandelbrot's set .* 0.00 MB +3.15 MB +1  none"),
                out::toString);
        assertTrue(lines.get(7).startsWith("derivatives: training of a network"), out::toString);
        assertTrue(out.toString().contains("all results are right"), out::toString);
    }

    @Test
    void aDeviceThatIsNotThereIsMisuse() {
        StringWriter err = new StringWriter();
        assertEquals(2, Main.commandLine().setErr(new PrintWriter(err, true)).execute("demo", "--device", "cuda:99"));
        assertTrue(err.toString().startsWith("cannot find the device cuda:99"), err::toString);
    }
}
