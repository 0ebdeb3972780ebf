package dev.jacobi.conformance.groups;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** Objects that refer to each other and change: lists, trees, graphs, caches, builders, and what users write on top of collections. */
@SuppressWarnings({"unused", "ClassCanBeStatic"}) // code as users write it
class LinkedStructuresTest extends GroupTest {

    /** A node that forgets nothing and may be linked anew. */
    private static final class Node {
        double value;
        Node next;
        Node previous;

        Node(double value) {
            this.value = value;
        }
    }

    private static Node chain(double[] x) {
        Node first = null;
        for (int i = x.length - 1; i >= 0; i--) {
            Node node = new Node(x[i] * x[i]);
            node.next = first;
            if (first != null) {
                first.previous = node;
            }
            first = node;
        }
        return first;
    }

    @Case("[1.3, 0.4, 0.9, 0.7]")
    static double listTurnedRound(double[] x) {
        Node turned = null;
        Node rest = chain(x);
        while (rest != null) {
            Node next = rest.next;
            rest.next = turned;
            turned = rest;
            rest = next;
        }
        double y = 1;
        for (Node node = turned; node != null; node = node.next) {
            y = Math.sin(y * node.value) + node.value;
        }
        return y;
    }

    @Case("[1.3, 0.4, 0.9, 0.7]; 1")
    @Case("[1.3, 0.4, 0.9, 0.7]; 2")
    static double nodeTakenOut(double[] x, int index) {
        Node first = chain(x);
        Node node = first;
        for (int i = 0; i < index; i++) {
            node = node.next;
        }
        node.previous.next = node.next;
        node.next.previous = node.previous;
        node.value *= node.previous.value;
        double sum = node.value;
        for (Node each = first; each != null; each = each.next) {
            sum = sum * 0.5 + each.value * each.value;
        }
        return sum;
    }

    @Case("[1.3, 0.4, 0.9]; 7")
    static double valuesGoRoundARing(double[] x, int steps) {
        Node first = chain(x);
        Node last = first;
        while (last.next != null) {
            last = last.next;
        }
        last.next = first;
        Node node = first;
        for (int i = 0; i < steps; i++) {
            node.next.value += Math.sin(node.value) * 0.5;
            node = node.next;
        }
        return first.value * last.value;
    }

    /** A list of rows, as {@code sumnlist} of Enzyme's tests. */
    private record Rows(double[] values, Rows rest) {}

    @Case("[[1.3, 0.4], [0.9], [], [0.7, 0.2, 0.1]]")
    static double listOfArrays(double[][] x) {
        Rows rows = null;
        for (double[] row : x) {
            rows = new Rows(row, rows);
        }
        double product = 1;
        for (Rows each = rows; each != null; each = each.rest()) {
            double sum = 1;
            for (double value : each.values()) {
                sum += value * value;
            }
            product *= sum;
        }
        return product;
    }

    /** A binary tree that is balanced by no one. */
    private static final class Tree {
        final double key;
        double weight;
        Tree left;
        Tree right;

        Tree(double key) {
            this.key = key;
        }

        void add(double other) {
            weight += other * key;
            if (other < key) {
                if (left == null) {
                    left = new Tree(other);
                } else {
                    left.add(other);
                }
            } else if (right == null) {
                right = new Tree(other);
            } else {
                right.add(other);
            }
        }

        double fold(int depth) {
            double sum = weight * key * depth;
            if (left != null) {
                sum += Math.sin(left.fold(depth + 1));
            }
            return right == null ? sum : sum * 0.5 + right.fold(depth + 1);
        }
    }

    @Case("[0.5, 0.2, 0.8, 0.6, 0.9, 0.1]")
    static double treeWithMethodsThatCallThemselves(double[] x) {
        Tree root = new Tree(x[0]);
        for (int i = 1; i < x.length; i++) {
            root.add(x[i]);
        }
        return root.fold(1);
    }

    private sealed interface Expression permits Constant, Variable, Sum, Product, Sine {}

    private record Constant(double value) implements Expression {}

    private record Variable(int index) implements Expression {}

    private record Sum(Expression one, Expression other) implements Expression {}

    private record Product(Expression one, Expression other) implements Expression {}

    private record Sine(Expression of) implements Expression {}

    private static double evaluate(Expression expression, double[] x) {
        return switch (expression) {
            case Constant(double value) -> value;
            case Variable(int index) -> x[index];
            case Sum(Expression one, Expression other) -> evaluate(one, x) + evaluate(other, x);
            case Product(Expression one, Expression other) -> evaluate(one, x) * evaluate(other, x);
            case Sine(Expression of) -> Math.sin(evaluate(of, x));
        };
    }

    @Case("[1.3, 0.4]; 0.7")
    static double expressionTree(double[] x, double c) {
        Expression product = new Product(new Variable(0), new Sum(new Variable(1), new Constant(c * c)));
        return evaluate(new Sum(new Sine(product), new Product(product, new Constant(c))), x);
    }

    /** An edge of a graph. */
    private record Edge(int from, int to, double length) {}

    @Case("[1.3, 0.4, 0.9, 0.7, 0.2]; 4")
    static double shortestPath(double[] lengths, int nodes) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            edges.add(new Edge(i % nodes, (i * 2 + 1) % nodes, lengths[i] * lengths[i]));
        }
        double[] distance = new double[nodes];
        java.util.Arrays.fill(distance, 1, nodes, 100);
        for (int round = 0; round < nodes; round++) {
            for (Edge edge : edges) {
                distance[edge.to()] = Math.min(distance[edge.to()], distance[edge.from()] + edge.length());
            }
        }
        return distance[1] * distance[1] + distance[3] + 0.01 * distance[2];
    }

    private enum Kind {
        COLD,
        WARM
    }

    @Case("1.3; 0.4")
    static double numbersByEnum(double x, double y) {
        Map<Kind, Double> map = new EnumMap<>(Kind.class);
        map.put(Kind.WARM, x * y);
        map.put(Kind.COLD, map.get(Kind.WARM) + x);
        return map.get(Kind.COLD) * map.get(Kind.WARM);
    }

    @Case("[1.3, 0.4, 0.9, 0.7]")
    static double sumsByKey(double[] x) {
        Map<Integer, Double> sums = new HashMap<>();
        for (int i = 0; i < x.length; i++) {
            sums.merge(i % 2, x[i] * x[i], Double::sum);
        }
        return sums.get(0) * sums.get(1);
    }

    @Case("[1.3, 0.4, 0.9]; 3")
    static double rememberedValues(double[] x, int n) {
        Map<Integer, Double> cache = new HashMap<>();
        double sum = 0;
        for (int i = 0; i < 2 * n; i++) {
            int key = i % n;
            Double known = cache.get(key);
            if (known == null) {
                known = Math.exp(x[key]) * x[0];
                cache.put(key, known);
            }
            sum += known * (i + 1);
        }
        return sum;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double arraysInMap(double[] x) {
        Map<String, double[]> map = new HashMap<>();
        map.put("all", x);
        map.put("some", new double[] {x[0] * x[1], x[2]});
        map.get("all")[1] *= map.get("some")[0];
        return map.get("all")[1] * map.get("some")[1] + x[1];
    }

    /** A range of numbers that one can iterate over. */
    private record Steps(double start, double factor, int count) implements Iterable<Double> {
        @Override
        public Iterator<Double> iterator() {
            return new Iterator<>() {
                private double value = start;
                private int left = count;

                @Override
                public boolean hasNext() {
                    return left > 0;
                }

                @Override
                public Double next() {
                    double now = value;
                    value *= factor;
                    left--;
                    return now;
                }
            };
        }
    }

    @Case("1.3; 0.4; 4")
    static double iteratorOfItsOwn(double start, double factor, int count) {
        double y = 1;
        for (double step : new Steps(start, factor, count)) {
            y = Math.cos(y) + step * step;
        }
        return y;
    }

    /** A builder that is used and thrown away. */
    private static final class Builder {
        private double mean;
        private double scale = 1;
        private final List<Double> shifts = new ArrayList<>();

        Builder mean(double value) {
            mean = value;
            return this;
        }

        Builder scale(double value) {
            scale *= value;
            return this;
        }

        Builder shift(double value) {
            shifts.add(value);
            return this;
        }

        DoubleUnaryOperator build() {
            double centre = mean;
            double by = scale;
            return x -> {
                double y = (x - centre) / by;
                for (double shift : shifts) {
                    y = y * y + shift;
                }
                return y;
            };
        }
    }

    @Case("1.3; 0.4; 2.1")
    static double builder(double x, double mean, double scale) {
        DoubleUnaryOperator f = new Builder()
                .mean(mean)
                .scale(scale)
                .shift(x * mean)
                .scale(scale)
                .shift(scale)
                .build();
        return f.applyAsDouble(x) * f.applyAsDouble(scale);
    }

    /** Immutable outside, mutable inside, with integers and numbers. */
    private record Sample(String name, int size, double[] values, Node last) {}

    @Case("[1.3, 0.4, 0.9]; 0.7")
    static double immutableWithMutableParts(double[] x, double y) {
        Sample sample = new Sample("a", x.length, x.clone(), new Node(y));
        sample.values()[1] *= sample.last().value;
        sample.last().value += sample.values()[1] * sample.size();
        Sample other = new Sample(sample.name() + "b", 1, sample.values(), new Node(sample.last().value));
        other.values()[0] += other.last().value;
        other.last().value = 3;
        return sample.values()[0] * sample.last().value
                + other.last().value * other.name().length();
    }

    @Case("1.3; 3")
    static double functionsOfFunctions(double x, int n) {
        Function<DoubleUnaryOperator, DoubleUnaryOperator> twice = f -> y -> f.applyAsDouble(f.applyAsDouble(y));
        DoubleUnaryOperator f = y -> Math.sin(y) * x;
        for (int i = 0; i < 2; i++) {
            f = twice.apply(f);
        }
        return f.applyAsDouble(x * n);
    }
}
