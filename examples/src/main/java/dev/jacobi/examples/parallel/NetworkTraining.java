package dev.jacobi.examples.parallel;

import dev.jacobi.Jacobi;
import java.util.stream.IntStream;

/**
 * Trains a network with one hidden layer, on all points at once. Offloaded as one method, each step stays on the device: the network, its gradient and the new weights.
 *
 * <p>The weights are those of the hidden neurons, one after the other, then what is added to each, then those of the output.
 */
public final class NetworkTraining {
    private NetworkTraining() {}

    /** How many weights a network has. */
    public static int weights(int inputs, int hidden) {
        return hidden * (inputs + 2);
    }

    /**
     * The sum of the squares of the errors.
     *
     * @param x the inputs of all points, one point after the other
     * @param y the output that each point should have
     * @param hidden how many neurons the hidden layer has
     */
    public static double loss(double[] w, double[] x, double[] y, int hidden) {
        int inputs = w.length / hidden - 2;
        double[] layer = new double[y.length * hidden];
        IntStream.range(0, y.length * hidden).parallel().forEach(place -> {
            int point = place / hidden;
            int neuron = place % hidden;
            double sum = w[hidden * inputs + neuron];
            for (int input = 0; input < inputs; input++) {
                sum += w[neuron * inputs + input] * x[point * inputs + input];
            }
            layer[place] = Math.tanh(sum);
        });
        return IntStream.range(0, y.length)
                .parallel()
                .mapToDouble(point -> {
                    double output = 0;
                    for (int neuron = 0; neuron < hidden; neuron++) {
                        output += w[hidden * (inputs + 1) + neuron] * layer[point * hidden + neuron];
                    }
                    double error = output - y[point];
                    return error * error;
                })
                .reduce(0, Double::sum);
    }

    /**
     * Goes down the gradient.
     *
     * @param w becomes better
     * @param gradient is overwritten by the last one
     * @return the loss before the last step
     */
    public static double train(
            double[] w, double[] gradient, double[] x, double[] y, int hidden, int steps, double rate) {
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            loss = Jacobi.gradient((double[] v) -> loss(v, x, y, hidden)).into(w, gradient);
            IntStream.range(0, w.length).parallel().forEach(j -> w[j] -= rate * gradient[j]);
        }
        return loss;
    }
}
