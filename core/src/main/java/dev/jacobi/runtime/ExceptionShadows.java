package dev.jacobi.runtime;

import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the shadow of an exception keeps the shadows of other exceptions. */
final class ExceptionShadows {
    /** The slot of the cause. */
    static final int CAUSE = slot("cause");

    private static final int SUPPRESSED = slot("suppressedExceptions");

    /** Whether a class has a {@code getCause} of its own, which may give anything. */
    private static final ClassValue<Boolean> OVERRIDES = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("getCause").getDeclaringClass() != Throwable.class;
            } catch (NoSuchMethodException | LinkageError _) {
                return true;
            }
        }
    };

    private ExceptionShadows() {}

    private static int slot(String field) {
        try {
            return ShadowLayout.of(Throwable.class).place(Throwable.class.getDeclaredField(field));
        } catch (NoSuchFieldException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** The slot in which the shadow of what {@code exception.getCause()} gives is. */
    static int cause(Object exception) {
        if (OVERRIDES.get(exception.getClass())) {
            throw new StoppedException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot go on with the derivative: the exception "
                            + exception.getClass().getName() + " has a getCause() of its own",
                    null);
        }
        return CAUSE;
    }

    /** The shadows of those that were suppressed. */
    @SuppressWarnings("unchecked") // made here
    static List<@Nullable Object> suppressed(@Nullable Object[] shadow) {
        if (shadow[SUPPRESSED] == null) {
            shadow[SUPPRESSED] = new ArrayList<@Nullable Object>();
        }
        return (List<@Nullable Object>) shadow[SUPPRESSED];
    }
}
