package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.CompiledSources;
import dev.jacobi.offload.shapes.RoundsToDifferentiate;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Gradients of streams at random, with loops and conditions in their rounds: on a device and on the JVM, beside that of the stream in plain order. {@code -Djacobi.shapes.seed=} begins elsewhere. */
@Tag(DeviceTests.TAG)
class GradientShapesTest {
    private static final String SEED = "jacobi.shapes.seed";
    private static final int CLASSES = 24;
    private static final int LENGTH = 12;

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(GradientShapesTest.class)
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .option("-D" + SEED + "=" + Long.getLong(SEED, 1))
                .run();
    }

    @InFork
    static void gradientsOfRoundsAtRandomAreThoseOfPlainOrder() {
        long first = Long.getLong(SEED, 1) * 1000;
        Map<String, String> texts = new LinkedHashMap<>();
        for (long seed = first; seed < first + CLASSES; seed++) {
            texts.put("Rounds" + seed, RoundsToDifferentiate.source("Rounds" + seed, seed, true));
            texts.put("Plain" + seed, RoundsToDifferentiate.source("Plain" + seed, seed, false));
        }
        int onDevice = 0;
        StringBuilder wrong = new StringBuilder();
        try (CompiledSources compiled = new CompiledSources(texts)) {
            for (long seed = first; seed < first + CLASSES; seed++) {
                Derivative plain = gradient(compiled.load("Plain" + seed));
                Derivative parallel = gradient(compiled.load("Rounds" + seed));
                OffloadedMethod offloaded = null;
                try {
                    offloaded = Offload.of(parallel);
                    onDevice++;
                } catch (JacobiException e) {
                    assertTrue(e.refusal() == Refusal.NOT_INDEPENDENT, e::getMessage);
                }
                for (int[] sizes : new int[][] {{0, 2}, {1, 3}, {6, 0}, {7, 4}}) {
                    Object[] expected = arguments(seed, sizes);
                    call(plain, expected);
                    Object[] onJvm = arguments(seed, sizes);
                    call(parallel, onJvm);
                    String difference = difference("on the JVM", expected, onJvm);
                    if (offloaded != null) {
                        Object[] there = arguments(seed, sizes);
                        offloaded.run(Agreement.devices(), there);
                        difference += difference("on the device", expected, there);
                    }
                    if (!difference.isEmpty()) {
                        wrong.append(difference).append(Arrays.toString(sizes)).append(texts.get("Rounds" + seed));
                    }
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
        // Loops under conditions are refused.
        int count = onDevice;
        assertTrue(count >= CLASSES / 3, () -> "too few on the device: " + count);
    }

    private static Derivative gradient(Class<?> owner) {
        return Jacobi.of(owner, "run")
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED, Activity.DUPLICATED, Activity.CONST, Activity.CONST);
    }

    private static Object[] arguments(long seed, int[] sizes) {
        Object[] arguments = new Object[8];
        for (int index = 0; index < 6; index++) {
            arguments[index] =
                    new Random(seed * 10 + index).doubles(LENGTH, 0.2, 1.2).toArray();
        }
        arguments[6] = sizes[0];
        arguments[7] = sizes[1];
        return arguments;
    }

    private static void call(Derivative gradient, Object[] arguments) {
        try {
            gradient.asMethodHandle().invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static String difference(String where, Object[] expected, Object[] actual) {
        for (int index = 0; index < 6; index++) {
            double[] numbers = (double[]) expected[index];
            double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
            for (int element = 0; element < LENGTH; element++) {
                double apart = Math.abs(numbers[element] - ((double[]) actual[index])[element]);
                if (!(apart <= 1e-11 * largest)) {
                    return where + " argument " + index + " is " + Arrays.toString((double[]) actual[index]) + ", not "
                            + Arrays.toString(numbers) + "\n";
                }
            }
        }
        return "";
    }
}
