package dev.jacobi.cache;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The class path of the application, as the JVM's own loader searches it: folders and jars, of which the first one that has a class wins. Files are looked at directly, since a look-up of a
 * resource takes ten milliseconds at first.
 */
final class ClassPath implements AutoCloseable {
    /**
     * What stands on the class path.
     *
     * @param isJar a file, which is taken for a jar; else a folder, or nothing
     */
    record Element(File file, boolean isJar) {}

    /** A file that was written so recently may be written again without a later time. */
    private static final long RECENT_MILLISECONDS = 2_000;

    /** By the number of the element and the name. */
    private static final Map<String, Known> KNOWN = new ConcurrentHashMap<>();

    /** What a class file was when it, or the jar that it is in, had this length and time. */
    private record Known(long length, long modified, Fingerprint fingerprint) {}

    private final List<Element> elements;
    private final Map<File, ZipFile> open = new HashMap<>();

    private ClassPath(List<Element> elements) {
        this.elements = elements;
    }

    static ClassPath ofProcess() {
        List<Element> elements = new ArrayList<>();
        String path = System.getProperty("java.class.path", "");
        int from = 0;
        while (from <= path.length()) {
            int to = path.indexOf(File.pathSeparatorChar, from);
            to = to < 0 ? path.length() : to;
            File file = new File(path.substring(from, to)).getAbsoluteFile();
            elements.add(new Element(file, file.isFile()));
            from = to + 1;
        }
        return new ClassPath(elements);
    }

    /** The same, with open files of its own. */
    ClassPath opened() {
        return new ClassPath(elements);
    }

    List<Element> elements() {
        return elements;
    }

    /** A text that is another one for another class path, or one with another jar; what is in its folders is not said. */
    String description() {
        StringBuilder text = new StringBuilder();
        for (Element element : elements) {
            text.append(element.file().getPath());
            if (element.isJar()) {
                text.append(' ')
                        .append(element.file().length())
                        .append(' ')
                        .append(element.file().lastModified());
            }
            text.append('\n');
        }
        return text.toString();
    }

    /**
     * The number of the first element that has a class, or -1.
     *
     * @param internalName such as {@code java/util/Map$Entry}
     */
    int find(String internalName) throws IOException {
        for (int index = 0; index < elements.size(); index++) {
            if (has(elements.get(index), internalName + ".class")) {
                return index;
            }
        }
        return -1;
    }

    private boolean has(Element element, String name) throws IOException {
        return element.isJar() ? open(element.file()).getEntry(name) != null : new File(element.file(), name).isFile();
    }

    /** The class file in an element, or null; none of the folders before it may have one, else it is null too. */
    byte @Nullable [] read(int index, String internalName) throws IOException {
        String name = internalName + ".class";
        if (isInFolders(index, name)) {
            return null;
        }
        Element element = elements.get(index);
        if (element.isJar()) {
            ZipFile jar = open(element.file());
            ZipEntry entry = jar.getEntry(name);
            if (entry == null) {
                return null;
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }
        File file = new File(element.file(), name);
        if (!file.isFile()) {
            return null;
        }
        try (FileInputStream in = new FileInputStream(file)) {
            return in.readAllBytes();
        }
    }

    /** The fingerprint of {@link #read}, or null. */
    @Nullable
    Fingerprint fingerprint(int index, String internalName) throws IOException {
        Element element = elements.get(index);
        File file = element.isJar() ? element.file() : new File(element.file(), internalName.concat(".class"));
        long length = file.length();
        long modified = file.lastModified();
        String place = index + ":" + internalName;
        Known known = KNOWN.get(place);
        if (known != null
                && known.length() == length
                && known.modified() == modified
                && !isInFolders(index, internalName.concat(".class"))) {
            return known.fingerprint();
        }
        byte[] bytes = read(index, internalName);
        if (bytes == null) {
            return null;
        }
        Fingerprint fingerprint = Fingerprint.of(bytes);
        if (System.currentTimeMillis() - modified > RECENT_MILLISECONDS) {
            KNOWN.put(place, new Known(length, modified, fingerprint));
        }
        return fingerprint;
    }

    /** Whether one of the folders has a class file of this name. */
    boolean isInFolders(String internalName) {
        return isInFolders(elements.size(), internalName + ".class");
    }

    private boolean isInFolders(int end, String name) {
        for (int index = 0; index < end; index++) {
            Element element = elements.get(index);
            if (!element.isJar() && new File(element.file(), name).isFile()) {
                return true;
            }
        }
        return false;
    }

    /** When the class file in an element was written, or the jar that it is in. */
    long modified(int index, String internalName) {
        Element element = elements.get(index);
        return (element.isJar() ? element.file() : new File(element.file(), internalName + ".class")).lastModified();
    }

    /** Whether there is a jar with others in its manifest, which are searched too. */
    boolean hasHiddenJars() throws IOException {
        for (Element element : elements) {
            if (element.isJar()) {
                ZipFile jar = open(element.file());
                ZipEntry manifest = jar.getEntry("META-INF/MANIFEST.MF");
                if (manifest != null) {
                    try (InputStream in = jar.getInputStream(manifest)) {
                        if (new java.util.jar.Manifest(in).getMainAttributes().getValue("Class-Path") != null) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private ZipFile open(File file) throws IOException {
        ZipFile jar = open.get(file);
        if (jar == null) {
            jar = new ZipFile(file);
            open.put(file, jar);
        }
        return jar;
    }

    @Override
    public void close() {
        for (ZipFile jar : open.values()) {
            try {
                jar.close();
            } catch (IOException _) {
                // It was only read.
            }
        }
        open.clear();
    }
}
