package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Called by generated code only: which arrays have a shadow, asked where the primal gets hold of one by another way than its arguments. */
public final class ActiveArrays {
    private ActiveArrays() {}

    /** A nested array and all its rows, as they are now; for {@link #contain}. */
    public static Object of(@Nullable Object array) {
        Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(array, found);
        return found;
    }

    private static void collect(@Nullable Object array, Set<Object> found) {
        if (array != null && found.add(array) && array instanceof Object[] rows) {
            for (Object row : rows) {
                collect(row, found);
            }
        }
    }

    /** Stands for the arguments of the derivative that was called from outside, until these are known: {@link TapeStacks#active}. */
    @SuppressWarnings("DoNotCallSuggester") // a mark in the IR, replaced before code is emitted
    public static @Nullable Object ofCaller() {
        throw new IllegalStateException("not linked");
    }

    /** Nothing yet, for {@link #add}. */
    public static Object none() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Adds an array and its rows, or all that {@link ShadowGraph#reachable} found. */
    @SuppressWarnings("unchecked") // made here
    public static void add(Object found, @Nullable Object array) {
        if (array instanceof Set<?> more) {
            ((Set<Object>) found).addAll(more);
        } else {
            collect(array, (Set<Object>) found);
        }
    }

    /** Whether the array is among those that {@link #of} found; no if nobody looked. */
    public static boolean contain(@Nullable Object found, @Nullable Object array) {
        return found != null && ((Set<?>) found).contains(array);
    }

    /** The refusal to go on. */
    public static RuntimeException aliased(String what, @Nullable String where) {
        return new JacobiException(Refusal.ALIASED_ARGUMENTS, what, where);
    }
}
