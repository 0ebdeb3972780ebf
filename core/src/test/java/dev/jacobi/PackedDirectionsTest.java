package dev.jacobi;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Forward mode in several directions with one shadow for all of them. */
class PackedDirectionsTest {
    interface InOneShadow {
        double[] apply(double[] x, double[] dx, double scale, double dScale0, double dScale1);
    }

    interface InTwoShadows {
        double[] apply(double[] x, double[] dx0, double[] dx1, double scale, double dScale0, double dScale1);
    }

    interface OfArray {
        double[] apply(double[] x, double[] dx);
    }

    interface OfMatrix {
        double[] apply(double[][] a, double[][] da);
    }

    interface OfCell {
        double[] apply(double x, double dx0, double dx1, Cell cell);
    }

    interface OfElements {
        double[] apply(double[] x, double[] dx, int n);
    }

    interface OfFloats {
        void apply(float[] x, float[] dx);
    }

    static double weighted(double[] x, double scale) {
        double[] squares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i] * scale;
        }
        double sum = 0;
        for (double square : squares) {
            sum += Math.sin(square);
        }
        x[0] *= scale;
        return sum;
    }

    static double[] powers(double[] x) {
        return new double[] {x[0], x[0] * x[1], x[1] * x[1]};
    }

    static double sum(double[][] a) {
        double sum = 0;
        for (double[] row : a) {
            for (double element : row) {
                sum += element * element;
            }
        }
        return sum;
    }

    static void half(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= 0.5f * x[i];
        }
    }

    @Test
    void theShadowHoldsTheDirectionsOfEachElementSideBySide() {
        Primal weighted = Jacobi.of(PackedDirectionsTest.class, "weighted");
        InOneShadow packed = weighted.forward(2, DUAL, DUAL).packed().as(InOneShadow.class);
        InTwoShadows separate = weighted.forward(2, DUAL, DUAL).as(InTwoShadows.class);
        double[] first = {1, 3, 5};
        double[] second = {2, 4, 6};
        double[] dx = {1, 2, 3, 4, 5, 6};
        double[] x = {0.5, 0.7, 0.9};
        double[] again = x.clone();
        double[] expected = separate.apply(x, first, second, 1.5, 0.1, 0.2);
        assertArrayEquals(expected, packed.apply(again, dx, 1.5, 0.1, 0.2));
        assertArrayEquals(x, again);
        assertArrayEquals(new double[] {first[0], second[0], 3, 4, 5, 6}, dx);
    }

    @Test
    void tangentsOfArraysThatAreReturnedArePacked() {
        OfArray packed = Jacobi.of(PackedDirectionsTest.class, "powers")
                .forward(2, DUAL)
                .packed()
                .as(OfArray.class);
        assertArrayEquals(
                new double[] {1, 0, 3, 2, 0, 6}, packed.apply(new double[] {2, 3}, new double[] {1, 0, 0, 1}));
    }

    @Test
    void rowsOfNestedArraysArePacked() {
        OfMatrix packed = Jacobi.of(PackedDirectionsTest.class, "sum")
                .forward(2, DUAL)
                .packed()
                .as(OfMatrix.class);
        double[] result = packed.apply(new double[][] {{1, 2}, {3}, {}}, new double[][] {{1, 0, 0, 1}, {1, 1}, {}});
        assertArrayEquals(new double[] {14, 2 + 6, 4 + 6}, result);
    }

    @Test
    void floatsArePacked() {
        OfFloats packed = Jacobi.of(PackedDirectionsTest.class, "half")
                .forward(3, DUAL)
                .packed()
                .as(OfFloats.class);
        float[] x = {2, 4};
        float[] dx = {1, 2, 3, 0, 1, 0};
        packed.apply(x, dx);
        assertArrayEquals(new float[] {2, 8}, x);
        assertArrayEquals(new float[] {2, 4, 6, 0, 4, 0}, dx);
    }

    private static void assertRefused(Refusal refusal, String what, Runnable work) {
        JacobiException refused = assertThrows(JacobiException.class, work::run);
        assertEquals(refusal, refused.refusal());
        assertEquals(what, refused.getMessage().lines().findFirst().orElseThrow());
    }

    @Test
    void shadowsHaveTheLengthOfTheArrayTimesTheWidth() {
        OfMatrix packed = Jacobi.of(PackedDirectionsTest.class, "sum")
                .forward(2, DUAL)
                .packed()
                .as(OfMatrix.class);
        String start = "cannot call the derivative of dev.jacobi.PackedDirectionsTest.";
        assertRefused(
                Refusal.WRONG_SHADOW,
                start
                        + "sum(double[][]): the shadow of parameter 0[0] has length 2, the array has length 2 and 2 directions",
                () -> packed.apply(new double[][] {{1, 2}}, new double[][] {{1, 2}}));
        assertRefused(
                Refusal.WRONG_SHADOW,
                start + "sum(double[][]): the shadow of parameter 0 has length 2, the array has length 1",
                () -> packed.apply(new double[][] {{1}}, new double[2][2]));
        OfArray flat = Jacobi.of(PackedDirectionsTest.class, "powers")
                .forward(2, DUAL)
                .packed()
                .as(OfArray.class);
        assertRefused(
                Refusal.WRONG_SHADOW,
                start
                        + "powers(double[]): the shadow of parameter 0 has length 3, the array has length 2 and 2 directions",
                () -> flat.apply(new double[] {1, 2}, new double[3]));
        double[] empty = {};
        assertRefused(
                Refusal.WRONG_SHADOW,
                start + "powers(double[]): the shadow of parameter 0 is the array itself",
                () -> flat.apply(empty, empty));
    }

    record Vec(double x, double y) {}

    static double ofRecord(Vec vec) {
        return vec.x * vec.y;
    }

    static final class Cell {
        double value;
    }

    static double inObject(double x, Cell cell) {
        Cell[] cells = {new Cell(), cell};
        cells[0].value = x;
        return cells[(int) cell.value].value;
    }

    static double recursive(double[] x, int n) {
        return n == 0 ? 1 : x[n] * recursive(x, n - 1);
    }

    static double ofNumbers(double[] x) {
        return power(x[0] * x[1], 3);
    }

    private static double power(double x, int n) {
        return n == 0 ? 1 : x * power(x, n - 1);
    }

    @Test
    void callsOfNumbersAreFollowed() {
        OfArray packed = Jacobi.of(PackedDirectionsTest.class, "ofNumbers")
                .forward(2, DUAL)
                .packed()
                .as(OfArray.class);
        double[] result = packed.apply(new double[] {2, 3}, new double[] {1, 0, 0, 1});
        assertArrayEquals(new double[] {216, 3 * 4 * 27, 3 * 8 * 9}, result);
    }

    @Test
    void objectsAndCallsThatStayArePacked() {
        double[] result = Jacobi.of(PackedDirectionsTest.class, "inObject")
                .forward(2, DUAL, CONST)
                .packed()
                .as(OfCell.class)
                .apply(3, 1, -2, new Cell());
        assertArrayEquals(new double[] {3, 1, -2}, result);
        OfElements packed = Jacobi.of(PackedDirectionsTest.class, "recursive")
                .forward(2, DUAL, CONST)
                .packed()
                .as(OfElements.class);
        assertArrayEquals(
                new double[] {5, 1, 7}, packed.apply(new double[] {0, 5, 1}, new double[] {9, 9, 1, 2, 0, 1}, 2));
    }

    /** Its derivative has a tape: of each kind, with a record for each iteration and all at once, and shared with calls. */
    static double taped(double[] x) {
        double y = x[0];
        for (int i = 0; i < x.length; i++) {
            y = Math.sin(y * x[i]);
        }
        double[][] rows = {{y, x[1]}, {x[0] * y}};
        for (int i = 0; y < 40 && i < 300; i++) {
            double[] row = rows[i % 2];
            row[0] = row[0] > 0.5 ? Math.cos(row[0]) * y : row[0] + 0.3 * x[1];
            y = y * 0.9 + row[0];
        }
        return y * power(x[0] * y, 3) * total(x, x.length - 1);
    }

    private static double total(double[] x, int n) {
        return n == 0 ? x[0] : Math.exp(x[n] * 0.1) * total(x, n - 1);
    }

    private record Node(double weight, double[] values) {}

    private static double weighed(Node[] nodes, int n) {
        return n < 0 ? 1 : (nodes[n].weight * nodes[n].values[n] + 1) * weighed(nodes, n - 1);
    }

    static double ofObjects(double[] x) {
        Node[] nodes = new Node[x.length];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new Node(x[i] * x[0], x);
        }
        return weighed(nodes, x.length - 1);
    }

    static double[] gradients(double[] x) {
        double[] taped = Jacobi.gradient(PackedDirectionsTest::taped).at(x);
        double[] ofObjects = Jacobi.gradient(PackedDirectionsTest::ofObjects).at(x);
        double[] all = new double[x.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = taped[i] * ofObjects[i] + taped[i];
        }
        return all;
    }

    @Test
    void derivativesThatAreCalledHavePackedTapes() {
        Primal gradients = Jacobi.of(PackedDirectionsTest.class, "gradients");
        OfArray packed = gradients.forward(3, DUAL).packed().as(OfArray.class);
        OfArray one = gradients.forward(DUAL).as(OfArray.class);
        double[] x = {0.8, 1.2, 0.4, 0.9};
        double[] dx = {1, 0, 0.3, 0, 1, -0.4, 0, 0, 0.7, 0, 0, -1.1};
        for (int repeated = 0; repeated < 2; repeated++) {
            double[] together = packed.apply(x, dx.clone());
            for (int lane = 0; lane < 3; lane++) {
                double[] direction = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    direction[i] = dx[3 * i + lane];
                }
                double[] alone = one.apply(x, direction);
                for (int i = 0; i < x.length; i++) {
                    assertEquals(alone[i], together[3 * i + lane], "direction " + lane);
                }
            }
        }
    }

    @Test
    void objectsThatAreArgumentsAreRefused() {
        String start = "cannot differentiate dev.jacobi.PackedDirectionsTest.";
        String packed = " with one shadow for all directions: ";
        assertRefused(
                Refusal.PACKED_DIRECTIONS,
                start + "ofRecord(dev.jacobi.PackedDirectionsTest$Vec)" + packed
                        + "parameter 0 is of type dev.jacobi.PackedDirectionsTest$Vec",
                () -> Jacobi.of(PackedDirectionsTest.class, "ofRecord")
                        .forward(2, DUAL)
                        .packed()
                        .asMethodHandle());
        assertRefused(
                Refusal.PACKED_DIRECTIONS,
                "the reverse derivative of dev.jacobi.PackedDirectionsTest.sum(double[][]) has no directions to pack",
                () -> Jacobi.of(PackedDirectionsTest.class, "sum")
                        .reverse(DUPLICATED)
                        .packed());
    }
}
