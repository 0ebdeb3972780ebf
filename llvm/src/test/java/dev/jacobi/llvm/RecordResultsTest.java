package dev.jacobi.llvm;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Results that come in a record of numbers are native: code gives the numbers, and the record is made on the JVM. */
class RecordResultsTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    /** A value and slopes by what is added to all elements, and by their scale. */
    public record Slopes(double value, double byShift, float byScale) {}

    /** As above, of two adjoints. */
    public record TwoSlopes(double value, double byShift0, double byShift1, float byScale0, float byScale1) {}

    /** Reverse mode. */
    public interface One {
        Slopes apply(double[] x, double[] gradient, double shift, float scale, int n, double seed);
    }

    /** Reverse mode for two adjoints. */
    public interface Two {
        TwoSlopes apply(
                double[] x,
                double[] gradient0,
                double[] gradient1,
                double shift,
                float scale,
                int n,
                double seed0,
                double seed1);
    }

    static double loss(double[] x, double shift, float scale, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.sin(scale * (x[i] + shift));
        }
        return sum;
    }

    private static One one(Backend backend) {
        return Jacobi.of(RecordResultsTest.class, "loss")
                .with(STRICT.withBackend(backend))
                .reverse(DUPLICATED, ACTIVE, ACTIVE, CONST)
                .as(One.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Backend.class,
            names = {"LLVM", "AUTO"})
    void recordsHoldTheBitsOfTheJvm(Backend backend) {
        double[] x = {0.5, -1, 2};
        double[] expected = new double[3];
        Slopes onJvm = one(Backend.JVM).apply(x, expected, 0.25, 1.5f, 3, 2);
        double[] gradient = new double[3];
        One compiled = one(backend);
        for (int call = 0; call < 40; call++) {
            double[] each = new double[3];
            assertEquals(onJvm, compiled.apply(x, each, 0.25, 1.5f, 3, 2));
            assertArrayEquals(expected, each);
        }
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> compiled.apply(x, gradient, 0.25, 1.5f, 4, 2));
        assertArrayEquals(new double[3], gradient);
    }

    @Test
    void severalAdjointsAreNative() {
        double[] x = {0.5, -1, 2};
        double[][] expected = new double[2][3];
        Slopes first = one(Backend.JVM).apply(x, expected[0], 0.25, 1.5f, 3, 2);
        Slopes second = one(Backend.JVM).apply(x, expected[1], 0.25, 1.5f, 3, -3);
        double[][] gradients = new double[2][3];
        Two two = Jacobi.of(RecordResultsTest.class, "loss")
                .with(STRICT.withBackend(Backend.LLVM))
                .reverse(2, DUPLICATED, ACTIVE, ACTIVE, CONST)
                .as(Two.class);
        assertEquals(
                new TwoSlopes(first.value, first.byShift, second.byShift, first.byScale, second.byScale),
                two.apply(x, gradients[0], gradients[1], 0.25, 1.5f, 3, 2, -3));
        assertArrayEquals(expected, gradients);
    }

    /** Adds up squares. */
    public interface OfNumbers {
        double apply(double x, double y, double seed);
    }

    static double shortOne(double x, double y) {
        return Math.exp(x) * y;
    }

    @Test
    void shortCodeWithoutLoopsIsLeftToTheJvmByAuto() {
        OfNumbers derivative = Jacobi.of(RecordResultsTest.class, "shortOne")
                .with(STRICT.withBackend(Backend.AUTO))
                .reverse(ACTIVE, CONST)
                .as(OfNumbers.class);
        assertEquals(3 * StrictMath.exp(2), derivative.apply(2, 3, 1));
        assertFalse(isChosen("shortOne"));
        double unused = one(Backend.AUTO).apply(new double[3], new double[3], 0, 1, 3, 1).value;
        assertEquals(0, unused);
        assertTrue(isChosen("RecordResultsTest.loss"));
    }

    private static boolean isChosen(String name) {
        return Jacobi.backendChoices().stream()
                .anyMatch(choice -> choice.derivative().contains(name));
    }
}
