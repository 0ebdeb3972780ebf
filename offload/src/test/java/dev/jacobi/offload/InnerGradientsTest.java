package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Derivatives that are made and called in offloaded code: the streams of the functions behind them are loops on the device too, in the same form as those around. */
@Tag(DeviceTests.TAG)
class InnerGradientsTest {
    private static final int LENGTH = 500;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(InnerGradientsTest.class).run();
    }

    static double squares(double[] v) {
        return IntStream.range(0, v.length)
                .parallel()
                .mapToDouble(i -> v[i] * v[i])
                .sum();
    }

    static double squaresOfPrefixes(double[] v) {
        double[] sums = v.clone();
        Arrays.parallelPrefix(sums, Double::sum);
        return squares(sums);
    }

    static double step(double[] w, double[] g) {
        double loss = Jacobi.gradient((double[] v) -> squares(v)).into(w, g);
        IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= 0.125 * g[i]);
        return loss;
    }

    static double stepByPrefixes(double[] w, double[] g) {
        double loss = Jacobi.gradient((double[] v) -> squaresOfPrefixes(v)).into(w, g);
        IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= 0x1p-20 * g[i]);
        return loss;
    }

    static void stepByProduct(double[] w, double[] direction) {
        double[] product = Jacobi.hvp((double[] v) -> squaresOfPrefixes(v)).at(w, direction);
        IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= product[i]);
    }

    /** Runs a method here and there, gives the greatest difference of its first argument's elements over the greatest element, and says how many loops ran there. */
    private static double difference(String name, int launches) {
        double[] w = new Random(1).doubles(LENGTH).toArray();
        double[] other = new Random(2).doubles(LENGTH).toArray();
        Agreement.Outcome expected = Agreement.onJvm(Agreement.method(InnerGradientsTest.class, name), w, other);
        Traffic[] moved = new Traffic[1];
        OffloadedMethod method = Agreement.offloaded(Agreement.method(InnerGradientsTest.class, name))
                .measuring(traffic -> moved[0] = traffic);
        Agreement.Outcome actual = Agreement.onDevice(method, Agreement.device(), w, other);
        assertEquals(launches, moved[0].launches(), moved[0].toString());
        double[] here = (double[]) expected.arguments()[0];
        double[] there = (double[]) actual.arguments()[0];
        double largest = Arrays.stream(here).map(Math::abs).max().orElseThrow();
        return IntStream.range(0, LENGTH)
                        .mapToDouble(i -> Math.abs(here[i] - there[i]))
                        .max()
                        .orElseThrow()
                / largest;
    }

    @InFork
    static void theGradientOfASumHasTheBitsOfTheJvm() {
        // A loop of the sum, one of its adjoints, and that of the step.
        assertEquals(0, difference("step", 3));
    }

    @InFork
    static void prefixesInALossAreMadeOnTheDevice() {
        // Sums of sums of 500 numbers, in another order.
        assertEquals(0, difference("stepByPrefixes", 7), LENGTH * LENGTH * Math.ulp(1.0));
        assertEquals(0, difference("stepByProduct", 7), LENGTH * LENGTH * Math.ulp(1.0));
    }

    /** Makes a gradient where offloaded code does not see it. */
    static final class Elsewhere {
        static final Gradient<double[]> GRADIENT = make();

        private Elsewhere() {}

        private static Gradient<double[]> make() {
            return Jacobi.gradient((double[] v) -> squares(v));
        }
    }

    static void stepByAnother(double[] w, double[] g) {
        Elsewhere.GRADIENT.into(w, g);
        IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= 0.125 * g[i]);
    }

    @InFork
    static void aDerivativeThatWasMadeElsewhereIsRefusedAsItsStreamsWouldRunOnTheJvm() {
        double[] w = new double[LENGTH];
        double[] g = new double[LENGTH];
        assertRefused(
                "stepByAnother(double[], double[])",
                () -> Agreement.offloaded(Agreement.method(InnerGradientsTest.class, "stepByAnother"))
                        .run(Agreement.device(), w, g));
        Gradient<double[]> captured = Elsewhere.GRADIENT;
        assertRefused(
                "lambda(dev.jacobi.Gradient, double[], double[])",
                () -> Offload.offload(Agreement.device(), () -> {
                    captured.into(w, g);
                    IntStream.range(0, w.length).parallel().forEach(i -> w[i] -= 0.125 * g[i]);
                }));
    }

    private static void assertRefused(String method, Executable call) {
        JacobiException refused = assertThrows(JacobiException.class, call);
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot offload dev.jacobi.offload.InnerGradientsTest." + method
                        + ": it calls dev.jacobi.Gradient.into(java.lang.Object, java.lang.Object), and parallel streams of this derivative would run on the JVM: "
                        + "on a device run those of derivatives that are made in the offloaded code, with respect to numbers and flat arrays",
                refused.getMessage()
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .replaceAll("lambda\\$\\w+\\$\\w+\\$\\d+", "lambda"));
    }
}
