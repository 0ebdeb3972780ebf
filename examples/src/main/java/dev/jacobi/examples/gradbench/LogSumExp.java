package dev.jacobi.examples.gradbench;

/** The logarithm of a sum of exponentials, computed without overflow. */
public final class LogSumExp {
    private LogSumExp() {}

    /** log Σ exp(x[i]), for at least one number. */
    public static double value(double[] x) {
        double max = x[0];
        for (int i = 1; i < x.length; i++) {
            max = Math.max(max, x[i]);
        }
        double sum = 0;
        for (double element : x) {
            sum += Math.exp(element - max);
        }
        return max + Math.log(sum);
    }
}
