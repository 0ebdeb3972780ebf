package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** The least that one does with a vector. */
public final class Vectors {
    private Vectors() {}

    /** The elements in the opposite order. */
    public static void reverse(float[] from, float[] to) {
        int last = from.length - 1;
        IntStream.rangeClosed(0, last).parallel().forEach(i -> to[i] = from[last - i]);
    }

    /** {@code x *= a}. */
    public static void scale(float a, float[] x) {
        IntStream.range(0, x.length).parallel().forEach(i -> x[i] *= a);
    }
}
