package dev.jacobi.examples.gradbench;

/**
 * The residuals of bundle adjustment: how far points, seen by cameras, are from where they were observed.
 *
 * <p>A camera is 11 numbers: rotation as axis times angle (3), centre (3), focal length, principal point (2), radial distortion (2).
 */
public final class BundleAdjustment {
    private static final int CENTRE = 3;
    private static final int FOCAL_LENGTH = 6;
    private static final int PRINCIPAL_POINT = 7;
    private static final int DISTORTION = 9;

    private BundleAdjustment() {}

    /**
     * @param observations pairs of the number of a camera and the number of a point
     * @param features where in the picture the point was seen, [p][2]
     * @param reprojection overwritten with two residuals for each observation
     * @param weight overwritten with one residual for each observation
     */
    public static void residuals(
            double[][] cameras,
            double[][] points,
            double[] weights,
            int[][] observations,
            double[][] features,
            double[] reprojection,
            double[] weight) {
        double[] residual = new double[2];
        for (int i = 0; i < observations.length; i++) {
            double[] camera = cameras[observations[i][0]];
            double[] point = points[observations[i][1]];
            reprojectionResidual(camera, point, weights[i], features[i], residual);
            reprojection[2 * i] = residual[0];
            reprojection[2 * i + 1] = residual[1];
        }
        for (int i = 0; i < weights.length; i++) {
            weight[i] = weightResidual(weights[i]);
        }
    }

    /** The two residuals of one observation. */
    public static void reprojectionResidual(
            double[] camera, double[] point, double weight, double[] feature, double[] residual) {
        double x = point[0] - camera[CENTRE];
        double y = point[1] - camera[CENTRE + 1];
        double z = point[2] - camera[CENTRE + 2];
        double[] seen = rotate(camera[0], camera[1], camera[2], x, y, z);
        double u = seen[0] / seen[2];
        double v = seen[1] / seen[2];
        double square = u * u + v * v;
        double distortion = 1 + camera[DISTORTION] * square + camera[DISTORTION + 1] * square * square;
        double pictureX = u * distortion * camera[FOCAL_LENGTH] + camera[PRINCIPAL_POINT];
        double pictureY = v * distortion * camera[FOCAL_LENGTH] + camera[PRINCIPAL_POINT + 1];
        residual[0] = weight * (pictureX - feature[0]);
        residual[1] = weight * (pictureY - feature[1]);
    }

    /** Keeps weights near one. */
    public static double weightResidual(double weight) {
        return 1 - weight * weight;
    }

    /** Rotates a point about an axis by an angle, the length of the axis, by the formula of Rodrigues. */
    private static double[] rotate(double axisX, double axisY, double axisZ, double x, double y, double z) {
        double square = axisX * axisX + axisY * axisY + axisZ * axisZ;
        if (square == 0) {
            return new double[] {x + axisY * z - axisZ * y, y + axisZ * x - axisX * z, z + axisX * y - axisY * x};
        }
        double angle = Math.sqrt(square);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double inverse = 1 / angle;
        double a = axisX * inverse;
        double b = axisY * inverse;
        double c = axisZ * inverse;
        double along = (a * x + b * y + c * z) * (1 - cos);
        return new double[] {
            x * cos + (b * z - c * y) * sin + a * along,
            y * cos + (c * x - a * z) * sin + b * along,
            z * cos + (a * y - b * x) * sin + c * along
        };
    }
}
