package dev.jacobi.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of objects by identity. Each thread keeps a few from call to call; one that is not released, because an exception was thrown, is left
 * to the garbage collector.
 */
final class ArraySet {
    private static final int INITIAL = 32;
    private static final int KEPT = 4;
    private static final int MAXIMUM_KEPT_LENGTH = 1 << 16;
    private static final ThreadLocal<@Nullable ArraySet[]> OF_THREAD =
            ThreadLocal.withInitial(() -> new ArraySet[KEPT]);

    /** Open addressing, at most half full; the length is a power of 2. */
    private @Nullable Object[] table = new Object[INITIAL];

    private int size;

    private ArraySet() {}

    /** An empty set for this thread. */
    static ArraySet acquire() {
        @Nullable ArraySet[] kept = OF_THREAD.get();
        for (int i = 0; i < kept.length; i++) {
            ArraySet set = kept[i];
            if (set != null) {
                kept[i] = null;
                return set;
            }
        }
        return new ArraySet();
    }

    /** Gives a set back, which then keeps no object alive. */
    void release() {
        if (table.length > MAXIMUM_KEPT_LENGTH) {
            table = new Object[INITIAL];
        } else if (size > 0) {
            Arrays.fill(table, null);
        }
        size = 0;
        @Nullable ArraySet[] kept = OF_THREAD.get();
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] == null) {
                kept[i] = this;
                return;
            }
        }
    }

    /** Adds an object; false if it was there. */
    boolean add(Object object) {
        int place = place(object);
        if (table[place] != null) {
            return false;
        }
        table[place] = object;
        if (2 * ++size > table.length) {
            grow();
        }
        return true;
    }

    boolean contains(@Nullable Object object) {
        return object != null && table[place(object)] != null;
    }

    private void grow() {
        @Nullable Object[] old = table;
        table = new Object[2 * old.length];
        for (Object object : old) {
            if (object != null) {
                table[place(object)] = object;
            }
        }
    }

    /** Where the object is, or would be. */
    private int place(Object object) {
        int mask = table.length - 1;
        int place = System.identityHashCode(object) & mask;
        while (table[place] != null && table[place] != object) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
