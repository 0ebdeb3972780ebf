package dev.jacobi.conformance.groups;

/** Signatures: which arguments are active, what is returned, what is written. */
class ActiveReturnsAndArgumentsTest extends GroupTest {

    @Case("1.3; 2.1; 0.4")
    static double mixedPrecision(double x, float y, double z) {
        return x * y + z * z;
    }

    @Case("1.3; 2.1")
    static float singleResultOfDoubles(double x, float y) {
        return (float) (x * x * y);
    }

    @Case("1.3; 2.1")
    static double doubleResultOfSingles(float x, float y) {
        return (double) x * y;
    }

    @Case(value = "1.3; 2.1", constant = 0)
    @Case(value = "1.3; 2.1", constant = 1)
    @Case("1.3; 2.1")
    static double oneConstant(double x, double y) {
        return x * x * y + Math.sin(x * y);
    }

    @Case(value = "[1.3, 0.2]; [2.1, 0.8]", constant = 0)
    @Case(value = "[1.3, 0.2]; [2.1, 0.8]", constant = 1)
    static double oneConstantArray(double[] x, double[] y) {
        return x[0] * y[1] + x[1] * y[0] * y[0];
    }

    @Case("1.3; 2.1; [0, 0]")
    static void intoArray(double x, double y, double[] out) {
        out[0] = x * y;
        out[1] = x / y;
    }

    @Case("1.3; [0.5, 0.25]")
    static void addedToArray(double x, double[] out) {
        out[0] += x * x;
        out[1] *= x;
    }

    @Case("1.3; 0.4; [9, 9, 9]")
    static double resultAndArray(double x, double y, double[] out) {
        out[0] = x + y;
        out[2] = x * out[0];
        return out[2] * y;
    }

    @Case("[1.3, 0.4]; [0, 0, 0]")
    static double aliveArrayAndResult(double[] x, double[] out) {
        for (int i = 0; i < x.length; i++) {
            out[i] = Math.sin(x[i]);
        }
        return out[0] * out[1];
    }

    @Case("[1.3, 0.4]")
    static double[] newArray(double[] x) {
        return new double[] {x[0] * x[1], x[0], 3, x[1] * x[1]};
    }

    @Case("1.3; 0.4")
    static double[] newArrayOfNumbers(double x, double y) {
        return new double[] {x * y, x / y};
    }

    @Case("[1.3, 0.4]")
    static float[] newSingles(double[] x) {
        return new float[] {(float) (x[0] * x[1]), (float) x[1]};
    }

    @Case("[1.3, 0.4]; 3")
    static double[][] newRows(double[] x, int n) {
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                rows[i][j] = x[0] * i + x[1] * x[1] * j;
            }
        }
        return rows;
    }

    @Case("[1.3, 0.4, 0.7]; 1")
    static double someOtherTypes(double[] x, int index) {
        return x[index] * x[index + 1];
    }

    @Case("[1.3, 0.4]; true; 3; text; 7")
    @Case("[1.3, 0.4]; false; 3; null; 7")
    static double argumentsWithoutNumbers(double[] x, boolean flag, int i, String text, long l) {
        double length = text == null ? 1 : text.length();
        return (flag ? x[0] : x[1]) * length * i + x[0] * l;
    }

    @Case("[1.5, 0.25]; [0.5, 2.0]; 0.75")
    static double singleArrays(float[] x, double[] y, float z) {
        float sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * (float) y[i] * z;
        }
        return sum;
    }

    @Case("0.5; 2.0; 0.1; 0.2; 0.3; 0.4; 0.5; 0.6; 0.7; 0.8; 0.9; 1.0")
    static double manyArguments(
            double a,
            float b,
            double c,
            double d,
            float e,
            double f,
            double g,
            double h,
            double i,
            float j,
            double k,
            double l) {
        return a * b + c * d + e * f + g * h + i * j + k * l;
    }

    private static double sideResult(double x, double[] out) {
        out[0] = x * x;
        return x * 17;
    }

    @Case("1.3; [0]")
    static void resultOfCallIgnored(double x, double[] out) {
        sideResult(x, out);
    }

    @Case("1.3; [0]")
    static double arrayOfCallIgnored(double x, double[] out) {
        return sideResult(x, new double[1]);
    }

    @Case("1.3; [4.0]; 2")
    static void nothingActiveWritten(double x, double[] out, int n) {
        out[0] = n;
    }

    @Case("1.3; [4.0, 5.0]")
    static void nothingWritten(double x, double[] out) {}

    @Case("[1.3, 0.4]")
    static double[] argumentsArrayIsRead(double[] x) {
        double[] made = x.clone();
        made[0] *= made[1];
        return made;
    }

    @Case("[[1.3, 0.4], [0.3, 2.0]]")
    static double rowsOfArguments(double[][] x) {
        return x[0][0] * x[1][1] - x[0][1] * x[1][0];
    }

    @Case("[[[1.3, 0.4], [0.3, 2.0]], [[0.7]]]")
    static double threeLevels(double[][][] x) {
        return x[0][0][0] * x[0][1][1] + x[1][0][0] * x[0][0][1];
    }

    @Case("[[1.5, 0.5], [0.25, 2.0]]")
    static float rowsOfSingles(float[][] x) {
        return x[0][0] * x[1][1] - x[0][1] * x[1][0];
    }

    @Case("1.3; [1.0, 2.0]")
    static double oneWrittenOneUnread(double x, double[] out) {
        out[1] = x;
        return 5 * x;
    }
}
