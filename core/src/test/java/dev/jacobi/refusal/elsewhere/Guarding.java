package dev.jacobi.refusal.elsewhere;

/** Catches an exception that only this package knows. */
public final class Guarding {
    private Guarding() {}

    private static final class Negative extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    public static double root(double x) {
        try {
            return checked(x) * Math.sqrt(x);
        } catch (Negative e) {
            return 0;
        }
    }

    private static double checked(double x) {
        if (x < 0) {
            throw new Negative();
        }
        return x;
    }
}
