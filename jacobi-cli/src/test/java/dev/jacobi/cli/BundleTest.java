package dev.jacobi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused; {@code .ci/check-bundle} makes a bundle and runs it. */
class BundleTest {
    private final StringWriter err = new StringWriter();

    private int bundle(Path directory) {
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute("bundle", directory.toString());
    }

    @Test
    void aDirectoryWithOtherFilesIsLeftAlone(@TempDir Path directory) throws IOException {
        Path mine = Files.writeString(directory.resolve("mine"), "text");
        assertEquals(2, bundle(directory));
        assertTrue(
                err.toString().startsWith(directory + " is neither an empty directory nor an earlier bundle."),
                err::toString);
        assertEquals(2, bundle(mine));
        assertEquals("text", Files.readString(mine));
    }

    @Test
    void withoutACheckoutThereIsNoBundle(@TempDir Path directory) {
        assertEquals(2, bundle(directory.resolve("new")));
        assertTrue(err.toString().startsWith("A bundle is made from a checkout: ./jacobi bundle DIR."), err::toString);
        assertTrue(Files.notExists(directory.resolve("new")));
    }
}
