package dev.jacobi.offload.launch;

/** Throws what code of the user's has thrown, whether the compiler expects it or not. */
public final class Rethrown {
    private Rethrown() {}

    /** Does not return. */
    public static RuntimeException rethrow(Throwable thrown) {
        Rethrown.<RuntimeException>unchecked(thrown);
        throw new AssertionError(thrown);
    }

    @SuppressWarnings("unchecked") // the compiler believes it, and the JVM does not ask
    private static <T extends Throwable> void unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
