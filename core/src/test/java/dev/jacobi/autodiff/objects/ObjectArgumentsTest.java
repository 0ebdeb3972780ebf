package dev.jacobi.autodiff.objects;

import static dev.jacobi.Activity.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import dev.jacobi.compile.DifferentialOperators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arguments that are objects: gradients of the same class, shadows of the same class, and what is refused of them. */
class ObjectArgumentsTest {
    record Vec(double x, double y) {}

    record Layer(double[][] weights, float[] bias, String name) {}

    record Params(double scale, Vec offset, Vec[] points, Layer layer, int count, Double boxed) {}

    static double loss(Params p) {
        double sum = p.scale * p.count * p.boxed;
        for (Vec point : p.points) {
            sum += (point.x - p.offset.x) * (point.x - p.offset.x) + point.y * p.offset.y;
        }
        for (double[] row : p.layer.weights) {
            for (double weight : row) {
                sum += weight * weight * p.scale;
            }
        }
        return sum + p.layer.bias[0] * p.scale;
    }

    private static Params params() {
        Vec shared = new Vec(1, 2);
        return new Params(
                0.5,
                shared,
                new Vec[] {shared, new Vec(3, 4), null == shared ? null : new Vec(5, 6)},
                new Layer(new double[][] {{1, 2}, {3}}, new float[] {4}, "first"),
                7,
                1.5);
    }

    @Test
    void gradientOfARecordIsARecordOfTheSameShape() {
        Gradient<Params> gradient = Jacobi.gradient(ObjectArgumentsTest::loss);
        Params g = gradient.at(params());
        assertEquals(7 * 1.5 + 1 + 4 + 9 + 4, g.scale, 1e-12);
        assertEquals(0.5 * 7, g.boxed, 1e-12);
        assertEquals(7, g.count);
        assertEquals("first", g.layer.name);
        assertArrayEquals(new double[] {1, 2}, g.layer.weights[0], 1e-12);
        assertArrayEquals(new double[] {3}, g.layer.weights[1], 1e-12);
        assertArrayEquals(new float[] {0.5f}, g.layer.bias);
        assertEquals(new Vec(4, 0.5 * 0 + 2), g.points[1]);
        assertEquals(new Vec(8, 2), g.points[2]);
        assertSame(g.offset, g.points[0]);
        assertEquals(-2.0 * 2 - 2 * 4, g.offset.x, 1e-12);
        assertEquals(2 + 4 + 6 + 2, g.offset.y, 1e-12);
    }

    static class Node {
        double value;
        Node next;
        private int index;

        Node() {}

        Node(double value, Node next) {
            this.value = value;
            this.next = next;
            this.index = 3;
        }
    }

    static double sumOfSines(Node head) {
        double sum = 0;
        for (Node node = head; node != null; node = node.next) {
            sum += Math.sin(node.value) * node.index;
        }
        return sum;
    }

    @Test
    void gradientOfALinkedListIsALinkedList() {
        Node list = new Node(0.1, new Node(0.2, new Node(0.3, null)));
        Node gradient = Jacobi.gradient(ObjectArgumentsTest::sumOfSines).at(list);
        assertEquals(3 * Math.cos(0.1), gradient.value, 1e-15);
        assertEquals(3 * Math.cos(0.2), gradient.next.value, 1e-15);
        assertEquals(3 * Math.cos(0.3), gradient.next.next.value, 1e-15);
        assertNull(gradient.next.next.next);
        assertEquals(3, gradient.index);
    }

    @Test
    void aRingHasAGradientThatIsARing() {
        Node last = new Node(0.5, null);
        Node first = new Node(0.25, last);
        last.next = first;
        Node gradient = Jacobi.gradient(ObjectArgumentsTest::firstTwo).at(first);
        assertEquals(0.5, gradient.value, 1e-15);
        assertEquals(0.25, gradient.next.value, 1e-15);
        assertSame(gradient, gradient.next.next);
    }

    static double firstTwo(Node node) {
        return node.value * node.next.next.next.value;
    }

    @Test
    void aLongListIsNoObstacle() {
        Node list = null;
        for (int i = 0; i < 100_000; i++) {
            list = new Node(1e-3 * i, list);
        }
        Node gradient = Jacobi.gradient(ObjectArgumentsTest::sumOfSines).at(list);
        assertEquals(3 * Math.cos(1e-3 * 99_999), gradient.value, 1e-12);
    }

    static double scaled(Node node, double by) {
        node.value = node.value * by;
        return node.value * node.value;
    }

    interface ReverseOfScaled {
        double apply(Node node, Node shadow, double by, double seed);
    }

    @Test
    void shadowsAreObjectsOfTheSameClassAndAccumulate() {
        ReverseOfScaled reverse = Jacobi.of(ObjectArgumentsTest.class, "scaled")
                .reverse(DUPLICATED, CONST)
                .as(ReverseOfScaled.class);
        Node node = new Node(3, null);
        Node shadow = new Node(0, null);
        assertEquals(36, reverse.apply(node, shadow, 2, 1.0));
        assertEquals(24, shadow.value, 1e-12);
        assertEquals(6, node.value);
    }

    interface ForwardOfScaled {
        double[] apply(Node node, Node tangent, double by, double byTangent);
    }

    @Test
    void tangentsAreObjectsOfTheSameClass() {
        ForwardOfScaled forward = Jacobi.of(ObjectArgumentsTest.class, "scaled")
                .forward(DUAL, DUAL)
                .as(ForwardOfScaled.class);
        Node node = new Node(3, null);
        Node tangent = new Node(0.5, null);
        double[] both = forward.apply(node, tangent, 2, 0.25);
        assertEquals(36, both[0]);
        assertEquals(2 * 6 * (0.5 * 2 + 3 * 0.25), both[1], 1e-12);
        assertEquals(0.5 * 2 + 3 * 0.25, tangent.value, 1e-12);
    }

    static final class Model {
        final double[] weights;
        double bias;

        Model(int size) {
            weights = new double[size];
        }

        double loss(double x) {
            double sum = bias;
            for (double weight : weights) {
                sum = Math.tanh(sum * x + weight);
            }
            return sum * sum;
        }
    }

    interface ReverseOfLoss {
        double[] apply(Model model, Model shadow, double x, double seed);
    }

    @Test
    void theReceiverOfAnInstanceMethodIsItsFirstParameter() {
        ReverseOfLoss reverse =
                Jacobi.of(Model.class, "loss").reverse(DUPLICATED, ACTIVE).as(ReverseOfLoss.class);
        Model model = new Model(2);
        model.bias = 0.5;
        model.weights[0] = 0.1;
        Model shadow = new Model(2);
        double[] result = reverse.apply(model, shadow, 0.7, 1);
        assertEquals(model.loss(0.7), result[0]);
        double h = 1e-6;
        assertEquals((model.loss(0.7 + h) - model.loss(0.7 - h)) / (2 * h), result[1], 1e-8);
        model.weights[0] += h;
        double above = model.loss(0.7);
        model.weights[0] -= 2 * h;
        assertEquals((above - model.loss(0.7)) / (2 * h), shadow.weights[0], 1e-8);
        model.weights[0] += h;
        model.bias += h;
        above = model.loss(0.7);
        model.bias -= 2 * h;
        assertEquals((above - model.loss(0.7)) / (2 * h), shadow.bias, 1e-8);
    }

    record Table(Map<String, Double> rates, List<Vec> points, List<double[]> rows) {}

    static double total(Table table) {
        double sum = 0;
        for (Map.Entry<String, Double> rate : table.rates.entrySet()) {
            sum += rate.getValue() * rate.getValue() * rate.getKey().length();
        }
        for (Vec point : table.points) {
            sum += point.x * point.y;
        }
        return sum * table.rows.get(1)[0] + table.rates.get("b");
    }

    @Test
    void gradientsHoldListsAndMaps() {
        Table table = new Table(
                new HashMap<>(Map.of("a", 2.0, "b", 3.0, "ccc", 0.5)),
                List.of(new Vec(1, 2), new Vec(3, 4)),
                new ArrayList<>(List.of(new double[] {9}, new double[] {2, 1})));
        Table gradient = Jacobi.gradient(ObjectArgumentsTest::total).at(table);
        assertEquals(Map.of("a", 8.0, "b", 13.0, "ccc", 6.0), gradient.rates);
        assertEquals(List.of(new Vec(4, 2), new Vec(8, 6)), gradient.points);
        assertArrayEquals(new double[] {0}, gradient.rows.get(0));
        assertArrayEquals(new double[] {4 + 9 + 0.75 + 2 + 12, 0}, gradient.rows.get(1));
    }

    static double sumOf(List<Double> numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number * number;
        }
        return sum;
    }

    @Test
    void gradientOfAListIsAList() {
        List<Double> gradient = Jacobi.gradient(ObjectArgumentsTest::sumOf).at(List.of(1.0, 2.0, 3.5));
        assertEquals(List.of(2.0, 4.0, 7.0), gradient);
    }

    static double sumOfProducts(Vec[] points) {
        Vec[] copy = points.clone();
        points[0] = new Vec(copy[0].x * 2, copy[0].y);
        double sum = 0;
        for (Vec point : points) {
            sum += point.x * point.y;
        }
        return sum;
    }

    @Test
    void gradientOfAnArrayOfRecordsIsAnArrayOfRecords() {
        Vec[] points = {new Vec(1, 2), new Vec(3, 4)};
        Vec[] gradient = Jacobi.gradient(ObjectArgumentsTest::sumOfProducts).at(points);
        assertArrayEquals(new Vec[] {new Vec(4, 2), new Vec(4, 3)}, gradient);
    }

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Box(double width, double height) implements Shape {}

    record Scene(List<Shape> shapes, double factor) {}

    static double area(Scene scene) {
        double sum = 0;
        for (Shape shape : scene.shapes) {
            sum += switch (shape) {
                case Circle(double radius) -> Math.PI * radius * radius;
                case Box box -> box.width * box.height;
            };
        }
        return sum * scene.factor;
    }

    @Test
    void sealedShapesInAList() {
        Scene gradient = Jacobi.gradient(ObjectArgumentsTest::area)
                .at(new Scene(List.of(new Circle(2), new Box(3, 4), new Circle(1)), 0.5));
        assertEquals(
                new Scene(
                        List.of(new Circle(2 * Math.PI), new Box(2, 1.5), new Circle(Math.PI)),
                        Math.PI * 4 + 12 + Math.PI),
                gradient);
    }

    @Test
    void directionalDerivativeByARecord() {
        assertEquals(
                0.5 * 4 + 0.25 * 3,
                Jacobi.jvp((ScalarFunction<Vec>) ObjectArgumentsTest::product).at(new Vec(3, 4), new Vec(0.5, 0.25)),
                1e-15);
    }

    static double[] both(Vec at) {
        return new double[] {at.x, at.y};
    }

    @Test
    void matricesOfDerivativesAreThoseOfArrays() {
        String start = Refusal.WRONG_SIGNATURE + ": cannot differentiate " + ObjectArgumentsTest.class.getName();
        String end = " take numbers and arrays of them, parameter 0 is of type " + Vec.class.getName();
        assertEquals(
                start + ".product(" + Vec.class.getName() + "): Hessians" + end,
                message(() -> DifferentialOperators.hessian(
                        Jacobi.of(ObjectArgumentsTest.class, "product").target(), Options.DEFAULT)));
        assertEquals(
                start + ".both(" + Vec.class.getName() + "): Jacobians" + end,
                message(() -> DifferentialOperators.jacobian(
                        Jacobi.of(ObjectArgumentsTest.class, "both").target(), Options.DEFAULT)));
    }

    @Test
    void aBoxInTwoPlacesIsTwoNumbers() {
        Double two = 2.0;
        assertEquals(
                List.of(4.0, 4.0), Jacobi.gradient(ObjectArgumentsTest::sumOf).at(Arrays.asList(two, two)));
    }

    private static String message(Runnable call) {
        JacobiException thrown = assertThrows(JacobiException.class, call::run);
        return thrown.refusal() + ": "
                + String.valueOf(thrown.getMessage()).lines().findFirst().orElseThrow();
    }

    @Test
    void shadowsOfOtherShapeAreRefused() {
        ReverseOfScaled reverse = Jacobi.of(ObjectArgumentsTest.class, "scaled")
                .reverse(DUPLICATED, CONST)
                .as(ReverseOfScaled.class);
        Node node = new Node(3, new Node(4, null));
        String start = Refusal.WRONG_SHADOW + ": cannot call the derivative of " + ObjectArgumentsTest.class.getName()
                + ".scaled(" + Node.class.getName() + ", double): the shadow of parameter 0";
        assertEquals(start + " is null", message(() -> reverse.apply(node, null, 1, 1)));
        assertEquals(start + " is the object itself", message(() -> reverse.apply(node, node, 1, 1)));
        assertEquals(start + ".next is null", message(() -> reverse.apply(node, new Node(0, null), 1, 1)));
        assertEquals(
                start + ".next is not null, the object is",
                message(() -> reverse.apply(new Node(3, null), new Node(0, new Node(0, null)), 1, 1)));
        assertEquals(
                start + " is of class " + Special.class.getName() + ", the object is of class " + Node.class.getName(),
                message(() -> reverse.apply(node, new Special(), 1, 1)));
        Node twice = new Node(0, null);
        twice.next = twice;
        assertEquals(start + ".next is also that of parameter 0", message(() -> reverse.apply(node, twice, 1, 1)));
    }

    static final class Special extends Node {}

    interface ReverseOfRecord {
        double apply(Vec at, Vec shadow, double seed);
    }

    static double product(Vec at) {
        return at.x * at.y;
    }

    @Test
    void recordsCannotTakeWhatAReverseSweepGives() {
        ReverseOfRecord reverse = Jacobi.of(ObjectArgumentsTest.class, "product")
                .reverse(DUPLICATED)
                .as(ReverseOfRecord.class);
        assertEquals(
                Refusal.WRONG_SHADOW + ": cannot call the derivative of " + ObjectArgumentsTest.class.getName()
                        + ".product(" + Vec.class.getName()
                        + "): the shadow of parameter 0 cannot change: its field x is final",
                message(() -> reverse.apply(new Vec(1, 2), new Vec(0, 0), 1)));
    }

    static final class Fixed {
        final double value;

        Fixed(double value) {
            this.value = value;
        }
    }

    static double square(Fixed fixed) {
        return fixed.value * fixed.value;
    }

    @Test
    void classesOfWhichNoObjectCanBeMadeHaveNoGradient() {
        Gradient<Fixed> gradient = Jacobi.gradient(ObjectArgumentsTest::square);
        assertEquals(
                Refusal.UNSUPPORTED_OBJECT + ": cannot call the derivative of " + ObjectArgumentsTest.class.getName()
                        + ".square(" + Fixed.class.getName() + "): no gradient can be made of class "
                        + Fixed.class.getName() + ", which is no record and has no constructor without parameters",
                message(() -> gradient.at(new Fixed(2))));
    }
}
