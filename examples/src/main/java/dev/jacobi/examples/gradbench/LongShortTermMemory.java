package dev.jacobi.examples.gradbench;

/** The loss of a recurrent network (LSTM with diagonal weights) that predicts each character of a text from those before it. */
public final class LongShortTermMemory {
    private LongShortTermMemory() {}

    /**
     * @param main weights and biases of the layers' gates, two rows of [4b] a layer
     * @param extra input weights, output weights, output biases, [3][b]
     * @param start hidden and cell state of each layer at the start, two rows of [b] a layer
     * @param sequence the text, [c][b], each character as b numbers that are 0 or 1
     */
    public static double loss(double[][] main, double[][] extra, double[][] start, double[][] sequence) {
        int width = extra[0].length;
        double[][] state = new double[start.length][];
        for (int i = 0; i < start.length; i++) {
            state[i] = start[i].clone();
        }
        double[] prediction = new double[width];
        double total = 0;
        for (int t = 0; t < sequence.length - 1; t++) {
            predict(main, extra, state, sequence[t], prediction);
            double[] expected = sequence[t + 1];
            double logNorm = logNormaliser(prediction);
            for (int i = 0; i < width; i++) {
                total += expected[i] * (prediction[i] - logNorm);
            }
        }
        return -total / (width * (sequence.length - 1));
    }

    private static void predict(
            double[][] main, double[][] extra, double[][] state, double[] input, double[] prediction) {
        int width = input.length;
        for (int i = 0; i < width; i++) {
            prediction[i] = input[i] * extra[0][i];
        }
        double[] below = prediction;
        for (int layer = 0; layer < state.length; layer += 2) {
            step(main[layer], main[layer + 1], state[layer], state[layer + 1], below);
            below = state[layer];
        }
        for (int i = 0; i < width; i++) {
            prediction[i] = below[i] * extra[1][i] + extra[2][i];
        }
    }

    private static void step(double[] weight, double[] bias, double[] hidden, double[] cell, double[] input) {
        int width = hidden.length;
        for (int i = 0; i < width; i++) {
            double forget = sigmoid(input[i] * weight[i] + bias[i]);
            double admit = sigmoid(hidden[i] * weight[width + i] + bias[width + i]);
            double output = sigmoid(input[i] * weight[2 * width + i] + bias[2 * width + i]);
            double change = Math.tanh(hidden[i] * weight[3 * width + i] + bias[3 * width + i]);
            cell[i] = cell[i] * forget + admit * change;
            hidden[i] = output * Math.tanh(cell[i]);
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double logNormaliser(double[] x) {
        double sum = 2;
        for (double element : x) {
            sum += Math.exp(element);
        }
        return Math.log(sum);
    }
}
