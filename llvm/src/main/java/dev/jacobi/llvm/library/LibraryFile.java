package dev.jacobi.llvm.library;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.CacheFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file of libLLVM: the one that the property {@code jacobi.llvm.library} names, or the one inside the jar
 * {@code org.bytedeco:llvm} of this platform, which is extracted once for all processes of the user.
 */
public final class LibraryFile {
    public static final String LIBRARY = "jacobi.llvm.library";
    public static final String CACHE = "jacobi.llvm.cache";

    private LibraryFile() {}

    /** @throws JacobiException NO_LLVM with the reason */
    public static Path find() {
        String named = System.getProperty(LIBRARY);
        if (named != null) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw absent("-D" + LIBRARY + " names " + file + ", which is no file", null);
            }
            return file.toAbsolutePath();
        }
        String resource = "org/bytedeco/llvm/" + platform() + "/" + System.mapLibraryName("LLVM");
        URL found = resource(resource)
                .orElseThrow(() -> absent("there is no " + resource + " on the class path or module path", null));
        try {
            return extracted(found, cache(), System.mapLibraryName("LLVM"));
        } catch (IOException e) {
            throw absent("cannot extract " + found + " to " + cache() + ": " + e, e);
        }
    }

    /** A program that comes in the same jar as the library and needs it, if there is one. */
    public static Optional<Path> program(String name) {
        if (System.getProperty(LIBRARY) != null) {
            return Optional.empty();
        }
        Optional<URL> found = resource("org/bytedeco/llvm/" + platform() + "/" + name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = extracted(found.get(), cache(), name);
            return Files.isExecutable(file) || file.toFile().setExecutable(true) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            throw absent("cannot extract " + found.get() + " to " + cache() + ": " + e, e);
        }
    }

    /** As the classifiers of the jars name it. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        return (system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : "linux")
                + "-"
                + switch (processor) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64" -> "arm64";
                    default -> processor;
                };
    }

    /** On the class path, or in a module of the module path that nothing requires. */
    private static Optional<URL> resource(String name) {
        URL onClassPath = ClassLoader.getSystemResource(name);
        if (onClassPath != null) {
            return Optional.of(onClassPath);
        }
        String modules = System.getProperty("jdk.module.path");
        if (modules == null) {
            return Optional.empty();
        }
        Path[] entries =
                Arrays.stream(modules.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
        try {
            for (ModuleReference module : ModuleFinder.of(entries).findAll()) {
                if (module.descriptor().name().startsWith("org.bytedeco.llvm")) {
                    try (ModuleReader reader = module.open()) {
                        var uri = reader.find(name);
                        if (uri.isPresent()) {
                            return Optional.of(uri.get().toURL());
                        }
                    }
                }
            }
            return Optional.empty();
        } catch (IOException | FindException e) {
            throw absent("cannot read the module path: " + e, e);
        }
    }

    /** The folder for what is made once for all processes of the user. */
    public static Path cache() {
        String named = System.getProperty(CACHE);
        if (named != null) {
            return Path.of(named);
        }
        return CacheFolder.ofUser().toPath();
    }

    /**
     * The file in the cache, which is written if it is not there in full. Others may do the same at the same time: each writes a file of its
     * own, and the last to rename it wins.
     */
    private static Path extracted(URL source, Path cache, String name) throws IOException {
        long size = source.openConnection().getContentLengthLong();
        // The jar's name has LLVM's version, that of its packaging, and the platform.
        String jar = source.toString().replaceFirst("!.*", "");
        String folder = jar.substring(jar.lastIndexOf('/') + 1).replaceFirst("\\.jar$", "");
        Path file = cache.resolve(folder).resolve(name);
        if (Files.isRegularFile(file) && Files.size(file) == size) {
            return file;
        }
        Files.createDirectories(file.getParent());
        Path part = Files.createTempFile(file.getParent(), "extracting", ".part");
        try {
            try (InputStream input = source.openStream()) {
                Files.copy(input, part, StandardCopyOption.REPLACE_EXISTING);
            }
            if (size >= 0 && Files.size(part) != size) {
                throw new IOException("it has " + Files.size(part) + " bytes instead of " + size);
            }
            move(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
        return file;
    }

    /** Puts a file in its place in one step, if the file system can. */
    public static void move(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    public static JacobiException absent(String reason, @Nullable Throwable cause) {
        return new JacobiException(Refusal.NO_LLVM, "there is no native code: " + reason, null, cause);
    }
}
