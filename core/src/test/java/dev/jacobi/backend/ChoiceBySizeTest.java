package dev.jacobi.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceBySizeTest {
    private static final int SMALL = ArgumentSizes.key(3, 0);
    private static final int LARGE = ArgumentSizes.key(100_000, 0);

    private final List<String> told = new ArrayList<>();
    private final ChoiceBySize choice = new ChoiceBySize((size, outcome) -> told.add(size + ": " + outcome));

    /** Goes on with one size until a call is not timed. */
    private int settle(int key, long onJvm, long natively) {
        int calls = 0;
        while (true) {
            int chosen = choice.choose(key);
            switch (chosen) {
                case ChoiceBySize.TIMED_JVM -> choice.record(key, false, onJvm);
                case ChoiceBySize.TIMED_NATIVE -> choice.record(key, true, natively);
                default -> {
                    return calls;
                }
            }
            calls++;
        }
    }

    @Test
    void eachSizeHasTheVersionThatWasFasterForIt() {
        settle(SMALL, 50, 200);
        settle(LARGE, 90_000, 30_000);
        assertEquals(ChoiceBySize.JVM, choice.choose(SMALL));
        assertEquals(ChoiceBySize.NATIVE, choice.choose(LARGE));
        assertEquals(
                List.of(
                        "arrays of 2 to 3 elements in all: the JVM: 200 ns natively, 50 ns on the JVM",
                        "arrays of 65536 to 131071 elements in all: native code: 30000 ns natively, 90000 ns on the JVM"),
                told);
    }

    @Test
    void longCallsAreTimedAFewTimes() {
        assertEquals(6, settle(LARGE, 900_000_000, 300_000_000));
    }

    @Test
    void longCallsOfMuchSlowerNativeCodeAreTimedOnce() {
        assertEquals(2, settle(LARGE, 20_000_000, 900_000_000));
        assertEquals(ChoiceBySize.JVM, choice.choose(LARGE));
        assertEquals(6, settle(SMALL, 900_000_000, 20_000_000));
        assertEquals(ChoiceBySize.NATIVE, choice.choose(SMALL));
    }

    @Test
    void shortCallsAreTimedSeveralTimes() {
        assertEquals(16, settle(SMALL, 50, 40));
    }

    @Test
    void aChoiceIsTriedAgainAndMayChange() {
        settle(SMALL, 500, 200);
        assertEquals(true, choice.choice(SMALL));
        int chosen = ChoiceBySize.NATIVE;
        while (chosen == ChoiceBySize.NATIVE) {
            chosen = choice.choose(SMALL);
        }
        assertNull(choice.choice(SMALL));
        settle(SMALL, 50, 200);
        assertEquals(false, choice.choice(SMALL));
    }

    @Test
    void integersCountAsSizesToo() {
        assertNotEquals(ArgumentSizes.key(10, 5), ArgumentSizes.key(10, 5_000));
        assertEquals(ArgumentSizes.key(0, Long.MIN_VALUE), ArgumentSizes.key(0, Long.MAX_VALUE));
    }

    @Test
    void choicesAreListedBySizeWithTheTimesOfTheLastTrial() {
        settle(LARGE, 90_000, 30_000);
        settle(SMALL, 50, 200);
        int chosen = ChoiceBySize.JVM;
        while (chosen == ChoiceBySize.JVM) {
            chosen = choice.choose(SMALL);
        }
        assertEquals(
                List.of(
                        new BackendChoice(
                                "f",
                                "arrays of 2 to 3 elements in all",
                                Backend.JVM,
                                "200 ns natively, 50 ns on the JVM",
                                false),
                        new BackendChoice(
                                "f",
                                "arrays of 65536 to 131071 elements in all",
                                Backend.LLVM,
                                "30000 ns natively, 90000 ns on the JVM",
                                false)),
                choice.choices("f"));
    }
}
