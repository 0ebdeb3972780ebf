package dev.jacobi.autodiff;

import org.jspecify.annotations.Nullable;

/**
 * A quick test that arrays, nested ones with all their rows, are distinct objects and shadows have the shape of their primals. It only
 * says yes or not sure; {@link ShadowChecks} finds out what is wrong.
 *
 * <p>Takes time linear in the number of arrays, and one small table for those that have shadows.
 */
final class DistinctArrays {
    private final @Nullable Object[] table;

    /** @param arrays how many will be {@linkplain #addWithShadow added}, shadows counted too */
    DistinctArrays(int arrays) {
        table = new Object[Integer.highestOneBit(Math.max(4, arrays)) * 4];
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
        return switch (primal) {
            case double[] doubles -> doubles.length == ((double[]) shadow).length;
            case float[] floats -> floats.length == ((float[]) shadow).length;
            case Object[] rows -> rowsWithShadows(rows, (Object[]) shadow, first);
            default -> false;
        };
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
        int mask = table.length - 1;
        int place = System.identityHashCode(array) & mask;
        while (table[place] != null && table[place] != array) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
