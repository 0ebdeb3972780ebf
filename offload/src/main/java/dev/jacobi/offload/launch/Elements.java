package dev.jacobi.offload.launch;

import java.util.Arrays;

/** Some elements of an array, as ranges that neither meet nor touch, in their order. */
final class Elements {
    static final Elements NONE = new Elements(new int[0]);

    /** Of each range the first element, and that after the last. */
    private final int[] bounds;

    private Elements(int[] bounds) {
        this.bounds = bounds;
    }

    /** Those from one to that before another. */
    static Elements of(int from, int to) {
        return from < to ? new Elements(new int[] {from, to}) : NONE;
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    int rangeCount() {
        return bounds.length / 2;
    }

    int from(int range) {
        return bounds[2 * range];
    }

    int to(int range) {
        return bounds[2 * range + 1];
    }

    boolean contains(int from, int to) {
        return minusFrom(from, to).isEmpty();
    }

    /** These, and those from one to that before another. */
    Elements plus(int from, int to) {
        if (from >= to) {
            return this;
        }
        int[] all = new int[bounds.length + 2];
        int count = 0;
        int low = from;
        int high = to;
        int range = 0;
        for (; range < rangeCount() && to(range) < from; range++) {
            all[count++] = from(range);
            all[count++] = to(range);
        }
        for (; range < rangeCount() && from(range) <= to; range++) {
            low = Math.min(low, from(range));
            high = Math.max(high, to(range));
        }
        all[count++] = low;
        all[count++] = high;
        for (; range < rangeCount(); range++) {
            all[count++] = from(range);
            all[count++] = to(range);
        }
        return new Elements(Arrays.copyOf(all, count));
    }

    /** These without those from one to that before another. */
    Elements minus(int from, int to) {
        if (from >= to || isEmpty()) {
            return this;
        }
        int[] rest = new int[bounds.length + 2];
        int count = 0;
        for (int range = 0; range < rangeCount(); range++) {
            if (from(range) < Math.min(to(range), from)) {
                rest[count++] = from(range);
                rest[count++] = Math.min(to(range), from);
            }
            if (Math.max(from(range), to) < to(range)) {
                rest[count++] = Math.max(from(range), to);
                rest[count++] = to(range);
            }
        }
        return count == 0 ? NONE : new Elements(Arrays.copyOf(rest, count));
    }

    Elements minus(Elements others) {
        Elements rest = this;
        for (int range = 0; range < others.rangeCount(); range++) {
            rest = rest.minus(others.from(range), others.to(range));
        }
        return rest;
    }

    /** Those of these that are from one to that before another. */
    Elements within(int from, int to) {
        return minus(Integer.MIN_VALUE, from).minus(to, Integer.MAX_VALUE);
    }

    /** Those from one to that before another which are not among these. */
    Elements minusFrom(int from, int to) {
        return of(from, to).minus(this);
    }

    @Override
    public String toString() {
        return Arrays.toString(bounds);
    }
}
