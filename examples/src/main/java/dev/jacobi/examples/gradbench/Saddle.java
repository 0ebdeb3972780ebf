package dev.jacobi.examples.gradbench;

import dev.jacobi.examples.gradbench.GradientDescent.Slope;
import java.io.Serializable;

/** A saddle point: the smallest of the largest values of (x₁² + y₁²) - (x₂² + y₂²). */
public final class Saddle {
    private Saddle() {}

    /** The gradient of {@link #value} by its last two arguments. */
    @FunctionalInterface
    public interface SlopeOfSecond extends Serializable {
        void into(double x1, double y1, double[] second, double[] gradient);
    }

    public static double value(double x1, double y1, double x2, double y2) {
        return (x1 * x1 + y1 * y1) - (x2 * x2 + y2 * y2);
    }

    /** The largest value for a first point. */
    public static double largest(double[] first, SlopeOfSecond slope, double[] start) {
        double[] second = second(first, slope, start);
        return value(first[0], first[1], second[0], second[1]);
    }

    /** The second point for which the value is largest, for a first point. */
    public static double[] second(double[] first, SlopeOfSecond slope, double[] start) {
        double x = first[0];
        double y = first[1];
        return GradientDescent.maximum(
                second -> value(x, y, second[0], second[1]),
                (second, gradient) -> slope.into(x, y, second, gradient),
                start);
    }

    /** The saddle point, as four numbers. */
    public static double[] point(Slope slopeOfLargest, SlopeOfSecond slope, double[] start) {
        double[] first = GradientDescent.minimum(x -> largest(x, slope, start), slopeOfLargest, start);
        double[] second = second(first, slope, start);
        return new double[] {first[0], first[1], second[0], second[1]};
    }
}
