package dev.jacobi.autodiff.objects;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Gradient;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Pullback;
import dev.jacobi.ScalarFunction;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Products with Jacobians and Hessians by objects: what goes in and comes out has the shape of the argument. */
class ObjectProductsTest {
    record Vec(double x, double y) {}

    record Params(double scale, Vec offset, double[] weights, Vec[] points, int count) {
        Params plus(double t, Params d) {
            double[] moved = weights.clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += t * d.weights[i];
            }
            Vec[] movedPoints = new Vec[points.length];
            for (int i = 0; i < points.length; i++) {
                movedPoints[i] = new Vec(points[i].x + t * d.points[i].x, points[i].y + t * d.points[i].y);
            }
            return new Params(
                    scale + t * d.scale,
                    new Vec(offset.x + t * d.offset.x, offset.y + t * d.offset.y),
                    moved,
                    movedPoints,
                    count);
        }

        double[] numbers() {
            List<Double> all = new ArrayList<>(List.of(scale, offset.x, offset.y));
            for (double weight : weights) {
                all.add(weight);
            }
            for (Vec point : points) {
                all.add(point.x);
                all.add(point.y);
            }
            return all.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static Params params() {
        return new Params(0.5, new Vec(1, 2), new double[] {0.3, 0.7}, new Vec[] {new Vec(3, 4), new Vec(5, 6)}, 7);
    }

    private static Params direction() {
        return new Params(0.2, new Vec(-1, 1), new double[] {2, 0.5}, new Vec[] {new Vec(1, 0), new Vec(0.5, 2)}, 0);
    }

    static double loss(Params p) {
        double sum = 0;
        for (int i = 0; i < p.weights.length; i++) {
            Vec point = p.points[i];
            double distance = (point.x - p.offset.x) * (point.x - p.offset.x) + point.y * p.offset.y;
            sum += Math.exp(-p.scale * distance * p.weights[i]) * p.count;
        }
        return sum * Math.sin(p.scale);
    }

    static double[] model(Params p) {
        double[] result = new double[3];
        for (int i = 0; i < 2; i++) {
            result[i] = p.points[i].x * p.offset.y + Math.sin(p.weights[i] * p.scale);
            result[2] += result[i] * p.points[i].y;
        }
        return result;
    }

    /** The same by calls of itself. */
    static double deep(Params p) {
        return deep(p, p.count);
    }

    private static double deep(Params p, int n) {
        return n == 0 ? p.scale : deep(p, n - 1) * Math.cos(p.offset.x * p.weights[n % 2]) + p.points[n % 2].y;
    }

    static final class Node {
        double value;
        Node next;

        Node() {}

        Node(double value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    static double chain(Node node) {
        double product = 1;
        for (Node at = node; at != null; at = at.next) {
            product *= Math.sin(at.value) * at.value;
        }
        return product;
    }

    static double[] squares(Node node, double factor) {
        double[] squares = {0, 0};
        int place = 0;
        for (Node at = node; at != null; at = at.next) {
            squares[place++ % 2] += at.value * at.value * factor;
        }
        node.value = 0;
        return squares;
    }

    @Test
    void hessianTimesRecordIsARecord() {
        List<ScalarFunction<Params>> functions = List.of(ObjectProductsTest::loss, ObjectProductsTest::deep);
        for (ScalarFunction<Params> function : functions) {
            Gradient<Params> gradient = Jacobi.gradient(function);
            HessianVectorProduct<Params> hvp = Jacobi.hvp(function);
            Params product = hvp.at(params(), direction());
            double[] actual = product.numbers();
            for (int i = 0; i < actual.length; i++) {
                int output = i;
                double expected = FiniteDifferences.derivative(
                        t -> gradient.at(params().plus(t, direction())).numbers()[output], 0, 1e-3);
                assertEquals(expected, actual[i], 1e-8 * Math.max(1, Math.abs(expected)));
            }
            assertEquals(7, product.count);
        }
    }

    @Test
    void severalProductsWithRecords() {
        HessianVectorProduct<Params> hvp = Jacobi.hvp(ObjectProductsTest::loss);
        List<Params> products = hvp.at(params(), List.of(direction(), params()));
        assertArrayEquals(
                hvp.at(params(), direction()).numbers(), products.get(0).numbers());
        assertArrayEquals(hvp.at(params(), params()).numbers(), products.get(1).numbers());
    }

    @Test
    void hessianTimesObjectIsWrittenIntoAnObject() {
        Node at = new Node(0.4, new Node(0.7, null));
        Node direction = new Node(1, new Node(-2, null));
        Node product = new Node(9, new Node(9, null));
        HessianVectorProduct<Node> hvp = Jacobi.hvp(ObjectProductsTest::chain);
        hvp.into(at, direction, product);
        Gradient<Node> gradient = Jacobi.gradient(ObjectProductsTest::chain);
        double first = FiniteDifferences.derivative(
                t -> gradient.at(new Node(0.4 + t, new Node(0.7 - 2 * t, null))).value, 0, 1e-3);
        double second = FiniteDifferences.derivative(
                t -> gradient.at(new Node(0.4 + t, new Node(0.7 - 2 * t, null))).next.value, 0, 1e-3);
        assertEquals(first, product.value, 1e-9);
        assertEquals(second, product.next.value, 1e-9);
        assertEquals(1, direction.value);
        Node returned = hvp.at(at, direction);
        assertEquals(product.value, returned.value);
        assertEquals(product.next.value, returned.next.value);
    }

    static double ofList(List<Double> x) {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += x.get(i) * x.get(i) * x.get((i + 1) % x.size());
        }
        return sum;
    }

    @Test
    void hessianTimesListIsAList() {
        // x0² x1 + x1² x0
        List<Double> product = Jacobi.hvp(ObjectProductsTest::ofList).at(List.of(2.0, 3.0), List.of(1.0, 0.5));
        assertEquals(List.of(2 * 3.0 + 0.5 * (2 * 2 + 2 * 3), (2 * 2 + 2 * 3) + 0.5 * 2 * 2), product);
    }

    @Test
    void adjointOfARecordIsARecord() {
        VectorJacobianProduct<Params, double[]> vjp = Jacobi.vjp(ObjectProductsTest::model);
        double[] weights = {0.4, -1, 2};
        Params adjoint = vjp.at(params(), weights);
        double forward = 0;
        double[] tangent = Jacobi.jvp(ObjectProductsTest::model).at(params(), direction());
        for (int i = 0; i < 3; i++) {
            forward += weights[i] * tangent[i];
        }
        double reverse = 0;
        for (int i = 0; i < adjoint.numbers().length; i++) {
            reverse += adjoint.numbers()[i] * direction().numbers()[i];
        }
        assertEquals(forward, reverse, 1e-13 * Math.abs(forward));
        assertEquals(7, adjoint.count);
        List<Params> several = vjp.at(params(), List.of(weights, weights));
        assertArrayEquals(adjoint.numbers(), several.get(1).numbers());
        try (Pullback<Params, double[]> pullback = vjp.pullback(params())) {
            assertArrayEquals(model(params()), pullback.value());
            pullback.pull(new double[] {1, 2, 3});
            assertArrayEquals(adjoint.numbers(), pullback.pull(weights).numbers(), 1e-15);
            assertArrayEquals(adjoint.numbers(), pullback.pull(weights).numbers(), 1e-15);
        }
    }

    @Test
    void sweepsOfSplitModeAddToObjects() {
        SplitDerivative split = Jacobi.of(ObjectProductsTest.class, "squares")
                .reverse(DUPLICATED, CONST)
                .split();
        Node at = new Node(2, new Node(3, null));
        Node shadow = new Node(100, new Node(10, null));
        try (Tape tape = split.augment(at, shadow, 0.5)) {
            assertArrayEquals(new double[] {2, 4.5}, (double[]) tape.value());
            assertEquals(0, at.value);
            assertEquals(100, shadow.value);
            // What was stored into the object before the end has no adjoint, so what the shadow held is dropped.
            tape.reverse(new double[] {1, 1});
            assertEquals(2, shadow.value);
            assertEquals(10 + 3, shadow.next.value);
            shadow.next.value = 0;
            tape.reverse(new double[] {0, 2});
            assertEquals(0, shadow.value);
            assertEquals(6, shadow.next.value);
        }
    }

    private static String refused(Runnable call) {
        JacobiException thrown = assertThrows(JacobiException.class, call::run);
        return thrown.refusal() + ": "
                + String.valueOf(thrown.getMessage()).lines().findFirst().orElseThrow();
    }

    static double consuming(Node node) {
        double value = node.value * node.value;
        node.value = 0;
        return value;
    }

    static double[] consumed(Node node) {
        return new double[] {consuming(node)};
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        String name = ObjectProductsTest.class.getName();
        String node = "(" + Node.class.getName() + ")";
        Node at = new Node(2, null);
        String repeated =
                ": it takes one direction at a time, because the function may change its argument, which is an object";
        assertEquals(
                "CHANGES_ARGUMENT: cannot call the derivative of " + name + ".consumed" + node + repeated,
                refused(() -> Jacobi.<Node, double[]>vjp(ObjectProductsTest::consumed)
                        .at(at, List.of(new double[] {1}, new double[] {2}))));
        assertEquals(
                "CHANGES_ARGUMENT: cannot call the derivative of " + name + ".consuming" + node + repeated,
                refused(() -> Jacobi.<Node>jvp(ObjectProductsTest::consuming).at(at, List.of(at, at))));
        HessianVectorProduct<Node> hvp = Jacobi.hvp(ObjectProductsTest::chain);
        String hessian = "WRONG_SHADOW: cannot call the derivative of the gradient of " + name + ".chain";
        Node direction = new Node(1, null);
        String product = refused(() -> hvp.into(at, direction, direction));
        assertTrue(product.startsWith(hessian), product);
        assertTrue(
                product.endsWith(
                        "the shadow of parameter 0 for direction 1 is also that of parameter 0 for direction 0"),
                product);
        assertTrue(refused(() -> hvp.at(at, new Node(1, new Node(2, null))))
                .endsWith("parameter 0.next is not null, the object is"));
        assertEquals(2, at.value);
        SplitDerivative split =
                Jacobi.of(ObjectProductsTest.class, "loss").reverse(DUPLICATED).split();
        assertTrue(refused(() -> split.augment(params(), direction()))
                .endsWith("cannot change: its field scale is final"));
    }
}
