package dev.jacobi.conformance.roundtrip;

import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads the classes of a library from given bytes, in front of the class path, so that each loader has its own copy of their state. */
final class LibraryLoader extends ClassLoader {
    private final Map<String, byte[]> classes;

    LibraryLoader(Map<String, byte[]> classes) {
        super(LibraryLoader.class.getClassLoader());
        this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : defineClass(name, bytes, 0, bytes.length);
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        return getParent().getResource(name);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        return getParent().getResourceAsStream(name);
    }

    /** Loads and verifies every class; what goes wrong, in words. */
    List<String> verifyAll(LibraryLoader original) {
        List<String> failures = new ArrayList<>();
        for (String name : classes.keySet()) {
            String expected = link(original, name);
            String actual = link(this, name);
            // Emitted code may need less: the verifier loads classes only to compare them.
            if (!actual.equals(expected) && !actual.equals("fine")) {
                failures.add(name + ": " + actual);
            }
        }
        return failures;
    }

    private static String link(ClassLoader loader, String name) {
        try {
            // Asking for members links the class, which verifies its code, but does not initialise it.
            Object _ = Class.forName(name, false, loader).getDeclaredConstructors();
            return "fine";
        } catch (ClassNotFoundException | LinkageError e) {
            return e instanceof NoClassDefFoundError ? "needs " + e.getMessage() : e.toString();
        }
    }
}
