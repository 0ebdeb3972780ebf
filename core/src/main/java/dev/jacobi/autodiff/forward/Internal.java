package dev.jacobi.autodiff.forward;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;

/** Errors of Jacobi itself. */
final class Internal {
    private Internal() {}

    static JacobiException error(String what) {
        return new JacobiException(Refusal.INTERNAL, "forward mode: " + what, null);
    }
}
