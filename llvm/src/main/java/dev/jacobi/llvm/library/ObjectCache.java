package dev.jacobi.llvm.library;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Object code on disk, beside the library, for all processes of the user. A file is named by a hash of all that it depends on, written beside its place and then renamed, and
 * begins with a hash of its contents; what is not whole is as good as not there. If the folder cannot be used, everything is compiled anew.
 *
 * <p>{@code -Djacobi.llvm.objects=false} turns it off.
 */
public final class ObjectCache {
    public static final String ENABLED = "jacobi.llvm.objects";
    /** What is oldest goes when there are more files. */
    public static final int MOST_FILES = 2_000;

    private static final String SUFFIX = ".o";
    private static final int HASH_BYTES = 32;
    private static final System.Logger LOG = System.getLogger("dev.jacobi.llvm");

    private final @Nullable Path folder;

    /** @param folder null for none */
    public ObjectCache(@Nullable Path folder) {
        this.folder = folder;
    }

    /**
     * One of this user's.
     *
     * @param name of its folder
     */
    public static ObjectCache ofUser(String name) {
        boolean enabled = !"false".equalsIgnoreCase(System.getProperty(ENABLED));
        return new ObjectCache(enabled ? LibraryFile.cache().resolve(name) : null);
    }

    /** A name for what depends on nothing but these texts. */
    public static String key(String... parts) {
        MessageDigest digest = digest();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) ':');
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** The object code of this name, if it is there and whole. */
    public Optional<byte[]> read(String key) {
        if (folder == null) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve(key + SUFFIX));
            if (bytes.length <= HASH_BYTES) {
                return Optional.empty();
            }
            byte[] object = Arrays.copyOfRange(bytes, HASH_BYTES, bytes.length);
            byte[] hash = Arrays.copyOf(bytes, HASH_BYTES);
            return MessageDigest.isEqual(hash, digest().digest(object)) ? Optional.of(object) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | SecurityException e) {
            LOG.log(Level.DEBUG, "cannot read the cache of native code", e);
            return Optional.empty();
        }
    }

    public void write(String key, byte[] object) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "writing", ".part");
            try {
                byte[] bytes = Arrays.copyOf(digest().digest(object), HASH_BYTES + object.length);
                System.arraycopy(object, 0, bytes, HASH_BYTES, object.length);
                Files.write(part, bytes);
                LibraryFile.move(part, folder.resolve(key + SUFFIX));
            } finally {
                Files.deleteIfExists(part);
            }
            removeOldest(folder);
        } catch (IOException | SecurityException e) {
            LOG.log(Level.DEBUG, "cannot write the cache of native code", e);
        }
    }

    /** If there are too many, a quarter of them goes. */
    private static void removeOldest(Path folder) throws IOException {
        record Aged(Path file, long time) {}

        List<Aged> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : found) {
                try {
                    files.add(new Aged(file, Files.getLastModifiedTime(file).toMillis()));
                } catch (NoSuchFileException _) {
                    // Another process has removed it.
                }
            }
        }
        if (files.size() > MOST_FILES) {
            files.sort(Comparator.comparingLong(Aged::time));
            for (Aged aged : files.subList(0, MOST_FILES / 4)) {
                Files.deleteIfExists(aged.file());
            }
        }
    }
}
