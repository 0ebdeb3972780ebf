package dev.jacobi.benchmarks;

import org.hipparchus.analysis.differentiation.Gradient;

/** Functions of 100 or any other number of inputs, each twice: as a plain method, and rewritten by hand for Hipparchus. */
final class HundredInputs {
    /** Rows of the data that {@link #logistic} fits. */
    private static final int ROWS = 50;

    private HundredInputs() {}

    static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double bend = x[i + 1] - x[i] * x[i];
            double slope = 1 - x[i];
            sum += 100 * bend * bend + slope * slope;
        }
        return sum;
    }

    static Gradient rosenbrock(Gradient[] x) {
        Gradient sum = Gradient.constant(x.length, 0);
        for (int i = 0; i + 1 < x.length; i++) {
            Gradient bend = x[i + 1].subtract(x[i].multiply(x[i]));
            Gradient slope = x[i].negate().add(1);
            sum = sum.add(bend.multiply(bend).multiply(100)).add(slope.multiply(slope));
        }
        return sum;
    }

    /** The loss of a logistic regression with weights {@code w}. */
    static double logistic(double[] w) {
        double loss = 0;
        for (int row = 0; row < ROWS; row++) {
            double z = 0;
            for (int i = 0; i < w.length; i++) {
                z += w[i] * feature(row, i);
            }
            loss += Math.log1p(Math.exp(row % 2 == 0 ? z : -z));
        }
        return loss;
    }

    static Gradient logistic(Gradient[] w) {
        Gradient loss = Gradient.constant(w.length, 0);
        for (int row = 0; row < ROWS; row++) {
            Gradient z = Gradient.constant(w.length, 0);
            for (int i = 0; i < w.length; i++) {
                z = z.add(w[i].multiply(feature(row, i)));
            }
            loss = loss.add((row % 2 == 0 ? z : z.negate()).exp().log1p());
        }
        return loss;
    }

    private static double feature(int row, int column) {
        return ((row * 31 + column * 17) % 23 - 11) * 0.05;
    }

    static double waves(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.exp(-x[i] * x[i]) * Math.sin(3 * x[i]);
        }
        return sum;
    }

    static Gradient waves(Gradient[] x) {
        Gradient sum = Gradient.constant(x.length, 0);
        for (Gradient number : x) {
            Gradient bell = number.multiply(number).negate().exp();
            sum = sum.add(bell.multiply(number.multiply(3).sin()));
        }
        return sum;
    }

    /** A quadratic form with a band matrix. */
    static double quadratic(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double row = 4 * x[i];
            for (int j = Math.max(0, i - 3); j < i; j++) {
                row += x[j] / (1 + i - j);
            }
            sum += x[i] * row;
        }
        return sum;
    }

    static Gradient quadratic(Gradient[] x) {
        Gradient sum = Gradient.constant(x.length, 0);
        for (int i = 0; i < x.length; i++) {
            Gradient row = x[i].multiply(4);
            for (int j = Math.max(0, i - 3); j < i; j++) {
                row = row.add(x[j].divide(1 + i - j));
            }
            sum = sum.add(x[i].multiply(row));
        }
        return sum;
    }

    static double logSumExp(double[] x) {
        double largest = x[0];
        for (double number : x) {
            largest = Math.max(largest, number);
        }
        double sum = 0;
        for (double number : x) {
            sum += Math.exp(number - largest);
        }
        return largest + Math.log(sum);
    }

    static Gradient logSumExp(Gradient[] x) {
        Gradient largest = x[0];
        for (Gradient number : x) {
            largest = number.getValue() > largest.getValue() ? number : largest;
        }
        Gradient sum = Gradient.constant(x.length, 0);
        for (Gradient number : x) {
            sum = sum.add(number.subtract(largest).exp());
        }
        return largest.add(sum.log());
    }
}
