package dev.jacobi.llvm.device;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.llvm.device.DeviceObject.Effort;
import dev.jacobi.llvm.library.LibLlvm;
import dev.jacobi.llvm.library.LibraryFile;
import dev.jacobi.llvm.library.ObjectCache;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes images in another process, since LLVM's back ends for devices may end theirs: a JVM like this one, with these classes and libLLVM. Images are kept on disk by all that they
 * depend on.
 */
final class CompileProcess {
    /** How long one may take, in seconds. */
    static final String SECONDS = "jacobi.llvm.device.seconds";

    private static final int DEFAULT_SECONDS = 120;
    /** Of what is done with a text: part of the names of images in the cache. */
    private static final String VERSION = "1";

    private static final int LAST_LINES = 5;
    private static final ObjectCache CACHE = ObjectCache.ofUser("devices");

    private CompileProcess() {}

    /** @throws JacobiException NO_LLVM if something is missing, INTERNAL if LLVM fails */
    static byte[] image(String text, DeviceTarget target) {
        return image(text, target, CACHE);
    }

    static byte[] image(String text, DeviceTarget target, ObjectCache cache) {
        Path library = LibraryFile.find();
        try {
            String key = ObjectCache.key(text, target.name(), identity(library), VERSION);
            Optional<byte[]> known = cache.read(key);
            if (known.isPresent()) {
                return known.get();
            }
            byte[] made = make(text, target, library);
            cache.write(key, made);
            return made;
        } catch (IOException e) {
            throw new JacobiException(Refusal.INTERNAL, "cannot make device code in another process: " + e, null, e);
        }
    }

    /** Which library it is, without loading it. */
    private static String identity(Path library) throws IOException {
        return library + " " + Files.size(library) + " "
                + Files.getLastModifiedTime(library).toMillis();
    }

    private static byte[] make(String text, DeviceTarget target, Path library) throws IOException {
        Optional<Linker> linker = target.format() == DeviceTarget.Format.AMDGCN
                ? Optional.of(Linker.find(target, library))
                : Optional.empty();
        Path folder = Files.createTempDirectory("jacobi-device");
        try {
            Files.writeString(folder.resolve("in"), text);
            compile(target, library, folder);
            if (linker.isEmpty()) {
                return Files.readAllBytes(folder.resolve("out"));
            }
            Files.move(folder.resolve("out"), folder.resolve("kernel.o"));
            List<String> command = new ArrayList<>(linker.get().command());
            command.addAll(List.of("-shared", "kernel.o", "-o", "kernel.hsaco"));
            Optional<JacobiException> failure = run(command, linker.get().environment(), folder, target);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return Files.readAllBytes(folder.resolve("kernel.hsaco"));
        } finally {
            delete(folder);
        }
    }

    /** Where the back end does not take what the optimiser has made, as it was written. */
    private static void compile(DeviceTarget target, Path library, Path folder) throws IOException {
        Optional<JacobiException> failure = run(compiler(target, library, Effort.USUAL), Map.of(), folder, target);
        if (failure.isPresent()) {
            Optional<JacobiException> again = run(compiler(target, library, Effort.LITTLE), Map.of(), folder, target);
            if (again.isPresent()) {
                failure.get().addSuppressed(again.get());
                throw failure.get();
            }
        }
    }

    /** What makes the image of an object file for AMD: the linker on the PATH, else that which comes with libLLVM and finds it loaded. */
    private record Linker(List<String> command, Map<String, String> environment) {
        static Linker find(DeviceTarget target, Path library) {
            Optional<Path> onPath = onPath("ld.lld");
            if (onPath.isPresent()) {
                return new Linker(List.of(onPath.get().toString()), Map.of());
            }
            Optional<Path> own =
                    System.getProperty("os.name").equals("Linux") ? LibraryFile.program("lld") : Optional.empty();
            return own.map(program -> new Linker(
                            List.of(program.toString(), "-flavor", "gnu"), Map.of("LD_PRELOAD", library.toString())))
                    .orElseThrow(() -> new JacobiException(
                            Refusal.NO_LLVM,
                            "there is no device code for " + target.name()
                                    + ": ld.lld, which links it, is not on the PATH",
                            null));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    private static List<String> compiler(DeviceTarget target, Path library, Effort effort) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=crash.log",
                "-D" + LibraryFile.LIBRARY + "=" + library));
        Optional<Path> own = place(CompileProcess.class);
        Optional<Path> core = place(JacobiException.class);
        if (own.isPresent() && core.isPresent()) {
            command.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    own.get() + File.pathSeparator + core.get(),
                    CompileMain.class.getName()));
        } else {
            // Both are in the image of this JVM.
            String module = "dev.jacobi.llvm";
            command.addAll(
                    List.of("--enable-native-access=" + module, "-m", module + "/" + CompileMain.class.getName()));
        }
        command.addAll(List.of(target.name(), effort.name()));
        return command;
    }

    /** The folder or jar from which a class comes. */
    private static Optional<Path> place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            URI location = source.getLocation().toURI();
            return location.getScheme().equals("file") ? Optional.of(Path.of(location)) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : Stream.of(path.split(File.pathSeparator))
                        .map(folder -> Path.of(folder.isEmpty() ? "." : folder).resolve(program))
                        .filter(Files::isExecutable)
                        .map(Path::toAbsolutePath)
                        .findFirst();
    }

    /** Runs a program in the folder, from its file {@code in} to {@code out}; gives how it failed, if it did. */
    private static Optional<JacobiException> run(
            List<String> command, Map<String, String> environment, Path folder, DeviceTarget target)
            throws IOException {
        int seconds = Integer.getInteger(SECONDS, DEFAULT_SECONDS);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(folder.resolve("in").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("errors").toFile());
        // Agents and the like are for this JVM.
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean interrupted = false;
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (process.isAlive()) {
                try {
                    if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        throw LibLlvm.failure("device code for " + target.name() + " took more than " + seconds
                                + " seconds; -D" + SECONDS + "=N allows more");
                    }
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            process.destroyForcibly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (process.exitValue() != 0) {
            return Optional.of(LibLlvm.failure("device code for " + target.name() + ": "
                    + Path.of(command.getFirst()).getFileName() + " ended with status " + process.exitValue() + ": "
                    + lastWords(folder)));
        }
        // Then it goes on with another one.
        if (Files.readString(folder.resolve("errors"), StandardCharsets.ISO_8859_1)
                .contains("is not a recognized processor")) {
            throw new JacobiException(
                    Refusal.NO_LLVM, "there is no device code for " + target.name() + ": LLVM does not know it", null);
        }
        return Optional.empty();
    }

    private static String lastWords(Path folder) throws IOException {
        // What a JVM that crashes has to say is on its output.
        String said = Files.readString(folder.resolve("errors"), StandardCharsets.ISO_8859_1)
                + Files.readString(folder.resolve("out"), StandardCharsets.ISO_8859_1);
        List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                .map(String::strip)
                .collect(Collectors.joining(" / "));
    }
}
