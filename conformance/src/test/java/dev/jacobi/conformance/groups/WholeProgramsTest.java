package dev.jacobi.conformance.groups;

import dev.jacobi.examples.gradbench.BundleAdjustment;
import dev.jacobi.examples.gradbench.Determinant;
import dev.jacobi.examples.gradbench.GaussianMixture;
import dev.jacobi.examples.gradbench.HandTracking;
import dev.jacobi.examples.gradbench.HandTracking.Hand;
import dev.jacobi.examples.gradbench.KMeans;
import dev.jacobi.examples.gradbench.LeastSquares;
import dev.jacobi.examples.gradbench.LogSumExp;
import dev.jacobi.examples.gradbench.LongShortTermMemory;
import dev.jacobi.examples.gradbench.OrdinaryDifferentialEquation;
import dev.jacobi.examples.gradbench.Particle;
import dev.jacobi.examples.gradbench.Saddle;

/** Small programs of the kind that people differentiate. */
class WholeProgramsTest extends GroupTest {

    private static void lorenz(double[] s, double[] p, double[] out) {
        out[0] = p[0] * (s[1] - s[0]);
        out[1] = s[0] * (p[1] - s[2]) - s[1];
        out[2] = s[0] * s[1] - p[2] * s[2];
    }

    @Case("[1.0, 1.2, 0.9]; [10.0, 28.0, 2.7]; 8")
    static double euler(double[] start, double[] parameters, int steps) {
        double[] s = start.clone();
        double[] d = new double[3];
        for (int i = 0; i < steps; i++) {
            lorenz(s, parameters, d);
            for (int j = 0; j < 3; j++) {
                s[j] += 0.01 * d[j];
            }
        }
        return s[0] * s[0] + s[1] + s[2];
    }

    @Case("[1.0, 1.2, 0.9]; [10.0, 28.0, 2.7]; 3")
    static double rungeAndKutta(double[] start, double[] parameters, int steps) {
        double h = 0.01;
        double[] s = start.clone();
        for (int i = 0; i < steps; i++) {
            double[][] k = new double[4][3];
            lorenz(s, parameters, k[0]);
            for (int stage = 1; stage < 4; stage++) {
                double[] at = new double[3];
                double weight = stage == 3 ? h : h / 2;
                for (int j = 0; j < 3; j++) {
                    at[j] = s[j] + weight * k[stage - 1][j];
                }
                lorenz(at, parameters, k[stage]);
            }
            for (int j = 0; j < 3; j++) {
                s[j] += h / 6 * (k[0][j] + 2 * k[1][j] + 2 * k[2][j] + k[3][j]);
            }
        }
        return s[0] * s[1] * s[2];
    }

    @Case("[[1.1, 0.9], [1.2, 0.8]]; [[0.4, 0.6], [0.5, 0.3]]; 0.7; 3")
    static double brusselator(double[][] u, double[][] v, double b, int steps) {
        int n = u.length;
        double dt = 0.05;
        for (int step = 0; step < steps; step++) {
            double[][] du = new double[n][n];
            double[][] dv = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double laplaceU = u[(i + 1) % n][j]
                            + u[(i + n - 1) % n][j]
                            + u[i][(j + 1) % n]
                            + u[i][(j + n - 1) % n]
                            - 4 * u[i][j];
                    double laplaceV = v[(i + 1) % n][j]
                            + v[(i + n - 1) % n][j]
                            + v[i][(j + 1) % n]
                            + v[i][(j + n - 1) % n]
                            - 4 * v[i][j];
                    double reaction = u[i][j] * u[i][j] * v[i][j];
                    du[i][j] = 1 + reaction - (b + 1) * u[i][j] + 0.1 * laplaceU;
                    dv[i][j] = b * u[i][j] - reaction + 0.1 * laplaceV;
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    u[i][j] += dt * du[i][j];
                    v[i][j] += dt * dv[i][j];
                }
            }
        }
        return u[0][0] * v[1][1] + u[1][0];
    }

    private static void fft(double[] re, double[] im) {
        int n = re.length;
        for (int i = 1, j = 0; i < n; i++) {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) {
                j ^= bit;
            }
            j ^= bit;
            if (i < j) {
                double swapped = re[i];
                re[i] = re[j];
                re[j] = swapped;
                swapped = im[i];
                im[i] = im[j];
                im[j] = swapped;
            }
        }
        for (int length = 2; length <= n; length *= 2) {
            double angle = -2 * Math.PI / length;
            for (int start = 0; start < n; start += length) {
                for (int k = 0; k < length / 2; k++) {
                    double c = Math.cos(angle * k);
                    double s = Math.sin(angle * k);
                    int a = start + k;
                    int b = a + length / 2;
                    double x = re[b] * c - im[b] * s;
                    double y = re[b] * s + im[b] * c;
                    re[b] = re[a] - x;
                    im[b] = im[a] - y;
                    re[a] += x;
                    im[a] += y;
                }
            }
        }
    }

    @Case("[0.3, 0.9, -0.4, 0.7, 0.1, 1.2, -0.8, 0.5]")
    static double powerSpectrum(double[] signal) {
        double[] re = signal.clone();
        double[] im = new double[signal.length];
        fft(re, im);
        double sum = 0;
        for (int i = 0; i < re.length; i++) {
            sum += (i + 1) * (re[i] * re[i] + im[i] * im[i]);
        }
        return sum;
    }

    @Case("[0.3, 0.9, -0.4, 0.7]; [0.1, 0.2, 0.5, -0.6]")
    static void transformInPlace(double[] re, double[] im) {
        fft(re, im);
    }

    @Case(
            value =
                    "[0.2, -0.3]; [[0.3, 0.5], [-0.2, 0.8]]; [[0.1, 0.2], [0.3, -0.1]]; [[0.4], [-0.2]]; [[0.5, 0.1], [0.2, 0.9], [0.7, 0.3]]; 1.0; 2",
            constant = {4, 5})
    static double gaussianMixture(
            double[] alpha, double[][] mu, double[][] q, double[][] l, double[][] x, double gamma, int m) {
        return GaussianMixture.value(alpha, mu, q, l, x, gamma, m);
    }

    @Case("[0.3, 0.9, -0.4]")
    static double logSumExp(double[] x) {
        return LogSumExp.value(x);
    }

    @Case(
            value =
                    "[[0.3, -0.2], [0.5, 0.1], [-0.4, 0.6]]; [0.1, 0.2, -0.3]; [0.7, -0.5, 0.4]; [[0.5, 1.2], [-0.3, 0.8]]; [1.0, 0.0]",
            constant = {3, 4})
    static double neuralNetwork(double[][] w, double[] b, double[] v, double[][] inputs, double[] labels) {
        double loss = 0;
        for (int sample = 0; sample < inputs.length; sample++) {
            double out = 0;
            for (int unit = 0; unit < w.length; unit++) {
                double sum = b[unit];
                for (int i = 0; i < w[unit].length; i++) {
                    sum += w[unit][i] * inputs[sample][i];
                }
                out += v[unit] * Math.tanh(sum);
            }
            double p = 1 / (1 + Math.exp(-out));
            loss -= labels[sample] * Math.log(p) + (1 - labels[sample]) * Math.log(1 - p);
        }
        return loss;
    }

    @Case("[0.0, 1.1, 0.3, 0.9, 0.2, 1.3]; 1.2")
    static double lennardJones(double[] positions, double sigma) {
        double energy = 0;
        int n = positions.length / 2;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double dx = positions[2 * i] - positions[2 * j];
                double dy = positions[2 * i + 1] - positions[2 * j + 1];
                double r2 = sigma * sigma / (dx * dx + dy * dy + 1);
                double r6 = r2 * r2 * r2;
                energy += 4 * (r6 * r6 - r6);
            }
        }
        return energy;
    }

    @Case("100.0; 105.0; 0.03; 0.25; 1.0; 6")
    static double binomialTree(double spot, double strike, double rate, double volatility, double time, int steps) {
        double dt = time / steps;
        double up = Math.exp(volatility * Math.sqrt(dt));
        double down = 1 / up;
        double p = (Math.exp(rate * dt) - down) / (up - down);
        double discount = Math.exp(-rate * dt);
        double[] value = new double[steps + 1];
        for (int i = 0; i <= steps; i++) {
            value[i] = Math.max(0, spot * Math.pow(up, i) * Math.pow(down, steps - i) - strike);
        }
        for (int step = steps; step > 0; step--) {
            for (int i = 0; i < step; i++) {
                value[i] = discount * (p * value[i + 1] + (1 - p) * value[i]);
            }
        }
        return value[0];
    }

    @Case(value = "0.1; [0.2, -0.4, 1.1, 0.3]", constant = 1)
    static double monteCarlo(double drift, double[] normals) {
        double sum = 0;
        for (double z : normals) {
            double path = 1;
            for (int step = 0; step < 3; step++) {
                path *= Math.exp(drift * 0.1 + 0.2 * z * drift);
            }
            sum += Math.max(0, path - 0.9);
        }
        return sum / normals.length;
    }

    @Case("[0.9, 0.2, 0.4, 0.7]; [1.0, 2.0]")
    static double kalmanFilter(double[] measurements, double[] noise) {
        double x = 0;
        double p = 1;
        double likelihood = 0;
        for (double z : measurements) {
            p += noise[0] * 0.1;
            double s = p + noise[1] * 0.2;
            double k = p / s;
            double innovation = z - x;
            likelihood -= 0.5 * (innovation * innovation / s + Math.log(s));
            x += k * innovation;
            p *= 1 - k;
        }
        return likelihood;
    }

    @Case("[0.7, -0.2, 0.4]; [0.3, 0.8, 1.1]; 4")
    static double gradientDescentUnrolled(double[] start, double[] target, int steps) {
        double[] x = start.clone();
        double rate = 0.1;
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < x.length; i++) {
                x[i] -= rate * 2 * (x[i] - target[i]) * (1 + x[i] * x[i]);
            }
        }
        double loss = 0;
        for (int i = 0; i < x.length; i++) {
            loss += (x[i] - target[i]) * (x[i] - target[i]);
        }
        return loss;
    }

    @Case("[0.3, 0.9, 0.5]; [0.4, 0.2, 0.8]; 0.3")
    static double dynamicTimeWarping(double[] a, double[] b, double temperature) {
        double[][] d = new double[a.length + 1][b.length + 1];
        for (int i = 0; i <= a.length; i++) {
            for (int j = 0; j <= b.length; j++) {
                d[i][j] = i == 0 && j == 0 ? 0 : 20;
            }
        }
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                double soft = -temperature
                        * Math.log(Math.exp(-d[i - 1][j] / temperature)
                                + Math.exp(-d[i][j - 1] / temperature)
                                + Math.exp(-d[i - 1][j - 1] / temperature));
                d[i][j] = (a[i - 1] - b[j - 1]) * (a[i - 1] - b[j - 1]) + soft;
            }
        }
        return d[a.length][b.length];
    }

    @Case("[0.3, 0.2, 0.5, 0.6, 0.9, 0.1]; 3")
    static double heatEquation(double[] u, int steps) {
        double[] now = u.clone();
        for (int step = 0; step < steps; step++) {
            double[] next = now.clone();
            for (int i = 1; i < now.length - 1; i++) {
                next[i] = now[i] + 0.2 * (now[i - 1] - 2 * now[i] + now[i + 1]) * (1 + now[i] * now[i]);
            }
            now = next;
        }
        double energy = 0;
        for (double element : now) {
            energy += element * element;
        }
        return energy;
    }

    @Case("[0.3, 0.2, 0.5]; [[0.7, 0.3], [0.4, 0.6]]; [1, 0, 1, 1]")
    static double hiddenMarkovModel(double[] emission, double[][] transition, int[] observed) {
        double[] alpha = {0.6, 0.4};
        double log = 0;
        for (int symbol : observed) {
            double[] next = new double[2];
            double total = 0;
            for (int j = 0; j < 2; j++) {
                double p = emission[j + symbol % 2];
                next[j] = (alpha[0] * transition[0][j] + alpha[1] * transition[1][j]) * p;
                total += next[j];
            }
            log += Math.log(total);
            for (int j = 0; j < 2; j++) {
                alpha[j] = next[j] / total;
            }
        }
        return log;
    }

    @Case("[0.4, 1.1, -0.3]; [0.2, 0.1, 0.3, 0.5, -0.4, 0.6]; 2")
    static double cameraProjection(double[] rotation, double[] points, int n) {
        double theta = Math.sqrt(rotation[0] * rotation[0] + rotation[1] * rotation[1] + rotation[2] * rotation[2]);
        double c = Math.cos(theta);
        double s = Math.sin(theta);
        double[] w = {rotation[0] / theta, rotation[1] / theta, rotation[2] / theta};
        double error = 0;
        for (int i = 0; i < n; i++) {
            double x = points[3 * i];
            double y = points[3 * i + 1];
            double z = points[3 * i + 2];
            double wx = w[0] * x + w[1] * y + w[2] * z;
            double u = x * c + (w[1] * z - w[2] * y) * s + w[0] * wx * (1 - c);
            double v = y * c + (w[2] * x - w[0] * z) * s + w[1] * wx * (1 - c);
            double d = z * c + (w[0] * y - w[1] * x) * s + w[2] * wx * (1 - c) + 3;
            error += u / d * (u / d) + v / d * (v / d);
        }
        return error;
    }

    @Case("[0.4, 1.6, 0.3, 2.1, 0.2, -0.7, 0.6, 0.9, 1.2]; 3")
    static double determinant(double[] matrix, int size) {
        return Determinant.byMinors(matrix, size);
    }

    @Case("[[0.3, 0.5], [1.2, 0.9], [0.1, 1.4]]; [[0.2, 0.6], [1.1, 1.0]]")
    static double clusters(double[][] points, double[][] centroids) {
        return KMeans.cost(points, centroids);
    }

    @Case("[0.3, 0.5, -0.2]; 6")
    static double leastSquares(double[] x, int points) {
        return LeastSquares.value(x, points);
    }

    @Case("[0.3, 0.5, 0.2]; 4")
    static double[] differentialEquation(double[] x, int steps) {
        return OrdinaryDifferentialEquation.solve(x, steps);
    }

    @Case("1.3; 0.4; 0.9")
    static double particle(double x, double y, double control) {
        return Particle.potential(x, y, control);
    }

    @Case("1.3; 0.4; 0.9; 0.2")
    static double saddle(double x1, double y1, double x2, double y2) {
        return Saddle.value(x1, y1, x2, y2);
    }

    @Case(
            value =
                    "[0.1, 0.2, -0.1, 0.3, 0.1, 0.2, 1.1, 0.4, 0.3, 0.02, 0.01]; [0.3, 0.5, 2.0]; 0.8; [0.4, 0.6]; [0, 0]",
            constant = 3)
    static void bundleAdjustment(double[] camera, double[] point, double weight, double[] feature, double[] residual) {
        BundleAdjustment.reprojectionResidual(camera, point, weight, feature, residual);
    }

    @Case(
            value = "[[0.1, 0.2, 0.1, 0.2, 0.3, 0.1, 0.2, 0.1], [0.1, 0.1, 0.2, 0.1, 0.1, 0.2, 0.1, 0.3]];"
                    + "[[0.3, 0.4], [0.2, 0.5], [0.1, 0.2]]; [[0.1, 0.2], [0.3, 0.1]]; [[1, 0], [0, 1], [1, 1]]",
            constant = 3)
    static double longShortTermMemory(double[][] main, double[][] extra, double[][] start, double[][] sequence) {
        return LongShortTermMemory.loss(main, extra, start, sequence);
    }

    private static final double[][] UNIT = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};

    @Case(
            "[0.1, 0.2, 0.3, 0.5, 0.1, 0.2, 0.3, -0.2, 0.1, 0.4, 0.2, 0.1, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3, 0.2, 0.1, 0.3, 0.2,"
                    + "0.1, 0.2, 0.3, 0.1]; [0.3, 0.4]; [0, 0, 0]")
    static void handTracking(double[] theta, double[] inside, double[] residuals) {
        int bones = 22;
        int[] parents = new int[bones];
        double[][][] places = new double[bones][][];
        double[][] weights = new double[3][bones];
        for (int bone = 0; bone < bones; bone++) {
            parents[bone] = bone - 1;
            places[bone] = UNIT;
            weights[bone % 3][bone] = 0.1;
        }
        double[][] vertices = {{0.3, 0.1, 0.4, 1}, {0.2, 0.5, 0.1, 1}, {0.7, 0.2, 0.2, 1}};
        Hand hand = new Hand(parents, places, places, vertices, weights, new int[][] {{0, 1, 2}}, false);
        HandTracking.triangleResiduals(theta, inside, hand, new int[] {0}, new double[][] {{0.1, 0.2, 0.3}}, residuals);
    }
}
