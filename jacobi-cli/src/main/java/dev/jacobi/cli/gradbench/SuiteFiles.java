package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The inputs of the suite and its reference outputs: {@code inputs/EVAL/SIZE.json} and {@code expected/EVAL/SIZE.FUNCTION.json}. */
public record SuiteFiles(Path directory) implements Inputs {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SUFFIX = ".json";

    /** The smaller file first; none where there are no files. */
    @Override
    public List<String> sizes(String eval) throws IOException {
        List<Path> files = files(directory.resolve("inputs").resolve(eval));
        return files.stream().map(SuiteFiles::name).toList();
    }

    @Override
    public JsonNode input(String eval, String size) throws IOException {
        JsonNode json = MAPPER.readTree(
                directory.resolve("inputs").resolve(eval).resolve(size + SUFFIX).toFile());
        if (json instanceof ObjectNode object) {
            object.put("min_runs", 1).put("min_seconds", 0);
        }
        return json;
    }

    @Override
    public TreeMap<String, JsonNode> references(String eval, String size) throws IOException {
        TreeMap<String, JsonNode> references = new TreeMap<>();
        for (Path file : files(directory.resolve("expected").resolve(eval))) {
            if (name(file).startsWith(size + ".")) {
                references.put(name(file).substring(size.length() + 1), MAPPER.readTree(file.toFile()));
            }
        }
        return references;
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparingLong(
                                    (Path file) -> file.toFile().length())
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }
}
