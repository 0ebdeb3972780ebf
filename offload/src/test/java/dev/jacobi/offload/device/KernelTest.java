package dev.jacobi.offload.device;

import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Each operation on a device, with numbers at the edges, against the interpreter: the same bits. On this machine's processor by PoCL if there is nothing better. */
@Tag(DeviceTests.TAG)
class KernelTest {
    @TestFactory
    Stream<DynamicTest> onADevice() throws IOException, InterruptedException {
        return ForkedTests.of(KernelTest.class).run();
    }

    /** The special numbers, and more at random. */
    private static double[] arguments() {
        var random = new java.util.Random(1);
        return DoubleStream.concat(
                        DoubleStream.concat(
                                Arrays.stream(SpecialValues.doubles(true)).distinct(), random.doubles(300, -30, 30)),
                        random.longs(200).mapToDouble(Double::longBitsToDouble))
                .toArray();
    }

    @InFork
    static void intArithmetic() throws Throwable {
        int[] x = SpecialValues.ints(true);
        Rounds.of("intArithmetic")
                .assertSame(0, x.length, x, SpecialValues.ints(false), new int[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void longArithmetic() throws Throwable {
        long[] x = SpecialValues.longs(true);
        Rounds.of("longArithmetic")
                .assertSame(0, x.length, x, SpecialValues.longs(false), new long[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void doubleArithmetic() throws Throwable {
        double[] x = SpecialValues.doubles(true);
        Rounds.of("doubleArithmetic")
                .assertSame(0, x.length, x, SpecialValues.doubles(false), new double[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void floatArithmetic() throws Throwable {
        float[] x = SpecialValues.floats(true);
        Rounds.of("floatArithmetic")
                .assertSame(0, x.length, x, SpecialValues.floats(false), new float[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void exactFunctions() throws Throwable {
        double[] x = arguments();
        int size = x.length * Kernels.WIDTH;
        Rounds.of("exactFunctions").assertSame(0, x.length, x, new double[size], new long[size]);
    }

    @InFork
    static void exponentials() throws Throwable {
        double[] x = arguments();
        Rounds.of("exponentials").assertSame(0, x.length, x, new double[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void trigonometry() throws Throwable {
        double[] x = arguments();
        Rounds.of("trigonometry").assertSame(0, x.length, x, new double[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void functionsOfTwo() throws Throwable {
        double[] x = SpecialValues.doubles(true);
        Rounds.of("functionsOfTwo")
                .assertSame(0, x.length, x, SpecialValues.doubles(false), new double[x.length * Kernels.WIDTH]);
    }

    @InFork
    static void elementsOfAllKinds() throws Throwable {
        int n = 301;
        byte[] b = new byte[n];
        short[] s = new short[n];
        char[] c = new char[n];
        boolean[] z = new boolean[n];
        int[] ints = new int[n];
        long[] longs = new long[n];
        float[] floats = new float[n];
        for (int i = 0; i < n; i++) {
            b[i] = (byte) (i * 37);
            s[i] = (short) (i * 3777);
            c[i] = (char) (i * 7919);
            z[i] = i % 3 == 0;
            ints[i] = i * 715_827_883;
            longs[i] = i * 0x1234_5678_9ABC_DEFL;
            floats[i] = i / 7f;
        }
        Rounds.of("smallElements").assertSame(1, n - 2, b, s, c, z, ints, longs, floats);
    }

    @InFork
    static void loopsAndSwitches() throws Throwable {
        double[] x = new double[40];
        Arrays.setAll(x, i -> (i * 7919 % 100) / 8.0);
        int[] kinds = new int[100];
        Arrays.setAll(kinds, i -> i % 13 - 4);
        Rounds.of("controlFlow").assertSame(0, kinds.length, x, kinds, new double[kinds.length]);
    }

    @InFork
    static void copiesOfRanges() throws Throwable {
        short[] x = new short[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = (short) (i * 7919);
        }
        double[] y = new double[10];
        Arrays.setAll(y, i -> -i);
        int[] starts = new int[60];
        Arrays.setAll(starts, i -> i < 40 ? i % 8 : i - 45);
        Rounds.of("copying").assertSame(0, 60, x, y, starts, new double[400]);
    }

    @InFork
    static void indexOutOfBoundsEndsTheRound() throws Throwable {
        int[] places = new int[99];
        Arrays.setAll(places, i -> i < 20 ? i : i * i * i - 40_000);
        Rounds.of("failing").assertSame(5, 90, places, new double[200], new double[99]);
    }

    @InFork
    static void divisionByZeroEndsTheRound() throws Throwable {
        int[] divisors = new int[50];
        Arrays.setAll(divisors, i -> i % 17 - 15);
        Rounds.of("dividing").assertSame(0, 50, divisors, new long[50]);
    }

    @InFork
    static void throwEndsTheRound() throws Throwable {
        double[] x = new double[50];
        Arrays.setAll(x, i -> i == 33 || i == 40 ? -1 : i);
        Rounds.of("throwing").assertSame(0, 50, x, new double[50]);
    }

    @InFork
    static void exceptionInACalledMethodEndsTheRound() throws Throwable {
        int[] x = new int[64];
        Arrays.setAll(x, i -> i * 50_000_000);
        Rounds.of("failingBelow").assertSame(0, 64, x, new int[64]);
    }

    @InFork
    static void nullArrayEndsTheRound() throws Throwable {
        Rounds.of("lengthOf").assertSame(0, 10, null, new int[10]);
        Rounds.of("throwing").assertSame(0, 10, null, new double[10]);
        Rounds.of("lengthOf").assertSame(0, 10, new double[0], new int[10]);
    }

    @InFork
    static void calledMethods() throws Throwable {
        int[] x = new int[64];
        Arrays.setAll(x, i -> i * 50_000_000);
        Rounds.of("calls").assertSame(0, 64, x, new int[64]);
    }
}
