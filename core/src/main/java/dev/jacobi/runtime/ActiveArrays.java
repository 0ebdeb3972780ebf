package dev.jacobi.runtime;

import dev.jacobi.Refusal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Called by generated code only: which arrays have a shadow, asked where the primal gets hold of one by another way than its arguments. */
public final class ActiveArrays {
    private ActiveArrays() {}

    /** A nested array and all its rows, as they are now; for {@link #contain}, until {@link #release}. */
    public static Object of(@Nullable Object array) {
        ArraySet found = ArraySet.acquire();
        collect(array, found);
        return found;
    }

    private static void collect(@Nullable Object array, ArraySet found) {
        if (array != null && found.add(array) && array instanceof Object[] rows) {
            for (Object row : rows) {
                collect(row, found);
            }
        }
    }

    /** The end of what {@link #of} or {@link #none} made. */
    public static void release(@Nullable Object found) {
        if (found instanceof ArraySet set) {
            set.release();
        }
    }

    /** Stands for the arguments of the derivative that was called from outside, until these are known: {@link TapeStacks#active}. */
    @SuppressWarnings("DoNotCallSuggester") // a mark in the IR, replaced before code is emitted
    public static @Nullable Object ofCaller() {
        throw new IllegalStateException("not linked");
    }

    /** Nothing yet, for {@link #add}. */
    public static Object none() {
        return ArraySet.acquire();
    }

    /** Adds an array and its rows, or all that {@link ShadowGraph#reachable} found. */
    public static void add(Object found, @Nullable Object array) {
        if (array instanceof Set<?> more) {
            more.forEach(((ArraySet) found)::add);
        } else {
            collect(array, (ArraySet) found);
        }
    }

    /** Whether the array is among those that were found; no if nobody looked. */
    public static boolean contain(@Nullable Object found, @Nullable Object array) {
        return switch (found) {
            case ArraySet set -> set.contains(array);
            case Set<?> set -> set.contains(array);
            case null, default -> false;
        };
    }

    /** The refusal to go on. */
    public static RuntimeException aliased(String what, @Nullable String where) {
        return new StoppedException(Refusal.ALIASED_ARGUMENTS, what, where);
    }
}
