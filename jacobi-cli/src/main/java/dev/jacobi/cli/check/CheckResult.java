package dev.jacobi.cli.check;

import dev.jacobi.JacobiException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found. If the method was refused, there are no numbers.
 *
 * @param value what the method returns
 * @param gradient in reverse mode, one entry for each argument of {@code --wrt}, of its shape
 * @param forward in forward mode
 * @param finite by finite differences
 * @param maxRelativeError the largest difference of any two of them that are reliable, relative to the largest derivative; of numbers that
 *     are wrong, relative to the number itself
 * @param pitfalls what a user should know, one sentence each
 */
public record CheckResult(
        @Nullable Object value,
        List<Object> gradient,
        List<Object> forward,
        List<Object> finite,
        double maxRelativeError,
        Verdict verdict,
        List<String> pitfalls,
        Optional<JacobiException> error) {

    /** What to think of the gradients. */
    public enum Verdict {
        /** Both modes and finite differences agree. */
        OK,
        /** They do not. */
        MISMATCH,
        /** Jacobi does not differentiate this method. */
        REFUSED
    }

    public static CheckResult refused(JacobiException error) {
        return new CheckResult(
                null, List.of(), List.of(), List.of(), Double.NaN, Verdict.REFUSED, List.of(), Optional.of(error));
    }
}
