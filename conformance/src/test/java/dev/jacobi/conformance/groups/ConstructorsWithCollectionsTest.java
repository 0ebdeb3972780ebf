package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Constructors that put things into lists and maps: into their own, or themselves into those of others. */
@SuppressWarnings("ReturnValueIgnored") // objects are kept by what they are given
class ConstructorsWithCollectionsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    private static class Node {
        final List<Node> children = new ArrayList<>();

        @SuppressWarnings("UnusedVariable") // the constructor stores it
        final Node parent;

        double value;

        Node(Node parent, double value) {
            this.parent = parent;
            this.value = value;
            if (parent != null) {
                parent.children.add(this);
            }
        }

        double sum() {
            double sum = value * value;
            for (Node child : children) {
                sum += child.sum() * value;
            }
            return sum;
        }
    }

    private static class Weighted extends Node {
        final double weight;

        Weighted(Node parent, double value, double weight) {
            super(parent, value);
            this.weight = weight;
        }

        @Override
        double sum() {
            return super.sum() * weight;
        }
    }

    @Case(POINT)
    static double addedToTheirParents(double[] x) {
        Node root = new Node(null, x[0]);
        Node inner = new Node(root, x[1]);
        new Node(inner, x[2]);
        new Node(root, x[2] * 2);
        return root.sum();
    }

    @Case(POINT)
    static double ofSubclasses(double[] x) {
        Node root = new Node(null, x[0]);
        new Weighted(root, x[1], x[2]);
        new Weighted(new Weighted(root, x[2], x[0]), 2, x[1]);
        return root.sum();
    }

    private static class Recursion {
        private final double[] weights;
        private final List<Double> history;

        Recursion(double... weights) {
            this.weights = weights;
            history = new ArrayList<>();
            history.add(weights[0]);
            history.add(weights[1] * weights[2]);
        }

        void step() {
            history.add(history.getLast() * weights[1] + weights[2]);
        }

        double last() {
            return history.getLast() * history.get(1);
        }
    }

    @Case(POINT)
    static double ownLists(double[] x) {
        Recursion[] all = {new Recursion(x), new Recursion(x[1], x[2], x[0])};
        double product = 1;
        for (int i = 0; i < 3; i++) {
            for (Recursion each : all) {
                each.step();
                product *= each.last();
            }
        }
        return product;
    }

    private static class Queued {
        final Deque<Double> numbers = new ArrayDeque<>();
        final Map<Integer, Double> squares = new LinkedHashMap<>();

        Queued(double[] x) {
            for (int i = 0; i < x.length; i++) {
                numbers.push(x[i]);
                numbers.addLast(x[i] * 3);
                squares.put(i % 2, x[i] * x[i]);
            }
        }
    }

    @Case(POINT)
    static double ownQueuesAndMaps(double[] x) {
        List<Queued> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(new Queued(new double[] {x[i], x[0], x[1]}));
        }
        double sum = 1;
        for (Queued each : all) {
            while (!each.numbers.isEmpty()) {
                sum = sum * 0.7 + each.numbers.pop();
            }
            sum += each.squares.get(0) * each.squares.get(1);
        }
        return sum;
    }

    private static class Registered {
        final Map<String, Registered> all;
        final double value;

        Registered(Map<String, Registered> all, String name, double value) {
            this.all = all;
            this.value = value;
            all.put(name, this);
        }

        double times(String name) {
            return all.get(name).value * value;
        }
    }

    @Case(POINT)
    static double registered(double[] x) {
        Map<String, Registered> all = new LinkedHashMap<>();
        Registered a = new Registered(all, "a", x[0]);
        Registered b = new Registered(all, "b", x[1]);
        new Registered(all, "a", x[2]);
        return a.times("b") * b.times("a");
    }

    private static class Failing {
        final double value;

        Failing(List<Failing> all, double value) {
            this.value = value;
            all.add(this);
            if (value > 0.8) {
                throw new IllegalArgumentException();
            }
        }
    }

    /** What is in the list by then is not seen. */
    @Case(value = POINT, refused = Refusal.UNSUPPORTED_OBJECT)
    static double exceptionAfterAdding(double[] x) {
        List<Failing> all = new ArrayList<>();
        for (double v : x) {
            try {
                new Failing(all, v);
            } catch (IllegalArgumentException e) {
                all.size();
            }
        }
        double product = 1;
        for (Failing each : all) {
            product = product * each.value + 1;
        }
        return product;
    }
}
