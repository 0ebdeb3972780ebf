package dev.jacobi.examples.batch;

/** Where one ray meets the nearest of several spheres. */
public final class RaySphere {
    private RaySphere() {}

    /**
     * The distance to the nearest sphere along a ray from the origin, or infinity.
     *
     * @param spheres four numbers for each: its centre and its radius
     * @param x the direction, of length 1, with {@code y} and {@code z}
     */
    public static double distance(double[] spheres, double x, double y, double z) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int at = 0; at < spheres.length; at += 4) {
            double along = x * spheres[at] + y * spheres[at + 1] + z * spheres[at + 2];
            double square =
                    spheres[at] * spheres[at] + spheres[at + 1] * spheres[at + 1] + spheres[at + 2] * spheres[at + 2];
            double discriminant = along * along - square + spheres[at + 3] * spheres[at + 3];
            if (discriminant >= 0) {
                double distance = along - Math.sqrt(discriminant);
                nearest = distance > 0 && distance < nearest ? distance : nearest;
            }
        }
        return nearest;
    }
}
