package dev.jacobi.cli.demo;

import dev.jacobi.Gradient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Minimises a function by its gradient: L-BFGS with a backtracking line search (Nocedal and Wright, "Numerical Optimization", 2006,
 * algorithms 3.1 and 7.4).
 */
final class Descent {
    private static final int MEMORY = 10;

    /** A step, the change of the gradient along it, and the inverse of their product. */
    private record Pair(double[] step, double[] change, double inverse) {}

    private final Gradient<double[]> gradient;
    private final List<Double> values = new ArrayList<>();
    private final Deque<Pair> pairs = new ArrayDeque<>();

    private Descent(Gradient<double[]> gradient) {
        this.gradient = gradient;
    }

    /** The value at each evaluation of the gradient, the first being that at the start; {@code x} is moved to the last point. */
    static List<Double> run(Gradient<double[]> gradient, double[] x, int evaluations) {
        Descent descent = new Descent(gradient);
        double[] slope = new double[x.length];
        double value = descent.evaluate(x, slope);
        while (descent.values.size() < evaluations && dot(slope, slope) > 1e-28) {
            value = descent.step(x, slope, value, evaluations);
        }
        return descent.values;
    }

    private double evaluate(double[] x, double[] slope) {
        double value = gradient.into(x, slope);
        values.add(value);
        return value;
    }

    /** Moves {@code x} and its gradient {@code slope} to a lower point. */
    private double step(double[] x, double[] slope, double value, int evaluations) {
        double[] direction = direction(slope);
        double descent = dot(direction, slope);
        double length = pairs.isEmpty() ? 1 / Math.sqrt(dot(slope, slope)) : 1;
        double[] next = new double[x.length];
        double[] nextSlope = new double[x.length];
        double nextValue;
        do {
            for (int i = 0; i < x.length; i++) {
                next[i] = x[i] + length * direction[i];
            }
            nextValue = evaluate(next, nextSlope);
            length /= 2;
        } while (!(nextValue <= value + 2e-4 * length * descent) && values.size() < evaluations);
        double[] moved = difference(next, x);
        double[] change = difference(nextSlope, slope);
        double product = dot(moved, change);
        if (product > 0) {
            pairs.addFirst(new Pair(moved, change, 1 / product));
            if (pairs.size() > MEMORY) {
                pairs.removeLast();
            }
        }
        System.arraycopy(next, 0, x, 0, x.length);
        System.arraycopy(nextSlope, 0, slope, 0, x.length);
        return nextValue;
    }

    /** The two loops over the remembered steps. */
    private double[] direction(double[] slope) {
        double[] direction = slope.clone();
        double[] weights = new double[pairs.size()];
        int k = 0;
        for (Pair pair : pairs) {
            weights[k] = pair.inverse * dot(pair.step, direction);
            add(direction, -weights[k++], pair.change);
        }
        double scale = pairs.isEmpty()
                ? 1
                : 1 / (pairs.getFirst().inverse * dot(pairs.getFirst().change, pairs.getFirst().change));
        for (int i = 0; i < direction.length; i++) {
            direction[i] *= -scale;
        }
        for (Iterator<Pair> oldestFirst = pairs.descendingIterator(); oldestFirst.hasNext(); ) {
            Pair pair = oldestFirst.next();
            double weight = pair.inverse * dot(pair.change, direction);
            add(direction, -weights[--k] - weight, pair.step);
        }
        return direction;
    }

    private static void add(double[] to, double factor, double[] term) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * term[i];
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        add(difference, -1, b);
        return difference;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
