package dev.jacobi.offload.choice;

import java.util.Arrays;

/** What is known of the calls of one size. Not thread-safe. */
final class Size {
    /** What is known of them at one place; times are nanoseconds. */
    static final class Figures {
        /** Of so many calls the least time counts: what else the machine does makes calls slower, not faster. */
        static final int REMEMBERED = 3;

        private final long[] last = new long[REMEMBERED];
        /** Calls that have come back. */
        private long returned;
        /** Of the calls whose times are in {@code last}. */
        private int remembered;
        /** Of the first call, which compiles and does not count; 0 before. */
        private long first;
        /** What the last calls took, or once took; 0 if none was measured. */
        private long known;
        /** What was expected before anything was measured. */
        double estimate;
        /** Why calls of this size do not run here; empty if they may. */
        String failure = "";
        /** Whether a call is being made only to measure it. */
        boolean isTried;
        /** How much time must have gone by until it is measured again. */
        double due;
        /** Pauses between measurements grow by this. */
        int patience = 1;

        boolean isFirst() {
            return returned == 0;
        }

        boolean isMeasured() {
            return known > 0;
        }

        long known() {
            return known;
        }

        long first() {
            return first;
        }

        /** Whether the last calls are known, and not only what was long ago. */
        boolean isSure() {
            return remembered == REMEMBERED;
        }

        void came(boolean counts, long nanoseconds) {
            returned++;
            if (!counts) {
                first = nanoseconds;
                return;
            }
            System.arraycopy(last, 0, last, 1, REMEMBERED - 1);
            last[0] = Math.max(1, nanoseconds);
            remembered = Math.min(remembered + 1, REMEMBERED);
            known = Arrays.stream(last, 0, remembered).min().orElseThrow();
        }

        /** What was measured is old: the next measurement is due now, and counts alone. */
        void doubt() {
            remembered = 0;
            patience = 1;
            due = 0;
        }
    }

    private final Figures[] places;
    /** Where such calls run; less than 0 before the first one. */
    int chosen = -1;
    /** Of all calls that count. */
    double time;
    /** Of those that were made only to measure them. */
    double tried;
    /** Of those that are on their way, as it is expected. */
    double reserved;

    Size(int places) {
        this.places = new Figures[places];
        Arrays.setAll(this.places, _ -> new Figures());
    }

    Figures at(int place) {
        return places[place];
    }

    Figures atChosen() {
        return places[chosen];
    }
}
