package dev.jacobi.examples.gradbench;

/** How far measured points are from the surface of a hand whose bones are turned by given angles. */
public final class HandTracking {
    private HandTracking() {}

    /**
     * A hand at rest.
     *
     * @param parents for each bone the bone that it hangs on, an earlier one, or -1
     * @param relatives for each bone its place relative to its parent, [4][4]
     * @param inverseAbsolutes for each bone the inverse of its place, [4][4]
     * @param vertices of the surface, [v][4], the last number 1
     * @param weights how much a vertex follows each bone, [v][bones]
     * @param triangles three vertices each
     */
    public record Hand(
            int[] parents,
            double[][][] relatives,
            double[][][] inverseAbsolutes,
            double[][] vertices,
            double[][] weights,
            int[][] triangles,
            boolean mirrored) {}

    /**
     * The distances to given vertices.
     *
     * @param theta global rotation and translation, then the angles of the fingers
     * @param vertices for each measured point the vertex that it belongs to
     * @param residuals overwritten with three numbers for each measured point
     */
    public static void vertexResiduals(
            double[] theta, Hand hand, int[] vertices, double[][] measured, double[] residuals) {
        double[][] surface = surface(theta, hand);
        for (int i = 0; i < measured.length; i++) {
            double[] vertex = surface[vertices[i]];
            for (int j = 0; j < 3; j++) {
                residuals[3 * i + j] = measured[i][j] - vertex[j];
            }
        }
    }

    /**
     * The distances to points within given triangles.
     *
     * @param inside two numbers for each measured point, where in its triangle the point is
     */
    public static void triangleResiduals(
            double[] theta, double[] inside, Hand hand, int[] triangles, double[][] measured, double[] residuals) {
        double[][] surface = surface(theta, hand);
        for (int i = 0; i < measured.length; i++) {
            int[] corners = hand.triangles()[triangles[i]];
            double[] a = surface[corners[0]];
            double[] b = surface[corners[1]];
            double[] c = surface[corners[2]];
            double u = inside[2 * i];
            double v = inside[2 * i + 1];
            for (int j = 0; j < 3; j++) {
                residuals[3 * i + j] = measured[i][j] - (u * a[j] + v * b[j] + (1 - u - v) * c[j]);
            }
        }
    }

    /** The vertices of the hand in the pose, [v][3]. */
    private static double[][] surface(double[] theta, Hand hand) {
        double[][][] bones = boneTransforms(angles(theta, hand.parents().length), hand);
        double[][] rotation = globalRotation(theta[0], theta[1], theta[2]);
        double[][] surface = new double[hand.vertices().length][3];
        for (int v = 0; v < surface.length; v++) {
            double[] vertex = hand.vertices()[v];
            double[] weights = hand.weights()[v];
            double x = 0;
            double y = 0;
            double z = 0;
            for (int bone = 0; bone < bones.length; bone++) {
                double[][] transform = bones[bone];
                x += weights[bone] * product(transform[0], vertex);
                y += weights[bone] * product(transform[1], vertex);
                z += weights[bone] * product(transform[2], vertex);
            }
            if (hand.mirrored()) {
                x = -x;
            }
            for (int i = 0; i < 3; i++) {
                double[] row = rotation[i];
                surface[v][i] = row[0] * x + row[1] * y + row[2] * z + theta[3 + i];
            }
        }
        return surface;
    }

    private static double product(double[] row, double[] vertex) {
        return row[0] * vertex[0] + row[1] * vertex[1] + row[2] * vertex[2] + row[3] * vertex[3];
    }

    /** The angles about the axes x, z and y of each bone. The wrist and the tips of the fingers are stiff. */
    private static double[][] angles(double[] theta, int bones) {
        double[][] angles = new double[bones][3];
        int next = 6;
        for (int finger = 0; finger < 5; finger++) {
            int root = 2 + 4 * finger;
            angles[root][0] = theta[next++];
            angles[root][1] = theta[next++];
            angles[root + 1][0] = theta[next++];
            angles[root + 2][0] = theta[next++];
        }
        return angles;
    }

    /** For each bone, what takes a vertex of the hand at rest to its place. */
    private static double[][][] boneTransforms(double[][] angles, Hand hand) {
        int bones = hand.parents().length;
        double[][][] absolutes = new double[bones][4][4];
        double[][][] transforms = new double[bones][4][4];
        double[][] turn = new double[4][4];
        double[][] relative = new double[4][4];
        for (int bone = 0; bone < bones; bone++) {
            turn(angles[bone][0], angles[bone][2], angles[bone][1], turn);
            int parent = hand.parents()[bone];
            if (parent < 0) {
                multiply(hand.relatives()[bone], turn, absolutes[bone]);
            } else {
                multiply(hand.relatives()[bone], turn, relative);
                multiply(absolutes[parent], relative, absolutes[bone]);
            }
            multiply(absolutes[bone], hand.inverseAbsolutes()[bone], transforms[bone]);
        }
        return transforms;
    }

    /** The rotation about x, then y, then z. */
    private static void turn(double x, double y, double z, double[][] result) {
        double cosX = Math.cos(x);
        double sinX = Math.sin(x);
        double cosY = Math.cos(y);
        double sinY = Math.sin(y);
        double cosZ = Math.cos(z);
        double sinZ = Math.sin(z);
        result[0][0] = cosZ * cosY;
        result[0][1] = cosZ * sinY * sinX - sinZ * cosX;
        result[0][2] = cosZ * sinY * cosX + sinZ * sinX;
        result[1][0] = sinZ * cosY;
        result[1][1] = sinZ * sinY * sinX + cosZ * cosX;
        result[1][2] = sinZ * sinY * cosX - cosZ * sinX;
        result[2][0] = -sinY;
        result[2][1] = cosY * sinX;
        result[2][2] = cosY * cosX;
        result[3][3] = 1;
    }

    private static void multiply(double[][] a, double[][] b, double[][] result) {
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    sum += a[i][k] * b[k][j];
                }
                result[i][j] = sum;
            }
        }
    }

    /** The rotation about an axis by an angle that is the axis' length. */
    private static double[][] globalRotation(double axisX, double axisY, double axisZ) {
        double angle = Math.sqrt(axisX * axisX + axisY * axisY + axisZ * axisZ);
        if (angle < 1e-4) {
            return new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        }
        double x = axisX / angle;
        double y = axisY / angle;
        double z = axisZ / angle;
        double sin = Math.sin(angle);
        double cos = Math.cos(angle);
        return new double[][] {
            {x * x + (1 - x * x) * cos, x * y * (1 - cos) - z * sin, x * z * (1 - cos) + y * sin},
            {x * y * (1 - cos) + z * sin, y * y + (1 - y * y) * cos, y * z * (1 - cos) - x * sin},
            {x * z * (1 - cos) - y * sin, z * y * (1 - cos) + x * sin, z * z + (1 - z * z) * cos}
        };
    }
}
