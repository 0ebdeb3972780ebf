package dev.jacobi.runtime;

import dev.jacobi.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: access to the slots of shadows that may be null, which they are where the primal has memory that carries no derivatives.
 */
public final class ObjectShadows {
    private ObjectShadows() {}

    /** A slot of a shadow, null if there is no shadow. */
    public static @Nullable Object load(@Nullable Object shadow, int slot) {
        return shadow == null ? null : ((Object[]) shadow)[slot];
    }

    /** Stores into a slot of a shadow, if there is one. */
    public static void store(@Nullable Object shadow, int slot, @Nullable Object stored) {
        if (shadow != null) {
            ((Object[]) shadow)[slot] = stored;
        }
    }

    /** Refuses a store that would lose a derivative. */
    @SuppressWarnings("DoNotCallSuggester") // generated code calls it
    public static void refuseMissing(String what, @Nullable String where) {
        throw new StoppedException(Refusal.ACTIVE_TO_CONSTANT_MEMORY, what, where);
    }

    /** Refuses to go on if something has no shadow. */
    public static void require(@Nullable Object primal, @Nullable Object shadow, String what, @Nullable String where) {
        if (shadow == null && primal != null) {
            refuseMissing(what, where);
        }
    }

    /** Copies slots; where the source has no shadow, null is copied. */
    public static void copy(@Nullable Object source, int from, @Nullable Object target, int to, int length) {
        if (target == null) {
            return;
        }
        if (source != null) {
            System.arraycopy(source, from, target, to, length);
        } else {
            java.util.Arrays.fill((Object[]) target, to, to + length, null);
        }
    }
}
