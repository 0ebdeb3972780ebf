package dev.jacobi.interpret;

/** Carries what the interpreted code throws, to tell it from what the interpreter itself throws. */
final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Throwable exception;

    Thrown(Throwable exception) {
        super(null, null, false, false);
        this.exception = exception;
    }

    Throwable exception() {
        return exception;
    }
}
