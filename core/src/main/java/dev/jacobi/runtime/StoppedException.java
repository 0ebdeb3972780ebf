package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import org.jspecify.annotations.Nullable;

/** The refusal to go on with a derivative that is running. The method that is differentiated must not catch it. */
public final class StoppedException extends JacobiException {
    private static final long serialVersionUID = 1;

    public StoppedException(Refusal refusal, String what, @Nullable String where) {
        super(refusal, what, where);
    }

    public StoppedException(Refusal refusal, String what, @Nullable String where, @Nullable Throwable cause) {
        super(refusal, what, where, cause);
    }

    /** Called by generated code only, where the method catches exceptions of a call: throws the exception again if the derivative must stop. */
    public static void letOut(Throwable caught) {
        if (caught instanceof StoppedException stopped) {
            throw stopped;
        }
    }

    /** Called by generated code only, where the method would catch an overflow of the stack in a call that may have stored numbers before. */
    @SuppressWarnings("DoNotCallSuggester") // generated code calls it
    public static void caught(VirtualMachineError error, String callee, String where) {
        throw new StoppedException(
                Refusal.UNSUPPORTED_CALL,
                "cannot go on with the derivative: a " + error.getClass().getName() + " of " + callee
                        + ", which is not inlined, would be caught",
                where.isEmpty() ? null : where,
                error);
    }

    /** Links what {@link #caught} needs, which the end of a stack has no room for. */
    public static void linkCaught() {
        try {
            caught(new StackOverflowError(), "a call", "");
        } catch (StoppedException _) {
            // as expected
        }
    }
}
