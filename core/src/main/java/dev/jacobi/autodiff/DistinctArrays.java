package dev.jacobi.autodiff;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A quick test that arrays, nested ones with all their rows, are distinct objects and shadows have the shape of their primals. It only
 * says yes or not sure; {@link ShadowChecks} finds out what is wrong.
 *
 * <p>Takes time linear in the number of arrays. Each thread keeps one object of this class, with its table, from call to call; no code of
 * users runs while it is in use.
 */
final class DistinctArrays {
    private static final ThreadLocal<DistinctArrays> OF_THREAD = new ThreadLocal<>() {
        @Override
        protected DistinctArrays initialValue() {
            return new DistinctArrays();
        }
    };

    private static final int INITIAL = 64;
    private static final int MAXIMUM_KEPT_LENGTH = 1 << 16;

    /** As many as a method can have parameters. */
    final @Nullable Object[] arguments = new Object[255];

    private @Nullable Object[] table = new Object[INITIAL];
    /** The part of the table that is in use: a power of 2. */
    private int length = INITIAL;

    private DistinctArrays() {}

    static DistinctArrays ofThread() {
        return OF_THREAD.get();
    }

    /** @param arrays how many will be {@linkplain #addWithShadow added}, shadows counted too */
    void expect(int arrays) {
        int needed = Integer.highestOneBit(Math.max(4, arrays)) * 4;
        if (needed > table.length) {
            table = new Object[needed];
        }
        length = needed;
    }

    /** Keeps no array alive, and no table that is very long. */
    void forget() {
        if (table.length > MAXIMUM_KEPT_LENGTH) {
            table = new Object[INITIAL];
        } else {
            Arrays.fill(table, 0, length, null);
        }
    }

    /** The number of arrays in a nest. */
    static int count(@Nullable Object array) {
        if (array == null) {
            return 0;
        }
        int count = 1;
        if (array instanceof Object[][] nests) {
            for (Object[] nest : nests) {
                count += count(nest);
            }
        } else if (array instanceof Object[] rows) {
            count += rows.length;
        }
        return count;
    }

    /** Adds an array and its shadow, with all rows; false if they do not fit or one of them was there before. */
    boolean addWithShadow(@Nullable Object primal, @Nullable Object shadow) {
        return (primal == null || add(primal)) && addFitting(primal, shadow, true);
    }

    /** Adds a further shadow of an array that was added; false if it does not fit or was there before. */
    boolean addShadow(@Nullable Object primal, @Nullable Object shadow) {
        return addFitting(primal, shadow, false);
    }

    private boolean addFitting(@Nullable Object primal, @Nullable Object shadow, boolean first) {
        if (primal == null) {
            return shadow == null;
        }
        if (shadow == null || primal.getClass() != shadow.getClass() || !add(shadow)) {
            return false;
        }
        // A switch over classes is linked at its first call, which takes long.
        if (primal instanceof double[] doubles) {
            return doubles.length == ((double[]) shadow).length;
        } else if (primal instanceof float[] floats) {
            return floats.length == ((float[]) shadow).length;
        }
        return primal instanceof Object[] rows && rowsWithShadows(rows, (Object[]) shadow, first);
    }

    private boolean rowsWithShadows(@Nullable Object[] rows, @Nullable Object[] shadows, boolean first) {
        if (rows.length != shadows.length) {
            return false;
        }
        for (int i = 0; i < rows.length; i++) {
            if (!(first ? addWithShadow(rows[i], shadows[i]) : addShadow(rows[i], shadows[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Whether an array without shadow, and all its rows, are not among the arrays added. */
    boolean isApart(@Nullable Object array) {
        if (array == null) {
            return true;
        }
        if (table[place(array)] != null) {
            return false;
        }
        if (array instanceof Object[] rows && rows.getClass().getComponentType().isArray()) {
            for (Object row : rows) {
                if (!isApart(row)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean add(Object array) {
        int place = place(array);
        if (table[place] != null) {
            return false;
        }
        table[place] = array;
        return true;
    }

    /** Where the array is in the table, or would be. */
    private int place(Object array) {
        int mask = length - 1;
        int place = System.identityHashCode(array) & mask;
        while (table[place] != null && table[place] != array) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
