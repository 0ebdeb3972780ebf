package dev.jacobi.offload.extract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.extract.MixedRadix.Component;
import dev.jacobi.offload.extract.MixedRadix.Side;
import dev.jacobi.offload.extract.MixedRadix.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is said of places, against all places of all rounds. */
class MixedRadixTest {
    private static Formula number(long number) {
        return new Formula(List.of(), number);
    }

    private static List<Formula> numbers(long... numbers) {
        List<Formula> formulas = new ArrayList<>();
        for (long each : numbers) {
            formulas.add(number(each));
        }
        return formulas;
    }

    /** All places of a side in one round, in one component. */
    private static void places(long base, List<Variable> inner, long low, long high, Set<Integer> found) {
        if (!inner.isEmpty()) {
            long extent = inner.getFirst().extent().value(_ -> 0);
            long stride = inner.getFirst().stride().value(_ -> 0);
            for (long value = 0; value < extent; value++) {
                places(base + stride * value, inner.subList(1, inner.size()), low, high, found);
            }
            return;
        }
        for (long own = low; own <= high; own++) {
            found.add((int) (base + own));
        }
    }

    private static long index(MixedRadix radix, Side side, int round) {
        long index = 0;
        for (int digit = 0; digit < radix.worths().size(); digit++) {
            long worth = radix.worths().get(digit).value(_ -> 0);
            long value = round / worth;
            if (digit + 1 < radix.worths().size()) {
                value %= radix.worths().get(digit + 1).value(_ -> 0) / worth;
            }
            index += side.steps().get(digit).value(_ -> 0) * value;
        }
        return index;
    }

    private static Set<Integer> places(MixedRadix radix, Component component, Side side, int round) {
        List<Variable> inner = new ArrayList<>(component.common());
        inner.addAll(side.own());
        TreeSet<Integer> found = new TreeSet<>();
        places(index(radix, side, round) + side.fixed().value(_ -> 0), inner, side.low(), side.high(), found);
        return found;
    }

    /** Whether the two sides meet in different rounds, found by looking at all. */
    private static boolean meet(MixedRadix radix, int from, int to) {
        Map<Integer, List<Set<Integer>>> ones = new HashMap<>();
        Map<Integer, List<Set<Integer>>> others = new HashMap<>();
        for (int round = from; round < to; round++) {
            for (Component component : radix.components()) {
                ones.computeIfAbsent(round, _ -> new ArrayList<>())
                        .add(places(radix, component, component.one(), round));
                others.computeIfAbsent(round, _ -> new ArrayList<>())
                        .add(places(radix, component, component.other(), round));
            }
        }
        for (int round = from; round < to; round++) {
            for (int other = from; other < to; other++) {
                boolean all = round != other;
                for (int index = 0; all && index < radix.components().size(); index++) {
                    TreeSet<Integer> common = new TreeSet<>(ones.get(round).get(index));
                    common.retainAll(others.get(other).get(index));
                    all = !common.isEmpty();
                }
                if (all) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long step(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 1L << 31;
            case 2 -> 1L << 32;
            case 3 -> (1L << 30) * (1 + random.nextInt(4));
            default -> random.nextInt(25) - 8;
        };
    }

    private static List<Variable> variables(Random random) {
        List<Variable> variables = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            variables.add(new Variable(number(random.nextInt(9) - 3), number(random.nextInt(5))));
        }
        return variables;
    }

    private static Side side(Random random, List<Formula> steps) {
        long low = -random.nextInt(2);
        int fixed = random.nextInt(10) == 0 ? random.nextInt(160) : random.nextInt(7) - 3;
        return new Side(steps, number(fixed), low, low + random.nextInt(2), variables(random));
    }

    private static List<Formula> steps(Random random, int digits) {
        long[] steps = new long[digits];
        for (int digit = 0; digit < steps.length; digit++) {
            steps[digit] = step(random);
        }
        return numbers(steps);
    }

    @Test
    void whatIsSaidToBeApartIsApart() {
        long seed = Long.getLong("jacobi.shapes.seed", 1);
        Random random = new Random(seed);
        int apart = 0;
        int meeting = 0;
        for (int number = 0; number < 30_000; number++) {
            long[] worths = new long[1 + random.nextInt(3)];
            worths[0] = 1;
            for (int digit = 1; digit < worths.length; digit++) {
                worths[digit] = worths[digit - 1] * (1 + random.nextInt(4));
            }
            List<Component> components = new ArrayList<>();
            do {
                List<Formula> steps = steps(random, worths.length);
                Side one = side(random, steps);
                Side other = random.nextInt(3) > 0 ? side(random, steps) : side(random, steps(random, worths.length));
                components.add(new Component(variables(random), one, random.nextBoolean() ? one : other));
            } while (components.size() < 2 && random.nextInt(4) == 0);
            MixedRadix radix = new MixedRadix(numbers(worths), components);
            int from = worths.length == 1 ? random.nextInt(9) - 4 : random.nextInt(3);
            int to = from + 1 + random.nextInt(16);
            boolean meet = meet(radix, from, to);
            if (radix.separates(from, to, _ -> 0)) {
                int of = number;
                assertFalse(meet, () -> "seed " + seed + ", number " + of + ": " + radix);
                apart++;
            }
            meeting += meet ? 1 : 0;
        }
        // The test is one only if both are met often.
        assertTrue(apart > 2000 && meeting > 8_000, apart + " apart, " + meeting + " meet");
    }

    @Test
    void partsOfOneArrayAreApartWhateverTheStepsInThem() {
        Side ofFirst = new Side(numbers(1), number(0), 0, 0, List.of());
        Variable inner = new Variable(number(1), number(7));
        Side ofSecond = new Side(numbers(7), number(10), 0, 0, List.of(inner));
        MixedRadix radix = new MixedRadix(numbers(1), List.of(new Component(List.of(), ofFirst, ofSecond)));
        assertTrue(radix.separates(0, 10, _ -> 0));
        assertFalse(radix.separates(0, 11, _ -> 0));
        assertFalse(radix.separates(-2, 5, _ -> 0));
    }

    @Test
    void numbersThatNoLongHoldsAreNotApart() {
        Formula large = new Formula(List.of(new Formula.Term(List.of(0, 0, 0), 1)), 0);
        Side side = new Side(List.of(large), number(0), 0, 0, List.of());
        MixedRadix radix = new MixedRadix(numbers(1), List.of(new Component(List.of(), side, side)));
        assertFalse(radix.separates(0, 2, _ -> Integer.MAX_VALUE));
        assertTrue(radix.separates(0, 2, _ -> 2));
    }

    @Test
    void placesWrapAroundWhereIntsDo() {
        Side side = new Side(numbers(1L << 30), number(0), 0, 0, List.of());
        MixedRadix radix = new MixedRadix(numbers(1), List.of(new Component(List.of(), side, side)));
        assertTrue(radix.separates(0, 4, _ -> 0));
        assertFalse(radix.separates(0, 5, _ -> 0));
    }
}
