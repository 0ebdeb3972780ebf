package dev.jacobi.cache;

import java.io.DataOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
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

    private static File file(Fingerprint key) {
        return new File(new File(CacheFolder.ofUser(), "derivatives"), key.text() + EntryWriter.SUFFIX);
    }

    private static Fingerprint key(Environment environment, String question) {
        return Fingerprint.of(environment.fingerprint().text() + '\n' + question);
    }

    /** What was kept as the answer to a question, if all that it depends on is still the same; else null. */
    public static @Nullable EntryReader find(String question) {
        Environment environment = Environment.ofProcess();
        if (environment == null) {
            return null;
        }
        Fingerprint key = key(environment, question);
        byte[] bytes;
        try (FileInputStream file = new FileInputStream(file(key))) {
            bytes = file.readAllBytes();
        } catch (IOException _) {
            return null;
        }
        try {
            EntryReader in = new EntryReader(bytes);
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

    /**
     * Keeps the answer to a question, if it depends on nothing but class files.
     *
     * @return the reason if it is not kept, or null
     */
    public static @Nullable String store(String question, Dependencies dependencies, Contents contents) {
        Environment environment = Environment.ofProcess();
        if (environment == null) {
            return "this process is not known";
        }
        Fingerprint key = key(environment, question);
        return EntryWriter.store(file(key), key, dependencies, environment, contents);
    }
}
