package dev.jacobi.cache;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** JVMs that have Jacobi as a jar, classes that the test writes, and a cache of their own. */
final class OtherProcess {
    @SuppressWarnings("TimeInStaticInitializer") // any time before this process will do
    private static final FileTime LONG_AGO =
            FileTime.from(Instant.now().minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS));

    private final Path folder;
    private final Path jar;
    private final List<String> options = new ArrayList<>();
    private String front = "";

    /**
     * What such a JVM did.
     *
     * @param output what it wrote, without the messages of {@code -Xlog}
     * @param lifted whether bytecode was read and translated
     * @param liftedBeforeResult whether that was so before there was a result
     * @param obstacle why something was not kept, or nothing
     */
    record Outcome(String output, boolean lifted, boolean liftedBeforeResult, String obstacle) {}

    OtherProcess(Path folder, Path jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /** Puts the classes of Jacobi into a jar. */
    static Path jar(Path folder) throws IOException {
        Path jar = folder.resolve("jacobi.jar");
        Path classes = ownClasses();
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
            for (Path file : all) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
            }
        }
        Files.setLastModifiedTime(jar, LONG_AGO);
        return jar;
    }

    private static Path ownClasses() {
        try {
            return Path.of(DiskCache.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path classes() {
        return folder.resolve("classes");
    }

    /** The files that were kept. */
    List<Path> kept() {
        Path kept = cache().resolve("derivatives");
        if (!Files.isDirectory(kept)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(kept)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds options of the JVM. */
    OtherProcess with(String... more) {
        OtherProcess other = new OtherProcess(folder, jar);
        other.options.addAll(options);
        other.options.addAll(List.of(more));
        return other;
    }

    /** Puts a folder between Jacobi and the classes. */
    OtherProcess withClassPathBefore(Path front) {
        OtherProcess other = with();
        other.front = front + File.pathSeparator;
        return other;
    }

    /** Compiles a source file of the unnamed package, into class files that are old. */
    void compile(String name, String source) throws IOException {
        Path file = Files.createDirectories(folder.resolve("sources")).resolve(name + ".java");
        Files.writeString(file, source);
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int exit = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        out,
                        out,
                        "-nowarn",
                        "-proc:none",
                        "-cp",
                        jar + File.pathSeparator + classes(),
                        "-d",
                        classes().toString(),
                        file.toString());
        if (exit != 0) {
            throw new IllegalStateException(messages.toString());
        }
        makeOld();
    }

    void makeOld() throws IOException {
        try (Stream<Path> files = Files.walk(classes())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(each, LONG_AGO);
            }
        }
    }

    Process start(String main) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        Path logging = folder.resolve("logging.properties");
        Files.writeString(logging, """
                handlers=java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level=ALL
                dev.jacobi.cache.level=ALL
                """);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.util.logging.config.file=" + logging,
                "-Xlog:class+load:stdout",
                "-Djacobi.cache=" + cache()));
        command.addAll(options);
        command.addAll(List.of("-cp", jar + File.pathSeparator + front + classes(), main));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.equals("JAVA_TOOL_OPTIONS"));
        return builder.start();
    }

    /** Waits until it ends well. */
    static Outcome end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(text);
        }
        String own = text.lines().filter(line -> !line.startsWith("[")).reduce("", (all, line) -> all + line + "\n");
        String obstacle = own.lines()
                .filter(line -> line.contains("is not kept: "))
                .map(line -> line.substring(line.indexOf("is not kept: ") + "is not kept: ".length()))
                .findFirst()
                .orElse("");
        String output =
                own.lines().filter(line -> line.startsWith("result ")).reduce("", (all, line) -> all + line + "\n");
        int lifter = text.indexOf("dev.jacobi.lift.Lifter source");
        return new Outcome(output, lifter >= 0, lifter >= 0 && lifter < text.indexOf("\nresult "), obstacle);
    }

    Outcome run(String main) throws IOException, InterruptedException {
        return end(start(main));
    }
}
