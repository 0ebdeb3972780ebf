package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckTest {
    private static final String SAMPLES = "dev.jacobi.cli.check.Samples::";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of("check"));
        all.addAll(Arrays.asList(args));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    /** Runs with {@code --json} and takes the one object on standard output. */
    private JsonNode json(int exitCode, String... args) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("--json");
        assertEquals(exitCode, run(all.toArray(String[]::new)), () -> out + "" + err);
        assertEquals(1, out.toString().lines().count(), out::toString);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        List<String> members = new ArrayList<>();
        json.fieldNames().forEachRemaining(members::add);
        assertEquals(
                List.of("value", "gradient", "forward", "finite", "maxRelativeError", "verdict", "pitfalls", "error"),
                members);
        return json;
    }

    private static void assertOk(JsonNode json, String value, String gradient) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        assertEquals("ok", json.get("verdict").asText(), json::toString);
        assertEquals(mapper.readTree(value), json.get("value"));
        assertEquals(mapper.readTree(gradient), json.get("gradient"));
        assertEquals(mapper.readTree(gradient), json.get("forward"));
        assertTrue(json.get("error").isNull());
        assertTrue(json.get("maxRelativeError").doubleValue() < 1e-9, json::toString);
    }

    @Test
    void textHasALineForEachNumberAndTheVerdict() {
        assertEquals(0, run(SAMPLES + "product", "--args", "[3, 4]"), () -> out + "" + err);
        List<String> lines = out.toString().lines().toList();
        assertEquals("value     12.0", lines.get(0));
        assertTrue(lines.get(2).matches("0 +4\\.0 +4\\.0 +4\\.0000.*"), out::toString);
        assertTrue(lines.get(3).matches("1 +3\\.0 +3\\.0 +3\\.0000.*"), out::toString);
        assertEquals("verdict   ok", lines.getLast());
    }

    @Test
    void gradientsNestLikeTheArguments() throws Exception {
        assertOk(json(0, SAMPLES + "nested", "--args", "[[[1, 2], [], [3]], 2]"), "32.0", "[[[2.0, 4.0], [], [18.0]]]");
    }

    @Test
    void wrtPicksArgumentsInItsOwnOrder() throws Exception {
        assertOk(json(0, SAMPLES + "product", "--args", "[3, 4]", "--wrt", "1,0"), "12.0", "[3.0, 4.0]");
    }

    @Test
    void wrtLeavesTheOtherArgumentsOut() throws Exception {
        assertOk(json(0, SAMPLES + "product", "--args", "[3, 4]", "--wrt", "1"), "12.0", "[3.0]");
    }

    @Test
    void methodsWithoutResultAreJudgedByWhatTheyWrite() throws Exception {
        assertOk(json(0, SAMPLES + "square", "--args", "[[1, -2, 3]]"), "null", "[[2.0, -4.0, 6.0]]");
    }

    @Test
    void arraysThatAreReturnedAreSummed() throws Exception {
        assertOk(json(0, SAMPLES + "swap", "--args", "[[5, 7, 9]]"), "[7.0, 5.0]", "[[1.0, 1.0, 0.0]]");
    }

    @Test
    void floatsHaveToleranceOfTheirOwn() throws Exception {
        JsonNode json = json(0, SAMPLES + "single", "--args", "[0.1, [1, 2, 3.3]]");
        assertEquals("ok", json.get("verdict").asText(), json::toString);
        assertEquals(0.1, json.get("gradient").get(1).get(0).doubleValue(), 1e-7);
        assertEquals(6.3, json.get("gradient").get(0).doubleValue(), 1e-6);
    }

    @Test
    void derivativesOfVeryDifferentSizeAreAllCompared() throws Exception {
        assertOk(json(0, SAMPLES + "unequal", "--args", "[2, 3]"), "2000000000.003", "[1000000000.0, 0.001]");
    }

    @Test
    void emptyArraysHaveEmptyGradients() throws Exception {
        assertOk(json(0, SAMPLES + "norm", "--args", "[[]]"), "0.0", "[[]]");
    }

    @Test
    void thousandsOfNumbersAreNoProblem() throws Exception {
        String array = IntStream.range(0, 2000).mapToObj(String::valueOf).collect(Collectors.joining(",", "[[", "]]"));
        JsonNode json = json(0, SAMPLES + "norm", "--args", array);
        assertEquals(
                "ok", json.get("verdict").asText(), () -> json.get("pitfalls").toString());
        assertEquals(3998.0, json.get("gradient").get(0).get(1999).doubleValue());
    }

    @Test
    void privateMethodsCanBeChecked() throws Exception {
        assertOk(json(0, SAMPLES + "hidden", "--args", "[3]"), "9.0", "[6.0]");
    }

    @Test
    void kinksArePitfalls() throws Exception {
        JsonNode json = json(0, "java.lang.Math::abs(double)", "--args", "[0]");
        assertEquals("ok", json.get("verdict").asText());
        assertEquals(
                "argument 0: a kink or jump, with slope -1.00000 to the left and 1.00000 to the right",
                json.get("pitfalls").get(0).asText());
    }

    @Test
    void numbersThatAreNotFiniteAreStrings() throws Exception {
        JsonNode json = json(0, "java.lang.Math::sqrt", "--args", "[0]");
        assertEquals("Infinity", json.get("gradient").get(0).textValue());
        assertEquals("NaN", json.get("finite").get(0).textValue());
        assertEquals(
                "argument 0: the derivative is Infinity, a singular point",
                json.get("pitfalls").get(0).asText());
    }

    @Test
    void refusalsCarryTheirPartsAndExitWithOne() throws Exception {
        JsonNode json = json(1, SAMPLES + "nanoseconds(int)", "--args", "[1]");
        assertEquals("refused", json.get("verdict").asText());
        assertTrue(json.get("value").isNull());
        assertEquals(0, json.get("gradient").size());
        JsonNode error = json.get("error");
        assertEquals("UNKNOWN_METHOD", error.get("refusal").asText());
        assertEquals("""
                dev.jacobi.cli.check.Samples has no method nanoseconds(int)
                  has: nanoseconds(double)""", error.get("message").asText());
        assertEquals("docs/guide/refusals.md#unknown-method", error.get("see").asText());
    }

    @Test
    void refusalsInTextAreTheWholeMessage() {
        assertEquals(1, run("java.lang.Math::abs", "--args", "[1]"));
        assertTrue(out.toString().startsWith("refused: java.lang.Math has 4 methods abs"), out::toString);
        assertTrue(out.toString().contains("  see: docs/guide/refusals.md#ambiguous-method"), out::toString);
    }

    @Test
    void methodsThatReturnNullAreRefused() throws Exception {
        JsonNode json = json(1, SAMPLES + "nothing", "--args", "[1]");
        assertEquals("refused", json.get("verdict").asText());
        assertEquals(
                "NOT_DIFFERENTIABLE_RESULT", json.get("error").get("refusal").asText());
    }

    @Test
    void misuseIsOneObjectTooAndExitsWithTwo() throws Exception {
        JsonNode json = json(2, SAMPLES + "product", "--args", "[1]");
        assertEquals("refused", json.get("verdict").asText());
        assertEquals("MISUSE", json.get("error").get("refusal").asText());
        assertEquals(
                "--args: the method takes 2 arguments, 1 are given.",
                json.get("error").get("message").asText());
        assertTrue(err.toString().contains("Usage: jacobi check"), err::toString);
    }

    @Test
    void everyKindOfMisuseIsTold() {
        assertMisuse("--args is not JSON", SAMPLES + "norm", "--args", "[1");
        assertMisuse("--args is not JSON", SAMPLES + "norm", "--args", "[[1]] [2]");
        assertMisuse("--args: argument 0 is a double[], which 1 is not.", SAMPLES + "norm", "--args", "[1]");
        assertMisuse(
                "--wrt 2: the method has 2 parameters, counted from 0.",
                SAMPLES + "product",
                "--args",
                "[1, 2]",
                "--wrt",
                "2");
        assertMisuse(
                "--wrt 1: that argument holds no floating-point numbers.",
                SAMPLES + "nested",
                "--args",
                "[[], 2]",
                "--wrt",
                "1");
        assertMisuse("--wrt names an argument twice.", SAMPLES + "product", "--args", "[1, 2]", "--wrt", "1,1");
        assertMisuse(
                "The method throws at this point: java.lang.IllegalArgumentException: positive",
                SAMPLES + "throwing",
                "--args",
                "[1]");
        assertMisuse("The method is not static", SAMPLES + "instance", "--args", "[1]");
        assertMisuse(
                "There is no nowhere.jar (--classpath).", SAMPLES + "norm", "--args", "[[1]]", "-cp", "nowhere.jar");
        assertMisuse("Missing required option: '--args=JSON'", SAMPLES + "norm");
    }

    private void assertMisuse(String message, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), () -> out + "" + err);
        assertTrue(err.toString().startsWith(message), err::toString);
        assertEquals("", out.toString());
    }
}
