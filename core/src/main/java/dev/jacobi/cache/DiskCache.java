package dev.jacobi.cache;

import dev.jacobi.cache.ClassInputs.ObstacleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Files for all processes of the user, each named by a hash of what was asked for and of the {@link Environment}. It holds the class files that its contents depend on, as hashes, and is used
 * only if all of these are the same now. A file is written beside its place and then renamed, and begins with a hash of its contents; what is not whole is as good as not there, and so is all
 * that cannot be read or written.
 *
 * <p>{@code -Djacobi.cache.derivatives=false} turns it off.
 */
public final class DiskCache {
    static final String ENABLED = "jacobi.cache.derivatives";
    /** What is oldest goes when there are more files. */
    static final int MOST_FILES = 2_000;
    /** What is larger is not kept. */
    private static final int MOST_BYTES = 2 << 20;

    private static final String SUFFIX = ".bin";
    private static final AtomicLong HITS = new AtomicLong();

    /** Writes what is to be kept. */
    @FunctionalInterface
    public interface Contents {
        void write(DataOutputStream out) throws IOException;
    }

    private DiskCache() {}

    /** Whether what is made of classes of this loader may be kept. */
    public static boolean serves(@Nullable ClassLoader loader) {
        return !"false".equals(System.getProperty(ENABLED))
                && !Boolean.getBoolean("jacobi.verify")
                && Environment.isOfClassPath(loader)
                && Environment.ofProcess() != null;
    }

    /** How often something was found in this process. */
    public static long hits() {
        return HITS.get();
    }

    private static File folder() {
        return new File(CacheFolder.ofUser(), "derivatives");
    }

    private static Fingerprint key(Environment environment, String question) {
        return Fingerprint.of(environment.fingerprint().text() + '\n' + question);
    }

    /** What was kept as the answer to a question, if all that it depends on is still the same; else null. */
    public static @Nullable DataInputStream find(String question) {
        Environment environment = Environment.ofProcess();
        if (environment == null) {
            return null;
        }
        Fingerprint key = key(environment, question);
        byte[] bytes;
        try (FileInputStream file = new FileInputStream(new File(folder(), key.text() + SUFFIX))) {
            bytes = file.readAllBytes();
        } catch (IOException _) {
            return null;
        }
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int start = 2 * Fingerprint.BYTES;
            if (bytes.length < start
                    || !new Fingerprint(in.readLong(), in.readLong())
                            .equals(Fingerprint.of(bytes, Fingerprint.BYTES, bytes.length - Fingerprint.BYTES))
                    || !new Fingerprint(in.readLong(), in.readLong()).equals(key)
                    || !ClassInputs.areSame(in, environment)) {
                return null;
            }
            HITS.incrementAndGet();
            return in;
        } catch (IOException _) {
            return null;
        }
    }

    /** Keeps the answer to a question, if it depends on nothing but class files; gives the reason if it does not. */
    public static @Nullable String store(String question, Dependencies dependencies, Contents contents) {
        Environment environment = Environment.ofProcess();
        if (environment == null) {
            return "this process is not known";
        }
        try {
            ClassInputs inputs = ClassInputs.of(dependencies, environment);
            Fingerprint key = key(environment, question);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            write(key, out);
            inputs.write(out);
            contents.write(out);
            if (bytes.size() > MOST_BYTES) {
                return "more than " + MOST_BYTES + " bytes";
            }
            write(key, bytes.toByteArray());
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

    private static void write(Fingerprint key, byte[] bytes) throws IOException {
        File folder = folder();
        Files.createDirectories(folder.toPath());
        File made = File.createTempFile("new", SUFFIX, folder);
        try {
            try (DataOutputStream out = new DataOutputStream(new FileOutputStream(made))) {
                write(Fingerprint.of(bytes), out);
                out.write(bytes);
            }
            Files.move(
                    made.toPath(),
                    new File(folder, key.text() + SUFFIX).toPath(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
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
