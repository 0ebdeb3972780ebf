package dev.jacobi.llvm;

import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives of derivatives check the shadows of nested arrays on their way: natively where all is right, else on the JVM. */
class NestedDerivativesTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    static double cost(double[][] x) {
        double sum = 0;
        for (double[] row : x) {
            for (double number : row) {
                sum += number * number * Math.sin(number);
            }
        }
        return sum;
    }

    /** Reverse mode. */
    public interface Reverse {
        double apply(double[][] x, double[][] gradient, double seed);
    }

    /** What is differentiated again. */
    public interface Into extends Serializable {
        void apply(double[][] x, double[][] into);
    }

    /** Forward mode of it. */
    public interface Second {
        void apply(double[][] x, double[][] direction, double[][] gradient, double[][] second);
    }

    private static Second second(Options options) {
        Reverse reverse = Jacobi.of(NestedDerivativesTest.class, "cost")
                .with(options)
                .reverse(DUPLICATED)
                .as(Reverse.class);
        Into gradient = (x, into) -> {
            double _ = reverse.apply(x, into, 1);
        };
        return Jacobi.of(gradient).with(options).forward(DUAL, DUAL).as(Second.class);
    }

    private static String outcome(Second second, String shape) {
        double[][] x = {{0.5, -1.25}, {}, {2.5, 0.75, 1}};
        double[][] direction = {{1, 0.5}, {}, {-1, 0.25, 2}};
        double @Nullable [][] gradient = {{0, 0}, {}, {0, 0, 0}};
        double[][] result = {{0, 0}, {}, {0, 0, 0}};
        switch (shape) {
            case "row twice" -> {
                x[2] = x[0];
                direction[2] = direction[0];
                gradient[2] = gradient[0];
                result[2] = result[0];
            }
            case "short row" -> gradient[2] = new double[2];
            case "no row" -> gradient[2] = null;
            case "shadow is array" -> gradient[2] = x[2];
            case "empty" -> {
                x = new double[0][];
                direction = new double[0][];
                gradient = new double[0][];
                result = new double[0][];
            }
            default -> {}
        }
        String thrown = "";
        try {
            second.apply(x, direction, gradient, result);
        } catch (RuntimeException e) {
            thrown = e.getMessage().lines().findFirst().orElse("");
        }
        return thrown + BothBackends.describe(gradient) + BothBackends.describe(result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"right", "row twice", "short row", "no row", "shadow is array", "empty"})
    void sameBitsOrExceptionsAsOnTheJvm(String shape) {
        String expected = outcome(second(STRICT), shape);
        assertEquals(expected, outcome(second(STRICT.withBackend(Backend.LLVM)), shape));
        assertTrue(expected.length() > 10, expected);
    }
}
