package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jacobi.Options;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurveyTest {
    @TempDir
    private Path data;

    private final StringWriter out = new StringWriter();

    private void write(String file, String text) throws IOException {
        Path path = data.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void writeLogSumExp(String gradient) throws IOException {
        write("inputs/lse/two.json", "{\"x\":[0.0,0.0],\"n\":2,\"min_runs\":1,\"min_seconds\":1.0}");
        write("expected/lse/two.primal.json", String.valueOf(Math.log(2)));
        write("expected/lse/two.gradient.json", gradient);
    }

    private JsonNode json(double budget, String... evals) throws IOException {
        boolean ok =
                SurveyReport.json(Survey.of(data, List.of(evals), Options.DEFAULT, 0, 0, budget), new PrintWriter(out));
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertEquals(ok, report.get("ok").booleanValue());
        return report;
    }

    @Test
    void everyInputIsCheckedAndTimed() throws IOException {
        writeLogSumExp("[0.5,0.5]");
        JsonNode report = json(30, "lse");
        assertTrue(report.get("ok").booleanValue(), report::toString);
        assertEquals(1, report.get("inputs").size());
        JsonNode input = report.get("inputs").get(0);
        assertEquals("two", input.get("input").asText());
        assertTrue(input.get("right").booleanValue());
        for (String function : List.of("original", "derivative")) {
            assertTrue(input.get(function).get("runs").intValue() >= 1);
            assertTrue(input.get(function).get("minimum_ns").longValue()
                    <= input.get(function).get("median_ns").longValue());
        }
        double ratio = input.get("derivative").get("minimum_ns").doubleValue()
                / input.get("original").get("minimum_ns").doubleValue();
        assertEquals(ratio, input.get("ratio").doubleValue(), 1e-12 * ratio);
        assertEquals(ratio, report.get("ratios").get("lse").doubleValue(), 1e-12 * ratio);
        assertEquals(ratio, report.get("ratio").doubleValue(), 1e-12 * ratio);
    }

    @Test
    void aWrongOutputIsAFinding() throws IOException {
        writeLogSumExp("[0.5,0.25]");
        JsonNode report = json(30, "lse");
        assertFalse(report.get("ok").booleanValue());
        assertFalse(report.get("inputs").get(0).get("right").booleanValue());
        assertEquals(0.5, report.get("inputs").get(0).get("error").doubleValue());
    }

    @Test
    void evalsWithoutInputsAreNamedAsSkipped() throws IOException {
        writeLogSumExp("[0.5,0.5]");
        JsonNode report = json(30, "llsq", "lse");
        assertFalse(report.get("ok").booleanValue());
        assertEquals(
                "skipped: there are no inputs",
                report.get("inputs").get(0).get("remark").asText());
    }

    @Test
    void inputsBeyondTheBudgetAreCheckedAndNotTimed() throws IOException {
        writeLogSumExp("[0.5,0.5]");
        JsonNode input = json(0, "lse").get("inputs").get(0);
        assertTrue(input.get("right").booleanValue());
        assertFalse(input.has("derivative"));
        assertTrue(input.get("remark").asText().startsWith("not timed: "), input::toString);
    }

    @Test
    void theTableHasALineForEachInputAndTheMeans() throws IOException {
        writeLogSumExp("[0.5,0.5]");
        write("inputs/hello/three.json", "3.0");
        write("expected/hello/three.square.json", "9.0");
        write("expected/hello/three.double.json", "6.0");
        assertTrue(SurveyReport.table(
                Survey.of(data, List.of("hello", "lse"), Options.DEFAULT, 0, 0, 30), new PrintWriter(out)));
        List<String> starts = out.toString()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.strip().replaceFirst("  .*", ""))
                .toList();
        assertEquals("eval", starts.getFirst());
        assertEquals(
                List.of("hello", "hello", "lse", "derivative / original, geometric mean of the fastest runs"),
                starts.subList(1, 5));
        assertEquals(7, starts.size());
    }

    @Test
    void anUnknownEvalIsMisuse() {
        assertEquals(
                "There is no eval ray; there are " + SuiteEval.labels() + ".",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Survey.of(data, List.of("ray"), Options.DEFAULT, 0, 0, 30))
                        .getMessage());
    }
}
