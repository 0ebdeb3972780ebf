package dev.jacobi.refusal;

import dev.jacobi.refusal.elsewhere.Guarding;

/** Methods that Jacobi refuses. The golden texts hold their line numbers. */
@SuppressWarnings({"unused", "NarrowCalculation"}) // called by name
public final class Refused {
    static int runs;
    static double state;

    double field;

    private Refused() {}

    /** Few methods, for messages that list them all. */
    public static final class Few {
        private Few() {}

        public static double one(double x) {
            return x;
        }

        public static double one(float x) {
            return x;
        }

        public static double two(double[] x, int n) {
            return x[n];
        }
    }

    /** Without code. */
    public abstract static class Abstract {
        abstract double value(double x);
    }

    /** A function that is not known when the derivative is made. */
    public interface Unknown {
        double apply(double x);
    }

    static native double nativeEntry(double x);

    static double callsNative(double x) {
        runs++;
        return 2 * nativeEntry(x);
    }

    static synchronized double callsItself(double x) {
        runs++;
        return x > 1 ? callsItself(x / 2) : x;
    }

    static double intoProperties(double x) {
        runs++;
        System.getProperties().put("x", x);
        return x;
    }

    static double intoStatic(double x) {
        runs++;
        state = x;
        return state;
    }

    static double intoField(double x, Refused object) {
        runs++;
        object.field = x;
        return object.field;
    }

    static double intoConstantMemory(double x, double[] buffer) {
        runs++;
        buffer[0] = x;
        return buffer[0];
    }

    static double throughBits(double x) {
        runs++;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) + 1);
    }

    static String text(double x) {
        runs++;
        return "x";
    }

    static int whole(double x) {
        runs++;
        return (int) x;
    }

    static double flat(double[] x) {
        runs++;
        return x[0] * x[0];
    }

    static double two(double[] x, double[] y) {
        runs++;
        return x[0] * y[0];
    }

    static double nested(double[][] x) {
        runs++;
        return x[0][0] * x[1][0];
    }

    static double scalar(double x) {
        runs++;
        return x * x;
    }

    static double catchesElsewhere(double x) {
        runs++;
        return Guarding.root(x) * x;
    }

    static double count(double x, int n) {
        runs++;
        return x * n;
    }

    static double deep(double[] x, int depth) {
        return depth == 0 ? x[0] : deep(x, depth - 1) * x[0];
    }

    /** Its constructor shows it to others. */
    static final class Registered {
        static final Registered[] LAST = new Registered[1];
        final double value;

        Registered(double value) {
            this.value = value;
            LAST[0] = this;
        }
    }

    static double makesObject(double x) {
        runs++;
        return new Registered(x).value;
    }

    static double throughNative(double x) {
        runs++;
        double[] array = {x};
        return x * java.lang.reflect.Array.getDouble(array, 0);
    }

    static double throughText(double x) {
        runs++;
        return x * Double.parseDouble(String.format("%s", x));
    }

    private static final class Noisy {
        final double value;

        Noisy(double x) {
            value = x * Math.random();
        }
    }

    static double randomInConstructor(double x) {
        runs++;
        Noisy[] one = {new Noisy(x), new Noisy(1)};
        return one[x > 100 ? 1 : 0].value;
    }

    private static java.lang.invoke.MethodHandle changed = made();
    private static final java.lang.invoke.MethodHandle MADE = made();

    private static java.lang.invoke.MethodHandle made() {
        try {
            return java.lang.invoke.MethodHandles.lookup()
                    .findStatic(Math.class, "sin", java.lang.invoke.MethodType.methodType(double.class, double.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static double callsChangedHandle(double x) throws Throwable {
        return (double) changed.invokeExact(x);
    }

    static double callsMadeHandle(double x) throws Throwable {
        return (double) MADE.invokeExact(x);
    }

    static double callsGivenHandle(double x, java.lang.invoke.MethodHandle handle) throws Throwable {
        return (double) handle.invokeExact(x);
    }
}
