package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All files of the suite's own inputs and reference outputs, where they lie beside the checkout. A part of an output that is one array
 * is right if no number is further from the reference than the tolerance times the largest number of the reference.
 */
class SuiteFilesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"hello", "gmm", "lse", "llsq", "lstm", "ode"})
    void everyOutputIsTheReference(String eval) throws IOException {
        Path suite = suite();
        Assumptions.assumeTrue(Files.isDirectory(suite), () -> "skipped: the files of the suite are not in " + suite);
        Path inputs = suite.resolve("inputs").resolve(eval);
        Path outputs = suite.resolve("expected").resolve(eval);
        Assumptions.assumeTrue(Files.isDirectory(outputs), () -> "skipped: no reference outputs in " + outputs);
        Session session = new Session(0);
        assertTrue(
                session.answer(MAPPER.createObjectNode()
                                .put("id", 0)
                                .put("kind", "define")
                                .put("module", eval))
                        .path("success")
                        .asBoolean(),
                eval);
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (Path input : files(inputs)) {
            JsonNode json = MAPPER.readTree(input.toFile());
            if (json instanceof ObjectNode object) {
                object.put("min_runs", 1).put("min_seconds", 0);
            }
            String size = input.getFileName().toString().replace(".json", "");
            for (Path output : files(outputs)) {
                String name = output.getFileName().toString();
                if (name.startsWith(size + ".")) {
                    String function = name.substring(size.length() + 1).replace(".json", "");
                    ObjectNode message = MAPPER.createObjectNode().put("id", 1).put("kind", "evaluate");
                    message.put("module", eval).put("function", function).set("input", json);
                    JsonNode answer = session.answer(message);
                    if (answer.path("success").asBoolean()) {
                        compare(
                                size + "." + function,
                                answer.get("output"),
                                MAPPER.readTree(output.toFile()),
                                eval.equals("lse") ? 1e-8 : 1e-9,
                                wrong);
                    } else {
                        wrong.add(size + "." + function + ": "
                                + answer.path("error").asText());
                    }
                    compared++;
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertFalse(compared == 0, () -> "no files for " + eval);
    }

    private static Path suite() {
        String root = System.getProperty("maven.multiModuleProjectDirectory", "..");
        return Path.of(root, "..", "shared", "gradbench").toAbsolutePath().normalize();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static void compare(String what, JsonNode got, JsonNode reference, double tolerance, List<String> wrong) {
        if (reference.isObject()) {
            reference
                    .fieldNames()
                    .forEachRemaining(member ->
                            compare(what + "." + member, got.path(member), reference.get(member), tolerance, wrong));
            return;
        }
        List<Double> numbers = SessionTest.numbers(got);
        List<Double> expected = SessionTest.numbers(reference);
        if (numbers.size() != expected.size()) {
            wrong.add(what + ": " + numbers.size() + " numbers instead of " + expected.size());
            return;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.get(i)));
            difference = Math.max(difference, Math.abs(numbers.get(i) - expected.get(i)));
        }
        if (!(difference <= tolerance * largest)) {
            wrong.add(what + ": off by " + difference + ", the largest number is " + largest);
        }
    }
}
