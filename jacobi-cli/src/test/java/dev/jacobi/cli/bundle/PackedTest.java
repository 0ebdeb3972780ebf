package dev.jacobi.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedTest {
    @TempDir
    private Path directory;

    private byte[] thereAndBack(byte[] bytes, boolean isX86) throws IOException {
        Path packed = directory.resolve("packed");
        Packed.pack(bytes, packed, 0, isX86);
        try (InputStream in = Packed.unpacked(packed)) {
            return in.readAllBytes();
        }
    }

    @Test
    void whatIsPackedInPartsComesBack() throws IOException {
        // Three parts, where there are so many processors.
        byte[] bytes = new byte[3 << 25];
        new Random(1).nextBytes(bytes);
        java.util.Arrays.fill(bytes, 1 << 20, bytes.length - (1 << 20), (byte) 0xe8);
        assertArrayEquals(bytes, thereAndBack(bytes, true));
        assertTrue(Files.size(directory.resolve("packed")) < 3 << 20);
        assertArrayEquals(new byte[0], thereAndBack(new byte[0], false));
    }

    @Test
    void aDamagedFileIsNotUnpackedInSilence() throws IOException {
        Path packed = directory.resolve("packed");
        Packed.pack("some text".repeat(100).getBytes(StandardCharsets.UTF_8), packed, 6, false);
        byte[] bytes = Files.readAllBytes(packed);
        bytes[bytes.length / 2] ^= 1;
        Files.write(packed, bytes);
        assertThrows(IOException.class, () -> {
            try (InputStream in = Packed.unpacked(packed)) {
                in.readAllBytes();
            }
        });
    }

    private byte[] jar(String name, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            jar.putNextEntry(new ZipEntry("folder/"));
            jar.putNextEntry(new ZipEntry("folder/" + name));
            jar.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void jarsComeBackWithTheirFiles() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(all)) {
            Stored.add(zip, "a.jar", Stored.jar(jar("one", "1")));
            Stored.add(zip, "b.jar", Stored.jar(jar("two", "2".repeat(100_000))));
        }
        Packed.pack(all.toByteArray(), directory.resolve("lib.xz"), 6, false);
        Path to = Files.createDirectory(directory.resolve("lib"));
        Packed.unpackJars(directory.resolve("lib.xz"), to);
        try (Stream<Path> files = Files.list(to)) {
            assertEquals(
                    List.of("a.jar", "b.jar"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        try (JarFile jar = new JarFile(to.resolve("b.jar").toFile());
                InputStream in = jar.getInputStream(jar.getJarEntry("folder/two"))) {
            assertEquals(100_000, in.readAllBytes().length);
        }
    }

    @Test
    void aNameThatLeavesTheFolderIsRefused() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(all)) {
            Stored.add(zip, "../evil.jar", new byte[1]);
        }
        Packed.pack(all.toByteArray(), directory.resolve("lib.xz"), 6, false);
        Path to = Files.createDirectory(directory.resolve("lib"));
        assertThrows(IOException.class, () -> Packed.unpackJars(directory.resolve("lib.xz"), to));
        assertTrue(Files.notExists(directory.resolve("evil.jar")));
    }

    @Test
    @SuppressWarnings("restricted") // loads a library
    void aLibraryWithoutItsSymbolsForDebuggersCanBeLoaded() throws IOException {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        Assumptions.assumeTrue(Files.exists(library), "this is not Linux");
        byte[] whole = Files.readAllBytes(library);
        byte[] shorter = SharedObject.withoutSymbols(whole);
        assertTrue(shorter.length < whole.length);
        Path file = Files.write(directory.resolve("libshorter.so"), shorter);
        try (Arena arena = Arena.ofConfined()) {
            assertTrue(SymbolLookup.libraryLookup(file, arena).find("ZIP_CRC32").isPresent());
        }
        assertArrayEquals(shorter, SharedObject.withoutSymbols(shorter));
    }

    @Test
    void whatIsNoLibraryOfLinuxStaysAsItIs() {
        byte[] text = "no library, and a text of more than sixty-four bytes, as a header has"
                .getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(text, SharedObject.withoutSymbols(text));
        assertArrayEquals(new byte[3], SharedObject.withoutSymbols(new byte[3]));
    }
}
