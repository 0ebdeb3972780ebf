package dev.jacobi.cli.demo;

import dev.jacobi.Gradient;
import java.util.ArrayList;
import java.util.List;

/**
 * Minimises a function by its gradient: steps of Barzilai and Borwein's length ("Two-point step size gradient methods", 1988), which
 * need no line search.
 */
final class Descent {
    private Descent() {}

    /** The value after each step, the first being that at the start; {@code x} is moved to the last point. */
    static List<Double> run(Gradient<double[]> gradient, double[] x, int steps) {
        double[] slope = new double[x.length];
        double[] oldX = x.clone();
        double[] oldSlope = new double[x.length];
        List<Double> values = new ArrayList<>();
        for (int step = 0; step <= steps; step++) {
            values.add(gradient.into(x, slope));
            double moved = 0;
            double turned = 0;
            for (int i = 0; i < x.length; i++) {
                double s = x[i] - oldX[i];
                moved += s * s;
                turned += s * (slope[i] - oldSlope[i]);
            }
            double length = step == 0 ? 1e-4 : Math.clamp(moved / Math.abs(turned), 1e-6, 1);
            for (int i = 0; i < x.length; i++) {
                oldX[i] = x[i];
                oldSlope[i] = slope[i];
                x[i] -= length * slope[i];
            }
        }
        return values;
    }
}
