package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
    void doctorHasALineForEachRuntimeOfDevices() {
        run("doctor");
        List<String> offload = out.toString()
                .lines()
                .filter(line -> line.startsWith("offload by "))
                .map(line -> line.split(" +", -1)[2])
                .toList();
        assertEquals(List.of("cuda", "hip", "opencl"), offload);
    }

    @Test
    void devicesAreListedOrTheirAbsenceIsExplained() {
        boolean found = run("devices") == 0;
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(2).startsWith("opencl  "), out::toString);
        if (found) {
            assertTrue(out.toString().contains("double precision"), out::toString);
        } else {
            assertTrue(out.toString().contains("install"), out::toString);
        }
    }

    @Test
    void devicesAsJsonHaveTheirNames() throws IOException {
        run("devices", "--json");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertEquals(3, json.get("runtimes").size());
        for (JsonNode device : json.get("devices")) {
            assertTrue(device.get("id").asText().matches("(cuda|hip|opencl):\\d+"), out::toString);
            assertEquals(
                    device.get("missing").asText().isEmpty(),
                    device.get("usable").asBoolean());
        }
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
