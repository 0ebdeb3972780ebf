package dev.jacobi.rules;

import dev.jacobi.Inactive;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Methods with rules, and those that call them. */
@SuppressWarnings({"unused", "restricted"}) // called by name; a function of the C library
final class Ruled {
    static int calls;
    static String log = "";

    private Ruled() {}

    /** Native, without a library that has it. */
    static native double unknown(double x, int n);

    private static final MethodHandle SINE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("sin"),
                    FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, ValueLayout.JAVA_DOUBLE));

    /** The function of the C library. */
    static double sine(double x) {
        calls++;
        try {
            return (double) SINE.invokeExact(x);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A cube root by bits, whose code has no derivative. */
    static double power(double x, int n, double y) {
        calls++;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(Math.pow(x, n) * y));
    }

    /** Scales an array in place. */
    static void scale(double[] values, double factor) {
        calls++;
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(Double.doubleToRawLongBits(values[i] * factor));
        }
    }

    static float half(float x) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x * 0.5f));
    }

    static double ofSine(double x) {
        return x * sine(x * x);
    }

    static double ofSines(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += sine(x[i]) * sine(sum);
        }
        return sum;
    }

    static double ofPower(double x, double y) {
        return power(x, 3, y * y) + power(2, 2, y);
    }

    static double ofUnknown(double x) {
        return unknown(x, 2) * x;
    }

    static double ofScale(double[] x, double factor) {
        double[] copy = x.clone();
        scale(copy, factor);
        scale(copy, factor);
        double sum = 0;
        for (double value : copy) {
            sum += value * value;
        }
        return sum;
    }

    static double ofConstantScale(double[] x, double[] buffer, double factor) {
        scale(buffer, factor);
        return x[0] * factor;
    }

    static double ofHalf(float x) {
        return half(x) * x;
    }

    @Inactive
    static int choose(double[] x) {
        log += "choose " + Arrays.toString(x) + ";";
        return x[0] > x[1] ? 0 : 1;
    }

    @Inactive
    static double penalty(double x) {
        return Double.parseDouble(Double.toString(x)) * 10;
    }

    static double ofInactive(double[] x) {
        return x[choose(x)] * penalty(x[0]);
    }

    /** A logger. */
    @Inactive
    interface Log {
        void write(String text, double value);
    }

    static double logged(double x, Log log) {
        log.write("x", x);
        return x * x;
    }

    static double[] pass(double[] x) {
        calls++;
        return x;
    }

    static double ofPass(double[] x) {
        return pass(x)[0] * x[0];
    }
}
