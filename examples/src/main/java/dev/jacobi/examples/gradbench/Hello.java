package dev.jacobi.examples.gradbench;

/** The smallest of the evals. */
public final class Hello {
    private Hello() {}

    public static double square(double x) {
        return x * x;
    }
}
