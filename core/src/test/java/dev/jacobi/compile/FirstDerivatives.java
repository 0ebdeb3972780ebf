package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import java.util.Arrays;
import java.util.List;

/** What {@link PreloadClassesTest} runs in a fresh JVM: derivatives of the usual kinds of code, those in reverse mode first. */
final class FirstDerivatives {
    /** An argument: a method is found, and classes are loaded, but nothing is differentiated. */
    static final String ONLY_FIND = "only-find";

    private FirstDerivatives() {}

    /** In reverse mode, with the shadows of all arrays. */
    @FunctionalInterface
    interface Reverse {
        double apply(double[] weights, double[] ofWeights, double[][] points, double[][] ofPoints, double seed);
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }

    /** The logarithm of a sum of exponentials, with the largest taken out. */
    private static double logSumExp(double[] values) {
        double largest = values[0];
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - largest);
        }
        return Math.log(sum) + largest;
    }

    static double loss(double[] weights, double[][] points) {
        double total = 0;
        double[] scores = new double[weights.length];
        for (double[] point : points) {
            for (int i = 0; i < weights.length; i++) {
                double difference = point[i % point.length] - weights[i];
                scores[i] = difference > 0 ? difference * difference / 2 : weights[i] - squares(point);
            }
            total += logSumExp(scores);
        }
        return total;
    }

    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains(ONLY_FIND)) {
            Jacobi.of(FirstDerivatives.class, "loss");
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("jacobi-preload")) {
                    thread.join();
                }
            }
            return;
        }
        double[] weights = {1, 2, 3};
        double[][] points = {{1, 2}, {3, 4}};
        double[] ofWeights = new double[3];
        Jacobi.of(FirstDerivatives.class, "loss")
                .reverse(Activity.DUPLICATED, Activity.DUPLICATED)
                .as(Reverse.class)
                .apply(weights, ofWeights, points, new double[2][2], 1);
        double[] gradient =
                Jacobi.<double[]>gradient(FirstDerivatives::logSumExp).at(weights);
        double slope = Jacobi.derivative(x -> Math.sin(x) * x).applyAsDouble(2);
        System.out.println(Arrays.toString(ofWeights) + Arrays.toString(gradient) + slope);
    }
}
