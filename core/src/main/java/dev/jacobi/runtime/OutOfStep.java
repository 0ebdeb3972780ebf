package dev.jacobi.runtime;

/** Ends the work on several examples at once, where they do not go the same way. Never leaves a batch. */
public final class OutOfStep extends RuntimeException {
    private static final long serialVersionUID = 1;

    private OutOfStep() {
        super("examples of a batch go different ways", null, false, false);
    }

    /** For generated code. */
    public static OutOfStep get() {
        return new OutOfStep();
    }
}
