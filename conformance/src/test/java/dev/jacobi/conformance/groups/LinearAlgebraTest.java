package dev.jacobi.conformance.groups;

/** The basic linear algebra routines and decompositions, written as loops. Matrices are stored by rows. */
class LinearAlgebraTest extends GroupTest {

    @Case("[1.3, -0.7, 0.4]; [0.2, 0.9, 1.1]")
    @Case("[1.3, -0.7, 0.4]; @0")
    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    @Case("0.8; [1.3, -0.7, 0.4]; [0.2, 0.9, 1.1]")
    @Case("0.8; [1.3, -0.7, 0.4]; @1")
    static void axpy(double a, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += a * x[i];
        }
    }

    @Case("0.8; [1.3, -0.7, 0.4]")
    static void scal(double a, double[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= a;
        }
    }

    @Case("[1.3, -0.7, 0.4]")
    static double nrm2(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return Math.sqrt(sum);
    }

    @Case("[1.3, -0.7, 0.4]")
    static double nrm2Scaled(double[] x) {
        double scale = 0;
        double sum = 1;
        for (double element : x) {
            double size = Math.abs(element);
            if (scale < size) {
                sum = 1 + sum * (scale / size) * (scale / size);
                scale = size;
            } else {
                sum += (size / scale) * (size / scale);
            }
        }
        return scale * Math.sqrt(sum);
    }

    @Case("[1.3, -0.7, 0.4]")
    static double asum(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += Math.abs(element);
        }
        return sum;
    }

    @Case("0.8; [1.3, -0.7, 0.4, 0.6, 0.1, 0.9]; [0.2, 0.9, 1.1]; 0.5; [0.3, 0.7]; 2; 3")
    static void gemv(double alpha, double[] a, double[] x, double beta, double[] y, int m, int n) {
        for (int i = 0; i < m; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += a[i * n + j] * x[j];
            }
            y[i] = alpha * sum + beta * y[i];
        }
    }

    @Case("[1.3, -0.7, 0.4, 0.6, 0.1, 0.9]; [0.2, 0.9]; [0.3, 0.7, 0.5]; 2; 3")
    static void gemvTransposed(double[] a, double[] x, double[] y, int m, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                y[j] += a[i * n + j] * x[i];
            }
        }
    }

    @Case("0.8; [1.3, -0.7, 0.4, 0.6]; [0.2, 0.9, 1.1, 0.5]; 0.7; [0.3, 0.1, 0.4, 0.2]; 2; false; false")
    @Case("0.8; [1.3, -0.7, 0.4, 0.6]; [0.2, 0.9, 1.1, 0.5]; 0.7; [0.3, 0.1, 0.4, 0.2]; 2; true; false")
    @Case("0.8; [1.3, -0.7, 0.4, 0.6]; [0.2, 0.9, 1.1, 0.5]; 0.7; [0.3, 0.1, 0.4, 0.2]; 2; false; true")
    @Case("0.8; [1.3, -0.7, 0.4, 0.6]; [0.2, 0.9, 1.1, 0.5]; 0.7; [0.3, 0.1, 0.4, 0.2]; 2; true; true")
    @Case("0.8; [1.3, -0.7, 0.4, 0.6]; @1; 0.7; [0.3, 0.1, 0.4, 0.2]; 2; true; false")
    static void gemm(
            double alpha,
            double[] a,
            double[] b,
            double beta,
            double[] c,
            int n,
            boolean transposeA,
            boolean transposeB) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    double left = transposeA ? a[k * n + i] : a[i * n + k];
                    double right = transposeB ? b[j * n + k] : b[k * n + j];
                    sum += left * right;
                }
                c[i * n + j] = alpha * sum + beta * c[i * n + j];
            }
        }
    }

    @Case("[1.3, -0.7, 0.4, 0.6]; [0.2, 0.9, 1.1, 0.5]; 2")
    static double inputsOverwrittenAfterProduct(double[] a, double[] b, int n) {
        double[] c = new double[n * n];
        gemm(1, a, b, 0, c, n, false, false);
        for (int i = 0; i < n * n; i++) {
            a[i] = c[i] * c[i];
            b[i] = 0;
        }
        return a[0] * a[3] + c[1];
    }

    @Case("[0.3, -0.2, 0.4, 0.6]; 2; 3")
    static double matrixPower(double[] a, int n, int power) {
        double[] product = new double[n * n];
        for (int i = 0; i < n; i++) {
            product[i * n + i] = 1;
        }
        for (int p = 0; p < power; p++) {
            double[] next = new double[n * n];
            gemm(1, product, a, 0, next, n, false, false);
            product = next;
        }
        return product[0] + product[3] * product[1];
    }

    @Case("0.8; [1.3, -0.7]; [0.2, 0.9, 1.1]; [0.3, 0.1, 0.4, 0.2, 0.6, 0.8]")
    static void ger(double alpha, double[] x, double[] y, double[] a) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                a[i * y.length + j] += alpha * x[i] * y[j];
            }
        }
    }

    @Case("[1.3, -0.7, 0.4, 0.6]; [0.3, 0.1, 0.1, 0.2]; 2")
    static void syrk(double[] a, double[] c, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int k = 0; k < n; k++) {
                    c[i * n + j] += a[i * n + k] * a[j * n + k];
                }
            }
        }
    }

    @Case("[2.1, 0, 0, 0.4, 1.6, 0, 0.3, -0.5, 1.9]; [0.2, 0.9, 1.1]; 3")
    static void trsv(double[] lower, double[] x, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                x[i] -= lower[i * n + j] * x[j];
            }
            x[i] /= lower[i * n + i];
        }
    }

    @Case("[2.1, 0, 0.4, 1.6]; [0.2, 0.9, 1.1, 0.3]; 2")
    static void trsm(double[] lower, double[] b, int n) {
        for (int column = 0; column < n; column++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    b[i * n + column] -= lower[i * n + j] * b[j * n + column];
                }
                b[i * n + column] /= lower[i * n + i];
            }
        }
    }

    @Case("[2.1, 0.4, 0.3, 0.4, 1.6, -0.5, 0.3, -0.5, 1.9]; 3")
    static void potrf(double[] a, int n) {
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < j; k++) {
                a[j * n + j] -= a[j * n + k] * a[j * n + k];
            }
            a[j * n + j] = Math.sqrt(a[j * n + j]);
            for (int i = j + 1; i < n; i++) {
                for (int k = 0; k < j; k++) {
                    a[i * n + j] -= a[i * n + k] * a[j * n + k];
                }
                a[i * n + j] /= a[j * n + j];
            }
        }
    }

    @Case("[2.1, 0.4, 0.4, 1.6]; [0.7, 0.2]; 2")
    static double gaussianLogDensity(double[] covariance, double[] x, int n) {
        double[] factor = covariance.clone();
        potrf(factor, n);
        double[] y = x.clone();
        trsv(factor, y, n);
        double log = 0;
        for (int i = 0; i < n; i++) {
            log -= 0.5 * y[i] * y[i] + Math.log(factor[i * n + i]);
        }
        return log;
    }

    @Case("[[0.4, 1.6, 0.3], [2.1, 0.2, -0.7], [0.6, 0.9, 1.2]]; [0.3, 0.8, 0.5]")
    static double solvedWithPivoting(double[][] a, double[] b) {
        int n = b.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                if (Math.abs(a[row][column]) > Math.abs(a[pivot][column])) {
                    pivot = row;
                }
            }
            double[] row = a[column];
            a[column] = a[pivot];
            a[pivot] = row;
            double right = b[column];
            b[column] = b[pivot];
            b[pivot] = right;
            for (int i = column + 1; i < n; i++) {
                double factor = a[i][column] / a[column][column];
                b[i] -= factor * b[column];
                for (int j = column; j < n; j++) {
                    a[i][j] -= factor * a[column][j];
                }
            }
        }
        double[] x = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double sum = b[i];
            for (int j = i + 1; j < n; j++) {
                sum -= a[i][j] * x[j];
            }
            x[i] = sum / a[i][i];
        }
        return x[0] + 2 * x[1] * x[1] + 3 * x[2];
    }

    @Case("[[0.4, 1.6, 0.3], [2.1, 0.2, -0.7], [0.6, 0.9, 1.2]]")
    static double determinant(double[][] a) {
        double[][] m = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            m[i] = a[i].clone();
        }
        double determinant = 1;
        for (int k = 0; k < m.length; k++) {
            determinant *= m[k][k];
            for (int i = k + 1; i < m.length; i++) {
                double factor = m[i][k] / m[k][k];
                for (int j = k + 1; j < m.length; j++) {
                    m[i][j] -= factor * m[k][j];
                }
            }
        }
        return determinant;
    }

    @Case("[[0.4, 1.6], [2.1, 0.2], [0.6, 0.9]]")
    static double gramAndSchmidt(double[][] columns) {
        double[][] q = new double[columns.length - 1][];
        double product = 1;
        for (int j = 0; j < 2; j++) {
            double[] v = {columns[0][j], columns[1][j], columns[2][j]};
            for (int i = 0; i < j; i++) {
                double projection = dot(q[i], v);
                for (int k = 0; k < v.length; k++) {
                    v[k] -= projection * q[i][k];
                }
                product += projection;
            }
            double norm = nrm2(v);
            for (int k = 0; k < v.length; k++) {
                v[k] /= norm;
            }
            q[j] = v;
            product *= norm;
        }
        return product + q[1][0];
    }

    @Case("[[2.1, 0.4], [0.4, 1.6]]; 12")
    static double powerIteration(double[][] a, int n) {
        double x = 1;
        double y = 1;
        for (int i = 0; i < n; i++) {
            double u = a[0][0] * x + a[0][1] * y;
            double v = a[1][0] * x + a[1][1] * y;
            double norm = Math.hypot(u, v);
            x = u / norm;
            y = v / norm;
        }
        return x * (a[0][0] * x + a[0][1] * y) + y * (a[1][0] * x + a[1][1] * y);
    }

    @Case("[2.1, 0.4, 0.4, 1.6]; [0.7, 0.2]; 2")
    static double conjugateGradients(double[] a, double[] b, int steps) {
        int n = b.length;
        double[] x = new double[n];
        double[] r = b.clone();
        double[] p = b.clone();
        double[] ap = new double[n];
        double rr = dot(r, r);
        for (int step = 0; step < steps; step++) {
            gemv(1, a, p, 0, ap, n, n);
            double alpha = rr / dot(p, ap);
            axpy(alpha, p, x);
            axpy(-alpha, ap, r);
            double next = dot(r, r);
            for (int i = 0; i < n; i++) {
                p[i] = r[i] + next / rr * p[i];
            }
            rr = next;
        }
        return x[0] * x[1] + x[0];
    }

    @Case("[1.5, -0.75, 0.25]; [0.5, 0.25, 2.0]")
    static float dotOfSingles(float[] x, float[] y) {
        float sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum = Math.fma(x[i], y[i], sum);
        }
        return sum;
    }

    @Case("[[1.3, 0.2, 0.4], [0.9, 0.4, 0.6]]")
    static double[][] transposed(double[][] a) {
        double[][] result = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                result[j][i] = a[i][j];
            }
        }
        return result;
    }

    @Case("[[0.4, 1.6], [2.1, 0.2]]")
    static double determinantByMinors(double[][] a) {
        return minors(a, 0, 0);
    }

    private static double minors(double[][] a, int row, int used) {
        if (row == a.length) {
            return 1;
        }
        double sum = 0;
        int sign = 1;
        for (int j = 0; j < a.length; j++) {
            if ((used & 1 << j) == 0) {
                sum += sign * a[row][j] * minors(a, row + 1, used | 1 << j);
                sign = -sign;
            }
        }
        return sum;
    }
}
