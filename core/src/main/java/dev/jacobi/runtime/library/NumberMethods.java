package dev.jacobi.runtime.library;

/** Stands in for methods of {@link Number}, where it is not known which kind of number it is: only {@code Double} and {@code Float} carry derivatives. */
public final class NumberMethods {
    private NumberMethods() {}

    public static double doubleValue(Number number) {
        if (number instanceof Double box) {
            return box.doubleValue();
        }
        return number instanceof Float box ? box.floatValue() : WholeNumber.doubleValue(number);
    }

    public static float floatValue(Number number) {
        if (number instanceof Float box) {
            return box.floatValue();
        }
        return number instanceof Double box ? (float) box.doubleValue() : WholeNumber.floatValue(number);
    }

    public static int intValue(Number number) {
        if (number instanceof Double box) {
            return (int) box.doubleValue();
        }
        return number instanceof Float box ? (int) box.floatValue() : WholeNumber.intValue(number);
    }

    public static long longValue(Number number) {
        if (number instanceof Double box) {
            return (long) box.doubleValue();
        }
        return number instanceof Float box ? (long) box.floatValue() : WholeNumber.longValue(number);
    }
}
