package dev.jacobi;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.autodiff.FiniteDifferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Jacobians, and several directions at once through the public interface. */
class JacobianTest {
    interface TwoTangents {
        double[] apply(double x, double first, double second, double y);
    }

    record Tangents(double first, double second) {}

    interface TangentsOnly {
        Tangents apply(double x, double first, double second, double y);
    }

    interface InArrays {
        Object[] apply(double[] x, double[] first, double[] second);
    }

    static double[] products(double[] x) {
        double[] y = new double[x.length + 1];
        y[0] = 1;
        for (int i = 0; i < x.length; i++) {
            y[i + 1] = y[i] * Math.sin(x[i]) + x[0];
        }
        return y;
    }

    /** Fewer results than inputs, so that rows are cheaper. */
    static double[] twoSums(double[] x) {
        double[] y = new double[2];
        for (int i = 0; i < x.length; i++) {
            y[i % 2] += x[i] * x[(i + 1) % x.length];
        }
        return y;
    }

    static double[] inPlace(double[] x) {
        for (int i = 1; i < x.length; i++) {
            x[i] *= x[i - 1];
        }
        return x;
    }

    static double[] nothing(double[] x) {
        return new double[x.length == 0 ? 2 : 0];
    }

    static double quotient(double x, double y) {
        return x / y;
    }

    static double norm(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return Math.sqrt(sum);
    }

    private static final List<ArrayFunction<double[], double[]>> FUNCTIONS =
            List.of(JacobianTest::products, JacobianTest::twoSums, JacobianTest::inPlace);

    @Test
    void jacobianHasARowForEachResultAndAColumnForEachInput() {
        Random random = new Random(1);
        for (ArrayFunction<double[], double[]> function : FUNCTIONS) {
            Jacobian jacobian = Jacobi.jacobian(function);
            for (int length : new int[] {1, 3, 4, 5, 17, 40}) {
                double[] x = random.doubles(length, 0.5, 1.2).toArray();
                double[] before = x.clone();
                double[][] matrix = jacobian.at(x);
                assertArrayEquals(before, x);
                double[] value = function.apply(x.clone());
                assertEquals(value.length, matrix.length);
                for (int row = 0; row < value.length; row++) {
                    assertEquals(length, matrix[row].length);
                    for (int column = 0; column < length; column++) {
                        int i = row;
                        int j = column;
                        double expected = FiniteDifferences.derivative(
                                t -> {
                                    double[] moved = x.clone();
                                    moved[j] += t;
                                    return function.apply(moved)[i];
                                },
                                0,
                                0.01);
                        assertEquals(expected, matrix[row][column], 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void jacobianIsOverwrittenAndTheValueReturned() {
        Jacobian jacobian = Jacobi.jacobian(JacobianTest::inPlace);
        double[] x = {2, 3};
        double[][] matrix = {{9, 9}, {9, 9}};
        assertArrayEquals(new double[] {2, 6}, jacobian.into(x, matrix));
        assertArrayEquals(new double[] {1, 0}, matrix[0]);
        assertArrayEquals(new double[] {3, 2}, matrix[1]);
        JacobiException refused = assertThrows(JacobiException.class, () -> jacobian.into(x, new double[3][2]));
        assertEquals(
                "cannot write the derivatives: the matrix has 3 rows, the result has 2",
                refused.getMessage().lines().findFirst().orElseThrow());
        Jacobian ofNothing = Jacobi.jacobian(JacobianTest::nothing);
        assertEquals(2, ofNothing.at(new double[0]).length);
        assertEquals(0, ofNothing.at(new double[9]).length);
    }

    @Test
    void severalDirectionsAndWeightsGiveTheBitsOfEach() {
        Random random = new Random(2);
        double[] x = random.doubles(5).toArray();
        List<double[]> directions = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            directions.add(i == 2 ? directions.getFirst() : random.doubles(5).toArray());
        }
        for (ArrayFunction<double[], double[]> function : FUNCTIONS) {
            JacobianVectorProduct<double[], double[]> jvp = Jacobi.jvp(function);
            List<double[]> products = jvp.at(x, directions);
            assertEquals(7, products.size());
            for (int i = 0; i < 7; i++) {
                assertArrayEquals(jvp.at(x.clone(), directions.get(i).clone()), products.get(i));
            }
            VectorJacobianProduct<double[], double[]> vjp = Jacobi.vjp(function);
            int results = function.apply(x.clone()).length;
            List<double[]> weights = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                weights.add(
                        i == 2 ? weights.getFirst() : random.doubles(results).toArray());
            }
            List<double[]> copies = weights.stream().map(double[]::clone).toList();
            double[] before = x.clone();
            List<double[]> adjoints = vjp.at(x, weights);
            assertEquals(7, adjoints.size());
            assertArrayEquals(before, x);
            for (int i = 0; i < 7; i++) {
                assertArrayEquals(copies.get(i), weights.get(i));
                assertArrayEquals(vjp.at(x.clone(), weights.get(i)), adjoints.get(i));
            }
        }
        DirectionalDerivative<double[]> slope = Jacobi.jvp((double[] y) -> norm(y));
        double[] slopes = slope.at(x, directions);
        for (int i = 0; i < 7; i++) {
            assertEquals(slope.at(x, directions.get(i)), slopes[i]);
        }
        assertEquals(0, slope.at(x, List.of()).length);
    }

    @Test
    void widthTwoOfNumbers() {
        Primal quotient = Jacobi.of(JacobianTest.class, "quotient");
        TwoTangents both = quotient.forward(2, DUAL, CONST).as(TwoTangents.class);
        assertArrayEquals(new double[] {1.5, 0.5, 2}, both.apply(3, 1, 4, 2));
        TangentsOnly tangents = quotient.forward(2, DUAL, CONST).as(TangentsOnly.class);
        assertEquals(new Tangents(0.5, 2), tangents.apply(3, 1, 4, 2));
    }

    @Test
    void widthTwoOfArrays() {
        InArrays both =
                Jacobi.of(JacobianTest.class, "inPlace").forward(2, DUAL).as(InArrays.class);
        double[] x = {2, 3};
        double[] first = {1, 0};
        double[] second = {0, 1};
        Object[] results = both.apply(x, first, second);
        assertSame(x, results[0]);
        assertSame(first, results[1]);
        assertSame(second, results[2]);
        assertArrayEquals(new double[] {1, 3}, first);
        assertArrayEquals(new double[] {0, 2}, second);
        assertRefused(
                "cannot call the derivative of dev.jacobi.JacobianTest.inPlace(double[]): the shadow of parameter 0"
                        + " for direction 1 has length 1, the array has length 2",
                () -> both.apply(new double[2], new double[2], new double[1]));
    }

    @Test
    void widthThatIsNone() {
        assertRefused(
                "cannot differentiate dev.jacobi.JacobianTest.quotient(double, double) in 0 directions at once",
                () -> Jacobi.of(JacobianTest.class, "quotient").forward(0, DUAL, CONST));
        assertRefused(
                "dev.jacobi.JacobianTest$OfThree.apply returns double, which does not hold the results of the derivative"
                        + " of dev.jacobi.JacobianTest.quotient(double, double): its value (double) and 2 tangents;"
                        + " return double[] or a record with a component for each",
                () -> Jacobi.of(JacobianTest.class, "quotient")
                        .forward(2, DUAL, CONST)
                        .as(OfThree.class));
    }

    interface OfThree {
        double apply(double x, double first, double second, double y);
    }

    private static void assertRefused(String what, org.junit.jupiter.api.function.Executable action) {
        JacobiException refused = assertThrows(JacobiException.class, action);
        assertEquals(what, refused.getMessage().lines().findFirst().orElseThrow());
    }

    private static int passes;

    static double[] counting(double[] x, int results) {
        passes++;
        double[] y = new double[results];
        for (int j = 0; j < results; j++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += Math.exp(-x[i] * x[i] * (j + 1) * 1e-3);
            }
            y[j] = sum;
        }
        return y;
    }

    static double[] toThousand(double[] x) {
        return counting(x, 1000);
    }

    static double[] toThree(double[] x) {
        return counting(x, 3);
    }

    private static int passesOf(Jacobian jacobian, double[] x, double[][] expected) {
        passes = 0;
        double[][] matrix = jacobian.at(x);
        assertArrayEquals(expected.length == 0 ? matrix : expected, matrix);
        return passes;
    }

    @Test
    void asFewPassesAsPossible() {
        for (Backend backend : List.of(Backend.JVM, Backend.AUTO)) {
            Jacobian tall = Jacobi.jacobian(JacobianTest::toThousand, Options.DEFAULT.withBackend(backend));
            int[][] cases = {{1, 1, 1}, {4, 1, 1}, {5, 2, 1}, {20, 5, 1}, {21, 6, 2}, {41, 11, 3}};
            for (int[] each : cases) {
                double[] x = new Random(each[0]).doubles(each[0], -1, 1).toArray();
                assertEquals(each[1], passesOf(tall, x, new double[0][]), each[0] + " inputs, first call");
                double[][] matrix = tall.at(x);
                assertEquals(each[2], passesOf(tall, x, matrix), each[0] + " inputs, later calls");
                Jacobian fresh = Jacobi.jacobian(JacobianTest::toThousand);
                assertEquals(each[1], passesOf(fresh, x, matrix));
            }
            Jacobian wide = Jacobi.jacobian(JacobianTest::toThree, Options.DEFAULT.withBackend(backend));
            double[] x = new Random(40).doubles(40, -1, 1).toArray();
            double[][] byRows = wide.at(x);
            assertEquals(1, passesOf(wide, x, byRows), "three rows, the value with them");
            Jacobian fresh = Jacobi.jacobian(JacobianTest::toThree);
            assertEquals(2, passesOf(fresh, x, byRows), "one pass over columns, one for three rows");
        }
    }

    /** As many results as the first number says. */
    static double[] asManyAsSaid(double[] x) {
        return counting(x, (int) x[0]);
    }

    @Test
    void theNumberOfResultsMayChangeFromCallToCall() {
        Jacobian jacobian = Jacobi.jacobian(JacobianTest::asManyAsSaid);
        double[] x = new Random(40).doubles(40, -1, 1).toArray();
        for (int results : new int[] {5, 5, 9, 3, 3, 1, 0, 0, 4, 40, 4, 4, 6, 2}) {
            x[0] = results;
            double[][] matrix = new double[results][40];
            assertArrayEquals(asManyAsSaid(x), jacobian.into(x, matrix));
            assertArrayEquals(Jacobi.jacobian(JacobianTest::asManyAsSaid).at(x), matrix, results + " results");
        }
        x[0] = 7;
        jacobian.at(x);
        double[][] three = new double[3][40];
        three[0][0] = 9;
        for (int results : new int[] {7, 7, 8, 2}) {
            x[0] = results;
            assertRefused(
                    "cannot write the derivatives: the matrix has 3 rows, the result has " + results,
                    () -> jacobian.into(x, three));
            assertArrayEquals(new double[][] {new double[40], new double[40]}, new double[][] {three[1], three[2]});
            assertEquals(9, three[0][0]);
        }
        x[0] = -1;
        assertThrows(NegativeArraySizeException.class, () -> jacobian.into(x, three));
        assertEquals(9, three[0][0]);
    }

    /** Overwrites what it is given, which is not to be seen. */
    static double[] sumsInPlace(double[] x) {
        for (int i = 1; i < x.length; i++) {
            x[i] += Math.sin(x[i - 1]) * x[i];
        }
        return new double[] {x[x.length - 1], x[x.length / 2], x[x.length - 2] * x[1], x[2]};
    }

    @Test
    void rowsOfWhatOverwritesItsArgument() {
        Jacobian jacobian = Jacobi.jacobian(JacobianTest::sumsInPlace);
        double[] x = new Random(40).doubles(40, -1, 1).toArray();
        double[] before = x.clone();
        double[][] matrix = new double[4][40];
        for (int call = 0; call < 3; call++) {
            assertArrayEquals(sumsInPlace(x.clone()), jacobian.into(x, matrix));
            assertArrayEquals(before, x);
            assertArrayEquals(Jacobi.jacobian(JacobianTest::sumsInPlace).at(x), matrix);
        }
    }
}
