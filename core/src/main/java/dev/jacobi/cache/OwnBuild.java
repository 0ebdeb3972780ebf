package dev.jacobi.cache;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Which build of Jacobi runs. A version says too little: a developer's checkout has the same one all day. So it is what its files are: of a jar its directory, with the length and the
 * checksum of each file in it; of a folder the names, lengths and times of all files.
 */
final class OwnBuild {
    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;

    private OwnBuild() {}

    /** Where the classes of Jacobi are, or null if that is no folder and no jar. */
    static @Nullable File location() {
        CodeSource source = OwnBuild.class.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null || !"file".equals(url.getProtocol())) {
            return null;
        }
        String path = url.getPath();
        if (path.indexOf('%') < 0) {
            return new File(path);
        }
        try {
            return new File(url.toURI());
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    /**
     * What the files are.
     *
     * @param modified when the last one of them was written
     */
    record Files(Fingerprint fingerprint, long modified) {}

    /** Null if it cannot be told apart from others. */
    static @Nullable Files files(File location) {
        if (location.isFile()) {
            try {
                Fingerprint fingerprint = ofJar(location);
                return fingerprint == null ? null : new Files(fingerprint, location.lastModified());
            } catch (IOException _) {
                return null;
            }
        }
        StringBuilder text = new StringBuilder();
        long modified = list(location, text);
        return new Files(Fingerprint.of(text.toString()), modified);
    }

    private static @Nullable Fingerprint ofJar(File jar) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(jar, "r")) {
            if (file.length() < END_BYTES) {
                return null;
            }
            byte[] end = new byte[END_BYTES];
            file.seek(file.length() - END_BYTES);
            file.readFully(end);
            long size = number(end, 12);
            long start = number(end, 16);
            if (number(end, 0) != END_SIGNATURE || start + size != file.length() - END_BYTES) {
                return null; // a comment, or more than 4 GB
            }
            byte[] directory = new byte[(int) size];
            file.seek(start);
            file.readFully(directory);
            // It is long, and holds checksums itself: another one of them will do, which takes no time.
            CRC32 checksum = new CRC32();
            checksum.update(directory);
            return new Fingerprint(checksum.getValue(), size);
        }
    }

    private static long number(byte[] bytes, int offset) {
        return bytes[offset] & 0xFFL
                | (bytes[offset + 1] & 0xFFL) << 8
                | (bytes[offset + 2] & 0xFFL) << 16
                | (bytes[offset + 3] & 0xFFL) << 24;
    }

    /** Gives the latest time. */
    private static long list(File folder, StringBuilder text) {
        String[] names = folder.list();
        if (names == null) {
            long modified = folder.lastModified();
            text.append(folder.getPath())
                    .append(' ')
                    .append(folder.length())
                    .append(' ')
                    .append(modified)
                    .append('\n');
            return modified;
        }
        Arrays.sort(names);
        long latest = 0;
        for (String name : names) {
            latest = Math.max(latest, list(new File(folder, name), text));
        }
        return latest;
    }
}
