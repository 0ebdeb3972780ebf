package dev.jacobi.runtime;

import dev.jacobi.Refusal;
import java.util.Collection;
import java.util.Map;
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

    /** Refuses a store of something that has a shadow into memory that has none. */
    public static void requireFor(
            @Nullable Object memoryShadow, @Nullable Object storedShadow, String what, @Nullable String where) {
        if (memoryShadow == null && storedShadow != null) {
            refuseMissing(what, where);
        }
    }

    /** How many numbers the fields of an object hold. Collections have shadows of another kind. */
    public static int numberCount(Object object) {
        if (object instanceof Collection || object instanceof Map) {
            throw new StoppedException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot compute the derivative: a collection of the class "
                            + object.getClass().getName() + ", which is not one of java.util, is cloned",
                    null);
        }
        return ShadowLayout.of(object.getClass()).numberCount();
    }

    /** How many slots the shadow of an object has. */
    public static int slotCount(Object object) {
        return ShadowLayout.of(object.getClass()).slots();
    }

    /** The shadow of a copy of an object: its slots are those of the object's shadow, if that has one, its numbers are its own. */
    public static Object cloneSlots(Object copy, @Nullable Object shadow, double[] numbers) {
        Object[] slots = shadow == null ? new Object[slotCount(copy)] : ((Object[]) shadow).clone();
        slots[0] = numbers;
        return slots;
    }

    /** Copies the numbers of a shadow. */
    public static void copyNumbers(@Nullable Object shadow, double[] numbers) {
        if (shadow != null && numbers.length > 0) {
            System.arraycopy((double[]) ((Object[]) shadow)[0], 0, numbers, 0, numbers.length);
        }
    }

    /** Adds the numbers of one shadow to those of another, of an object of the same class. */
    public static void addNumbers(@Nullable Object shadow, @Nullable Object added) {
        if (shadow != null && added != null) {
            double[] more = (double[]) ((Object[]) added)[0];
            if (more.length > 0) {
                double[] numbers = (double[]) ((Object[]) shadow)[0];
                for (int i = 0; i < more.length; i++) {
                    numbers[i] += more[i];
                }
            }
        }
    }

    /** Stands for whether a reference, which has a shadow elsewhere, has none here, until the shadow is known. */
    @SuppressWarnings("DoNotCallSuggester") // a mark in the IR, replaced before code is emitted
    public static boolean isMissing(@Nullable Object reference) {
        throw new IllegalStateException("not linked");
    }

    /** Copies slots as far as there are any, into one that is all null. */
    public static void copyUpTo(@Nullable Object source, int from, Object target, int to, int length) {
        if (source != null) {
            Object[] slots = (Object[]) source;
            System.arraycopy(slots, from, (Object[]) target, to, Math.min(length, slots.length - from));
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
