package dev.jacobi.benchmarks;

import java.util.Arrays;

/**
 * Twenty numeric methods of the kinds that users differentiate, from one line to triple loops. Each takes an array of at least 64
 * numbers; those that need matrices read the array as a square one.
 */
@SuppressWarnings("unused") // called by their names
public final class NumericMethods {
    private NumericMethods() {}

    public static double sum(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element;
        }
        return sum;
    }

    public static double dot(double[] x) {
        double sum = 0;
        for (int i = 0, j = x.length - 1; i < x.length; i++, j--) {
            sum += x[i] * x[j];
        }
        return sum;
    }

    public static double norm(double[] x) {
        double scale = 0;
        double squares = 1;
        for (double element : x) {
            if (element != 0) {
                double size = Math.abs(element);
                if (scale < size) {
                    squares = 1 + squares * (scale / size) * (scale / size);
                    scale = size;
                } else {
                    squares += (size / scale) * (size / scale);
                }
            }
        }
        return scale * Math.sqrt(squares);
    }

    public static double horner(double[] x) {
        double value = 0;
        for (int i = x.length - 1; i >= 0; i--) {
            value = value * 0.5 + x[i];
        }
        return value;
    }

    public static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length - 1; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            double slope = 1 - x[i];
            sum += 100 * valley * valley + slope * slope;
        }
        return sum;
    }

    public static double logSumExp(double[] x) {
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

    public static double prefixSums(double[] x) {
        double[] sums = new double[x.length];
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i];
            sums[i] = sum;
        }
        return sums[x.length / 2];
    }

    public static double saxpy(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 2.5 * x[i] + y[i];
        }
        return y[y.length - 1];
    }

    public static double stencil(double[] x) {
        double[] from = x.clone();
        double[] to = new double[x.length];
        for (int step = 0; step < 8; step++) {
            for (int i = 1; i < from.length - 1; i++) {
                to[i] = 0.25 * from[i - 1] + 0.5 * from[i] + 0.25 * from[i + 1];
            }
            double[] swap = from;
            from = to;
            to = swap;
        }
        return from[from.length / 2];
    }

    public static double matrixVector(double[] x) {
        int n = (int) Math.sqrt(x.length);
        double total = 0;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += x[i * n + j] * x[j];
            }
            total += sum * sum;
        }
        return total;
    }

    public static double matrixProduct(double[] x) {
        int n = (int) Math.sqrt(x.length);
        double[] c = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double factor = x[i * n + k];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += factor * x[k * n + j];
                }
            }
        }
        return c[n + 1];
    }

    public static double cholesky(double[] x) {
        int n = (int) Math.sqrt(x.length);
        double[][] l = new double[n][n];
        double logDeterminant = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0.5 * (x[i * n + j] + x[j * n + i]) + (i == j ? n : 0);
                for (int k = 0; k < j; k++) {
                    sum -= l[i][k] * l[j][k];
                }
                l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
            }
            logDeterminant += Math.log(l[i][i]);
        }
        return 2 * logDeterminant;
    }

    public static double newton(double[] x) {
        double total = 0;
        for (double element : x) {
            double square = Math.abs(element) + 1;
            double root = square;
            while (Math.abs(root * root - square) > 1e-12 * square) {
                root = 0.5 * (root + square / root);
            }
            total += root;
        }
        return total;
    }

    public static double simpson(double[] x) {
        double total = 0;
        for (int i = 0; i + 2 < x.length; i += 2) {
            total += x[i] + 4 * x[i + 1] + x[i + 2];
        }
        return total / 3;
    }

    public static double sigmoids(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += sigmoid(element) * Math.tanh(element);
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    public static double insertionSort(double[] x) {
        double[] sorted = Arrays.copyOf(x, 64);
        for (int i = 1; i < sorted.length; i++) {
            double element = sorted[i];
            int j = i - 1;
            while (j >= 0 && sorted[j] > element) {
                sorted[j + 1] = sorted[j];
                j--;
            }
            sorted[j + 1] = element;
        }
        return sorted[32];
    }

    public static double floats(double[] x) {
        float sum = 0;
        for (double element : x) {
            float single = (float) element;
            sum += single * single;
        }
        return sum;
    }

    public static double congruential(double[] x) {
        long state = Double.doubleToRawLongBits(x[0]);
        double sum = 0;
        for (double element : x) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            sum += element * (state >>> 40) * 0x1p-24;
        }
        return sum;
    }

    public static double classify(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += switch ((int) (element * 4)) {
                case 0 -> element;
                case 1 -> element * element;
                case 2 -> 1 - element;
                default -> 0.5;
            };
        }
        return sum;
    }

    public static double rungeKutta(double[] x) {
        double position = x[0];
        double speed = x[1];
        double h = 0.01;
        for (int step = 0; step < 100; step++) {
            double k1 = -Math.sin(position);
            double k2 = -Math.sin(position + 0.5 * h * speed);
            double k3 = -Math.sin(position + 0.5 * h * speed + 0.25 * h * h * k1);
            double k4 = -Math.sin(position + h * speed + 0.5 * h * h * k2);
            position += h * speed + h * h / 6 * (k1 + k2 + k3);
            speed += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return position;
    }
}
