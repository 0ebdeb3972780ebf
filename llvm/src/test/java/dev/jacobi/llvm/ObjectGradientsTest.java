package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Gradients with respect to objects: shadows are made on the JVM, the work is done natively. */
class ObjectGradientsTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    /** Numbers beside arrays. */
    public record Layer(double[][] weights, double[] bias, double slope) {}

    /** Objects in an object, one of which may be missing. */
    public record Net(
            Layer first,
            Layer second,
            double[] input,
            int rounds,
            @Nullable Layer unused) {}

    static double loss(Net net) {
        double[] x = net.input();
        for (int round = 0; round < net.rounds(); round++) {
            double[] hidden = new double[net.first().bias().length];
            for (int i = 0; i < hidden.length; i++) {
                double sum = net.first().bias()[i];
                for (int j = 0; j < x.length; j++) {
                    sum += net.first().weights()[i][j] * x[j];
                }
                hidden[i] = Math.tanh(sum * net.first().slope());
            }
            x = hidden;
        }
        double result = net.second().slope() * net.second().slope();
        for (int i = 0; i < x.length; i++) {
            result += net.second().bias()[i] * x[i] * Math.sin(net.second().weights()[0][i]);
        }
        return result;
    }

    private static Net net(int rounds) {
        Layer first = new Layer(new double[][] {{0.1, -0.2}, {0.3, 0.4}}, new double[] {0.5, -0.6}, 0.7);
        Layer second = new Layer(new double[][] {{1.5, 2.5}}, new double[] {-1, 2}, 3);
        return new Net(first, second, new double[] {0.25, -0.75}, rounds, null);
    }

    private static String describe(Layer layer) {
        return BothBackends.describe(layer.weights()) + Arrays.toString(layer.bias()) + layer.slope();
    }

    private static String describe(Net net) {
        return describe(net.first()) + describe(net.second()) + Arrays.toString(net.input());
    }

    @Test
    void sameBitsAsOnTheJvm() {
        Gradient<Net> onJvm = Jacobi.gradient(ObjectGradientsTest::loss, STRICT);
        Gradient<Net> compiled = Jacobi.gradient(ObjectGradientsTest::loss, STRICT.withBackend(Backend.LLVM));
        Gradient<Net> automatic = Jacobi.gradient(ObjectGradientsTest::loss, STRICT.withBackend(Backend.AUTO));
        for (int rounds = 0; rounds < 5; rounds++) {
            String expected = describe(onJvm.at(net(rounds)));
            assertEquals(expected, describe(compiled.at(net(rounds))));
            for (int call = 0; call < 300; call++) {
                assertEquals(expected, describe(automatic.at(net(rounds))));
            }
        }
    }

    @Test
    void whatIsNotAnArrayIsLeftToTheJvm() {
        BothBackends function = BothBackends.of("""
                function f(%0: java.lang.Object): double {
                b0:
                  %1: java.lang.Object[] = check_cast java.lang.Object[] %0
                  %2 = constant 1
                  %3: java.lang.Object = array_load java.lang.Object %1, %2
                  %4: double[] = check_cast double[] %3
                  %5 = constant 0
                  %6: double = array_load double %4, %5
                  return %6
                }
                """);
        double[] numbers = {1.5};
        assertTrue(function.check(new Object[] {new Object[] {null, numbers}}).startsWith("1.5#3ff8000000000000 "));
        assertEquals(0, function.compiled().bailouts());
        Object[] others = {
            null,
            "text",
            numbers,
            new double[][] {numbers, numbers},
            new Object[0],
            new Object[] {numbers, "text"},
            new Object[] {numbers, null},
            new Object[] {numbers, new int[1]},
            new Object[] {new Object[] {"a"}, numbers}
        };
        for (Object other : others) {
            function.check(new Object[] {other});
        }
        assertEquals(others.length - 1, function.compiled().bailouts());
    }

    @Test
    void exceptionsAreJavas() {
        Gradient<Net> compiled = Jacobi.gradient(ObjectGradientsTest::loss, STRICT.withBackend(Backend.LLVM));
        Net whole = net(2);
        Net withoutSecond = new Net(whole.first(), null, whole.input(), 1, null);
        assertThrows(NullPointerException.class, () -> compiled.at(withoutSecond));
        Net tooShort = new Net(whole.first(), whole.second(), new double[3], 1, null);
        assertThrows(IndexOutOfBoundsException.class, () -> compiled.at(tooShort));
        assertEquals(
                describe(Jacobi.gradient(ObjectGradientsTest::loss, STRICT).at(whole)), describe(compiled.at(whole)));
    }
}
