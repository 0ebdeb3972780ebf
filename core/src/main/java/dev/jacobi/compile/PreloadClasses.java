package dev.jacobi.compile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Loads the classes that a compilation needs, in the order in which it needs them, by a thread of its own while the first compilation of the process begins: a fifth of its work is
 * to read and parse hundreds of class files. A test compares the list with what a compilation does load.
 *
 * <p>Classes are loaded, not initialised: two threads that initialise classes in different orders may wait for each other for ever. For the same reason nothing is done where the loader
 * takes one lock for all classes. Which classes are in the list changes nothing but the time; one that is not there (those of the JDK are of one version) is passed over.
 */
final class PreloadClasses extends Thread {
    static final String LIST = "preloaded-classes.txt";

    private static boolean begun;

    private final ClassLoader loader;

    private PreloadClasses(ClassLoader loader) {
        super(null, null, "jacobi-preload", 0, false);
        this.loader = loader;
        setDaemon(true);
    }

    /** Begins, unless that was done before, and returns at once. */
    static synchronized void begin() {
        if (begun) {
            return;
        }
        begun = true;
        ClassLoader loader = PreloadClasses.class.getClassLoader();
        if (loader == null
                || !loader.isRegisteredAsParallelCapable()
                || Runtime.getRuntime().availableProcessors() == 1) {
            return;
        }
        try {
            new PreloadClasses(loader).start();
        } catch (OutOfMemoryError _) {
            // No thread is left: the compilation loads what it needs.
        }
    }

    @Override
    public void run() {
        try (InputStream list = PreloadClasses.class.getResourceAsStream(LIST)) {
            if (list == null) {
                return;
            }
            BufferedReader names = new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII));
            for (String name = names.readLine(); name != null; name = names.readLine()) {
                load(name, loader);
            }
        } catch (IOException _) {
            // The jar is gone, or the file in it damaged: whoever needs a class will say so.
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError _) {
            // As above.
        }
    }
}
