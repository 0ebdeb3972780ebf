package dev.jacobi.cli.bundle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Archives whose files are not compressed, so that many together can be compressed better. */
final class Stored {
    private Stored() {}

    static void add(ZipOutputStream to, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        entry.setCrc(sum.getValue());
        entry.setTime(0);
        to.putNextEntry(entry);
        to.write(bytes);
        to.closeEntry();
    }

    /** The same jar, its files not compressed. */
    static byte[] jar(byte[] compressed) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(compressed));
                ZipOutputStream to = new ZipOutputStream(stored)) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                if (!entry.isDirectory()) {
                    add(to, entry.getName(), from.readAllBytes());
                }
            }
        }
        return stored.toByteArray();
    }

    /** Copies some files of one jar into another, compressed. */
    static void copyClasses(Path from, ZipOutputStream to, Predicate<String> wanted) throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            for (JarEntry entry :
                    jar.stream().filter(each -> wanted.test(each.getName())).toList()) {
                if (!entry.isDirectory()) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    try (InputStream in = jar.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                    to.closeEntry();
                }
            }
        }
    }
}
