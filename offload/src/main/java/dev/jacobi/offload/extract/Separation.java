package dev.jacobi.offload.extract;

import dev.jacobi.offload.extract.MixedRadix.Component;
import dev.jacobi.offload.extract.MixedRadix.Side;
import dev.jacobi.offload.extract.MixedRadix.Variable;
import dev.jacobi.offload.extract.Place.Inner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether two accesses of one array are at different elements in different rounds. They are if the place is a number whose digits, of mixed radix, give those of the index of the loop back: each step is greater than
 * all that smaller steps make together. For elements of rows, the row and the place in it are looked at one after the other. They also are if all that one touches lies before all that the other does.
 *
 * <p>What is said here holds as long as places do not wrap around and extents are not negative; that, and all else, {@link MixedRadix} looks at before a launch.
 */
final class Separation {
    enum Verdict {
        APART,
        /** It depends on arguments. */
        OPEN,
        /** They meet, or nothing is known of them. */
        MEET
    }

    private final List<Polynomial> worths;
    private final PlaceReader reader;
    private final List<Place[]> places;
    /** Those that move by other steps, of which one may have all its places before those of the other. */
    private final List<Place[]> parts;

    private Separation(List<Polynomial> worths, PlaceReader reader, List<Place[]> places, List<Place[]> parts) {
        this.worths = worths;
        this.reader = reader;
        this.places = places;
        this.parts = parts;
    }

    /** The two accesses side by side, or null if nothing is known of how they move. */
    static @Nullable Separation of(ArrayAccess one, ArrayAccess other, PlaceReader reader) {
        List<Place[]> places = new ArrayList<>();
        if (one.row() != null && other.row() != null) {
            add(one.row().place(), other.row().place(), places);
        }
        add(one.place(), other.place(), places);
        List<Polynomial> worths = List.of(Polynomial.ONE);
        for (Place[] pair : places) {
            for (Place place : pair) {
                List<Polynomial> common = Strides.common(worths, place.strides().worths());
                if (common == null) {
                    return null;
                }
                worths = common;
            }
        }
        List<Polynomial> finest = worths;
        List<Place[]> others = places.stream()
                .filter(pair -> !pair[0].strides()
                        .stepsIn(finest)
                        .equals(pair[1].strides().stepsIn(finest)))
                .toList();
        places.removeAll(others);
        // A tape has a part for each value. Of other arrays that is so rarely that it is better refused before any
        // launch.
        boolean tape = one.array() == other.array() && ScratchCall.gives(one.array());
        List<Place[]> parts = tape
                ? others.stream()
                        .filter(pair -> pair[0].fixed().minus(pair[1].fixed()).number() == null)
                        .toList()
                : List.of();
        return places.isEmpty() && parts.isEmpty() ? null : new Separation(worths, reader, places, parts);
    }

    private static void add(@Nullable Place one, @Nullable Place other, List<Place[]> places) {
        if (one != null && other != null) {
            places.add(new Place[] {one, other});
        }
    }

    /** Whether each round has one place, other than those of others: all that is to know is known. */
    boolean isPlain() {
        return worths.size() == 1
                && places.stream().anyMatch(pair -> pair[0].isOneElement() && pair[0].equals(pair[1]));
    }

    Verdict verdict() {
        Verdict verdict = ofOrder();
        return verdict == Verdict.MEET && !parts.isEmpty() ? Verdict.OPEN : verdict;
    }

    private Verdict ofOrder() {
        Verdict verdict = verdict(places);
        if (verdict != Verdict.APART && places.size() > 1) {
            Verdict reversed = verdict(places.reversed());
            return reversed == Verdict.APART || verdict == Verdict.MEET ? reversed : verdict;
        }
        return verdict;
    }

    private Verdict verdict(List<Place[]> inOrder) {
        Set<Integer> known = new HashSet<>();
        boolean open = false;
        for (Place[] pair : inOrder) {
            List<Integer> digits = new ArrayList<>();
            List<Polynomial> steps = pair[0].strides().stepsIn(worths);
            for (int digit = 0; digit < worths.size(); digit++) {
                if (!known.contains(digit) && !steps.get(digit).isZero()) {
                    digits.add(digit);
                }
            }
            if (digits.isEmpty()) {
                continue;
            }
            Verdict verdict = verdict(pair, digits, steps);
            open |= verdict == Verdict.OPEN;
            if (verdict == Verdict.APART || verdict == Verdict.OPEN) {
                known.addAll(digits);
            }
        }
        return known.size() < worths.size() ? Verdict.MEET : open ? Verdict.OPEN : Verdict.APART;
    }

    /** A number with as many values as its extent, if that is known, by which the place moves so far. */
    private record Moving(Polynomial step, @Nullable Polynomial extent, boolean isDigit) {
        boolean mayMove() {
            Long number = extent == null ? null : extent.number();
            return number == null || number > 1;
        }

        /** What the place moves by at most. */
        @Nullable
        Polynomial reach() {
            return extent == null ? null : step.times(extent.minus(Polynomial.ONE));
        }
    }

    private Verdict verdict(Place[] pair, List<Integer> digits, List<Polynomial> steps) {
        try {
            List<Moving> moving = new ArrayList<>();
            for (int digit : digits) {
                moving.add(new Moving(steps.get(digit).size(), extent(digit), true));
            }
            for (Inner inner : common(pair)) {
                moving.add(new Moving(inner.stride().size(), inner.extent(), false));
            }
            moving.removeIf(each -> !each.mayMove());
            Long window = window(pair);
            if (window == null) {
                return Verdict.OPEN;
            }
            if (surelyMeet(moving, window)) {
                return Verdict.MEET;
            }
            return haveOrder(moving, window) ? Verdict.APART : Verdict.OPEN;
        } catch (ArithmeticException _) {
            return Verdict.MEET;
        }
    }

    private @Nullable Polynomial extent(int digit) {
        Polynomial extent = Strides.extent(worths, digit);
        Polynomial rounds = extent == null ? reader.rounds() : null;
        if (rounds != null) {
            extent = rounds.dividedBy(reader.expanded(worths.get(digit)));
        }
        return extent == null ? null : reader.expanded(extent);
    }

    /** How far apart the two may be but for what moves both; null if that is no constant. */
    private static @Nullable Long window(Place[] pair) {
        Long distance = pair[0].fixed().minus(pair[1].fixed()).number();
        if (distance == null
                || !rest(pair[0], pair).isEmpty()
                || !rest(pair[1], pair).isEmpty()) {
            return null;
        }
        long low = Math.min(
                Math.addExact(pair[0].own().low(), distance), pair[1].own().low());
        long high = Math.max(
                Math.addExact(pair[0].own().high(), distance), pair[1].own().high());
        return Math.subtractExact(high, low);
    }

    /** The loops within a round whose indices move both places in the same way. */
    private static List<Inner> common(Place[] pair) {
        List<Inner> common = new ArrayList<>(pair[0].inner());
        List<Inner> others = new ArrayList<>(pair[1].inner());
        common.removeIf(inner -> !others.remove(inner));
        return common;
    }

    private static List<Inner> rest(Place place, Place[] pair) {
        List<Inner> rest = new ArrayList<>(place.inner());
        common(pair).forEach(rest::remove);
        return rest;
    }

    /** Whether there is an order of all, or of the digits above all that rounds do themselves: two of these need not differ. */
    private static boolean haveOrder(List<Moving> moving, long window) {
        if (areInOrder(moving, Polynomial.constant(window))) {
            return true;
        }
        Polynomial below = Polynomial.constant(window);
        List<Moving> digits = new ArrayList<>();
        for (Moving each : moving) {
            Polynomial reach = each.reach();
            if (each.isDigit()) {
                digits.add(each);
            } else if (reach == null) {
                return false;
            } else {
                below = below.plus(reach);
            }
        }
        return digits.size() < moving.size() && areInOrder(digits, below);
    }

    /** Whether there is an order in which each step is greater than all before can make together. */
    private static boolean areInOrder(List<Moving> moving, Polynomial below) {
        if (moving.isEmpty()) {
            return true;
        }
        for (Moving next : moving) {
            Boolean more = next.step().minus(below).isPositive();
            // Before a launch it is seen that a step is not 0.
            if (more == null ? !below.isZero() : !more) {
                continue;
            }
            List<Moving> others = new ArrayList<>(moving);
            others.remove(next);
            Polynomial reach = next.reach();
            if (others.isEmpty() || reach != null && areInOrder(others, below.plus(reach))) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is surely no such order, but where there are next to no rounds. */
    private static boolean surelyMeet(List<Moving> moving, long window) {
        boolean allNumbers = true;
        for (Moving each : moving) {
            Long step = each.step().number();
            if (each.isDigit() && step != null && step <= window) {
                return true;
            }
            allNumbers &= step != null;
            if (step == null || step != 1) {
                continue;
            }
            // A step of one has all others above it.
            for (Moving other : moving) {
                Polynomial reach = each.reach();
                Polynomial left = reach == null ? null : other.step().minus(reach);
                Long more = left == null ? null : left.number();
                if (other != each
                        && (each.isDigit() || other.isDigit())
                        && (Polynomial.ONE.equals(other.step()) || more != null && more <= window)) {
                    return true;
                }
            }
        }
        boolean allKnown = moving.stream()
                .allMatch(each -> each.extent() != null && each.extent().number() != null);
        return allNumbers && allKnown && !haveOrder(moving, window);
    }

    // ---- what is looked at before a launch ----

    /** Adds what its formulas are made of. */
    void ask(List<Polynomial> asked) {
        asked.addAll(worths);
        for (Place[] pair : all()) {
            for (Place place : pair) {
                asked.addAll(place.strides().stepsIn(worths));
                asked.add(place.fixed());
                place.inner().forEach(inner -> {
                    asked.add(inner.stride());
                    asked.add(inner.extent());
                });
            }
        }
    }

    MixedRadix formulas(Outside outside) {
        return new MixedRadix(
                worths.stream().map(outside::formula).toList(),
                all().stream().map(pair -> component(pair, outside)).toList());
    }

    private List<Place[]> all() {
        List<Place[]> all = new ArrayList<>(places);
        all.addAll(parts);
        return all;
    }

    private Component component(Place[] pair, Outside outside) {
        return new Component(
                variables(common(pair), outside), side(pair[0], pair, outside), side(pair[1], pair, outside));
    }

    private Side side(Place place, Place[] pair, Outside outside) {
        return new Side(
                place.strides().stepsIn(worths).stream().map(outside::formula).toList(),
                outside.formula(place.fixed()),
                place.own().low(),
                place.own().high(),
                variables(rest(place, pair), outside));
    }

    private static List<Variable> variables(List<Inner> inner, Outside outside) {
        return inner.stream()
                .map(each -> new Variable(outside.formula(each.stride()), outside.formula(each.extent())))
                .toList();
    }
}
