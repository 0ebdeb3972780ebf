package dev.jacobi.runtime.library;

import dev.jacobi.Refusal;
import dev.jacobi.runtime.StoppedException;
import java.math.BigInteger;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers that are neither {@code Double} nor {@code Float}: whole numbers carry no derivative, others are refused. */
public final class WholeNumber {
    private static final Set<Class<?>> CLASSES = Set.of(
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            AtomicInteger.class,
            AtomicLong.class);

    private WholeNumber() {}

    private static Number checked(Number number) {
        if (!CLASSES.contains(number.getClass())) {
            throw new StoppedException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot compute the derivative: a Number is of the class "
                            + number.getClass().getName() + ", and only Double, Float and whole numbers are known",
                    null);
        }
        return number;
    }

    public static double doubleValue(Number number) {
        return checked(number).doubleValue();
    }

    public static float floatValue(Number number) {
        return checked(number).floatValue();
    }

    public static int intValue(Number number) {
        return checked(number).intValue();
    }

    public static long longValue(Number number) {
        return checked(number).longValue();
    }
}
