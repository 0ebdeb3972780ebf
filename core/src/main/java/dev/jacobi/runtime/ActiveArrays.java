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

    /** Whether the array is among those that {@link #of} found. */
    public static boolean contain(Object found, @Nullable Object array) {
        return ((Set<?>) found).contains(array);
    }

    /** The refusal to go on. */
    public static RuntimeException aliased(String what, @Nullable String where) {
        return new JacobiException(Refusal.ALIASED_ARGUMENTS, what, where);
    }
}
