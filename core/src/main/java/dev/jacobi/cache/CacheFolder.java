package dev.jacobi.cache;

import java.io.File;
import java.util.Locale;

/**
 * The folder in which Jacobi keeps files for all processes of a user: what the system provides for that, unless {@code -Djacobi.cache=DIR} names another one.
 */
public final class CacheFolder {
    static final String PROPERTY = "jacobi.cache";

    private CacheFolder() {}

    public static File ofUser() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return new File(named);
        }
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        File home = new File(System.getProperty("user.home"));
        if (system.startsWith("mac")) {
            return new File(home, "Library/Caches/jacobi");
        }
        String folder = System.getenv(system.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        return new File(folder == null || folder.isEmpty() ? new File(home, ".cache") : new File(folder), "jacobi");
    }
}
