package dev.jacobi.runtime.library;

/** Stands in for {@link java.util.DoubleSummaryStatistics}, with its arithmetic, where all that is done with an object is in sight. */
public final class Statistics {
    private long count;
    private double sum;
    private double compensation;
    private double simpleSum;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /** Of no numbers. */
    public Statistics() {}

    public void accept(double value) {
        ++count;
        simpleSum += value;
        add(value);
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    public void combine(Statistics other) {
        count += other.count;
        simpleSum += other.simpleSum;
        add(other.sum);
        add(-other.compensation);
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    private void add(double value) {
        double corrected = value - compensation;
        double next = sum + corrected;
        compensation = (next - sum) - corrected;
        sum = next;
    }

    public long getCount() {
        return count;
    }

    public double getSum() {
        double corrected = sum - compensation;
        return Double.isNaN(corrected) && Double.isInfinite(simpleSum) ? simpleSum : corrected;
    }

    public double getMin() {
        return min;
    }

    public double getMax() {
        return max;
    }

    public double getAverage() {
        return getCount() > 0 ? getSum() / getCount() : 0.0;
    }
}
