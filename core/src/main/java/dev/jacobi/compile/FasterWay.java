package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Supplier;

/** Code that computes the same as other code in less time, and that some functions do not have. */
final class FasterWay {
    private FasterWay() {}

    /** The code, or nothing where it is refused. The log says why; loudly if the reason is an error of ours. */
    static <T> Optional<T> unlessRefused(String way, Target target, Supplier<Optional<T>> compilation) {
        try {
            return compilation.get();
        } catch (JacobiException refused) {
            Level level = refused.refusal() == Refusal.INTERNAL ? Level.WARNING : Level.DEBUG;
            System.getLogger("dev.jacobi.compile")
                    .log(level, "{0} takes another way than {1}: {2}", target.display(), way, refused.getMessage());
            return Optional.empty();
        }
    }
}
