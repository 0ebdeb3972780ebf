package dev.jacobi.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares texts with the files of {@code src/test/resources/golden/<test class>}; with {@code -Djacobi.golden=update} it writes
 * them instead, for review as a difference.
 */
public final class Golden {
    private static final String HINT =
            "if the new text is meant, run with -Djacobi.golden=update and review the difference";

    private Golden() {}

    /** Compares {@code actual} with the file {@code <test class>/<name>.txt}. */
    public static void check(Class<?> test, String name, String actual) {
        Path file = file(test, name);
        if (isUpdate()) {
            write(file, actual);
        } else if (!Files.exists(file)) {
            fail(file + " does not exist; " + HINT);
        } else {
            assertEquals(read(file), actual, () -> file + ": " + HINT);
        }
    }

    /** The names of all files of a test class, for parameterized tests. */
    public static List<String> names(Class<?> test) {
        Path directory = directory(test);
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .map(name -> name.substring(0, name.length() - ".txt".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be listed", e);
        }
    }

    static boolean isUpdate() {
        return "update".equals(System.getProperty("jacobi.golden"));
    }

    /** Tests run in the directory of their module. */
    private static Path directory(Class<?> test) {
        return Path.of("src", "test", "resources", "golden", test.getSimpleName());
    }

    static Path file(Class<?> test, String name) {
        return directory(test).resolve(name + ".txt");
    }

    static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
