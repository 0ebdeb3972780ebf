package dev.jacobi.autodiff.objects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.NumberFunction;
import dev.jacobi.ScalarFunction;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Second and higher derivatives of methods in which numbers are in objects and collections that stay. */
class ObjectsHigherOrderTest {
    private record Pair(double a, double b) {}

    private static final class Node {
        final double value;
        final Node next;

        Node(double value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    static double linked(double x) {
        Node list = null;
        for (int i = 0; i < 3; i++) {
            list = new Node(x * x * x, list);
        }
        double sum = 0;
        for (Node node = list; node != null; node = node.next) {
            sum += node.value * x;
        }
        return sum;
    }

    static double ofUnknownClass(double x) {
        Object object = x > 0 ? new Pair(x * x, x) : new double[] {x};
        return object instanceof Pair pair ? 3 * pair.a * pair.b * x : ((double[]) object)[0];
    }

    static double mixed(double x) {
        Object[] objects = {new double[] {x * x}, new Pair(x, x), x};
        double sum = 0;
        for (Object each : objects) {
            sum += switch (each) {
                case double[] numbers -> numbers[0] * x * x;
                case Pair pair -> pair.a * pair.b * x * x;
                default -> (double) each * x * x * x;
            };
        }
        return sum;
    }

    static double collections(double x) {
        List<Double> list = new ArrayList<>();
        Map<String, Double> map = new HashMap<>();
        Set<Double> set = new LinkedHashSet<>();
        list.add(x * x);
        map.put("a", x * list.getFirst());
        set.add(x * map.get("a"));
        double sum = 0;
        for (double element : set) {
            sum += 2 * element;
        }
        for (double value : map.values()) {
            sum += value * x;
        }
        return sum;
    }

    static Stream<Named<NumberFunction>> threeTimesTheFourthPower() {
        return Stream.of(
                Named.of("linked", ObjectsHigherOrderTest::linked),
                Named.of("ofUnknownClass", ObjectsHigherOrderTest::ofUnknownClass),
                Named.of("mixed", ObjectsHigherOrderTest::mixed),
                Named.of("collections", ObjectsHigherOrderTest::collections));
    }

    @ParameterizedTest
    @MethodSource("threeTimesTheFourthPower")
    void derivativesOfHigherOrder(NumberFunction power) {
        double x = 1.1;
        double[] expected = {12 * x * x * x, 36 * x * x, 72 * x, 72};
        double[] found = new double[4];
        for (int order = 1; order <= 4; order++) {
            found[order - 1] = Jacobi.derivative(power, order).applyAsDouble(x);
        }
        assertArrayEquals(expected, found, 1e-12);
    }

    @SuppressWarnings("JdkObsolete") // code as users write it
    static double lists(double[] x) {
        List<Double> list = new LinkedList<>();
        for (double element : x) {
            list.add(element * element);
        }
        double sum = 1;
        for (ListIterator<Double> each = list.listIterator(); each.hasNext(); ) {
            double element = each.next();
            each.set(element * x[0]);
            sum = sum * 0.5 + element * element;
        }
        for (double element : list.reversed()) {
            sum = sum * 0.5 + element * element * x[1];
        }
        return sum * list.subList(1, 3).getFirst();
    }

    static double queues(double[] x) {
        Deque<Double> stack = new ArrayDeque<>();
        PriorityQueue<Double> queue = new PriorityQueue<>();
        for (double element : x) {
            stack.push(element * element);
            queue.add(Math.exp(element));
        }
        double sum = 1;
        while (!stack.isEmpty()) {
            double element = stack.pop();
            sum = sum * 0.5 + element * element * queue.remove();
            if (element > 1) {
                stack.addLast(element * 0.3);
                queue.add(element * x[0]);
            }
        }
        return sum;
    }

    static double maps(double[] x) {
        TreeMap<Integer, Double> tree = new TreeMap<>();
        Map<Integer, List<Double>> groups = new HashMap<>();
        for (int i = 0; i < x.length; i++) {
            tree.merge(i % 2, x[i] * x[i] + x[0], (a, b) -> a * b);
            groups.computeIfAbsent(i % 2, _ -> new ArrayList<>())
                    .add(x[i] * tree.firstEntry().getValue());
        }
        double sum = tree.headMap(1).get(0) * tree.getOrDefault(7, x[1]);
        for (Map.Entry<Integer, List<Double>> group : groups.entrySet()) {
            for (double element : group.getValue()) {
                sum = sum * 0.5 + element * element;
            }
        }
        return sum;
    }

    static double fixed(double[] x) {
        List<Double> list = List.of(x[0] * x[0], x[1], x[2]);
        Map<String, Double> map = Map.of("a", list.get(0) * x[1], "b", list.get(2));
        Optional<Double> product = Optional.of(map.get("a") * map.get("b"));
        return product.get() * product.map(v -> v * v).orElse(1.0)
                + Stream.of(x[0], x[1]).map(v -> v * v * x[2]).toList().get(1);
    }

    static Stream<Named<ScalarFunction<double[]>>> functionsOfArrays() {
        return Stream.of(
                Named.of("lists", ObjectsHigherOrderTest::lists),
                Named.of("queues", ObjectsHigherOrderTest::queues),
                Named.of("maps", ObjectsHigherOrderTest::maps),
                Named.of("fixed", ObjectsHigherOrderTest::fixed));
    }

    @ParameterizedTest
    @MethodSource("functionsOfArrays")
    void hessianIsTheChangeOfTheGradient(ScalarFunction<double[]> function) {
        double[] x = {0.7, 1.3, -0.4};
        Gradient<double[]> gradient = Jacobi.gradient(function);
        double[][] hessian = Jacobi.hessian(function).at(x);
        double[] direction = {0.3, -1.2, 0.8};
        double[] product = Jacobi.hvp(function).at(x, direction);
        for (int row = 0; row < x.length; row++) {
            int place = row;
            double sum = 0;
            for (int column = 0; column < x.length; column++) {
                int moved = column;
                double slope = FiniteDifferences.derivative(
                        t -> {
                            double[] y = x.clone();
                            y[moved] += t;
                            return gradient.at(y)[place];
                        },
                        0,
                        0.01);
                double size = Math.max(1, Math.abs(slope));
                assertEquals(slope, hessian[row][column], 1e-7 * size, () -> Arrays.deepToString(hessian));
                assertEquals(hessian[column][row], hessian[row][column], 1e-12 * size);
                sum += hessian[row][column] * direction[column];
            }
            assertEquals(sum, product[row], 1e-12 * Math.max(1, Math.abs(sum)));
        }
    }

    static double ofMap(Map<String, Double> map) {
        double sum = 1;
        for (double value : map.values()) {
            sum = sum * 0.5 + value * value;
        }
        return sum * map.get("b");
    }

    static double ofList(List<Double> list) {
        return ofMap(new TreeMap<>(Map.of("a", list.get(0), "b", list.get(1))));
    }

    @Test
    void productByAMapIsThatByTheSameNumbersInAList() {
        Map<String, Double> product = Jacobi.hvp(ObjectsHigherOrderTest::ofMap)
                .at(new TreeMap<>(Map.of("a", 0.7, "b", 1.3)), new TreeMap<>(Map.of("a", 1.0, "b", -2.0)));
        List<Double> expected = Jacobi.hvp(ObjectsHigherOrderTest::ofList).at(List.of(0.7, 1.3), List.of(1.0, -2.0));
        assertEquals(expected, List.of(product.get("a"), product.get("b")));
        assertEquals(-0.1, expected.getFirst(), 1e-12);
        assertEquals(-14.9, expected.getLast(), 1e-12);
    }
}
