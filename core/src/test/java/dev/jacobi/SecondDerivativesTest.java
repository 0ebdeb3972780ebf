package dev.jacobi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.autodiff.FiniteDifferences;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hessians, Hessian times vector, derivatives of higher order. */
class SecondDerivativesTest {
    private static final double[][] POINTS = {{0.1, 0.4}, {1.2, 0.3}, {0.9, 1.5}, {0.2, 0.8}, {1.4, 1.1}};

    static double rosenbrock(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length - 1; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
        }
        return sum;
    }

    /** The squared distance of each point to the nearest of the centres, which are pairs in {@code x}. */
    static double kMeans(double[] x) {
        double total = 0;
        for (double[] point : POINTS) {
            double best = Double.POSITIVE_INFINITY;
            for (int centre = 0; centre < x.length; centre += 2) {
                double distance = 0;
                for (int i = 0; i < 2; i++) {
                    double difference = point[i] - x[centre + i];
                    distance += difference * difference * (1 + 0.1 * x[centre]);
                }
                best = Math.min(best, distance);
            }
            total += best;
        }
        return total;
    }

    /** A recurrence with arrays of its own in each step, so that numbers and references are on the tape. */
    static double recurrent(double[] x) {
        double[] state = new double[x.length];
        double loss = 0;
        for (int step = 0; step < 4; step++) {
            double[] next = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double sum = step * 0.1;
                for (int j = 0; j < x.length; j++) {
                    sum += x[(i + j) % x.length] * state[j];
                }
                next[i] = 1 / (1 + Math.exp(-sum - x[i]));
            }
            state = next;
            loss += Math.log(state[0] + state[x.length - 1]);
        }
        return loss;
    }

    static double untilConverged(double[] x) {
        double sum = 0;
        for (double start : x) {
            double y = start;
            while (Math.abs(y * y - start) > 1e-3) {
                y = 0.5 * (y + start / y);
            }
            sum += y * y * y;
        }
        return sum;
    }

    static double overwriting(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * x[i];
            sum += x[i] * x[(i + 1) % x.length];
        }
        return sum;
    }

    static double ofMatrix(double[][] a) {
        double product = 1;
        for (double[] row : a) {
            double sum = 0;
            for (double element : row) {
                sum += element * element;
            }
            product *= Math.sin(sum);
        }
        return product;
    }

    static double decay(double x) {
        double y = 1;
        for (int i = 0; i < 3; i++) {
            y *= Math.exp(-x);
        }
        return y;
    }

    private static final List<ScalarFunction<double[]>> FUNCTIONS = List.of(
            SecondDerivativesTest::rosenbrock,
            SecondDerivativesTest::kMeans,
            SecondDerivativesTest::recurrent,
            SecondDerivativesTest::untilConverged,
            SecondDerivativesTest::overwriting);

    private static double[] numbers(Random random, int length) {
        return random.doubles(length, 0.5, 1.5).toArray();
    }

    @Test
    void hessianTimesVectorIsTheChangeOfTheGradient() {
        Random random = new Random(7);
        for (ScalarFunction<double[]> function : FUNCTIONS) {
            Gradient<double[]> gradient = Jacobi.gradient(function);
            HessianVectorProduct<double[]> hvp = Jacobi.hvp(function);
            double[] x = numbers(random, 6);
            double[] direction = numbers(random, 6);
            double[] product = hvp.at(x.clone(), direction.clone());
            for (int i = 0; i < x.length; i++) {
                int output = i;
                double expected = FiniteDifferences.derivative(
                        t -> {
                            double[] moved = IntStream.range(0, x.length)
                                    .mapToDouble(j -> x[j] + t * direction[j])
                                    .toArray();
                            return gradient.at(moved)[output];
                        },
                        0,
                        1e-3);
                assertEquals(expected, product[i], 1e-7 * Math.max(1, Math.abs(expected)));
            }
        }
    }

    @Test
    void hessianIsTheProductWithEachAxisAndSymmetric() {
        Random random = new Random(8);
        for (ScalarFunction<double[]> function : FUNCTIONS) {
            double[] x = numbers(random, 6);
            double[] before = x.clone();
            double[][] hessian = Jacobi.hessian(function).at(x);
            assertArrayEquals(before, x);
            HessianVectorProduct<double[]> hvp = Jacobi.hvp(function);
            for (int i = 0; i < x.length; i++) {
                double[] axis = new double[x.length];
                axis[i] = 1;
                assertArrayEquals(hvp.at(x.clone(), axis), hessian[i]);
                for (int j = 0; j < i; j++) {
                    assertEquals(hessian[i][j], hessian[j][i], 1e-12 * Math.max(1, Math.abs(hessian[i][j])));
                }
            }
        }
    }

    @Test
    void severalDirectionsGiveTheBitsOfEach() {
        Random random = new Random(9);
        for (ScalarFunction<double[]> function : FUNCTIONS) {
            HessianVectorProduct<double[]> hvp = Jacobi.hvp(function);
            double[] x = numbers(random, 6);
            List<double[]> directions = new java.util.ArrayList<>();
            for (int i = 0; i < 6; i++) {
                directions.add(i == 3 ? directions.getFirst() : numbers(random, 6));
            }
            double[] before = x.clone();
            List<double[]> products = hvp.at(x, directions);
            assertArrayEquals(before, x);
            assertEquals(6, products.size());
            for (int i = 0; i < 6; i++) {
                assertArrayEquals(hvp.at(x.clone(), directions.get(i).clone()), products.get(i));
            }
        }
    }

    @Test
    void nestedArrays() {
        double[][] a = {{0.5, 0.7}, {0.2}, {}, {0.9, 0.1, 0.3}};
        double[][] direction = {{1, 0}, {2}, {}, {0, -1, 1}};
        double[][] product =
                Jacobi.hvp(SecondDerivativesTest::ofMatrixWithoutEmptyRows).at(a, direction);
        Gradient<double[][]> gradient = Jacobi.gradient(SecondDerivativesTest::ofMatrixWithoutEmptyRows);
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[row].length; column++) {
                int i = row;
                int j = column;
                double expected = FiniteDifferences.derivative(t -> gradient.at(moved(a, direction, t))[i][j], 0, 0.01);
                assertEquals(expected, product[row][column], 1e-9);
            }
        }
    }

    static double ofMatrixWithoutEmptyRows(double[][] a) {
        return ofMatrix(new double[][] {a[0], a[1], a[3]});
    }

    private static double[][] moved(double[][] a, double[][] direction, double t) {
        double[][] moved = new double[a.length][];
        for (int row = 0; row < a.length; row++) {
            moved[row] = a[row].clone();
            for (int column = 0; column < a[row].length; column++) {
                moved[row][column] += t * direction[row][column];
            }
        }
        return moved;
    }

    @Test
    void pooledTapesOfOtherCallsDoNotMatter() {
        HessianVectorProduct<double[]> product = Jacobi.hvp(SecondDerivativesTest::recurrent);
        Hessian hessian = Jacobi.hessian(SecondDerivativesTest::untilConverged);
        double[] x = {0.4, 0.8, 1.1};
        double[] direction = {1, 2, 3};
        double[] expected = product.at(x, direction);
        double[][] matrix = hessian.at(x);
        for (int i = 0; i < 5; i++) {
            product.at(new double[] {1e300, Double.NaN, 5, 7, 9, 8}, new double[] {1e300, 1, 1, 1, 1, 1});
            assertArrayEquals(expected, product.at(x, direction));
            assertArrayEquals(matrix[1], hessian.at(x)[1]);
        }
    }

    @Test
    void productIsOverwrittenAndShapesAreChecked() {
        HessianVectorProduct<double[]> hvp = Jacobi.hvp(SecondDerivativesTest::rosenbrock);
        double[] x = {1, 2};
        double[] product = {7, 7};
        hvp.into(x, new double[] {1, 0}, product);
        assertArrayEquals(new double[] {402, -400}, product, 1e-12);
        String start =
                "cannot call the derivative of the gradient of dev.jacobi.SecondDerivativesTest.rosenbrock: the shadow of ";
        assertRefused(
                start + "parameter 0 for direction 0 has length 3, the array has length 2",
                () -> hvp.into(x, new double[3], product));
        assertRefused(
                start + "parameter 0 for direction 1 has length 1, the array has length 2",
                () -> hvp.into(x, new double[2], new double[1]));
        assertRefused(start + "parameter 0 for direction 1 is the array itself", () -> hvp.into(x, product, x));
        double[] same = new double[2];
        assertRefused(
                start + "parameter 0 for direction 1 is also that of parameter 0 for direction 0",
                () -> hvp.into(x, same, same));
    }

    @Test
    void hessianIsCheckedForItsShape() {
        Hessian hessian = Jacobi.hessian(SecondDerivativesTest::rosenbrock);
        double[] x = {1, 2};
        double[][] matrix = {{9, 9}, {9, 9}};
        hessian.into(x, matrix);
        assertArrayEquals(new double[] {402, -400}, matrix[0], 1e-12);
        assertArrayEquals(new double[] {-400, 200}, matrix[1], 1e-12);
        String start = "cannot write the derivatives: the matrix ";
        assertRefused(start + "has 1 rows, the result has 2", () -> hessian.into(x, new double[1][2]));
        assertRefused(
                start + "has length 3 in row 0, the result has 2 columns", () -> hessian.into(x, new double[2][3]));
        assertRefused(start + "has no row 0", () -> hessian.into(x, new double[2][]));
        assertRefused(start + "has the argument as its row 1", () -> hessian.into(x, new double[][] {{0, 0}, x}));
        double[] row = new double[2];
        assertRefused(start + "has one array as its rows 0 and 1", () -> hessian.into(x, new double[][] {row, row}));
        assertEquals(0, hessian.at(new double[0]).length);
    }

    private static void assertRefused(String what, org.junit.jupiter.api.function.Executable action) {
        JacobiException refused = assertThrows(JacobiException.class, action);
        assertEquals(Refusal.WRONG_SHADOW, refused.refusal());
        assertEquals(what, refused.getMessage().lines().findFirst().orElseThrow());
    }

    @Test
    void derivativesOfHigherOrder() {
        for (int order = 1; order <= 6; order++) {
            double expected = Math.pow(-3, order) * Math.exp(-3 * 0.4);
            double actual =
                    Jacobi.derivative(SecondDerivativesTest::decay, order).applyAsDouble(0.4);
            assertEquals(expected, actual, 1e-12 * Math.abs(expected));
        }
        double cosine = Jacobi.derivative(x -> Math.sin(x), 5).applyAsDouble(0.3);
        assertEquals(Math.cos(0.3), cosine, 1e-15);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Jacobi.derivative(SecondDerivativesTest::decay, 0));
        assertEquals("the order of a derivative is at least 1, not 0", refused.getMessage());
    }

    @Test
    void secondDerivativesAreThreadSafe() {
        Hessian hessian = Jacobi.hessian(SecondDerivativesTest::recurrent);
        double[] x = {0.4, 0.8, 1.1, 0.3, 0.9};
        double[][] expected = hessian.at(x);
        boolean same = IntStream.range(0, 200)
                .parallel()
                .mapToObj(_ -> hessian.at(x))
                .allMatch(matrix -> Arrays.deepEquals(expected, matrix));
        assertEquals(true, same);
    }
}
