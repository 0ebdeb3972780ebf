package dev.jacobi.offload;

import static dev.jacobi.offload.DeviceChoices.NAME;
import static dev.jacobi.offload.DeviceChoices.choice;
import static dev.jacobi.offload.DeviceChoices.said;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.DeviceChoices.Calls;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.fork.DeviceTests;
import dev.jacobi.offload.runtime.fork.InFork;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Choices among places of which one does not open, fails, is lost or is too small; and exceptions of the code, which are no failures of its place. */
@Tag(DeviceTests.TAG)
class DeviceChoiceFailuresTest {
    @TestFactory
    Stream<DynamicTest> onDevices() throws IOException, InterruptedException {
        return DeviceChoices.onDevices(DeviceChoiceFailuresTest.class);
    }

    /** That a good device does all calls where a bad one cannot do something from the start; what is said meanwhile. */
    private static List<String> saidWhileTheGoodOneDoesAll(String failing, boolean isBadFirst, int count) {
        AtomicLong clock = new AtomicLong();
        StandInDevice bad = new StandInDevice("bad", clock, 1);
        StandInDevice good = new StandInDevice("good", clock, 1000);
        bad.failing = failing;
        DeviceChoice choice = isBadFirst ? choice(clock, bad, good) : choice(clock, good, bad);
        Calls calls = new Calls("add");
        List<String> said = said(() -> calls.add(choice, count));
        assertEquals(count, calls.at("[good:0]"));
        assertEquals(
                "1000 ns there, not bad:0, since bad cannot " + failing,
                calls.method.choices().getFirst().reason());
        return said;
    }

    @InFork
    static void aDeviceThatDoesNotOpenIsLeftOutWithAWarning() {
        for (String failing : List.of("open", "load")) {
            List<String> said = saidWhileTheGoodOneDoesAll(failing, true, 100);
            assertEquals(
                    List.of("WARNING " + NAME + "add(double[], double[], double) does not run on bad:0: bad cannot "
                            + failing),
                    said.stream().filter(each -> each.startsWith("WARNING")).toList());
        }
    }

    @InFork
    static void aDeviceThatIsOnlyTriedFailsInTheBackground() {
        saidWhileTheGoodOneDoesAll("load", false, 200);
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
}
