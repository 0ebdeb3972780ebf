package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.References.MethodReference;

/** The refusal of a call that gets a value with a derivative; who knows the class files may find the reason why it was not followed. */
public final class UnfollowedCallException extends JacobiException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final transient MethodReference method;

    UnfollowedCallException(JacobiException refusal, MethodReference method) {
        super(refusal.refusal(), what(refusal), refusal.where().orElse(null));
        this.what = what(refusal);
        this.method = method;
    }

    private static String what(JacobiException refusal) {
        return String.valueOf(refusal.getMessage()).lines().findFirst().orElse("");
    }

    /** The method that is called. */
    public MethodReference method() {
        return method;
    }

    /** The same refusal as users see it. */
    public JacobiException plain() {
        return new JacobiException(refusal(), what, where().orElse(null));
    }

    /** The same refusal for a method that is native. */
    public JacobiException asNative() {
        return new JacobiException(Refusal.NATIVE_METHOD, what + ", which is native", where().orElse(null));
    }

    /** The same refusal for a method that calls itself. */
    public JacobiException asRecursion() {
        return new JacobiException(
                Refusal.UNSUPPORTED_RECURSION, what + ", which is running already", where().orElse(null));
    }
}
