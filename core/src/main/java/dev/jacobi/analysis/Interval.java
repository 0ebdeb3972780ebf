package dev.jacobi.analysis;

/** The whole numbers from {@code low} to {@code high}, both included. */
public record Interval(long low, long high) {
    public static final Interval INT = new Interval(Integer.MIN_VALUE, Integer.MAX_VALUE);
    public static final Interval LONG = new Interval(Long.MIN_VALUE, Long.MAX_VALUE);

    public static Interval of(long number) {
        return new Interval(number, number);
    }

    public boolean contains(long number) {
        return low <= number && number <= high;
    }

    public boolean isWithin(Interval other) {
        return other.low <= low && high <= other.high;
    }

    Interval union(Interval other) {
        return new Interval(Math.min(low, other.low), Math.max(high, other.high));
    }

    /** What is in both; this one where nothing is, which only happens in code that never runs. */
    Interval intersection(Interval other) {
        long least = Math.max(low, other.low);
        long greatest = Math.min(high, other.high);
        return least <= greatest ? new Interval(least, greatest) : this;
    }

    // The operations below are for intervals of ints: their results always fit a long.

    Interval plus(Interval other) {
        return new Interval(low + other.low, high + other.high);
    }

    Interval minus(Interval other) {
        return new Interval(low - other.high, high - other.low);
    }

    Interval times(Interval other) {
        long a = low * other.low;
        long b = low * other.high;
        long c = high * other.low;
        long d = high * other.high;
        return new Interval(Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
    }

    /** This interval if all of it are ints, else all ints: the result wrapped around. */
    Interval wrapped() {
        return isWithin(INT) ? this : INT;
    }
}
