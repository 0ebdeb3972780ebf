package dev.jacobi.examples.batch;

/** Van der Pol's oscillator, by the midpoint rule with steps that adapt to the error. */
public final class AdaptiveOscillator {
    private static final int MOST_STEPS = 10_000;

    private AdaptiveOscillator() {}

    /** The place at time {@code end}, if it begins at {@code place} at rest. */
    public static double place(double damping, double place, double end, double tolerance) {
        double x = place;
        double v = 0;
        double time = 0;
        double step = 0.01;
        for (int steps = 0; time < end && steps < MOST_STEPS; steps++) {
            step = Math.min(step, end - time);
            double acceleration = damping * (1 - x * x) * v - x;
            double middleX = x + 0.5 * step * v;
            double middleV = v + 0.5 * step * acceleration;
            double middle = damping * (1 - middleX * middleX) * middleV - middleX;
            double error = Math.abs(step * (middle - acceleration)) + Math.abs(step * (middleV - v));
            if (error <= tolerance) {
                x += step * middleV;
                v += step * middle;
                time += step;
            }
            step *= Math.min(2, Math.max(0.3, 0.9 * Math.sqrt(tolerance / (error + 1e-300))));
        }
        return x;
    }
}
