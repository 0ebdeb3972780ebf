package dev.jacobi.conformance.soak;

import dev.jacobi.Inactive;

/** What is differentiated: each uses another part of what derivatives share between calls and threads. */
final class Objectives {
    private Objectives() {}

    /** Overwrites what it needs again, in a loop whose length is not known: a tape that grows. */
    static double iterate(double[] x) {
        double[] state = x.clone();
        double sum = 0;
        for (int step = 0; sum < 20 && step < 200; step++) {
            for (int i = 0; i < state.length; i++) {
                state[i] = Math.sin(state[i]) + state[(i + 1) % state.length] * 0.5;
                sum += state[i] * state[i];
            }
        }
        return sum;
    }

    /** Calls itself: stacks shared by the calls. */
    static double recursive(double[] x) {
        return tree(x, 0, x.length);
    }

    private static double tree(double[] x, int from, int to) {
        if (to - from <= 2) {
            double product = 1;
            for (int i = from; i < to; i++) {
                product *= x[i];
            }
            return product;
        }
        int middle = (from + to) >>> 1;
        return Math.exp(-tree(x, from, middle)) + tree(x, middle, to) * tree(x, from, middle);
    }

    /** Throws where the first number is negative: the tape is left behind. */
    static double throwing(double[] x) {
        double product = 1;
        for (double value : x) {
            product *= Math.cos(value) * product + value;
        }
        if (x[0] < 0) {
            throw new ArithmeticException("negative");
        }
        return product;
    }

    /** A layer. */
    record Layer(double[] weights, double bias) {}

    /** Objects in an array, and a choice without derivative. */
    static double layers(double[] x) {
        Layer[] layers = new Layer[x.length - 1];
        for (int i = 0; i + 1 < x.length; i++) {
            layers[i] = new Layer(new double[] {x[i], x[i + 1]}, x[i] * 0.1);
        }
        double value = 1;
        for (Layer layer : layers) {
            value = Math.tanh(layer.weights()[choose(value)] * value + layer.bias());
        }
        return value;
    }

    @Inactive
    private static int choose(double value) {
        return value > 0.3 ? 1 : 0;
    }

    /** An argument that is an object. */
    static double ofLayer(Layer layer) {
        double sum = layer.bias();
        for (double weight : layer.weights()) {
            sum = Math.sin(sum * weight) + sum;
        }
        return sum;
    }

    /** Nested calls of a derivative from several threads at once are the rule here, so this one is long. */
    static double[] system(double[] x) {
        double[] y = x.clone();
        for (int step = 0; step < 50; step++) {
            for (int i = 0; i < y.length; i++) {
                y[i] += 0.01 * (y[(i + 1) % y.length] - y[i] * y[i]);
            }
        }
        return y;
    }
}
