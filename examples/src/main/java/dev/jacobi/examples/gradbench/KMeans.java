package dev.jacobi.examples.gradbench;

/** How well a set of centroids stands for a set of points. */
public final class KMeans {
    private KMeans() {}

    /** The sum, over all points, of the squared distance to the nearest centroid. */
    public static double cost(double[][] points, double[][] centroids) {
        double cost = 0;
        for (double[] point : points) {
            double nearest = Double.POSITIVE_INFINITY;
            for (double[] centroid : centroids) {
                nearest = Math.min(nearest, squaredDistance(point, centroid));
            }
            cost += nearest;
        }
        return cost;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }
}
