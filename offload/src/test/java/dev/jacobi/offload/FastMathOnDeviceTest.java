package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Jacobi;
import dev.jacobi.llvm.device.FastFloatMath;
import dev.jacobi.llvm.device.FastMath;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Fast mathematics on a device: the bits of {@link FastMath} and {@link FastFloatMath}, where it is asked for, and nowhere else. */
@Tag(DeviceTests.TAG)
class FastMathOnDeviceTest {
    private static final int FUNCTIONS = 7;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(FastMathOnDeviceTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .run();
    }

    static void doubles(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            y[i * 7] = Math.exp(x[i]);
            y[i * 7 + 1] = Math.log(x[i]);
            y[i * 7 + 2] = Math.log1p(x[i]);
            y[i * 7 + 3] = Math.sin(x[i]);
            y[i * 7 + 4] = Math.cos(x[i]);
            y[i * 7 + 5] = Math.tanh(x[i]);
            y[i * 7 + 6] = Math.pow(x[i], x[x.length - 1 - i]);
        });
    }

    static void doublesInOrder(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i * 7] = FastMath.exp(x[i]);
            y[i * 7 + 1] = FastMath.log(x[i]);
            y[i * 7 + 2] = FastMath.log1p(x[i]);
            y[i * 7 + 3] = FastMath.sin(x[i]);
            y[i * 7 + 4] = FastMath.cos(x[i]);
            y[i * 7 + 5] = FastMath.tanh(x[i]);
            y[i * 7 + 6] = FastMath.pow(x[i], x[x.length - 1 - i]);
        }
    }

    static void floats(float[] x, float[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> {
            y[i * 7] = (float) Math.exp(x[i]);
            y[i * 7 + 1] = (float) Math.log(x[i]);
            y[i * 7 + 2] = (float) Math.log1p(x[i]);
            y[i * 7 + 3] = (float) Math.sin(x[i]);
            y[i * 7 + 4] = (float) Math.cos(x[i]);
            y[i * 7 + 5] = (float) Math.tanh(x[i]);
            y[i * 7 + 6] = (float) Math.pow(x[i], 2.5);
        });
    }

    static void floatsInOrder(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i * 7] = FastFloatMath.exp(x[i]);
            y[i * 7 + 1] = FastFloatMath.log(x[i]);
            y[i * 7 + 2] = FastFloatMath.log1p(x[i]);
            y[i * 7 + 3] = FastFloatMath.sin(x[i]);
            y[i * 7 + 4] = FastFloatMath.cos(x[i]);
            y[i * 7 + 5] = FastFloatMath.tanh(x[i]);
            y[i * 7 + 6] = FastFloatMath.pow(x[i], 2.5f);
        }
    }

    private static double[] numbers() {
        double[] special = {
            0,
            -0.0,
            1,
            -1,
            2,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            1e-310,
            1e300,
            -1e300,
            700,
            709.8,
            -740,
            -746,
            3e7,
            1e9,
            -1e22
        };
        Random random = new Random(17);
        double[] numbers = new double[4000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (i % 4) {
                case 0 -> random.nextGaussian() * 3;
                case 1 -> Math.exp(random.nextGaussian() * 20);
                case 2 -> Double.longBitsToDouble(random.nextLong());
                default -> special[random.nextInt(special.length)];
            };
        }
        return numbers;
    }

    private static void agree(String name, Object x, Object y) {
        OffloadedMethod fast = Offload.of(FastMathOnDeviceTest.class, name).withFastMath();
        Outcome expected = Agreement.onJvm(Agreement.method(FastMathOnDeviceTest.class, name + "InOrder"), x, y);
        Outcome actual = Agreement.onDevices(fast, Agreement.devices(), x, y);
        assertTrue(expected.isSame(actual), () -> name + ": " + expected.text() + "\nbut " + actual.text());
    }

    @InFork
    static void functionsOfDoublesHaveTheirBits() {
        double[] x = numbers();
        agree("doubles", x, new double[FUNCTIONS * x.length]);
    }

    @InFork
    static void functionsOfFloatsAreComputedOfFloats() {
        double[] numbers = numbers();
        float[] x = new float[numbers.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) numbers[i];
        }
        agree("floats", x, new float[FUNCTIONS * x.length]);
    }

    @InFork
    static void onlyWhereItIsAskedFor() {
        double[] x = new Random(3).doubles(5000, -3, 3).toArray();
        double[] exact = new double[FUNCTIONS * x.length];
        double[] fast = exact.clone();
        double[] again = exact.clone();
        OffloadedMethod method = Offload.of(FastMathOnDeviceTest.class, "doubles");
        OffloadedMethod quick = method.withFastMath();
        quick.run(Agreement.device(), x, fast);
        method.run(Agreement.device(), x, exact);
        quick.withFastMath().run(Agreement.device(), x, again);
        assertArrayEquals(fast, again);
        assertFalse(Arrays.equals(exact, fast));
        Outcome expected = Agreement.onJvm(
                Agreement.method(FastMathOnDeviceTest.class, "doubles"), x, new double[FUNCTIONS * x.length]);
        assertArrayEquals((double[]) expected.arguments()[1], exact);
        assertTrue(quick.explain().startsWith("; Math in kernels is fast\n; kernel 0"), quick::explain);
        assertEquals(method.explain(), quick.explain().substring("; Math in kernels is fast\n".length()));
    }

    static void strict(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = StrictMath.exp(x[i]) + Math.tan(x[i]));
    }

    static void strictInOrder(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = StrictMath.exp(x[i]) + StrictMath.tan(x[i]);
        }
    }

    @InFork
    static void whatAsksForStrictMathHasItsBits() {
        agree("strict", numbers(), new double[4000]);
    }

    static void powers(double[] x, double[] y) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] = Math.exp(x[i]) + y[i]);
    }

    static void powersInOrder(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = FastMath.exp(x[i]) + y[i];
        }
    }

    @InFork
    static void arraysMayBeLargerThanTheDevice() {
        OffloadedMethod fast = Offload.of(FastMathOnDeviceTest.class, "powers").withFastMath();
        Object[] arguments = {LittleMemory.doubles(1), LittleMemory.doubles(2)};
        Outcome expected = Agreement.onJvm(Agreement.method(FastMathOnDeviceTest.class, "powersInOrder"), arguments);
        LittleMemory.agree(expected, fast, "powers", arguments);
    }

    private static double decay(double x, int left) {
        double now = Math.exp(-x);
        for (int i = 0; i < left; i++) {
            now = 0.5 * now + Math.sin(now);
        }
        return now;
    }

    @InFork
    static void lambdasHaveItToo() {
        double[] x = new Random(5).doubles(1000, -3, 3).toArray();
        double[] y = new double[x.length];
        Offload.Code code = () -> IntStream.range(0, x.length).parallel().forEach(i -> y[i] = decay(x[i], 3));
        Offload.offload(Agreement.device(), Offload.withFastMath(code));
        for (int i = 0; i < x.length; i++) {
            double now = FastMath.exp(-x[i]);
            for (int j = 0; j < 3; j++) {
                now = 0.5 * now + FastMath.sin(now);
            }
            assertEquals(now, y[i]);
        }
        double[] fast = y.clone();
        Offload.offload(Agreement.device(), code);
        assertFalse(Arrays.equals(fast, y));
        Offload.offload(DeviceChoice.fastestOf(List.of(Agreement.device())), Offload.withFastMath(code));
        assertArrayEquals(fast, y);
    }

    static double loss(double[] w, double[] x) {
        return IntStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> Math.log1p(Math.exp(w[0] * x[i])))
                .sum();
    }

    interface LossGradient {
        void apply(double[] w, double[] x, double[] dx, double seed);
    }

    @InFork
    static void gradientsMayHaveIt() {
        OffloadedMethod gradient = Offload.of(
                Jacobi.of(FastMathOnDeviceTest.class, "loss").reverse(Activity.CONST, Activity.DUPLICATED),
                LossGradient.class);
        double[] x = new Random(7).doubles(3000, -3, 3).toArray();
        double[] exact = new double[x.length];
        double[] fast = new double[x.length];
        gradient.on(Agreement.device(), LossGradient.class).apply(new double[] {0.3}, x, exact, 1);
        gradient.withFastMath().on(Agreement.device(), LossGradient.class).apply(new double[] {0.3}, x, fast, 1);
        assertArrayEquals(exact, fast, 1e-15);
        assertFalse(Arrays.equals(exact, fast));
    }

    static double price(double share, double strike) {
        return Math.pow(share / strike, 0.7) + (float) Math.tanh((float) share);
    }

    @InFork
    static void batchesToo() {
        OffloadedMethod prices =
                Offload.of(Jacobi.of(FastMathOnDeviceTest.class, "price").batch(Axis.EACH, Axis.SHARED), Prices.class);
        double[] shares = new Random(9).doubles(500, 0.1, 3).toArray();
        double[] fast =
                prices.withFastMath().on(Agreement.device(), Prices.class).of(shares, 1.7);
        for (int i = 0; i < shares.length; i++) {
            assertEquals(FastMath.pow(shares[i] / 1.7, 0.7) + FastFloatMath.tanh((float) shares[i]), fast[i]);
        }
    }

    interface Prices {
        double[] of(double[] shares, double strike);
    }
}
