package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What of the arguments and results of offloaded methods is changed between their signatures and their code. */
class BoxedValuesTest {
    private static BoxedValues taking(Class<?>... types) {
        return new BoxedValues("Model.f", MethodType.methodType(void.class, types), Optional.empty());
    }

    private static @Nullable Object giving(Class<?> result, int given) {
        return new BoxedValues("Model.f", MethodType.methodType(int.class), Optional.of(result)).result(given);
    }

    @Test
    void smallNumbersAndTruthAreIntsInCode() {
        double[] array = {1};
        assertArrayEquals(
                new @Nullable Object[] {1, 0, (byte) -1, 'c', (short) 3, 4, array, null},
                taking(int.class, int.class, int.class, int.class, int.class, int.class, double[].class, float[].class)
                        .arguments(new @Nullable Object[] {true, false, (byte) -1, 'c', (short) 3, 4, array, null}));
    }

    @Test
    void resultsAreWhatTheSignatureSays() {
        assertEquals(true, giving(boolean.class, 1));
        assertEquals((byte) -2, giving(byte.class, -2));
        assertEquals((short) 7, giving(short.class, 7));
        assertEquals('x', giving(char.class, 'x'));
        assertEquals(5, giving(int.class, 5));
        assertNull(taking().result(null));
        assertEquals(2.0, taking().result(2.0));
    }

    private static void assertRefused(String why, BoxedValues values, @Nullable Object... given) {
        JacobiException refusal = assertThrows(JacobiException.class, () -> values.arguments(given));
        assertEquals(Refusal.WRONG_SIGNATURE, refusal.refusal());
        assertEquals(
                "cannot call Model.f on a device: " + why,
                refusal.getMessage().lines().findFirst().orElse(""));
    }

    @Test
    void argumentsThatDoNotFitAreRefused() {
        assertRefused("it takes 1 arguments, and 2 are given", taking(int.class), 1, 2);
        assertRefused("argument 0 is null, not int", taking(int.class), new @Nullable Object[] {null});
        assertRefused("argument 1 is a java.lang.Double, not float", taking(int.class, float.class), 1, 2.0);
        assertRefused("argument 0 is a java.lang.Long, not int", taking(int.class), 1L);
        assertRefused("argument 0 is a float[], not double[]", taking(double[].class), (Object) new float[1]);
        assertRefused("argument 0 is a java.lang.Boolean, not double", taking(double.class), true);
        taking(double.class, long.class, float.class).arguments(new Object[] {1, 'a', 2L});
    }
}
