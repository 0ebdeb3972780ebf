package dev.jacobi.llvm;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects among the arguments whose fields are read, and no more, are native. */
class RecordArgumentsTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    /** One in another. */
    public record Scale(double factor, double[] offsets) {}

    /** With fields of all kinds. */
    public record Model(
            double[][] weights,
            byte count,
            boolean negative,
            @Nullable Scale scale) {}

    static double loss(double[] x, Model model) {
        double sum = 0;
        for (int i = 0; i < model.count(); i++) {
            for (int j = 0; j < x.length; j++) {
                sum += model.weights()[i][j] * Math.sin(x[j]);
            }
        }
        Scale scale = model.scale();
        if (model.negative()) {
            sum = -sum * scale.factor() + scale.offsets()[0];
        }
        return sum;
    }

    static double chosen(double[] x, Scale a, Scale b) {
        Scale scale = a;
        for (int i = 0; i < x.length; i++) {
            scale = x[i] > 0 ? a : b;
        }
        return x[0] * scale.factor();
    }

    /** Reverse mode. */
    public interface Derivative {
        double apply(double[] x, double[] gradient, @Nullable Model model, double seed);
    }

    private static String outcome(Derivative derivative, String how) {
        double[] x = {0.5, -1, 2};
        double[] gradient = new double[3];
        double[][] weights = {{1, 2, 3}, how.equals("alias") ? x : new double[] {4, 5, 6}};
        Scale scale = how.equals("no inner") ? null : new Scale(1.5, how.equals("index") ? new double[0] : x);
        Model model = how.equals("no object")
                ? null
                : new Model(weights, (byte) (how.equals("too many") ? 3 : 2), !how.equals("not read"), scale);
        String result;
        try {
            result = BothBackends.describe(derivative.apply(x, gradient, model, 1));
        } catch (RuntimeException e) {
            result = e.getClass().getName();
        }
        return result + BothBackends.describe(gradient);
    }

    private static Derivative derivative(Options options) {
        return Jacobi.of(RecordArgumentsTest.class, "loss")
                .with(options)
                .reverse(DUPLICATED, CONST)
                .as(Derivative.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"right", "not read", "alias", "no inner", "no object", "index", "too many"})
    void sameBitsOrExceptionsAsOnTheJvm(String how) {
        String expected = outcome(derivative(STRICT), how);
        assertEquals(expected, outcome(derivative(STRICT.withBackend(Backend.LLVM)), how));
        assertEquals(expected, outcome(derivative(STRICT.withBackend(Backend.AUTO)), how));
        assertTrue(expected.length() > 10, expected);
    }

    @Test
    void objectsThatAreChosenBetweenAreNot() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.of(RecordArgumentsTest.class, "chosen")
                        .with(STRICT.withBackend(Backend.LLVM))
                        .reverse(DUPLICATED, CONST, CONST)
                        .asMethodHandle());
        assertEquals(Refusal.NOT_NATIVE, refusal.refusal());
    }
}
