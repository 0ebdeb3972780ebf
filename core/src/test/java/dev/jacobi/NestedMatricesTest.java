package dev.jacobi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.autodiff.FiniteDifferences;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hessians, their products, Jacobians and derivatives of higher order called in methods that are differentiated. */
class NestedMatricesTest {
    private static final Hessian HESSIAN = Jacobi.hessian(NestedMatricesTest::valley);
    private static final Jacobian JACOBIAN = Jacobi.jacobian(NestedMatricesTest::polar);

    static double valley(double[] x) {
        double step = x[1] - x[0] * x[0];
        return step * step * step + Math.sin(x[0] * x[1]);
    }

    static double[] polar(double[] x) {
        return new double[] {x[0] * Math.cos(x[1]), x[0] * Math.sin(x[1]), x[0] * x[0] * x[1]};
    }

    /** A step of Newton's method, with the captured number constant inside and active outside. */
    static double newtonStep(double[] x) {
        double scale = x[0] * x[1];
        double[] at = {x[0], x[1]};
        double[][] hessian = Jacobi.hessian((double[] y) -> scale * y[0] * y[0] * y[1] + y[1] * y[1] * Math.exp(y[0]))
                .at(at);
        double determinant = hessian[0][0] * hessian[1][1] - hessian[0][1] * hessian[1][0];
        return (hessian[1][1] * x[0] - hessian[0][1] * x[1]) / determinant;
    }

    static double areaElement(double[] x) {
        double[][] jacobian = Jacobi.jacobian((double[] y) -> new double[] {y[0] * Math.cos(y[1] * x[1]), y[0] * y[1]})
                .at(x.clone());
        return jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0];
    }

    static double curvature(double[] x) {
        double[] direction = {x[1], 1};
        double[] product =
                Jacobi.hvp((double[] y) -> y[0] * y[0] * y[1] * x[0]).at(new double[] {x[0], x[1]}, direction);
        double[] again = {5, 5};
        Jacobi.hvp(NestedMatricesTest::valley).into(new double[] {x[1], x[0]}, direction, again);
        return product[0] * direction[0] + product[1] * direction[1] + again[0] * again[1];
    }

    static double thirdDerivative(double[] x) {
        return Jacobi.derivative(y -> Math.exp(x[0] * y) * y, 3).applyAsDouble(x[1]);
    }

    static double ofStaticFields(double[] x) {
        double[][] hessian = HESSIAN.at(x.clone());
        double[][] jacobian = JACOBIAN.at(new double[] {x[1], x[0]});
        return hessian[0][0] * hessian[0][1] + jacobian[2][0] * jacobian[1][1];
    }

    /** The trace of a Hessian is written without it, and differentiated twice more. */
    static double laplacian(double[] x) {
        double sum = 0;
        double[][] hessian = Jacobi.hessian((double[] y) -> Math.sin(y[0]) * y[1] * y[1] * y[1])
                .at(x.clone());
        for (int i = 0; i < x.length; i++) {
            sum += hessian[i][i];
        }
        return sum;
    }

    /** More columns than rows: by rows. */
    static double wide(double[] x) {
        double[][] jacobian = Jacobi.jacobian((double[] y) -> {
                    double product = x[0];
                    for (double each : y) {
                        product *= 1.1 + Math.sin(each);
                    }
                    return new double[] {product, product / y[0]};
                })
                .at(new double[] {x[0], x[1], 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
        return jacobian[0][0] + jacobian[1][1] * jacobian[0][17];
    }

    private static Map<String, ScalarFunction<double[]>> functions() {
        Map<String, ScalarFunction<double[]>> functions = new LinkedHashMap<>();
        functions.put("newtonStep", NestedMatricesTest::newtonStep);
        functions.put("areaElement", NestedMatricesTest::areaElement);
        functions.put("curvature", NestedMatricesTest::curvature);
        functions.put("thirdDerivative", NestedMatricesTest::thirdDerivative);
        functions.put("ofStaticFields", NestedMatricesTest::ofStaticFields);
        functions.put("wide", NestedMatricesTest::wide);
        functions.put("laplacian", NestedMatricesTest::laplacian);
        Hessian hessian = Jacobi.hessian(NestedMatricesTest::valley);
        Jacobian jacobian = Jacobi.jacobian(NestedMatricesTest::polar);
        HessianVectorProduct<double[]> product = Jacobi.hvp(NestedMatricesTest::valley);
        functions.put("captured Hessian", x -> hessian.at(x.clone())[1][0] * x[0]);
        functions.put("captured Jacobian", x -> jacobian.at(new double[] {x[1], x[0]})[2][1] * x[0]);
        Jacobian wide = Jacobi.jacobian((double[] y) -> new double[] {y[0] * y[1] * Math.exp(y[12])});
        functions.put(
                "captured wide Jacobian",
                x -> wide.at(new double[] {x[0], x[1], 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, x[0]})[0][1]);
        functions.put("captured product", x -> product.at(new double[] {x[0], x[1]}, new double[] {x[1], 2})[0]);
        return functions;
    }

    @Test
    void areDifferentiatedInBothModes() {
        functions().forEach((name, function) -> {
            double[] x = {0.6, 0.9};
            double value = function.applyAsDouble(x.clone());
            double[] gradient = new double[2];
            assertEquals(value, Jacobi.gradient(function).into(x, gradient), name);
            for (int i = 0; i < x.length; i++) {
                int input = i;
                double expected = FiniteDifferences.derivative(
                        t -> {
                            double[] moved = x.clone();
                            moved[input] += t;
                            return function.applyAsDouble(moved);
                        },
                        0,
                        0.01);
                assertEquals(expected, gradient[i], 1e-8 * Math.max(1, Math.abs(expected)), name);
                double[] axis = new double[x.length];
                axis[i] = 1;
                double forward = Jacobi.jvp(function).at(x, axis);
                assertEquals(gradient[i], forward, 1e-12 * Math.max(1, Math.abs(forward)), name);
            }
        });
    }

    @Test
    void areDifferentiatedTwice() {
        // The Laplacian is 6 y sin x - y³ sin x.
        double[][] hessian = Jacobi.hessian(NestedMatricesTest::laplacian).at(new double[] {0.6, 0.9});
        double sine = Math.sin(0.6);
        assertEquals(-sine * (6 * 0.9 - 0.9 * 0.9 * 0.9), hessian[0][0], 1e-13);
        assertEquals(Math.cos(0.6) * (6 - 3 * 0.9 * 0.9), hessian[0][1], 1e-13);
        assertEquals(-6 * 0.9 * sine, hessian[1][1], 1e-13);
    }

    static double intoAMatrix(double[] x) {
        double[][] matrix = new double[2][2];
        HESSIAN.into(x, matrix);
        return matrix[0][0];
    }

    static double severalDirections(double[] x) {
        return Jacobi.hvp(NestedMatricesTest::valley).at(x, List.of(x)).getFirst()[0];
    }

    static double ofPullback(double[] x) {
        try (Pullback<double[], double[]> pullback =
                Jacobi.vjp(NestedMatricesTest::polar).pullback(x)) {
            return pullback.value()[0];
        }
    }

    private static void assertRefused(String what, ScalarFunction<double[]> function) {
        JacobiException refused = assertThrows(JacobiException.class, () -> Jacobi.gradient(function));
        assertEquals(Refusal.UNSUPPORTED_CALL, refused.refusal());
        assertEquals(
                "cannot differentiate dev.jacobi.NestedMatricesTest." + what,
                refused.getMessage().lines().findFirst().orElseThrow());
    }

    @Test
    void whatHasNoCodeIsRefusedByItsName() {
        String passes = "(double[]): it passes a value that carries a derivative to dev.jacobi.";
        assertRefused("intoAMatrix" + passes + "Hessian.into(double[], double[][])", NestedMatricesTest::intoAMatrix);
        assertRefused(
                "severalDirections" + passes + "HessianVectorProduct.at(java.lang.Object, java.util.List)",
                NestedMatricesTest::severalDirections);
        assertRefused(
                "ofPullback" + passes + "VectorJacobianProduct.pullback(java.lang.Object)",
                NestedMatricesTest::ofPullback);
    }
}
