package dev.jacobi.batch;

/** Moves arrays of examples to where the same element of all examples lies side by side, and back. */
final class SideBySide {
    /** So many examples at a time: a line of the cache of doubles. */
    private static final int BLOCK = 8;

    private SideBySide() {}

    /**
     * Moves an array of one example.
     *
     * @param own the array that holds the example's elements, from {@code at} on
     * @param length how many there are
     * @param all where element {@code i} is at {@code i * stride + example}
     * @param in whether it is moved into {@code all}, or out of it
     */
    static void move(Object own, int at, int length, Object all, int stride, int example, boolean in) {
        int place = example;
        switch (own) {
            case double[] numbers when all instanceof double[] others -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        others[place] = numbers[i];
                    } else {
                        numbers[i] = others[place];
                    }
                }
            }
            case float[] numbers when all instanceof float[] others -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        others[place] = numbers[i];
                    } else {
                        numbers[i] = others[place];
                    }
                }
            }
            case int[] numbers when all instanceof int[] others -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        others[place] = numbers[i];
                    } else {
                        numbers[i] = others[place];
                    }
                }
            }
            default -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        System.arraycopy(own, i, all, place, 1);
                    } else {
                        System.arraycopy(all, place, own, i, 1);
                    }
                }
            }
        }
    }

    /** Moves the rows of examples {@code from} to {@code from + count} into {@code all}, for the examples from 0 on. All have {@code length} elements. */
    static void moveIn(Object[] rows, int from, int count, int length, Object all, int stride) {
        int example = 0;
        if (rows instanceof double[][] numbers && all instanceof double[] others) {
            for (; example + BLOCK <= count; example += BLOCK) {
                int first = from + example;
                moveIn(
                        numbers[first],
                        numbers[first + 1],
                        numbers[first + 2],
                        numbers[first + 3],
                        numbers[first + 4],
                        numbers[first + 5],
                        numbers[first + 6],
                        numbers[first + 7],
                        length,
                        others,
                        stride,
                        example);
            }
        }
        for (; example < count; example++) {
            move(rows[from + example], 0, length, all, stride, example, true);
        }
    }

    private static void moveIn(
            double[] a,
            double[] b,
            double[] c,
            double[] d,
            double[] e,
            double[] f,
            double[] g,
            double[] h,
            int length,
            double[] all,
            int stride,
            int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            all[place] = a[i];
            all[place + 1] = b[i];
            all[place + 2] = c[i];
            all[place + 3] = d[i];
            all[place + 4] = e[i];
            all[place + 5] = f[i];
            all[place + 6] = g[i];
            all[place + 7] = h[i];
        }
    }

    /** Moves the elements of the examples from 0 on back into the rows from {@code from} on. */
    static void moveOut(Object[] rows, int from, int count, int length, Object all, int stride) {
        int example = 0;
        if (rows instanceof double[][] numbers && all instanceof double[] others) {
            for (; example + BLOCK <= count; example += BLOCK) {
                int first = from + example;
                moveOut(
                        numbers[first],
                        numbers[first + 1],
                        numbers[first + 2],
                        numbers[first + 3],
                        numbers[first + 4],
                        numbers[first + 5],
                        numbers[first + 6],
                        numbers[first + 7],
                        length,
                        others,
                        stride,
                        example);
            }
        }
        for (; example < count; example++) {
            move(rows[from + example], 0, length, all, stride, example, false);
        }
    }

    private static void moveOut(
            double[] a,
            double[] b,
            double[] c,
            double[] d,
            double[] e,
            double[] f,
            double[] g,
            double[] h,
            int length,
            double[] all,
            int stride,
            int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            a[i] = all[place];
            b[i] = all[place + 1];
            c[i] = all[place + 2];
            d[i] = all[place + 3];
            e[i] = all[place + 4];
            f[i] = all[place + 5];
            g[i] = all[place + 6];
            h[i] = all[place + 7];
        }
    }
}
