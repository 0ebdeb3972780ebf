package dev.jacobi.conformance.roundtrip;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Class files that belong together.
 *
 * @param classes class files by qualified name
 */
record Library(String name, Map<String, byte[]> classes) {
    /** All classes of the jar that holds {@code member}; other versions of classes, for later Java releases, are left out. */
    static Library ofJar(String name, Class<?> member) throws IOException, URISyntaxException {
        Map<String, byte[]> classes = new TreeMap<>();
        Path path = Path.of(
                member.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                String file = entry.getName();
                if (file.endsWith(".class") && !file.startsWith("META-INF/") && !file.endsWith("-info.class")) {
                    try (InputStream stream = jar.getInputStream(entry)) {
                        classes.put(qualified(file), stream.readAllBytes());
                    }
                }
            }
        }
        return new Library(name, classes);
    }

    /** Classes of java.base whose paths, such as {@code java/util/List.class}, are wanted. */
    static Library ofPlatform(String name, Predicate<String> wanted) throws IOException {
        FileSystem runtime = FileSystems.getFileSystem(URI.create("jrt:/"));
        Path root = runtime.getPath("modules", "java.base");
        Map<String, byte[]> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root.resolve("java"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String relative = root.relativize(file).toString();
                if (relative.endsWith(".class") && wanted.test(relative)) {
                    classes.put(qualified(relative), Files.readAllBytes(file));
                }
            }
        }
        return new Library(name, classes);
    }

    private static String qualified(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }
}
