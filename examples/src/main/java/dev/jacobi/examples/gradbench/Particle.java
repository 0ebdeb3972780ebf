package dev.jacobi.examples.gradbench;

import java.io.Serializable;

/** A particle that flies past two charges, one of which is moved so that it lands near the origin. */
public final class Particle {
    private static final double TIME_STEP = 1e-1;

    private Particle() {}

    /** A point, or a vector. */
    public record Point(double x, double y) {}

    /** The gradient of {@link #potential} by the place. */
    @FunctionalInterface
    public interface Field extends Serializable {
        Point at(double x, double y, double control);
    }

    /** The potential of the charges at a place; the control moves the first charge. */
    public static double potential(double x, double y, double control) {
        return 1 / distance(10, 10 - control, x, y) + 1 / distance(10, 0, x, y);
    }

    private static double distance(double x1, double y1, double x2, double y2) {
        return Math.sqrt((x1 - x2) * (x1 - x2) + (y1 - y2) * (y1 - y2));
    }

    /** The square of the place where the particle comes down to zero, by the method of Euler. */
    public static double landing(double control, Field field) {
        double x = 0;
        double y = 8;
        double velocityX = 0.75;
        double velocityY = 0;
        while (true) {
            Point slope = field.at(x, y, control);
            x += TIME_STEP * velocityX;
            y += TIME_STEP * velocityY;
            if (y <= 0) {
                double rest = -y / velocityY;
                double place = x + rest * velocityX;
                return place * place;
            }
            velocityX -= TIME_STEP * slope.x();
            velocityY -= TIME_STEP * slope.y();
        }
    }
}
