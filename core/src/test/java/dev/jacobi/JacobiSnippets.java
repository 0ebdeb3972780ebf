package dev.jacobi;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.DerivativeOf.Part;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The examples in the Javadoc and the readme, which run here. */
class JacobiSnippets {
    // @start region="model"
    static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length - 1; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            double slope = 1 - x[i];
            sum += 100 * valley * valley + slope * slope;
        }
        return sum;
    }

    static double loss(double[] weights, double[] x, double y) {
        double prediction = 0;
        for (int i = 0; i < x.length; i++) {
            prediction += weights[i] * x[i];
        }
        return (prediction - y) * (prediction - y);
    }

    interface LossGradient {
        double apply(double[] weights, double[] shadow, double[] x, double y, double seed);
    }
    // @end

    @Test
    void overview() {
        // @start region="overview"
        DoubleUnaryOperator slope = Jacobi.derivative(x -> x * Math.sin(x));
        double s = slope.applyAsDouble(1.0);

        Gradient<double[]> gradient = Jacobi.gradient(JacobiSnippets::rosenbrock);
        double[] x = {-1.2, 1.0};
        double[] g = new double[2];
        double value = gradient.into(x, g); // the value is returned, the gradient written
        // @end
        assertEquals(Math.sin(1) + Math.cos(1), s, 1e-15);
        assertEquals(rosenbrock(x), value);
        assertArrayEquals(new double[] {-215.6, -88.0}, g, 1e-10);
    }

    @Test
    void explicitActivities() {
        // @start region="as"
        LossGradient derivative = Jacobi.of(JacobiSnippets.class, "loss")
                .reverse(DUPLICATED, CONST, CONST)
                .as(LossGradient.class);
        double[] weights = {1, 2};
        double[] shadow = new double[2]; // the adjoint is added to it
        double value = derivative.apply(weights, shadow, new double[] {3, 4}, 10, 1.0);
        // @end
        assertEquals(1, value);
        assertArrayEquals(new double[] {6, 8}, shadow);
    }

    @Test
    void split() {
        double[] weights = {0.5, -1};
        double[] shadow = new double[2];
        double[] x = {2, 3};
        // @start region="split"
        SplitDerivative split = Jacobi.of(JacobiSnippets.class, "loss")
                .reverse(DUPLICATED, CONST, CONST)
                .split();
        try (Tape tape = split.augment(weights, shadow, x, 1.0)) {
            double loss = (double) tape.value();
            double[] _ = tape.reverse(1); // adds the gradient to the shadow
            double[] _ = tape.reverse(0.5); // and half of it
            // @end
            assertEquals(9, loss);
            assertArrayEquals(new double[] {-18, -27}, shadow);
        }
    }

    // @start region="adjoints"
    static void polar(double[] point, double[] result) {
        result[0] = Math.hypot(point[0], point[1]);
        result[1] = Math.atan2(point[1], point[0]);
    }

    interface TwoRows {
        void apply(
                double[] point,
                double[] row0,
                double[] row1,
                double[] result,
                double[] seed0, // is 0 afterwards, since what was there is overwritten
                double[] seed1);
    }
    // @end

    @Test
    void severalAdjoints() {
        // @start region="adjoints-called"
        TwoRows rows = Jacobi.of(JacobiSnippets.class, "polar")
                .reverse(2, DUPLICATED, DUPLICATED)
                .as(TwoRows.class);
        double[] result = new double[2];
        double[][] jacobian = new double[2][2];
        rows.apply(new double[] {3, 4}, jacobian[0], jacobian[1], result, new double[] {1, 0}, new double[] {0, 1});
        // @end
        assertArrayEquals(new double[] {5, Math.atan2(4, 3)}, result);
        assertArrayEquals(new double[] {0.6, 0.8}, jacobian[0], 1e-15);
        assertArrayEquals(new double[] {-0.16, 0.12}, jacobian[1], 1e-15);
    }

    /** What has a rule. */
    static double roundTrip(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x * x));
    }

    // @start region="rules"
    @DerivativeOf(value = JacobiSnippets.class, method = "roundTrip", part = Part.TANGENT)
    static double tangentOfRoundTrip(double x, double dx) {
        return 2 * x * dx;
    }

    @DerivativeOf(value = JacobiSnippets.class, method = "roundTrip", part = Part.REVERSE)
    static double reverseOfRoundTrip(double x, double adjoint) {
        return 2 * x * adjoint;
    }
    // @end

    @Test
    void rules() {
        Options options = Options.DEFAULT.withRules(Rules.of(JacobiSnippets.class));
        Gradient<double[]> gradient = Jacobi.gradient(x -> roundTrip(x[0]) * x[1], options);
        assertArrayEquals(new double[] {12, 4}, gradient.at(new double[] {2, 3}));
    }
}
