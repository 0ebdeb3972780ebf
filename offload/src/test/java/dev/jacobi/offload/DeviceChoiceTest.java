package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Refusal;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.ForkedTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Calls that go to one of several places each: which one, what is said about it, and what they give. Devices and time are the test's. */
@Tag(DeviceTests.TAG)
class DeviceChoiceTest {
    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return ForkedTests.of(DeviceChoiceTest.class)
                .environment("POCL_DEVICES", "pthread pthread")
                .option("-XX:-OmitStackTraceInFastThrow")
                .run();
    }

    private static final String NAME = "dev.jacobi.offload.DeviceChoiceTest.";

    private static double[] doubles(int length, int seed) {
        return new Random(seed).doubles(length, -2, 2).toArray();
    }

    static void add(double[] x, double[] y, double a) {
        IntStream.range(0, x.length).parallel().forEach(i -> y[i] += a * x[i]);
    }

    private static double[] added(double[] x, double[] y, double a) {
        double[] sum = y.clone();
        for (int i = 0; i < x.length; i++) {
            sum[i] += a * x[i];
        }
        return sum;
    }

    /** Calls a method, and gives where that ran: the names of the devices. */
    private static final class Calls {
        final OffloadedMethod method;
        final List<String> places = new ArrayList<>();

        Calls(String name) {
            method = Offload.of(DeviceChoiceTest.class, name)
                    .measuringAt((devices, _) ->
                            places.add(devices.stream().map(Device::id).toList().toString()));
        }

        void add(DeviceChoice choice, int count) {
            for (int call = 0; call < count; call++) {
                double[] x = doubles(100, call);
                double[] y = doubles(100, call + 1);
                double[] expected = added(x, y, 0.5);
                method.run(choice, x, y, 0.5);
                assertArrayEquals(expected, y);
            }
        }

        long at(String place) {
            return Collections.frequency(places, place);
        }
    }

    private static DeviceChoice choice(AtomicLong clock, StandInDevice... devices) {
        return DeviceChoice.fastestOf(
                        Arrays.stream(devices).map(StandInDevice::device).toList())
                .by(clock::get, Runnable::run);
    }

    @InFork
    static void callsGoToTheFasterDeviceAndTheReasonIsSaid() {
        AtomicLong clock = new AtomicLong();
        StandInDevice slow = new StandInDevice("slow", clock, 5_000_000);
        StandInDevice fast = new StandInDevice("fast", clock, 1_000_000);
        Calls calls = new Calls("add");
        calls.add(choice(clock, slow, fast), 300);
        assertEquals("[slow:0]", calls.places.getFirst());
        assertTrue(calls.at("[slow:0]") < 40, calls.places::toString);
        assertEquals(300, slow.launches.get() + fast.launches.get());
        ChosenPlace expected = new ChosenPlace(
                NAME + "add(double[], double[], double)",
                "arrays of 128 to 255 elements in all",
                "fast:0",
                "1000000 ns there, 5000000 ns on slow:0",
                false);
        assertEquals(List.of(expected), calls.method.choices());
        assertTrue(Offload.choices().contains(expected), () -> Offload.choices().toString());
        String explained = calls.method.explain();
        assertTrue(
                explained.endsWith(
                        "; arrays of 128 to 255 elements in all: fast:0: 1000000 ns there, 5000000 ns on slow:0\n"),
                explained);
    }

    @InFork
    static void sizesHaveChoicesOfTheirOwn() {
        AtomicLong clock = new AtomicLong();
        StandInDevice one = new StandInDevice("one", clock, 1000);
        StandInDevice two = new StandInDevice("two", clock, 5000);
        DeviceChoice choice = choice(clock, one, two);
        Calls calls = new Calls("add");
        for (int call = 0; call < 400; call++) {
            boolean isLarge = call % 2 == 0;
            one.nanoseconds = isLarge ? 90_000 : 1000;
            two.nanoseconds = isLarge ? 20_000 : 5000;
            double[] x = doubles(isLarge ? 5000 : 3, call);
            double[] y = new double[x.length];
            calls.method.run(choice, x, y, 2.0);
            assertArrayEquals(added(x, new double[x.length], 2), y);
        }
        assertEquals(
                List.of("one:0", "two:0"),
                calls.method.choices().stream().map(ChosenPlace::place).toList());
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
        OffloadedMethod method = Offload.of(DeviceChoiceTest.class, "anyOf");
        AtomicLong clock = new AtomicLong();
        StandInDevice device = new StandInDevice("one", clock, 1);
        for (AnyOf anyOf :
                List.of(method.on(device.device(), AnyOf.class), method.on(choice(clock, device), AnyOf.class))) {
            assertTrue(anyOf.of(new boolean[] {true}, (byte) -3, 'x', new short[] {-3}));
            assertFalse(anyOf.of(new boolean[] {true}, (byte) -2, 'x', new short[] {-3}));
        }
        assertEquals(4, device.launches.get());
    }

    @InFork
    static void lambdasChooseByWhatTheyHaveCaptured() {
        AtomicLong clock = new AtomicLong();
        StandInDevice slow = new StandInDevice("slow", clock, 9000);
        StandInDevice fast = new StandInDevice("fast", clock, 1000);
        double[] x = doubles(50, 1);
        double[] y = new double[50];
        for (int call = 0; call < 200; call++) {
            Offload.offload(choice(clock, slow, fast), () -> add(x, y, 1));
        }
        double[] expected = new double[50];
        for (int call = 0; call < 200; call++) {
            expected = added(x, expected, 1);
        }
        assertArrayEquals(expected, y);
        // A choice is made of the same devices each time, but by another clock.
        assertEquals(200, slow.launches.get());
        slow.launches.set(0);
        DeviceChoice kept = choice(clock, slow, fast);
        for (int call = 0; call < 200; call++) {
            Offload.offload(kept, () -> add(x, y, 1));
        }
        assertTrue(slow.launches.get() < 40, () -> slow.launches.get() + " of 200 on the slow one");
    }

    static double total(double[] x) {
        return IntStream.range(0, x.length).parallel().mapToDouble(i -> x[i]).sum();
    }

    @InFork
    static void theJvmIsAPlaceOnlyIfThatIsSaid() {
        AtomicLong clock = new AtomicLong();
        StandInDevice slow = new StandInDevice("slow", clock, 1_000_000_000);
        Calls calls = new Calls("total");
        double[] x = doubles(1000, 5);
        DeviceChoice devices = choice(clock, slow);
        for (int call = 0; call < 100; call++) {
            calls.method.run(devices, x);
        }
        assertEquals(100, calls.at("[slow:0]"));
        assertEquals("1000000000 ns there", calls.method.choices().getFirst().reason());

        Calls withJvm = new Calls("total");
        double expected = Arrays.stream(x).sum();
        // No place is expected to take more than 16 times as long as another, so after 320 calls there is time for
        // each.
        for (int call = 0; call < 1000; call++) {
            assertEquals(expected, (double) withJvm.method.run(devices.orJvm(), x), 1e-10);
        }
        assertTrue(withJvm.at("[]") > 600, withJvm.places::toString);
        ChosenPlace choice = withJvm.method.choices().getFirst();
        assertEquals("the JVM", choice.place());
        assertEquals("1 ns there, 1000000000 ns on slow:0", choice.reason());
    }

    private static final class Said extends Handler {
        final List<String> texts = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void publish(LogRecord record) {
            texts.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** What the logger says meanwhile. */
    static List<String> said(Runnable code) {
        Logger logger = Logger.getLogger("dev.jacobi.offload");
        Said said = new Said();
        logger.addHandler(said);
        logger.setLevel(Level.FINE);
        try {
            code.run();
        } finally {
            logger.removeHandler(said);
        }
        return List.copyOf(said.texts);
    }

    @InFork
    static void choicesAreLoggedWhenTheyChange() {
        AtomicLong clock = new AtomicLong();
        DeviceChoice choice =
                choice(clock, new StandInDevice("slow", clock, 5000), new StandInDevice("fast", clock, 1000));
        Calls calls = new Calls("add");
        String size = "FINE " + NAME + "add(double[], double[], double), arrays of 128 to 255 elements in all: ";
        List<String> said = said(() -> calls.add(choice, 1000));
        assertEquals(2, said.size(), said::toString);
        assertTrue(said.getFirst().startsWith(size + "slow:0: by estimate "), said::toString);
        assertEquals(size + "fast:0: 1000 ns there, 5000 ns on slow:0", said.getLast());
    }

    @InFork
    static void aDeviceThatDoesNotOpenIsLeftOutWithAWarning() {
        AtomicLong clock = new AtomicLong();
        for (String failing : List.of("open", "load")) {
            StandInDevice bad = new StandInDevice("bad", clock, 1);
            StandInDevice good = new StandInDevice("good", clock, 1000);
            bad.failing = failing;
            DeviceChoice choice = choice(clock, bad, good);
            Calls calls = new Calls("add");
            List<String> said = said(() -> calls.add(choice, 100));
            assertEquals(100, calls.at("[good:0]"));
            assertEquals(
                    List.of("WARNING " + NAME + "add(double[], double[], double) does not run on bad:0: bad cannot "
                            + failing),
                    said.stream().filter(each -> each.startsWith("WARNING")).toList());
            assertEquals(
                    "1000 ns there, not bad:0, since bad cannot " + failing,
                    calls.method.choices().getFirst().reason());
        }
    }

    @InFork
    static void aDeviceThatIsOnlyTriedFailsInTheBackground() {
        AtomicLong clock = new AtomicLong();
        StandInDevice bad = new StandInDevice("bad", clock, 1);
        StandInDevice good = new StandInDevice("good", clock, 1000);
        bad.failing = "load";
        Calls calls = new Calls("add");
        calls.add(choice(clock, good, bad), 200);
        assertEquals(200, calls.at("[good:0]"));
        assertEquals(
                "1000 ns there, not bad:0, since bad cannot load",
                calls.method.choices().getFirst().reason());
    }

    @InFork
    static void whatTheFirstDeviceRefusesIsThrownIfNoPlaceIsLeft() {
        AtomicLong clock = new AtomicLong();
        StandInDevice one = new StandInDevice("one", clock, 1);
        StandInDevice two = new StandInDevice("two", clock, 1);
        one.failing = "open";
        two.failing = "load";
        DeviceChoice choice = choice(clock, one, two);
        Calls calls = new Calls("add");
        for (int time = 0; time < 3; time++) {
            DeviceException refused = assertThrows(DeviceException.class, () -> calls.add(choice, 1));
            assertEquals("one cannot open", refused.getMessage());
            assertEquals("two cannot load", refused.getSuppressed()[0].getMessage());
        }
        // They work again.
        one.failing = "";
        calls.add(choice, 1);
        assertEquals("[one:0]", calls.places.getLast());
    }

    @InFork
    static void aRefusalInTheMiddleOfACallIsThrownAndLaterCallsGoElsewhere() {
        AtomicLong clock = new AtomicLong();
        StandInDevice bad = new StandInDevice("bad", clock, 1);
        StandInDevice good = new StandInDevice("good", clock, 1000);
        DeviceChoice choice = choice(clock, bad, good);
        Calls calls = new Calls("add");
        calls.add(choice, 2);
        bad.failing = "launch";
        List<String> said = said(() -> {
            DeviceException refused = assertThrows(DeviceException.class, () -> calls.add(choice, 1));
            assertEquals("bad cannot launch", refused.getMessage());
        });
        assertTrue(
                said.contains(
                        "WARNING a call of " + NAME
                                + "add(double[], double[], double) has failed on bad:0; calls of this size go elsewhere: bad cannot launch"),
                said::toString);
        calls.add(choice, 100);
        assertEquals(100, calls.at("[good:0]"));
        assertEquals(
                "1000 ns there, not bad:0, since bad cannot launch",
                calls.method.choices().getFirst().reason());
        // Another size is another matter.
        assertThrows(DeviceException.class, () -> calls.method.run(choice, new double[3], new double[3], 1.0));
    }

    @InFork
    static void aDeviceThatIsLostIsLeftOutForAllSizes() {
        AtomicLong clock = new AtomicLong();
        StandInDevice lost = new StandInDevice("lost", clock, 1);
        StandInDevice good = new StandInDevice("good", clock, 1000);
        DeviceChoice choice = choice(clock, lost, good);
        Calls calls = new Calls("add");
        calls.add(choice, 2);
        lost.failing = "launch";
        lost.kind = DeviceException.Kind.LOST;
        assertThrows(DeviceException.class, () -> calls.add(choice, 1));
        calls.add(choice, 50);
        calls.method.run(choice, new double[3], new double[3], 1.0);
        assertEquals(51, calls.at("[good:0]"));
    }

    @InFork
    static void callsThatDoNotFitIntoADeviceGoElsewhere() {
        AtomicLong clock = new AtomicLong();
        StandInDevice small = new StandInDevice("small", clock, 1, 4000);
        StandInDevice large = new StandInDevice("large", clock, 1000);
        DeviceChoice choice = choice(clock, small, large);
        Calls calls = new Calls("add");
        for (int call = 0; call < 100; call++) {
            calls.method.run(choice, new double[200], new double[200], 1.0);
        }
        assertTrue(calls.at("[small:0]") > 90, calls.places::toString);
        calls.places.clear();
        for (int call = 0; call < 100; call++) {
            calls.method.run(choice, new double[300], new double[300], 1.0);
        }
        assertEquals(100, calls.at("[large:0]"));
    }

    static void fails(int[] x, int n) {
        IntStream.range(0, n).parallel().forEach(i -> x[i] = 100 / (x[i] - 5));
    }

    @InFork
    static void exceptionsAreJavasAtAllPlaces() {
        AtomicLong clock = new AtomicLong();
        StandInDevice one = new StandInDevice("one", clock, 1000);
        StandInDevice two = new StandInDevice("two", clock, 1000);
        for (DeviceChoice choice :
                List.of(choice(clock, one, two), choice(clock, one, two).orJvm())) {
            Calls calls = new Calls("fails");
            for (int call = 0; call < 300; call++) {
                int[] x = {1, 2, 3, 4};
                if (call % 3 == 0) {
                    x[2] = 5;
                    assertEquals(
                            "/ by zero",
                            assertThrows(ArithmeticException.class, () -> calls.method.run(choice, x, 4))
                                    .getMessage());
                    if (!choice.hasJvm()) {
                        // As a sequential loop leaves it; where Java's own stream throws, other threads may have gone
                        // on.
                        assertArrayEquals(new int[] {-25, -33, 5, 4}, x);
                    }
                } else {
                    calls.method.run(choice, x, 4);
                    assertArrayEquals(new int[] {-25, -33, -50, -100}, x);
                }
            }
            assertEquals(choice.hasJvm(), calls.at("[]") > 0);
            assertTrue(calls.at("[one:0]") > 0);
            assertTrue(two.launches.get() > 0);
        }
    }

    private static DeviceArray<double[]> held(StandInDevice device, int length) {
        return DeviceArray.copyOf(device.device(), new double[length]);
    }

    @InFork
    static void arraysThatStayOnADeviceDecide() {
        AtomicLong clock = new AtomicLong();
        StandInDevice slow = new StandInDevice("slow", clock, 1_000_000);
        StandInDevice fast = new StandInDevice("fast", clock, 1000);
        DeviceChoice choice = choice(clock, fast, slow).orJvm();
        Calls calls = new Calls("add");
        try (DeviceArray<double[]> onSlow = held(slow, 100);
                DeviceArray<double[]> onFast = held(fast, 100)) {
            for (int call = 0; call < 50; call++) {
                calls.method.run(choice, doubles(100, 1), onSlow, 1.0);
            }
            assertEquals(50, calls.at("[slow:0]"));
            // They say nothing about calls that move their arrays.
            assertEquals(List.of(), calls.method.choices());
            onFast.set(doubles(100, 1));
            for (int call = 0; call < 3; call++) {
                Offload.offload(choice, () -> add(onFast.array(), onFast.array(), 1));
            }
            assertEquals(8 * doubles(100, 1)[7], onFast.get()[7]);
            assertEquals(3, fast.launches.get());
        }
    }

    @InFork
    static void arraysThatStayOnOtherDevicesAreRefused() {
        AtomicLong clock = new AtomicLong();
        StandInDevice one = new StandInDevice("one", clock, 1000);
        StandInDevice two = new StandInDevice("two", clock, 1000);
        StandInDevice other = new StandInDevice("other", clock, 1000);
        DeviceChoice choice = choice(clock, one, two);
        Calls calls = new Calls("add");
        try (DeviceArray<double[]> onOne = held(one, 10);
                DeviceArray<double[]> onTwo = held(two, 10);
                DeviceArray<double[]> elsewhere = held(other, 10)) {
            assertEquals(
                    "cannot call " + NAME
                            + "add(double[], double[], double): one DeviceArray is of [one:0], another of [two:0]; make both for the same",
                    assertThrows(IllegalStateException.class, () -> calls.method.run(choice, onOne, onTwo, 1.0))
                            .getMessage());
            assertEquals(
                    "cannot call " + NAME
                            + "add(double[], double[], double) on one of [one:0, two:0]: a DeviceArray is of [other:0]; make it for one of these",
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> calls.method.run(choice, elsewhere, new double[10], 1.0))
                            .getMessage());
        }
        assertEquals(List.of(), calls.places);
    }

    /** Has an array that stays on a device where no call can see it before it runs. */
    record Model(DeviceArray<double[]> weights) {
        void step() {
            double[] w = weights.array();
            IntStream.range(0, w.length).parallel().forEach(i -> w[i] += 1);
        }
    }

    @InFork
    static void codeThatFindsSuchArraysElsewhereIsNotChosenFor() {
        AtomicLong clock = new AtomicLong();
        StandInDevice one = new StandInDevice("one", clock, 1000);
        StandInDevice two = new StandInDevice("two", clock, 1000);
        try (DeviceArray<double[]> weights = held(one, 10)) {
            Model model = new Model(weights);
            JacobiException refused =
                    assertThrows(JacobiException.class, () -> Offload.offload(choice(clock, one, two), model::step));
            assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
            assertEquals(
                    "cannot choose where " + NAME.replace("Test.", "Test$Model")
                            + ".step(dev.jacobi.offload.DeviceChoiceTest$Model) runs: it uses a DeviceArray that is not among its arguments; name the device of that",
                    String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
            Offload.offload(choice(clock, one), model::step);
            assertEquals(1, weights.get()[3]);
        }
    }

    @InFork
    static void sixteenThreadsAtOnceGetWhatTheyWouldGetAlone() throws Exception {
        AtomicLong clock = new AtomicLong();
        StandInDevice slow = new StandInDevice("slow", clock, 5000);
        StandInDevice fast = new StandInDevice("fast", clock, 1000);
        DeviceChoice choice =
                DeviceChoice.fastestOf(List.of(slow.device(), fast.device())).orJvm();
        OffloadedMethod method = Offload.of(DeviceChoiceTest.class, "add");
        Callable<Void> caller = () -> {
            for (int call = 0; call < 60; call++) {
                double[] x = doubles(10 + 40 * (call % 3), call);
                double[] y = doubles(x.length, call + 1);
                double[] expected = added(x, y, 3);
                method.run(choice, x, y, 3.0);
                assertArrayEquals(expected, y);
            }
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Void>> all = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                all.add(threads.submit(caller));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        }
        assertEquals(3, method.choices().size());
    }

    @InFork
    static void realDevicesAreChosenByRealTime() {
        DeviceChoice choice = DeviceChoice.fastestOf(Agreement.devices(2));
        Calls calls = new Calls("add");
        calls.add(choice, 200);
        assertEquals(Set.of(), remove(new HashSet<>(calls.places), Set.of("[opencl:0]", "[opencl:1]")));
        assertEquals(1, calls.method.choices().size());
    }

    private static Set<String> remove(Set<String> from, Set<String> what) {
        from.removeAll(what);
        return from;
    }

    private static final String ABSENT = "cannot find a device with the property that is asked for: there are ";

    @InFork
    static void devicesAreFoundByTheirProperties() {
        List<Device> both = Agreement.devices(2);
        assertEquals(both, Devices.matching(device -> device.memoryBytes() > 1 && device.computeUnits() > 0));
        assertEquals(
                List.of(both.get(1)), Devices.matching(device -> device.id().equals("opencl:1")));
        assertEquals(both, Devices.ofKind(Device.Kind.CPU));
        assertSame(both.getFirst(), Devices.first(Device.Kind.CPU));
        JacobiException none =
                assertThrows(JacobiException.class, () -> Devices.matching(device -> !device.computesDoubles()));
        assertEquals(Refusal.NO_DEVICE, none.refusal());
        StringBuilder found = new StringBuilder();
        for (Device device : both) {
            found.append(found.isEmpty() ? "" : ", ")
                    .append(device.id() + " (" + device.name() + ", CPU, " + device.computeUnits() + " units, "
                            + device.memoryBytes() / 1048576 + " MiB)");
        }
        assertTrue(none.getMessage().startsWith(ABSENT + found + " ("), none::getMessage);
        JacobiException noGpu = assertThrows(JacobiException.class, () -> Devices.ofKind(Device.Kind.GPU));
        assertTrue(
                noGpu.getMessage().startsWith("cannot find a device of kind GPU: there are " + found),
                noGpu::getMessage);
    }

    // Without any device

    private static final DeviceChoice JVM = DeviceChoice.fastestOf(List.of()).orJvm();

    @Test
    void withoutAPlaceNothingRuns() {
        DeviceChoice none = DeviceChoice.fastestOf(List.of());
        OffloadedMethod method = Offload.of(DeviceChoiceTest.class, "add");
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
        OffloadedMethod method = Offload.of(DeviceChoiceTest.class, "anyOf");
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
        var derivative =
                Jacobi.of(DeviceChoiceTest.class, "loss").reverse(Activity.DUPLICATED, Activity.CONST, Activity.CONST);
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
        var batch = Jacobi.of(DeviceChoiceTest.class, "price")
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
