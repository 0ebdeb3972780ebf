package dev.jacobi.examples.gradbench;

/** A simple solver that goes down the slope, with steps that grow after successes and shrink after failures. */
public final class GradientDescent {
    private static final double SMALL = 1e-5;

    private GradientDescent() {}

    /** A function of several numbers. */
    @FunctionalInterface
    public interface Objective {
        double at(double[] x);
    }

    /** The gradient of an objective. */
    @FunctionalInterface
    public interface Slope {
        /** Writes the gradient at {@code x}. */
        void into(double[] x, double[] gradient);
    }

    /** Where the objective is smallest, near {@code start}. */
    public static double[] minimum(Objective objective, Slope slope, double[] start) {
        int n = start.length;
        double[] x = start.clone();
        double[] gradient = new double[n];
        double[] next = new double[n];
        double value = objective.at(x);
        slope.into(x, gradient);
        double rate = 1e-5;
        int successes = 0;
        while (norm(gradient) > SMALL) {
            if (successes == 10) {
                rate *= 2;
                successes = 0;
                continue;
            }
            for (int i = 0; i < n; i++) {
                next[i] = x[i] - rate * gradient[i];
            }
            if (distance(x, next) <= SMALL) {
                return x;
            }
            double nextValue = objective.at(next);
            if (nextValue < value) {
                System.arraycopy(next, 0, x, 0, n);
                value = nextValue;
                slope.into(x, gradient);
                successes++;
            } else {
                rate /= 2;
                successes = 0;
            }
        }
        return x;
    }

    /** Where the objective is largest, near {@code start}. */
    public static double[] maximum(Objective objective, Slope slope, double[] start) {
        return minimum(
                x -> -objective.at(x),
                (x, gradient) -> {
                    slope.into(x, gradient);
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] = -gradient[i];
                    }
                },
                start);
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return Math.sqrt(sum);
    }

    private static double distance(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return Math.sqrt(sum);
    }
}
