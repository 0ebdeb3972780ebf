package dev.jacobi.llvm.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
    private static final byte[] OBJECT = {1, 2, 3, 4};

    @TempDir
    private Path folder;

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((_, _) -> {
                        throw new AssertionError("there is more than one file");
                    })
                    .orElseThrow();
        }
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        ObjectCache cache = new ObjectCache(folder.resolve("new"));
        String key = ObjectCache.key("text", "20.1.7");
        assertTrue(cache.read(key).isEmpty());
        cache.write(key, OBJECT);
        assertArrayEquals(OBJECT, cache.read(key).orElseThrow());
        assertEquals(key + ".o", only(folder.resolve("new")).getFileName().toString());
    }

    @Test
    void filesThatAreNotWholeAreNotThere() throws IOException {
        ObjectCache cache = new ObjectCache(folder);
        String key = ObjectCache.key("text");
        cache.write(key, OBJECT);
        Path file = only(folder);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 10, 32, bytes.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertTrue(cache.read(key).isEmpty());
        }
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertTrue(cache.read(key).isEmpty());
        cache.write(key, OBJECT);
        assertArrayEquals(OBJECT, cache.read(key).orElseThrow());
    }

    @Test
    void aFolderThatCannotBeUsedIsNoObstacle() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        ObjectCache cache = new ObjectCache(file);
        cache.write("key", OBJECT);
        assertTrue(cache.read("key").isEmpty());
        new ObjectCache(null).write("key", OBJECT);
        assertTrue(new ObjectCache(null).read("key").isEmpty());
    }

    @Test
    void partsAreNotRunTogether() {
        assertNotEquals(ObjectCache.key("ab", "c"), ObjectCache.key("a", "bc"));
        assertNotEquals(ObjectCache.key("a:1", "b"), ObjectCache.key("a", "1:b"));
    }

    @Test
    void writersDoNotDisturbEachOther() throws Exception {
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> new ObjectCache(folder).write("same", OBJECT));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertArrayEquals(OBJECT, new ObjectCache(folder).read("same").orElseThrow());
        only(folder);
    }
}
