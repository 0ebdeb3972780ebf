package dev.jacobi.examples.gradbench;

/**
 * The log posterior of a Gaussian mixture model with a Wishart prior.
 *
 * <p>The inverse covariance of component k is (QᵀQ) with Q lower triangular: its diagonal is the exponential of {@code q[k]}, what is
 * below the diagonal is in {@code l[k]}, column by column.
 */
public final class GaussianMixture {
    private GaussianMixture() {}

    /**
     * @param alpha logarithms of the unnormalised weights, [k]
     * @param mu means, [k][d]
     * @param q logarithms of diagonals, [k][d]
     * @param l entries below the diagonals, [k][d(d-1)/2]
     * @param x points, [n][d]
     * @param gamma parameter of the prior
     * @param m parameter of the prior
     */
    public static double value(
            double[] alpha, double[][] mu, double[][] q, double[][] l, double[][] x, double gamma, int m) {
        int k = alpha.length;
        int d = x[0].length;
        int n = x.length;
        double[][] diagonal = new double[k][d];
        double[] logDeterminant = new double[k];
        for (int component = 0; component < k; component++) {
            for (int i = 0; i < d; i++) {
                logDeterminant[component] += q[component][i];
                diagonal[component][i] = Math.exp(q[component][i]);
            }
        }
        double[] centred = new double[d];
        double[] scaled = new double[d];
        double[] terms = new double[k];
        double sum = 0;
        for (double[] point : x) {
            for (int component = 0; component < k; component++) {
                for (int i = 0; i < d; i++) {
                    centred[i] = point[i] - mu[component][i];
                }
                multiply(diagonal[component], l[component], centred, scaled);
                terms[component] = alpha[component] + logDeterminant[component] - 0.5 * squaredNorm(scaled);
            }
            sum += LogSumExp.value(terms);
        }
        double constant = -n * d * 0.5 * Math.log(2 * Math.PI);
        return constant + sum - n * LogSumExp.value(alpha) + logWishartPrior(diagonal, logDeterminant, l, gamma, m, d);
    }

    private static void multiply(double[] diagonal, double[] below, double[] vector, double[] result) {
        int d = vector.length;
        for (int i = 0; i < d; i++) {
            result[i] = diagonal[i] * vector[i];
        }
        int next = 0;
        for (int column = 0; column < d; column++) {
            for (int row = column + 1; row < d; row++) {
                result[row] += below[next++] * vector[column];
            }
        }
    }

    private static double squaredNorm(double[] vector) {
        double sum = 0;
        for (double element : vector) {
            sum += element * element;
        }
        return sum;
    }

    private static double logWishartPrior(
            double[][] diagonal, double[] logDeterminant, double[][] l, double gamma, int m, int d) {
        int freedom = d + m + 1;
        double normalisation =
                freedom * d * (Math.log(gamma) - 0.5 * Math.log(2)) - logMultivariateGamma(0.5 * freedom, d);
        double sum = 0;
        for (int component = 0; component < diagonal.length; component++) {
            double frobenius = squaredNorm(diagonal[component]) + squaredNorm(l[component]);
            sum += 0.5 * gamma * gamma * frobenius - m * logDeterminant[component];
        }
        return diagonal.length * normalisation - sum;
    }

    private static double logMultivariateGamma(double a, int dimension) {
        double sum = 0.25 * dimension * (dimension - 1) * Math.log(Math.PI);
        for (int j = 1; j <= dimension; j++) {
            sum += logGammaOfHalfInteger(a + 0.5 * (1 - j));
        }
        return sum;
    }

    /** log Γ(x) for positive multiples of one half, by the recurrence Γ(x + 1) = x Γ(x). */
    private static double logGammaOfHalfInteger(double x) {
        boolean whole = x == Math.rint(x);
        double sum = whole ? 0 : 0.5 * Math.log(Math.PI);
        for (double y = whole ? 1 : 0.5; y < x; y++) {
            sum += Math.log(y);
        }
        return sum;
    }
}
