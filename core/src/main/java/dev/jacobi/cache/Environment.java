package dev.jacobi.cache;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * What all that is compiled in this process depends on: the JVM, this build of Jacobi, the class path. Not known, and then nothing is kept, where Jacobi is not on the class path.
 *
 * @param own the number of the element of the class path with Jacobi's classes
 */
record Environment(Fingerprint fingerprint, ClassPath classPath, int own, OwnBuild.Files build) {
    /** The name of the class of the loader that searches the class path. */
    private static final String LOADER = "jdk.internal.loader.ClassLoaders$AppClassLoader";

    /** To be raised when files are written in another way. */
    private static final String FORMAT = "1";

    private static final class OfProcess {
        static final @Nullable Environment FOUND = find();
    }

    /** Null if it is not known. */
    static @Nullable Environment ofProcess() {
        return OfProcess.FOUND;
    }

    static boolean isOfClassPath(@Nullable ClassLoader loader) {
        return loader != null
                && loader == ClassLoader.getSystemClassLoader()
                && loader.getClass().getName().equals(LOADER);
    }

    private static @Nullable Environment find() {
        File location = OwnBuild.location();
        String jvm = RunningJvm.description();
        if (location == null || jvm == null || !isOfClassPath(Environment.class.getClassLoader())) {
            return null;
        }
        ClassPath classPath = ClassPath.ofProcess();
        int own = -1;
        for (int index = 0; index < classPath.elements().size() && own < 0; index++) {
            if (classPath.elements().get(index).file().equals(location)) {
                own = index;
            }
        }
        OwnBuild.Files build = own < 0 ? null : OwnBuild.files(location);
        if (build == null) {
            return null;
        }
        Fingerprint files = build.fingerprint();
        String text = FORMAT + '\n' + jvm + '\n' + classPath.description() + files.text();
        return new Environment(Fingerprint.of(text), classPath, own, build);
    }
}
