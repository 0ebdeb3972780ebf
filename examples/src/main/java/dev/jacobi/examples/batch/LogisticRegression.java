package dev.jacobi.examples.batch;

/** Logistic regression on one example. */
public final class LogisticRegression {
    private LogisticRegression() {}

    /**
     * The loss.
     *
     * @param weights one for each feature
     * @param label 1 or -1
     */
    public static double loss(double[] weights, double[] features, double label) {
        double score = 0;
        for (int i = 0; i < features.length; i++) {
            score += weights[i] * features[i];
        }
        return Math.log1p(Math.exp(-label * score));
    }
}
