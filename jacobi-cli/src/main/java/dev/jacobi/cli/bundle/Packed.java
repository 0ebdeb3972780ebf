package dev.jacobi.cli.bundle;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** Files of the format xz, made in several threads, a part each. */
public final class Packed {
    private static final int SMALLEST_PART = 1 << 25;

    private Packed() {}

    /**
     * Compresses bytes.
     *
     * @param preset of xz: 0 is the fastest, 9 the smallest
     * @param isX86 whether they are code for x86, which then becomes smaller
     */
    static void pack(byte[] bytes, Path to, int preset, boolean isX86) throws IOException {
        int parts =
                Math.clamp(bytes.length / SMALLEST_PART, 1, Runtime.getRuntime().availableProcessors());
        try (ExecutorService threads = Executors.newFixedThreadPool(parts);
                OutputStream out = Files.newOutputStream(to)) {
            List<Future<byte[]>> packed = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                int from = (int) ((long) bytes.length * part / parts);
                int end = (int) ((long) bytes.length * (part + 1) / parts);
                packed.add(threads.submit(() -> packed(bytes, from, end, preset, isX86)));
            }
            for (Future<byte[]> part : packed) {
                out.write(part.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static byte[] packed(byte[] bytes, int from, int end, int preset, boolean isX86) {
        try {
            LZMA2Options options = new LZMA2Options(preset);
            FilterOptions[] filters =
                    isX86 ? new FilterOptions[] {new X86Options(), options} : new FilterOptions[] {options};
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (XZOutputStream out = new XZOutputStream(packed, filters)) {
                out.write(bytes, from, end - from);
            }
            return packed.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a bundle does when it is first started.
     *
     * @param arguments the bundle, and a directory of its own in which the library and a folder of jars appear
     */
    public static void main(String[] arguments) throws IOException {
        Path bundle = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        try (InputStream in = unpacked(bundle.resolve("libLLVM.so.xz"))) {
            Files.copy(in, to.resolve("libLLVM.so"));
        }
        unpackJars(bundle.resolve("lib.xz"), Files.createDirectory(to.resolve("lib")));
    }

    static void unpackJars(Path from, Path to) throws IOException {
        try (ZipInputStream jars = new ZipInputStream(unpacked(from))) {
            for (ZipEntry jar = jars.getNextEntry(); jar != null; jar = jars.getNextEntry()) {
                Path file = to.resolve(jar.getName()).normalize();
                if (!to.equals(file.getParent())) {
                    throw new IOException("not the name of a jar: " + jar.getName());
                }
                Files.copy(jars, file);
            }
        }
    }

    static InputStream unpacked(Path file) throws IOException {
        return new XZInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }
}
