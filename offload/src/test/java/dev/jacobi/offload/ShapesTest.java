package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import dev.jacobi.offload.shapes.CompiledSources;
import dev.jacobi.offload.shapes.Shapes;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Streams at random, on a device and on the JVM in plain order. {@code -Djacobi.shapes.seed=} begins elsewhere. */
@Tag(DeviceTests.TAG)
class ShapesTest {
    private static final String SEED = "jacobi.shapes.seed";

    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(ShapesTest.class)
                .option("-XX:-OmitStackTraceInFastThrow")
                .option("-XX:+UnlockDiagnosticVMOptions")
                .option("-XX:-InlineMathNatives")
                .option("-D" + SEED + "=" + Long.getLong(SEED, 1))
                .run();
    }

    record Tally(int loops, int onDevice, Map<String, Integer> refusals, List<String> wrong) {
        String text() {
            return onDevice + " of " + loops + " loops on the device, refused: " + refusals;
        }
    }

    @InFork
    static void streamsThatDoNotDependOnOrderGiveTheBitsOfTheJvm() {
        Tally tally = compare(52, Long.getLong(SEED, 1) * 1000, false);
        assertTrue(tally.wrong().isEmpty(), () -> String.join("\n", tally.wrong()));
        assertTrue(tally.onDevice() >= 0.8 * tally.loops() && tally.loops() >= 250, tally::text);
    }

    @InFork
    static void streamsThatDependOnOrderAreRefusedOrRight() {
        Tally tally = compare(50, Long.getLong(SEED, 1) * 1000 + 500, true);
        assertTrue(tally.wrong().isEmpty(), () -> String.join("\n", tally.wrong()));
        assertTrue(!tally.refusals().isEmpty(), tally::text);
    }

    static Tally compare(int classes, long firstSeed, boolean dependent) {
        List<Device> devices = Agreement.devices();
        Map<String, Shapes.Source> sources = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int number = 0; number < classes; number++) {
            String name = "Shape" + (firstSeed + number);
            Shapes.Source source = Shapes.source(name, firstSeed + number, dependent);
            sources.put(name, source);
            texts.put(name, source.text());
            texts.put(name + "Sequential", source.sequential(name, name + "Sequential"));
        }
        int loops = 0;
        int onDevice = 0;
        Map<String, Integer> refusals = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        try (CompiledSources compiled = new CompiledSources(texts)) {
            for (Map.Entry<String, Shapes.Source> each : sources.entrySet()) {
                Shapes.Source source = each.getValue();
                loops += source.loops();
                Method parallel = Agreement.method(compiled.load(each.getKey()), "run");
                Method plain = Agreement.method(compiled.load(each.getKey() + "Sequential"), "run");
                try {
                    OffloadedMethod offloaded = Agreement.offloaded(parallel);
                    Object[] arguments = arguments(new Random(each.getKey().hashCode()));
                    String difference = difference(offloaded, plain, devices, arguments);
                    onDevice += source.loops();
                    // One array for two parameters, which may be refused for its own reasons.
                    arguments[1] = arguments[0];
                    arguments[4] = arguments[3];
                    try {
                        difference += difference(offloaded, plain, devices, arguments);
                    } catch (JacobiException e) {
                        refusals.merge("with arrays given twice: " + reason(e), 1, Integer::sum);
                    }
                    if (!difference.isEmpty()) {
                        wrong.add(difference + source.text());
                    }
                } catch (JacobiException e) {
                    refusals.merge(reason(e), source.loops(), Integer::sum);
                }
            }
        }
        Tally tally = new Tally(loops, onDevice, refusals, wrong);
        System.out.println(tally.text());
        return tally;
    }

    private static String reason(JacobiException e) {
        String text = e.getMessage().lines().findFirst().orElse("");
        return e.refusal() + ": "
                + text.replaceAll(".*on a device: ", "").replaceAll("(at|<) Shape[^ ]*|Shape[0-9]+", "");
    }

    private static String difference(
            OffloadedMethod offloaded, Method plain, List<Device> devices, Object[] arguments) {
        Outcome expected = Agreement.onJvm(plain, arguments);
        Outcome actual = Agreement.onDevices(offloaded, devices, arguments);
        return expected.isSame(actual)
                ? ""
                : "on the JVM it " + expected.text() + "\nbut on the device " + actual.text() + "\n";
    }

    private static Object[] arguments(Random random) {
        int n = Shapes.LENGTH;
        int[] a = random.ints(n).map(v -> v % 5 == 0 ? v : v & 15).toArray();
        int[] b = random.ints(n, -20, 20).toArray();
        long[] l = random.longs(n).map(v -> v % 3 == 0 ? v : v & 63).toArray();
        double[] x = random.doubles(n, -3, 3).toArray();
        double[] y = random.doubles(n, -1e6, 1e6).toArray();
        x[1] = Double.NaN;
        x[2] = -0.0;
        y[3] = Double.POSITIVE_INFINITY;
        y[4] = 1e-320;
        float[] f = new float[n];
        byte[] e = new byte[n];
        short[] s = new short[n];
        char[] c = new char[n];
        boolean[] z = new boolean[n];
        for (int i = 0; i < n; i++) {
            f[i] = (float) random.nextGaussian();
            e[i] = (byte) random.nextInt();
            s[i] = (short) random.nextInt();
            c[i] = (char) random.nextInt();
            z[i] = random.nextBoolean();
        }
        return new Object[] {a, b, l, x, y, f, e, s, c, z};
    }
}
