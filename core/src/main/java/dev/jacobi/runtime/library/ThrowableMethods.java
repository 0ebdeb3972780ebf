package dev.jacobi.runtime.library;

/**
 * Stands in for the methods of {@link Throwable} that keep and give exceptions, so that what is done with the shadows is known for these calls and no others: the shadow of an exception has a place
 * for that of its cause and one for those that were suppressed.
 */
public final class ThrowableMethods {
    private ThrowableMethods() {}

    public static Throwable getCause(Throwable exception) {
        return exception.getCause();
    }

    public static Throwable initCause(Throwable exception, Throwable cause) {
        return exception.initCause(cause);
    }

    public static void addSuppressed(Throwable exception, Throwable suppressed) {
        exception.addSuppressed(suppressed);
    }

    public static Throwable[] getSuppressed(Throwable exception) {
        return exception.getSuppressed();
    }

    /** Never called: the note that a constructor has kept a cause. */
    @SuppressWarnings("DoNotCallSuggester") // its name is all that is used
    public static void causedBy(Throwable exception, Throwable cause) {
        throw new IllegalStateException(exception);
    }
}
