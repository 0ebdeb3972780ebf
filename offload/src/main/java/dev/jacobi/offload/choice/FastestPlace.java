package dev.jacobi.offload.choice;

import dev.jacobi.backend.ArgumentSizes;
import dev.jacobi.offload.ChosenPlace;
import dev.jacobi.offload.choice.Size.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where the calls of one method run, by the times that calls of the same size took. The first call goes where it is expected to be fastest, and so do all until another place was measured to be faster. Others are tried by
 * a call now and then: not before that, with all such calls before, is expected to take no more than one part in {@value #SHARE} of the time of all calls of that size, and ever more rarely if nothing comes of it. Of each size and place the
 * first call does not count, which may compile, nor is there any wait for code that is made for a place only to try it. Thread-safe.
 */
public final class FastestPlace {
    /** One part in so many of the time of all calls may go to calls that are made elsewhere to measure them. */
    static final int SHARE = 20;
    /** Another place is chosen if it takes less than this part of the time: places that are alike are not to take turns. */
    static final double FASTER = 0.9;
    /** A place that takes so many times as long is measured once. */
    private static final int HOPELESS = 4;
    /** Pauses grow to so many times the first one. */
    private static final int MOST_PATIENCE = 64;
    /** Estimates may be wrong: no place is expected to take more than so many times as long as the chosen one before it was measured. */
    private static final int WORST_EXPECTED = 16;

    /** A call that is about to be made. */
    public static final class Run {
        private final int key;
        private final int place;
        private final boolean isFirst;
        private final boolean isTrial;
        private final double expected;
        private final double estimate;

        private Run(int key, int place, boolean isFirst, boolean isTrial, double expected, double estimate) {
            this.key = key;
            this.place = place;
            this.isFirst = isFirst;
            this.isTrial = isTrial;
            this.expected = expected;
            this.estimate = estimate;
        }

        /** Where. */
        public int place() {
            return place;
        }
    }

    private static final class Place {
        private final String name;
        /** Whether code for it has been asked for, to try it. */
        private boolean isAsked;
        /** Whether there is code. */
        private boolean isReady;
        /** Why it is left out; empty if it is not. */
        private String fault = "";
        /** What calls take there, in terms of the estimates; 0 if not known. */
        private double scale;

        Place(String name) {
            this.name = name;
        }
    }

    private final List<Place> places;
    private final IntConsumer prepare;
    private final BiConsumer<String, String> onChoice;
    private final Map<Integer, Size> sizes = new TreeMap<>();
    /** Of the place that was measured last. */
    private double scale = 1;

    /**
     * @param names of the places, the preferred first
     * @param prepare is told of a place for which code is to be made, in the background; then {@link #isReady} or {@link #leaveOut} is to be called
     * @param onChoice is told, at each choice, which size it is about and how it came out
     */
    public FastestPlace(List<String> names, IntConsumer prepare, BiConsumer<String, String> onChoice) {
        this.places = names.stream().map(Place::new).toList();
        this.prepare = prepare;
        this.onChoice = onChoice;
    }

    /** There is code for a place. */
    public synchronized void isReady(int place) {
        places.get(place).isReady = true;
    }

    /**
     * No call goes to a place any more, if another will do.
     *
     * @return whether that is new
     */
    public synchronized boolean leaveOut(int place, String why) {
        boolean isNew = places.get(place).fault.isEmpty();
        places.get(place).fault = why;
        return isNew;
    }

    /**
     * Where the next call goes.
     *
     * @param key the size of its arguments
     * @param estimates of each place, what the call is expected to cost before anything is measured, in nanoseconds; infinite where it does not fit
     * @param without places that this call cannot go to
     * @return null if there is no place left
     */
    public @Nullable Run choose(int key, double[] estimates, Set<Integer> without) {
        Run run;
        int wanted = -1;
        String outcome = null;
        synchronized (this) {
            Size size = sizes.computeIfAbsent(key, _ -> new Size(places.size()));
            for (int place = 0; place < estimates.length; place++) {
                size.at(place).estimate = estimates[place];
            }
            if (size.chosen < 0 || !mayRun(size, size.chosen) || without.contains(size.chosen)) {
                int best = best(size, without);
                if (best < 0) {
                    return null;
                }
                outcome = size.chosen == best ? null : chosen(size, best);
            }
            int place = size.chosen;
            int other = without.isEmpty() ? due(size) : -1;
            if (other >= 0 && places.get(other).isReady) {
                place = other;
                size.at(other).isTried = true;
                size.reserved += expected(size, other);
            } else if (other >= 0) {
                places.get(other).isAsked = true;
                wanted = other;
            }
            run = new Run(
                    key,
                    place,
                    size.at(place).isFirst(),
                    place != size.chosen,
                    expected(size, place),
                    size.at(place).estimate);
        }
        if (outcome != null) {
            onChoice.accept(ArgumentSizes.describe(key), outcome);
        }
        if (wanted >= 0) {
            prepare.accept(wanted);
        }
        return run;
    }

    private boolean mayRun(Size size, int place) {
        Figures figures = size.at(place);
        return places.get(place).fault.isEmpty()
                && figures.failure.isEmpty()
                && figures.estimate < Double.POSITIVE_INFINITY;
    }

    /** Where calls are fastest as far as is known: where there is code, if there is any; where they have failed only if there is no other place. */
    private int best(Size size, Set<Integer> without) {
        int best = -1;
        for (int place = 0; place < places.size(); place++) {
            if (!without.contains(place) && (best < 0 || isBetter(size, place, best))) {
                best = place;
            }
        }
        return best;
    }

    private boolean isBetter(Size size, int place, int other) {
        if (mayRun(size, place) != mayRun(size, other)) {
            return mayRun(size, place);
        }
        if (places.get(place).isReady != places.get(other).isReady) {
            return places.get(place).isReady;
        }
        return mayRun(size, place) && expected(size, place) < expected(size, other);
    }

    /** What a call is expected to take. */
    private double expected(Size size, int place) {
        Figures figures = size.at(place);
        if (figures.isMeasured()) {
            return figures.known();
        }
        double own = places.get(place).scale;
        double expected = figures.estimate * (own > 0 ? own : scale);
        if (figures.first() > 0) {
            expected = Math.min(expected, (double) figures.first());
        }
        if (size.chosen >= 0 && size.atChosen().isMeasured()) {
            expected =
                    Math.min(expected, (double) WORST_EXPECTED * size.atChosen().known());
        }
        return expected;
    }

    /** The place that is to be tried now, the one of which least is known; less than 0 if there is none. */
    private int due(Size size) {
        int due = -1;
        if (!size.atChosen().isMeasured()) {
            return due;
        }
        for (int place = 0; place < places.size(); place++) {
            Figures figures = size.at(place);
            boolean mayTry = place != size.chosen
                    && mayRun(size, place)
                    && !figures.isTried
                    && (places.get(place).isReady || !places.get(place).isAsked);
            if (mayTry
                    && size.time >= figures.due
                    && (size.tried + size.reserved + expected(size, place)) * SHARE <= size.time
                    && (due < 0 || figures.due < size.at(due).due)) {
                due = place;
            }
        }
        return due;
    }

    /** A call has come back. */
    public void ended(Run run, long nanoseconds) {
        String outcome;
        synchronized (this) {
            Size size = spent(run, nanoseconds, !run.isFirst);
            outcome = measured(size, run, nanoseconds);
        }
        if (outcome != null) {
            onChoice.accept(ArgumentSizes.describe(run.key), outcome);
        }
    }

    /** A call has thrown what the method throws: how long that took says nothing about other calls. */
    public synchronized void threw(Run run, long nanoseconds) {
        spent(run, nanoseconds, true);
    }

    /** A place has refused a call when some of it was done: other calls of this size do not go there any more, if another place will do. */
    public synchronized void failed(Run run, long nanoseconds, String why) {
        spent(run, nanoseconds, true).at(run.place).failure = why;
    }

    /** A call was not made after all. */
    public synchronized void dropped(Run run) {
        release(run);
    }

    private Size release(Run run) {
        Size size = sizes.get(run.key);
        if (run.isTrial) {
            size.at(run.place).isTried = false;
            size.reserved -= run.expected;
        }
        return size;
    }

    private Size spent(Run run, long nanoseconds, boolean counts) {
        Size size = release(run);
        if (counts) {
            size.time += nanoseconds;
            size.tried += run.isTrial ? nanoseconds : 0;
        }
        return size;
    }

    /** Notes what a call took; gives the outcome if something was chosen. */
    private @Nullable String measured(Size size, Run run, long nanoseconds) {
        Figures figures = size.at(run.place);
        boolean isNew = !figures.isMeasured();
        figures.failure = "";
        places.get(run.place).fault = "";
        figures.came(!run.isFirst, nanoseconds);
        if (run.isFirst) {
            return null;
        }
        if (run.estimate > 0 && run.estimate < Double.POSITIVE_INFINITY) {
            scale = nanoseconds / run.estimate;
            places.get(run.place).scale = scale;
        }
        if (run.place == size.chosen) {
            for (int place = 0; place < places.size(); place++) {
                Figures other = size.at(place);
                if (place != size.chosen && other.isMeasured() && other.known() < FASTER * figures.known()) {
                    other.doubt();
                }
            }
            return null;
        }
        return compared(size, run.place, isNew);
    }

    /** Chooses a place that was just measured, or sees to it that it is measured again later. */
    private @Nullable String compared(Size size, int place, boolean isNew) {
        Figures figures = size.at(place);
        long chosen = size.atChosen().known();
        if (size.atChosen().isMeasured() && figures.known() < FASTER * chosen) {
            figures.patience = 1;
            return chosen(size, place);
        }
        if (figures.isSure() || figures.known() > HOPELESS * chosen) {
            figures.patience = Math.min(MOST_PATIENCE, 2 * figures.patience);
        }
        figures.due = size.time + (double) SHARE * figures.patience * figures.known();
        return isNew ? outcome(size) : null;
    }

    private String chosen(Size size, int place) {
        size.chosen = place;
        return outcome(size);
    }

    private String outcome(Size size) {
        return places.get(size.chosen).name + ": " + reason(size);
    }

    /** Where calls run, by their sizes, the smaller ones first. */
    public synchronized List<ChosenPlace> choices(String method) {
        List<ChosenPlace> choices = new ArrayList<>();
        sizes.forEach((key, size) -> {
            if (size.chosen >= 0) {
                boolean pending = false;
                for (int place = 0; place < places.size(); place++) {
                    pending |= mayRun(size, place) && !size.at(place).isMeasured();
                }
                choices.add(new ChosenPlace(
                        method, ArgumentSizes.describe(key), places.get(size.chosen).name, reason(size), pending));
            }
        });
        return choices;
    }

    private String reason(Size size) {
        StringJoiner reason = new StringJoiner(", ");
        String fault = fault(size, size.chosen);
        reason.add(fault.isEmpty() ? time(size, size.chosen) + " there" : "no other place is left, though " + fault);
        for (int place = 0; place < places.size(); place++) {
            if (place != size.chosen) {
                String name = places.get(place).name;
                String why = fault(size, place);
                reason.add(why.isEmpty() ? time(size, place) + " on " + name : "not " + name + ", since " + why);
            }
        }
        return reason.toString();
    }

    /** Why calls do not go to a place; empty if they may. */
    private String fault(Size size, int place) {
        String fault = places.get(place).fault;
        if (!fault.isEmpty()) {
            return fault;
        }
        return size.at(place).estimate < Double.POSITIVE_INFINITY ? size.at(place).failure : "its memory is too small";
    }

    private String time(Size size, int place) {
        Figures figures = size.at(place);
        return figures.isMeasured()
                ? figures.known() + " ns"
                : "by estimate " + Math.round(expected(size, place)) + " ns";
    }
}
