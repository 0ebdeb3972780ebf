package dev.jacobi;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** The examples of batches in the Javadoc and the guide, which run here. */
class BatchSnippets {
    // @start region="model"
    static double loss(double[] weights, double[] x, double y) {
        double prediction = 0;
        for (int i = 0; i < x.length; i++) {
            prediction += weights[i] * x[i];
        }
        return (prediction - y) * (prediction - y);
    }

    interface Losses {
        double[] apply(double[] weights, double[][] x, double[] y);
    }

    interface PackedLosses {
        double[] apply(int examples, double[] weights, double[] x, double[] y);
    }

    interface LossGradients {
        double[] apply(double[] weights, double[] gradient, double[][] x, double[] y, double[] seeds);
    }
    // @end

    @Test
    void batch() {
        double[] weights = {1, 2};
        // @start region="batch"
        Losses losses =
                Jacobi.of(BatchSnippets.class, "loss").batch(SHARED, EACH, EACH).as(Losses.class);
        double[] all = losses.apply(weights, new double[][] {{3, 4}, {5, 6}}, new double[] {10, 20});

        PackedLosses packed = Jacobi.of(BatchSnippets.class, "loss")
                .batch(SHARED, EACH, EACH)
                .layout(Layout.PACKED)
                .as(PackedLosses.class);
        double[] same = packed.apply(2, weights, new double[] {3, 4, 5, 6}, new double[] {10, 20});
        // @end
        assertArrayEquals(new double[] {1, 9}, all);
        assertArrayEquals(all, same);
    }

    // @start region="annotated"
    @Batch(
            value = {SHARED, EACH},
            layout = Layout.PACKED)
    static double squaredNorm(double scale, double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return scale * sum;
    }

    interface Norms {
        double[] apply(int examples, double scale, double[] x);
    }

    static double[] norms(double[] vectorsOfThree) {
        Norms norms = Jacobi.of(BatchSnippets.class, "squaredNorm").batch().as(Norms.class);
        return norms.apply(vectorsOfThree.length / 3, 0.5, vectorsOfThree);
    }
    // @end

    @Test
    void annotated() {
        assertArrayEquals(new double[] {7, 4.5}, norms(new double[] {1, 2, 3, 2, 2, 1}));
        // Axes that are given count, and the layout then is not the annotation's.
        assertArrayEquals(
                new double[] {2.5},
                Jacobi.of(BatchSnippets.class, "squaredNorm")
                        .batch(SHARED, EACH)
                        .as(SeparateNorms.class)
                        .apply(0.5, new double[][] {{1, 2}}));
    }

    interface SeparateNorms {
        double[] apply(double scale, double[][] x);
    }

    @Test
    void gradients() {
        double[] weights = {1, 2};
        double[][] x = {{3, 4}, {5, 6}};
        double[] y = {10, 20};
        // @start region="gradients"
        LossGradients summed = Jacobi.of(BatchSnippets.class, "loss")
                .reverse(DUPLICATED, CONST, CONST)
                .batch(SHARED, SUMMED, EACH, EACH, EACH) // weights, their shadow, x, y, seed
                .as(LossGradients.class);
        double[] gradient = new double[2];
        double[] losses = summed.apply(weights, gradient, x, y, new double[] {1, 1}); // the sum of both gradients
        // @end
        assertArrayEquals(new double[] {1, 9}, losses);
        assertArrayEquals(new double[] {2 * 3 - 6 * 5, 2 * 4 - 6 * 6}, gradient);
    }
}
