package dev.jacobi.examples.parallel;

import java.util.stream.IntStream;

/** Losses of models over many examples, to be minimised by their gradients. All that is learnt is in one array. */
public final class Losses {
    private Losses() {}

    /** How many numbers {@link #mixture} learns. */
    public static int mixtureWeights(int components, int dimensions) {
        return components * (1 + 2 * dimensions + dimensions * (dimensions - 1) / 2);
    }

    /**
     * Minus the logarithm of the likelihood of points in a mixture of Gaussians, less what depends on their number only.
     *
     * <p>The inverse covariance of a component is QᵀQ with Q lower triangular, the diagonal of which is kept as its logarithm: as in {@link dev.jacobi.examples.gradbench.GaussianMixture}.
     *
     * @param w of each component one after the other: the logarithm of its weight, its mean, the logarithms of the diagonal of Q, and what is below the diagonal, row after row
     * @param x points, one after the other
     * @param from the first point that counts
     * @param to the point after the last one that counts
     */
    public static double mixture(double[] w, double[] x, int components, int dimensions, int from, int to) {
        int size = mixtureWeights(1, dimensions);
        int triangle = dimensions * (dimensions + 1) / 2;
        double[] inverses = new double[components * triangle];
        double[] heights = new double[components];
        double weights = 0;
        for (int component = 0; component < components; component++) {
            int start = component * size;
            double height = w[start];
            for (int row = 0; row < dimensions; row++) {
                height += w[start + 1 + dimensions + row];
            }
            heights[component] = height;
            weights += Math.exp(w[start]);
            addInverse(w, start + 1 + dimensions, dimensions, inverses, component * triangle);
        }
        int count = to - from;
        double[] terms = new double[count * components];
        IntStream.range(0, count * components).parallel().forEach(place -> {
            int point = (from + place / components) * dimensions;
            int component = place % components;
            int mean = component * size + 1;
            double square = 0;
            for (int row = 0; row < dimensions; row++) {
                int inverse = component * triangle + row * (row + 1) / 2;
                for (int column = 0; column <= row; column++) {
                    square += inverses[inverse + column]
                            * (x[point + row] - w[mean + row])
                            * (x[point + column] - w[mean + column]);
                }
            }
            terms[place] = heights[component] - 0.5 * square;
        });
        // The whole number next to the largest term of each point, so that no exponential overflows and not all vanish.
        int[] shifts = new int[count];
        IntStream.range(0, count).parallel().forEach(point -> {
            int shift = Integer.MIN_VALUE;
            for (int component = 0; component < components; component++) {
                shift = Math.max(shift, (int) Math.rint(terms[point * components + component]));
            }
            shifts[point] = shift;
        });
        double[] densities = new double[count * components];
        IntStream.range(0, count * components)
                .parallel()
                .forEach(place -> densities[place] = Math.exp(terms[place] - shifts[place / components]));
        double likelihood = IntStream.range(0, count)
                .parallel()
                .mapToDouble(point -> {
                    double sum = 0;
                    for (int component = 0; component < components; component++) {
                        sum += densities[point * components + component];
                    }
                    return shifts[point] + Math.log(sum);
                })
                .reduce(0, Double::sum);
        return count * Math.log(weights) - likelihood;
    }

    /** Adds QᵀQ to the triangle below the diagonal of an inverse, row after row; what is beside the diagonal twice, as it counts twice in a square. */
    private static void addInverse(double[] w, int diagonal, int dimensions, double[] inverses, int to) {
        for (int k = 0; k < dimensions; k++) {
            for (int row = 0; row <= k; row++) {
                for (int column = 0; column <= row; column++) {
                    double product = entry(w, diagonal, dimensions, k, row) * entry(w, diagonal, dimensions, k, column);
                    inverses[to + row * (row + 1) / 2 + column] += row == column ? product : 2 * product;
                }
            }
        }
    }

    /** Of Q, on or below its diagonal. */
    private static double entry(double[] w, int diagonal, int dimensions, int row, int column) {
        return row == column ? Math.exp(w[diagonal + row]) : w[diagonal + dimensions + row * (row - 1) / 2 + column];
    }

    /** How many numbers {@link #perceptron} learns. */
    public static int perceptronWeights(int inputs, int units) {
        return units * (inputs + 2) + 1;
    }

    /**
     * The sum of squared errors of a network with one hidden layer.
     *
     * @param w of each hidden unit one after the other: its weights, its bias, the weight of what it gives; then the bias of the result
     * @param x inputs of the examples, one after the other
     * @param y what the network should give for each
     * @param from the first example that counts
     * @param to the example after the last one that counts
     */
    public static double perceptron(double[] w, double[] x, double[] y, int inputs, int units, int from, int to) {
        int count = to - from;
        double[] hidden = new double[count * units];
        IntStream.range(0, count * units).parallel().forEach(place -> {
            int example = (from + place / units) * inputs;
            int start = place % units * (inputs + 2);
            double sum = w[start + inputs];
            for (int input = 0; input < inputs; input++) {
                sum += w[start + input] * x[example + input];
            }
            hidden[place] = Math.tanh(sum);
        });
        return IntStream.range(0, count)
                .parallel()
                .mapToDouble(example -> {
                    double result = w[units * (inputs + 2)];
                    for (int unit = 0; unit < units; unit++) {
                        result += w[unit * (inputs + 2) + inputs + 1] * hidden[example * units + unit];
                    }
                    double error = result - y[from + example];
                    return error * error;
                })
                .reduce(0, Double::sum);
    }
}
