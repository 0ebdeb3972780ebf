package dev.jacobi.offload;

import static dev.jacobi.offload.DeviceChoices.NAME;
import static dev.jacobi.offload.DeviceChoices.add;
import static dev.jacobi.offload.DeviceChoices.added;
import static dev.jacobi.offload.DeviceChoices.choice;
import static dev.jacobi.offload.DeviceChoices.doubles;
import static dev.jacobi.offload.DeviceChoices.said;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.offload.DeviceChoices.Calls;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Calls that go to one of several places each: which one, and what is said about it. Devices and time are the test's. */
@Tag(DeviceTests.TAG)
class DeviceChoiceTest {
    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return DeviceChoices.onDevices(DeviceChoiceTest.class);
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
                    "cannot choose where dev.jacobi.offload.DeviceChoiceTest$Model"
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
        OffloadedMethod method = Offload.of(DeviceChoices.class, "add");
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
}
