package dev.jacobi.offload.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.backend.ArgumentSizes;
import dev.jacobi.offload.ChosenPlace;
import dev.jacobi.offload.choice.FastestPlace.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which place each call goes to, by times that the test makes up. */
class FastestPlaceTest {
    private static final int SMALL = ArgumentSizes.key(3, 0);
    private static final int LARGE = ArgumentSizes.key(100_000, 0);
    private static final double[] ALIKE = {1000, 1000, 1000};
    private static final Set<Integer> ALL = Set.of();

    private final List<String> told = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    /** Whether code that is asked for is there at once. */
    private boolean compilesAtOnce = true;

    private final FastestPlace fastest =
            new FastestPlace(List.of("a", "b", "c"), this::prepare, (size, outcome) -> told.add(outcome));

    private void prepare(int place) {
        asked.add(place);
        if (compilesAtOnce) {
            fastest.isReady(place);
        }
    }

    private Run begin(int key, double... estimates) {
        Run run = Objects.requireNonNull(fastest.choose(key, estimates, ALL));
        fastest.isReady(run.place());
        return run;
    }

    /** Makes calls that take what they take at each place; gives how many were made at each. */
    private int[] calls(int count, int key, double[] estimates, long... times) {
        int[] made = new int[times.length];
        for (int call = 0; call < count; call++) {
            Run run = begin(key, estimates);
            made[run.place()]++;
            fastest.ended(run, times[run.place()]);
        }
        return made;
    }

    private ChosenPlace only() {
        List<ChosenPlace> choices = fastest.choices("f");
        assertEquals(1, choices.size(), choices::toString);
        return choices.getFirst();
    }

    @Test
    void theFirstCallGoesWhereItIsExpectedToBeFastest() {
        assertEquals(1, begin(SMALL, 300, 100, 100).place());
    }

    @Test
    void theFirstCallOfAnotherSizeGoesWhereThereIsCode() {
        assertEquals(1, begin(SMALL, 300, 100, 200).place());
        assertEquals(1, begin(LARGE, 100, 200, 50).place());
        fastest.isReady(2);
        assertEquals(2, begin(ArgumentSizes.key(5, 5), 100, 200, 50).place());
    }

    @Test
    void aFewCallsAreNotSpentOnTrying() {
        assertEquals("[20, 0, 0]", Arrays.toString(calls(20, SMALL, ALIKE, 1000, 10, 10)));
    }

    @Test
    void allPlacesAreMeasuredAndTheFastestChosen() {
        int[] made = calls(2000, SMALL, ALIKE, 1000, 700, 400);
        assertEquals("c", only().place());
        assertEquals("400 ns there, 1000 ns on a, 700 ns on b", only().reason());
        assertTrue(made[2] > 1700, () -> Arrays.toString(made));
        assertEquals(
                List.of(
                        "a: by estimate 1000 ns there, by estimate 1000 ns on b, by estimate 1000 ns on c",
                        "b: 700 ns there, 1000 ns on a, by estimate 700 ns on c",
                        "c: 400 ns there, 1000 ns on a, 700 ns on b"),
                told);
    }

    @Test
    void theFirstCallOfASizeAtAPlaceDoesNotCountAsItMayCompile() {
        for (int call = 0; call < 3; call++) {
            Run run = begin(SMALL, ALIKE);
            fastest.ended(run, call == 0 ? 1_000_000_000 : 1000);
        }
        // Had it counted, other places could now be tried for 50 ms.
        calls(18, SMALL, ALIKE, 1000, 1_000_000, 1_000_000);
        assertEquals("1000 ns there, by estimate 1000 ns on b, by estimate 1000 ns on c", only().reason());
        assertEquals(List.of(), asked);
    }

    @Test
    void nobodyWaitsForCodeThatIsMadeOnlyToTryAPlace() {
        compilesAtOnce = false;
        assertEquals("[500, 0, 0]", Arrays.toString(calls(500, SMALL, ALIKE, 1000, 10, 10)));
        assertEquals(List.of(1, 2), asked);
        fastest.isReady(1);
        // Two calls to b, of which the second counts, lie among some to a.
        int[] made = calls(500, SMALL, ALIKE, 1000, 10, 10);
        assertTrue(made[0] <= 1 && made[2] == 0, () -> Arrays.toString(made));
        assertEquals(List.of(1, 2), asked);
    }

    @Test
    void whatIsKnownOfOtherSizesScalesWhatIsExpected() {
        calls(2000, SMALL, ALIKE, 1000, 4000, 200_000);
        double[] large = {10_000, 10_000, 10_000};
        assertEquals(0, begin(LARGE, large).place());
        assertEquals(
                "by estimate 10000 ns there, by estimate 40000 ns on b, by estimate 2000000 ns on c",
                fastest.choices("f").getLast().reason());
    }

    @Test
    void aPlaceThatWasThoughtHopelessIsTriedAllTheSame() {
        double[] wrong = {1, 1e15, 1e15};
        calls(5000, SMALL, wrong, 1000, 10, 10);
        assertTrue(only().reason().startsWith("10 ns there"), only()::reason);
    }

    @Test
    void noMoreThanItsShareOfTheTimeGoesToTrying() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FastestPlace some = new FastestPlace(List.of("a", "b", "c"), _ -> {}, (_, _) -> {});
            for (int place = 0; place < 3; place++) {
                some.isReady(place);
            }
            double[] steady = random.doubles(3, 100, 100_000).toArray();
            double[] estimates = random.doubles(3, 100, 100_000).toArray();
            double noise = random.nextInt(3);
            double time = 0;
            double tried = 0;
            double unforeseen = 0;
            int[] made = new int[3];
            int trials = 0;
            for (int call = 0; call < 3000; call++) {
                if (call == 1500) {
                    steady = random.doubles(3, 100, 100_000).toArray();
                }
                String chosen = some.choices("f").isEmpty()
                        ? ""
                        : some.choices("f").getFirst().place();
                Run run = Objects.requireNonNull(some.choose(SMALL, estimates, ALL));
                long took = (long) (steady[run.place()] * (1 + noise * random.nextDouble()));
                boolean isTrial = !chosen.isEmpty() && !chosen.equals("abc".substring(run.place(), run.place() + 1));
                if (made[run.place()]++ > 0) {
                    time += took;
                    tried += isTrial ? took : 0;
                    // What no measurement could tell: the first that counts, and after the change.
                    unforeseen = isTrial ? Math.max(unforeseen, (double) took) : unforeseen;
                }
                trials += isTrial ? 1 : 0;
                some.ended(run, took);
                assertTrue(
                        tried <= time / FastestPlace.SHARE + 4 * unforeseen,
                        "seed " + seed + ", call " + call + ": " + tried + " of " + time);
            }
            long seedOf = seed;
            assertTrue(trials >= 2, () -> "seed " + seedOf + " tried nothing");
        }
    }

    @Test
    void placesAreMeasuredMoreAndMoreRarelyButNeverGivenUp() {
        calls(2000, SMALL, ALIKE, 1000, 1000, 1000);
        int[] later = calls(20_000, SMALL, ALIKE, 1000, 1000, 1000);
        assertTrue(later[1] >= 5 && later[1] < 100, () -> Arrays.toString(later));
        assertTrue(later[2] >= 5 && later[2] < 100, () -> Arrays.toString(later));
        calls(5000, SMALL, ALIKE, 1000, 1000, 100);
        assertEquals("c", only().place());
    }

    @Test
    void placesThatAreAlikeDoNotTakeTurns() {
        Random random = new Random(7);
        for (int call = 0; call < 5000; call++) {
            Run run = begin(SMALL, ALIKE);
            fastest.ended(run, 1000 + random.nextInt(50));
        }
        assertEquals("a", only().place());
        assertEquals(3, told.size(), told::toString);
    }

    @Test
    void ifTheChosenPlaceGetsSlowTheOthersAreMeasuredSoon() {
        calls(20_000, SMALL, ALIKE, 1000, 1500, 1500);
        int[] made = calls(100, SMALL, ALIKE, 4000, 1500, 1500);
        assertTrue(made[0] < 30, () -> Arrays.toString(made));
        assertEquals("b", only().place());
    }

    @Test
    void aChangeNeedsAMeasurementThatIsNew() {
        calls(20_000, SMALL, ALIKE, 1000, 1500, 1500);
        // All have become slow: what is known of the others is old, and does not count.
        int[] made = calls(1000, SMALL, ALIKE, 4000, 6000, 6000);
        assertEquals("a", only().place());
        assertEquals("4000 ns there, 6000 ns on b, 6000 ns on c", only().reason());
        assertTrue(made[1] + made[2] < 50, () -> Arrays.toString(made));
    }

    @Test
    void sizesHaveChoicesOfTheirOwn() {
        calls(2000, SMALL, ALIKE, 100, 400, 500);
        calls(2000, LARGE, ALIKE, 90_000, 20_000, 50_000);
        assertEquals(
                List.of(
                        new ChosenPlace(
                                "f",
                                "arrays of 2 to 3 elements in all",
                                "a",
                                "100 ns there, 400 ns on b, 500 ns on c",
                                false),
                        new ChosenPlace(
                                "f",
                                "arrays of 65536 to 131071 elements in all",
                                "b",
                                "20000 ns there, 90000 ns on a, 50000 ns on c",
                                false)),
                fastest.choices("f"));
    }

    @Test
    void argumentsGoWhereTheyFit() {
        assertEquals(
                "[0, 3000, 0]",
                Arrays.toString(calls(
                        3000,
                        SMALL,
                        new double[] {Double.POSITIVE_INFINITY, 500, Double.POSITIVE_INFINITY},
                        1,
                        1000,
                        1)));
        assertEquals(
                "1000 ns there, not a, since its memory is too small, not c, since its memory is too small",
                only().reason());
        assertEquals(
                0,
                begin(LARGE, 500, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)
                        .place());
    }

    @Test
    void whereAllAreTooSmallTheFirstIsToSaySo() {
        double[] none = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        assertEquals("[50, 0, 0]", Arrays.toString(calls(50, SMALL, none, 1000, 1, 1)));
        assertEquals(
                "no other place is left, though its memory is too small, not b, since its memory is too small, not c, since its memory is too small",
                only().reason());
    }

    @Test
    void aCallThatThrowsSaysNothingAboutItsPlaceButTakesTime() {
        calls(15, SMALL, ALIKE, 1000, 1, 1);
        int elsewhere = 0;
        for (int call = 0; call < 1000; call++) {
            Run run = begin(SMALL, ALIKE);
            elsewhere += run.place() == 0 ? 0 : 1;
            fastest.threw(run, run.place() == 0 ? 1000 : 100_000);
        }
        assertEquals("a", only().place());
        assertTrue(elsewhere >= 1 && elsewhere <= 2, "tried " + elsewhere + " times");
        assertEquals("1000 ns there, by estimate 1000 ns on b, by estimate 1000 ns on c", only().reason());
    }

    @Test
    void aPlaceThatHasFailedGetsNoOtherCallOfThisSize() {
        Run run = begin(SMALL, ALIKE);
        fastest.failed(run, 1000, "it is full");
        assertEquals("[0, 1998, 2]", Arrays.toString(calls(2000, SMALL, ALIKE, 1, 1000, 1_000_000)));
        assertEquals("1000 ns there, not a, since it is full, 1000000 ns on c", only().reason());
        fastest.isReady(2);
        assertEquals(0, begin(LARGE, 10, 1000, 1000).place());
    }

    @Test
    void aPlaceThatIsLeftOutIsTakenIfNoneIsLeft() {
        assertTrue(fastest.leaveOut(0, "lost"));
        assertTrue(fastest.leaveOut(1, "no code"));
        assertEquals(2, begin(SMALL, ALIKE).place());
        fastest.leaveOut(2, "gone");
        Run run = begin(SMALL, ALIKE);
        fastest.ended(run, 1000);
        // It works again.
        calls(5, SMALL, ALIKE, 1000, 1000, 1000);
        assertEquals(2, run.place());
        assertEquals("1000 ns there, not a, since lost, not b, since no code", only().reason());
    }

    @Test
    void aCallThatNoPlaceTakesHasNowhereToGo() {
        Run run = begin(SMALL, ALIKE);
        fastest.dropped(run);
        fastest.leaveOut(0, "no code");
        assertEquals(
                1,
                Objects.requireNonNull(fastest.choose(SMALL, ALIKE, Set.of(0))).place());
        assertEquals(
                2,
                Objects.requireNonNull(fastest.choose(SMALL, ALIKE, Set.of(0, 1)))
                        .place());
        assertNull(fastest.choose(SMALL, ALIKE, Set.of(0, 1, 2)));
    }

    @Test
    void sixteenThreadsTryAPlaceOneAtATime() throws Exception {
        AtomicInteger[] trying = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        calls(50, SMALL, ALIKE, 1000, 100_000, 100_000);
        FastestPlace shared = new FastestPlace(List.of("a", "b", "c"), _ -> {}, (_, _) -> {});
        for (int place = 0; place < 3; place++) {
            shared.isReady(place);
        }
        Callable<Integer> caller = () -> {
            int most = 0;
            for (int call = 0; call < 20_000; call++) {
                Run run = Objects.requireNonNull(shared.choose(SMALL, ALIKE, ALL));
                int now = trying[run.place()].incrementAndGet();
                most = run.place() == 0 ? most : Math.max(most, now);
                if (call % 100 == 0) {
                    Thread.onSpinWait();
                }
                trying[run.place()].decrementAndGet();
                switch (call % 7) {
                    case 0 -> shared.threw(run, 2000);
                    case 1 -> shared.dropped(run);
                    default -> shared.ended(run, run.place() == 0 ? 1000 : 5000);
                }
            }
            return most;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                all.add(threads.submit(caller));
            }
            for (Future<Integer> each : all) {
                assertTrue(each.get() <= 1, "two calls tried one place");
            }
        }
        assertEquals(
                "1000 ns there, 5000 ns on b, 5000 ns on c",
                shared.choices("f").getFirst().reason());
    }
}
