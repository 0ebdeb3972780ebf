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
            case double[] numbers
            when all instanceof double[] others -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        others[place] = numbers[i];
                    } else {
                        numbers[i] = others[place];
                    }
                }
            }
            case float[] numbers
            when all instanceof float[] others -> {
                for (int i = at; i < at + length; i++, place += stride) {
                    if (in) {
                        others[place] = numbers[i];
                    } else {
                        numbers[i] = others[place];
                    }
                }
            }
            case int[] numbers
            when all instanceof int[] others -> {
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

    /**
     * Moves the elements of the examples from 0 on back into the rows from {@code from} on, but those whose bits have not changed: what the code has not stored into may be written by
     * others at the same time.
     *
     * @param before what {@code all} held when the examples began
     */
    static void moveOut(Object[] rows, int from, int count, int length, Object all, Object before, int stride) {
        for (int example = 0; example < count; example++) {
            Object row = rows[from + example];
            switch (row) {
                case double[] own -> moveOut(own, length, (double[]) all, (double[]) before, stride, example);
                case float[] own -> moveOut(own, length, (float[]) all, (float[]) before, stride, example);
                case int[] own -> moveOut(own, length, (int[]) all, (int[]) before, stride, example);
                case long[] own -> moveOut(own, length, (long[]) all, (long[]) before, stride, example);
                default -> throw new IllegalStateException(row.getClass().getTypeName());
            }
        }
    }

    private static void moveOut(double[] own, int length, double[] all, double[] before, int stride, int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            if (Double.doubleToRawLongBits(all[place]) != Double.doubleToRawLongBits(before[place])) {
                own[i] = all[place];
            }
        }
    }

    private static void moveOut(float[] own, int length, float[] all, float[] before, int stride, int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            if (Float.floatToRawIntBits(all[place]) != Float.floatToRawIntBits(before[place])) {
                own[i] = all[place];
            }
        }
    }

    private static void moveOut(int[] own, int length, int[] all, int[] before, int stride, int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            if (all[place] != before[place]) {
                own[i] = all[place];
            }
        }
    }

    private static void moveOut(long[] own, int length, long[] all, long[] before, int stride, int example) {
        int place = example;
        for (int i = 0; i < length; i++, place += stride) {
            if (all[place] != before[place]) {
                own[i] = all[place];
            }
        }
    }
}
