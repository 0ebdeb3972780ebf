package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.fail;

import dev.jacobi.conformance.gradient.Numbers;
import java.util.Arrays;

/** Compares Jacobians and products with them; what differs is named by output and input. */
record Comparison(String where, String[] outputs, Numbers inputs, double[][] jacobian) {

    /** The largest finite entry. */
    double largest() {
        return Arrays.stream(jacobian)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    private static boolean apart(double one, double other, double allowed) {
        return Double.isFinite(one) && Double.isFinite(other)
                ? Math.abs(one - other) > allowed
                : Double.compare(one, other) != 0;
    }

    void with(double[][] other, String thisName, String otherName, double allowed) {
        for (int row = 0; row < outputs.length; row++) {
            for (int column = 0; column < inputs.count(); column++) {
                if (apart(jacobian[row][column], other[row][column], allowed)) {
                    fail("%s: derivative of %s by %s: %s %s, %s %s\n%s %s\n%s %s"
                            .formatted(
                                    where,
                                    outputs[row],
                                    inputs.name(column),
                                    thisName,
                                    jacobian[row][column],
                                    otherName,
                                    other[row][column],
                                    thisName,
                                    Arrays.deepToString(jacobian),
                                    otherName,
                                    Arrays.deepToString(other)));
                }
            }
        }
    }

    /** The product with a direction from the right. */
    void columns(double[] direction, double[] actual, double relative) {
        for (int row = 0; row < outputs.length; row++) {
            double sum = 0;
            for (int column = 0; column < direction.length; column++) {
                sum += jacobian[row][column] * direction[column];
            }
            if (Double.isFinite(sum) && apart(sum, actual[row], relative * direction.length * largest())) {
                fail(where + ": tangent of " + outputs[row] + " in direction " + Arrays.toString(direction) + ": "
                        + actual[row] + ", its Jacobian gives " + sum);
            }
        }
    }

    /** The product with weights from the left. */
    void rows(double[] weights, double[] actual, double relative) {
        for (int column = 0; column < inputs.count(); column++) {
            double sum = 0;
            for (int row = 0; row < weights.length; row++) {
                sum += weights[row] * jacobian[row][column];
            }
            if (Double.isFinite(sum) && apart(sum, actual[column], relative * weights.length * largest())) {
                fail(where + ": adjoint of " + inputs.name(column) + " for weights " + Arrays.toString(weights) + ": "
                        + actual[column] + ", its Jacobian gives " + sum);
            }
        }
    }
}
