package dev.jacobi.examples.batch;

/** A small neural network with one hidden layer, on one example. */
public final class MultilayerPerceptron {
    private MultilayerPerceptron() {}

    /**
     * The squared error.
     *
     * @param hidden the weights of the hidden layer, one row of {@code input.length + 1} for each unit, the last one its bias
     * @param output the weights of the output, one for each unit
     */
    public static double loss(double[] hidden, double[] output, double[] input, double target) {
        double prediction = 0;
        int row = 0;
        for (int unit = 0; unit < output.length; unit++) {
            double sum = hidden[row + input.length];
            for (int i = 0; i < input.length; i++) {
                sum += hidden[row + i] * input[i];
            }
            prediction += output[unit] * Math.tanh(sum);
            row += input.length + 1;
        }
        double error = prediction - target;
        return error * error;
    }
}
