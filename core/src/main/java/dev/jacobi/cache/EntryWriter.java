package dev.jacobi.cache;

import dev.jacobi.cache.ClassInputs.ObstacleException;
import dev.jacobi.cache.DiskCache.Contents;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Writes files of the {@link DiskCache}. */
final class EntryWriter {
    static final String SUFFIX = ".bin";
    /** What is oldest goes when there are more files. */
    private static final int MOST_FILES = 2_000;
    /** What is larger is not kept. */
    private static final int MOST_BYTES = 2 << 20;

    private EntryWriter() {}

    /** Gives the reason if nothing is written, or null. */
    static @Nullable String store(
            File file, Fingerprint key, Dependencies dependencies, Environment environment, Contents contents) {
        try {
            ClassInputs inputs = ClassInputs.of(dependencies, environment);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            write(key, out);
            inputs.write(out);
            contents.write(out);
            if (bytes.size() > MOST_BYTES) {
                return "more than " + MOST_BYTES + " bytes";
            }
            write(file, bytes.toByteArray());
            return null;
        } catch (ObstacleException e) {
            return e.getMessage();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void write(Fingerprint fingerprint, DataOutputStream out) throws IOException {
        out.writeLong(fingerprint.high());
        out.writeLong(fingerprint.low());
    }

    private static void write(File file, byte[] bytes) throws IOException {
        File folder = file.getParentFile();
        Files.createDirectories(folder.toPath());
        File made = File.createTempFile("new", SUFFIX, folder);
        try {
            try (DataOutputStream out = new DataOutputStream(new FileOutputStream(made))) {
                write(Fingerprint.of(bytes), out);
                out.write(bytes);
            }
            Files.move(
                    made.toPath(), file.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made.toPath());
        }
        removeOldest(folder);
    }

    private static void removeOldest(File folder) {
        File[] files = folder.listFiles();
        if (files != null && files.length > MOST_FILES) {
            Arrays.sort(files, Comparator.comparingLong(File::lastModified));
            for (File file : Arrays.copyOf(files, files.length - MOST_FILES * 3 / 4)) {
                // Another process may have been faster.
                boolean _ = file.delete();
            }
        }
    }
}
