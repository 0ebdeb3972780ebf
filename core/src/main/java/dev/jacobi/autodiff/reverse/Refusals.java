package dev.jacobi.autodiff.reverse;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.SourcePosition;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions of this package. */
final class Refusals {
    private Refusals() {}

    static JacobiException refuse(Refusal refusal, Function function, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                refusal,
                "cannot differentiate " + function.signature() + ": " + what,
                position == null ? null : position.toString());
    }

    static JacobiException internal(String what) {
        return new JacobiException(Refusal.INTERNAL, what, null);
    }
}
