package dev.jacobi;

/** Where derivatives run; see {@link Options#withBackend}. */
public enum Backend {
    /** The JVM: complete, and what there is everywhere. */
    JVM,

    /**
     * Native code through LLVM, which needs the artifact {@code jacobi-llvm}. What cannot be compiled natively is refused ({@link Refusal#NOT_NATIVE}), and so is everything if there is no
     * LLVM ({@link Refusal#NO_LLVM}). A call that throws an exception is done again on the JVM, so that it is Java's exception.
     */
    LLVM,

    /**
     * The JVM at once, and native code as soon as it is compiled, which happens in the background after the first call, for arguments of those sizes for which
     * it was measured to be faster. What cannot be compiled natively stays on the JVM. Results do not change by a bit when the code changes, except for
     * {@code Math.sin} and the other functions that {@link Options#strictMath} is about.
     */
    AUTO
}
