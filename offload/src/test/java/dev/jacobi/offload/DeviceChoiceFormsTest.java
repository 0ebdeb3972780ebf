package dev.jacobi.offload;

import static dev.jacobi.offload.DeviceChoices.add;
import static dev.jacobi.offload.DeviceChoices.choice;
import static dev.jacobi.offload.DeviceChoices.doubles;
import static dev.jacobi.offload.DeviceChoices.said;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import dev.jacobi.offload.DeviceChoices.Calls;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is given to a choice in other forms than calls of a method: objects of interfaces, derivatives and batches, also where the JVM is the only place; and what no place runs. */
@Tag(DeviceTests.TAG)
class DeviceChoiceFormsTest {
    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return DeviceChoices.onDevices(DeviceChoiceFormsTest.class);
    }

    interface Add {
        void run(double[] x, double[] y, double a);
    }

    @InFork
    static void objectsOfInterfacesChooseToo() {
        AtomicLong clock = new AtomicLong();
        DeviceChoice choice =
                choice(clock, new StandInDevice("slow", clock, 9000), new StandInDevice("fast", clock, 1000));
        Calls calls = new Calls("add");
        Add add = calls.method.on(choice, Add.class);
        for (int call = 0; call < 200; call++) {
            double[] y = {1, 2};
            add.run(new double[] {3, 4}, y, 2);
            assertArrayEquals(new double[] {7, 10}, y);
        }
        assertEquals("fast:0", calls.method.choices().getFirst().place());
        // Equal choices know the same, and those of other devices nothing of it.
        assertEquals(1, calls.method.choices().size());
        calls.method.run(choice(clock, new StandInDevice("other", clock, 1)), new double[2], new double[2], 1.0);
        assertEquals(2, calls.method.choices().size());
    }

    @InFork
    static void objectsOfInterfacesGiveWhatTheSignatureSays() {
        OffloadedMethod method = Offload.of(DeviceChoiceFormsTest.class, "anyOf");
        AtomicLong clock = new AtomicLong();
        StandInDevice device = new StandInDevice("one", clock, 1);
        for (AnyOf anyOf :
                List.of(method.on(device.device(), AnyOf.class), method.on(choice(clock, device), AnyOf.class))) {
            assertTrue(anyOf.of(new boolean[] {true}, (byte) -3, 'x', new short[] {-3}));
            assertFalse(anyOf.of(new boolean[] {true}, (byte) -2, 'x', new short[] {-3}));
        }
        assertEquals(4, device.launches.get());
    }

    private static final DeviceChoice JVM = DeviceChoice.fastestOf(List.of()).orJvm();

    @Test
    void withoutAPlaceNothingRuns() {
        DeviceChoice none = DeviceChoice.fastestOf(List.of());
        OffloadedMethod method = Offload.of(DeviceChoices.class, "add");
        double[] y = new double[1];
        String said = "no device to run on";
        assertEquals(
                said,
                assertThrows(IllegalArgumentException.class, () -> method.run(none, new double[1], y, 1.0))
                        .getMessage());
        assertEquals(
                said,
                assertThrows(IllegalArgumentException.class, () -> method.on(none, Add.class))
                        .getMessage());
        assertEquals(
                said,
                assertThrows(IllegalArgumentException.class, () -> Offload.offload(none, () -> add(y, y, 1.0)))
                        .getMessage());
    }

    @Test
    void choicesAreEqualByTheirPlaces() {
        assertEquals(JVM, DeviceChoice.fastestOf(List.of()).orJvm());
        assertEquals(JVM.hashCode(), DeviceChoice.fastestOf(List.of()).orJvm().hashCode());
        assertNotEquals(JVM, DeviceChoice.fastestOf(List.of()));
        assertEquals("the fastest of [] and the JVM", JVM.toString());
    }

    static boolean anyOf(boolean[] flags, byte least, char letter, short[] counts) {
        return IntStream.range(0, flags.length)
                                .parallel()
                                .map(i -> flags[i] && counts[i] >= least ? 1 : 0)
                                .sum()
                        > 0
                && letter == 'x';
    }

    interface AnyOf {
        boolean of(boolean[] flags, byte least, char letter, short[] counts);
    }

    @Test
    void onTheJvmItIsTheMethodAsItIs() {
        OffloadedMethod method = Offload.of(DeviceChoiceFormsTest.class, "anyOf");
        boolean[] flags = {false, true};
        short[] counts = {9, -3};
        assertEquals(true, method.run(JVM, flags, (byte) -3, 'x', counts));
        assertEquals(false, method.run(JVM, flags, (byte) -2, 'x', counts));
        AnyOf anyOf = method.on(JVM, AnyOf.class);
        assertTrue(anyOf.of(flags, (byte) -3, 'x', counts));
        assertFalse(anyOf.of(flags, (byte) -3, 'y', counts));
        assertThrows(NullPointerException.class, () -> anyOf.of(flags, (byte) 0, 'x', null));
        assertEquals("the JVM", method.choices().getFirst().place());
    }

    static double loss(double[] w, double[] x, int n) {
        return IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> Math.exp(w[0] * x[i]) + w[1])
                .sum();
    }

    interface Loss {
        void gradient(double[] w, double[] dw, double[] x, int n, double seed);
    }

    @Test
    void onTheJvmADerivativeIsThatOfTheJvm() {
        var derivative = Jacobi.of(DeviceChoiceFormsTest.class, "loss")
                .reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST);
        Loss onJvm = derivative.as(Loss.class);
        double[] w = {0.25, 1};
        double[] x = doubles(40, 3);
        double[] expected = new double[2];
        onJvm.gradient(w, expected, x, 40, 1);
        double[] dw = new double[2];
        Offload.of(derivative, Loss.class).on(JVM, Loss.class).gradient(w, dw, x, 40, 1);
        assertArrayEquals(expected, dw);
        assertNotEquals(0, dw[0]);
        double[] again = new double[2];
        Offload.of(derivative).run(JVM, w, again, x, 40, 1.0);
        assertArrayEquals(expected, again);
    }

    static double price(double[] x, double rate) {
        return x[0] * rate + x[1];
    }

    interface Prices {
        void of(int n, double[] x, double[] dx, double rate, double[] seeds);
    }

    @Test
    void onTheJvmABatchIsThatOfTheJvm() {
        var batch = Jacobi.of(DeviceChoiceFormsTest.class, "price")
                .reverse(Activity.DUPLICATED, Activity.CONST)
                .batch(Axis.EACH, Axis.EACH, Axis.SHARED, Axis.EACH)
                .layout(Layout.PACKED);
        double[] dx = new double[6];
        Offload.of(batch, Prices.class).on(JVM, Prices.class).of(3, doubles(6, 1), dx, 2, new double[] {1, 10, 100});
        assertArrayEquals(new double[] {2, 1, 20, 10, 200, 100}, dx);
    }

    static int counted;

    static void sequential() {
        counted++;
    }

    @Test
    void codeThatCannotRunOnADeviceRunsOnTheJvmOnlyIfThatIsSaid() {
        DeviceChoice device = DeviceChoice.fastestOf(List.of(new Device(new NoRuntime(), NoRuntime.DEVICE)));
        counted = 0;
        Offload.Code code = () -> sequential();
        JacobiException refused = assertThrows(JacobiException.class, () -> Offload.offload(device, code));
        assertEquals(Refusal.NO_PARALLEL_LOOP, refused.refusal());
        assertEquals(0, counted);
        List<String> said = said(() -> {
            Offload.offload(device.orJvm(), code);
            Offload.offload(device.orJvm(), code);
        });
        assertEquals(2, counted);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().startsWith("INFO runs on the JVM: cannot offload "), said::toString);
    }
}
