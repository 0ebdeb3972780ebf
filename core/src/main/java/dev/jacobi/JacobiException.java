package dev.jacobi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what Jacobi cannot do, and what to do about it. It is thrown before any work is half done: no shadow was written, no code of
 * the user was run. The exception is an array that turns up in two ways while the derivative runs ({@link Refusal#ALIASED_ARGUMENTS}
 * with a source position): the method ran up to that line; in reverse mode no shadow was written.
 *
 * <p>The message has one line each for what is refused, where, why, one change that works, and the page of the guide:
 *
 * <pre>
 * cannot differentiate com.example.Model.loss: it calls the native method java.lang.System.nanoTime()
 *   at:  com.example.Model.loss:42
 *   why: native code has no bytecode that could be differentiated
 *   try: register a derivative for the method, or mark it inactive
 *   see: docs/guide/refusals.md#native-method
 * </pre>
 */
public class JacobiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Refusal refusal;
    private final @Nullable String where;

    /**
     * @param refusal the kind of refusal, which gives the reason, the way out and the page
     * @param what one sentence that names method and instruction or call at fault
     * @param where the source position, innermost first, or null if there is none
     */
    public JacobiException(Refusal refusal, String what, @Nullable String where) {
        this(refusal, what, where, null);
    }

    public JacobiException(Refusal refusal, String what, @Nullable String where, @Nullable Throwable cause) {
        super(message(refusal, what, where), cause);
        this.refusal = refusal;
        this.where = where;
    }

    private static String message(Refusal refusal, String what, @Nullable String where) {
        return what
                + (where == null ? "" : "\n  at:  " + where)
                + "\n  why: " + refusal.why()
                + "\n  try: " + refusal.remedy()
                + "\n  see: " + refusal.page();
    }

    /** The kind of refusal, for programs that react to it. */
    public Refusal refusal() {
        return refusal;
    }

    /** The source position, innermost first: {@code com.example.Model.term:12 < com.example.Model.loss:42}. */
    public Optional<String> where() {
        return Optional.ofNullable(where);
    }
}
