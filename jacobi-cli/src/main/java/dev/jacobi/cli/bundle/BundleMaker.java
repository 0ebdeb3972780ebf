package dev.jacobi.cli.bundle;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipOutputStream;

/**
 * Makes a bundle: a runtime by jlink, the jars of the command line and of the tests on devices, libLLVM, and a script that starts them.
 *
 * @param app the folder of the command line's jars
 * @param libraries the folder of the jars that tests need besides
 * @param tests the folder of the tests' classes
 * @param llvm the folder of the jar with libLLVM
 */
public record BundleMaker(Path app, Path libraries, Path tests, Path llvm) {
    /** The most that a bundle is to take. */
    public static final long MOST_BYTES = 60L << 20;

    /** The command line's own, the compiler for the tests that compile random streams, and the tool by which the driver for PoCL is asked. */
    private static final String MODULES = "java.base,java.logging,java.management,jdk.compiler,jdk.unsupported";

    /** Jars that draw pictures, which takes a quarter more of the JDK. */
    private static final List<String> DRAWING = List.of(
            "xchart", "VectorGraphics2D", "graphics2d", "pdfbox", "fontbox", "animated-gif-lib", "commons-logging");

    private static final String UNPACK = Packed.class.getName().replace('.', '/') + ".class";

    /** The size of the bundle in bytes. Files of an earlier one in the same directory are overwritten. */
    public long make(Path directory, boolean fast, PrintWriter out) throws IOException {
        Files.createDirectories(directory);
        Path jars = Files.createTempDirectory("jacobi-jars");
        try {
            copyJars(
                    app, jars, name -> DRAWING.stream().noneMatch(drawing -> name.matches(drawing + "(-io)?-[0-9].*")));
            copyJars(libraries, jars, name -> true);
            packClasses(tests, jars.resolve("jacobi-offload-tests.jar"));
            packJars(jars, directory);
        } finally {
            deleteTree(jars);
        }
        tell(out, "jars", size(directory.resolve("lib.xz")) + size(directory.resolve("unpack.jar")));
        runtime(directory.resolve("runtime.tar.gz"));
        tell(out, "runtime", size(directory.resolve("runtime.tar.gz")));
        library(directory.resolve("libLLVM.so.xz"), fast);
        tell(out, "LLVM", size(directory.resolve("libLLVM.so.xz")));
        for (String file : List.of("jacobi", "README.md")) {
            try (InputStream text =
                    Objects.requireNonNull(BundleMaker.class.getResourceAsStream("bundle-" + file), file)) {
                Files.copy(text, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!directory.resolve("jacobi").toFile().setExecutable(true)) {
            throw new IOException("cannot make " + directory.resolve("jacobi") + " executable");
        }
        // What an earlier bundle had unpacked here is not this one's.
        deleteTree(directory.resolve("unpacked"));
        long size = size(directory);
        tell(out, "all", size);
        return size;
    }

    private static void tell(PrintWriter out, String what, long bytes) {
        out.printf(Locale.ROOT, "%-8s %6.1f MiB%n", what, bytes / (double) (1 << 20));
        out.flush();
    }

    private static void copyJars(Path from, Path to, Predicate<String> wanted) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".jar"))
                    .filter(each -> wanted.test(each.getFileName().toString()))
                    .toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** All jars as one file, and one jar by which it can be unpacked. */
    private static void packJars(Path jars, Path directory) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Path> files;
        try (Stream<Path> found = Files.list(jars)) {
            files = found.sorted().toList();
        }
        try (ZipOutputStream zip = new ZipOutputStream(all)) {
            for (Path file : files) {
                Stored.add(zip, file.getFileName().toString(), Stored.jar(Files.readAllBytes(file)));
            }
        }
        Packed.pack(all.toByteArray(), directory.resolve("lib.xz"), 6, false);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(directory.resolve("unpack.jar")))) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith("xz-") || name.startsWith("jacobi-cli-")) {
                    Stored.copyClasses(file, jar, entry -> entry.startsWith("org/tukaani/xz/") || entry.equals(UNPACK));
                }
            }
        }
    }

    private static void packClasses(Path classes, Path to) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(to));
                Stream<Path> files = Files.walk(classes)) {
            jar.setLevel(Deflater.BEST_COMPRESSION);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    /** Not compressed by jlink, since all of it together becomes smaller. */
    private static void runtime(Path to) throws IOException {
        Path folder = Files.createTempDirectory("jacobi-runtime");
        try {
            Path image = folder.resolve("runtime");
            Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
            run(List.of(
                    jlink.toString(),
                    "--add-modules",
                    MODULES,
                    "--compress",
                    "zip-0",
                    "--strip-debug",
                    "--no-header-files",
                    "--no-man-pages",
                    "--output",
                    image.toString()));
            // For javac --release, which is not used; a tenth of the whole.
            Files.deleteIfExists(image.resolve("lib/ct.sym"));
            Path machine = image.resolve("lib/server/libjvm.so");
            if (Files.exists(machine)) {
                Files.write(machine, SharedObject.withoutSymbols(Files.readAllBytes(machine)));
            }
            Process tar = new ProcessBuilder("tar", "-cf", "-", "-C", folder.toString(), "runtime")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            tar.getOutputStream().close();
            try (InputStream in = tar.getInputStream();
                    OutputStream out = new Smallest(Files.newOutputStream(to))) {
                in.transferTo(out);
            }
            end(tar, "tar", "");
        } finally {
            deleteTree(folder);
        }
    }

    /** Gzip that takes its time. */
    private static final class Smallest extends GZIPOutputStream {
        Smallest(OutputStream out) throws IOException {
            super(new BufferedOutputStream(out));
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Kept beside the jar that it is from, as it takes minutes. */
    private void library(Path to, boolean fast) throws IOException {
        String name = System.mapLibraryName("LLVM");
        Path jar;
        try (Stream<Path> files = Files.list(llvm)) {
            jar = files.filter(file -> file.getFileName().toString().startsWith("llvm-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no jar of LLVM in " + llvm));
        }
        Path packed = llvm.resolve(jar.getFileName() + (fast ? ".fast.xz" : ".xz"));
        if (!Files.exists(packed) || Files.getLastModifiedTime(packed).compareTo(Files.getLastModifiedTime(jar)) < 0) {
            byte[] bytes;
            try (JarFile file = new JarFile(jar.toFile())) {
                JarEntry entry = file.stream()
                        .filter(each -> each.getName().endsWith("/" + name))
                        .findFirst()
                        .orElseThrow(() -> new IOException("there is no " + name + " in " + jar));
                try (InputStream in = file.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
            }
            Path part = Files.createTempFile(llvm, "packing", ".part");
            Packed.pack(
                    SharedObject.withoutSymbols(bytes),
                    part,
                    fast ? 1 : 6,
                    jar.toString().contains("x86_64"));
            Files.move(part, packed, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.copy(packed, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        end(process, command.getFirst(), said);
    }

    private static void end(Process process, String name, String said) throws IOException {
        try {
            if (process.waitFor() != 0) {
                throw new IOException(name + " ended with " + process.exitValue() + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static long size(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private static void deleteTree(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
