package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Activity;
import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import org.junit.jupiter.api.Test;

/** Forward mode in several directions with one shadow for all: the same bits on both backends. */
class PackedTangentsTest {
    private static final int WIDTH = 3;

    interface Tangents {
        void apply(double[] x, double[] dx, int size, double[] y, double[] dy);
    }

    /** Has arrays of its own, one of them filled with a number that varies. */
    static void smoothed(double[] x, int size, double[] y) {
        double[] work = new double[size];
        java.util.Arrays.fill(work, x[0] * 0.25);
        for (int i = 0; i < x.length; i++) {
            work[i % size] += Math.sin(x[i]) * x[(i + 1) % x.length];
        }
        double[] copy = work.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = copy[i % size] * work[(i + 2) % size];
        }
    }

    private static Tangents on(Backend backend) {
        return Jacobi.of(PackedTangentsTest.class, "smoothed")
                .with(Options.DEFAULT.withBackend(backend).withStrictMath(true))
                .forward(WIDTH, Activity.DUAL, Activity.CONST, Activity.DUAL)
                .packed()
                .as(Tangents.class);
    }

    @Test
    void localArraysHaveOnePackedShadow() {
        Tangents jvm = on(Backend.JVM);
        Tangents compiled = on(Backend.LLVM);
        for (int size : new int[] {1, 2, 5}) {
            double[] x = {0.3, -1.2, 0.8, 2.1};
            double[] dx = new double[x.length * WIDTH];
            for (int i = 0; i < dx.length; i++) {
                dx[i] = Math.cos(i);
            }
            double[][] expected = {new double[6], new double[6 * WIDTH]};
            double[][] actual = {new double[6], new double[6 * WIDTH]};
            jvm.apply(x, dx, size, expected[0], expected[1]);
            compiled.apply(x, dx, size, actual[0], actual[1]);
            assertArrayEquals(expected[0], actual[0]);
            assertArrayEquals(expected[1], actual[1]);
        }
    }

    @Test
    void aNegativeSizeIsJavasException() {
        double[] x = {0.3};
        Tangents compiled = on(Backend.LLVM);
        NegativeArraySizeException thrown = assertThrows(
                NegativeArraySizeException.class,
                () -> compiled.apply(x, new double[WIDTH], -2, new double[1], new double[WIDTH]));
        assertEquals("-2", thrown.getMessage());
    }
}
