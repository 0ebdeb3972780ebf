package dev.jacobi.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Methods over objects that call themselves, plain Java. */
final class ObjectRecursions {
    private ObjectRecursions() {}

    /** A list of numbers. */
    private static final class Node {
        double value;
        final @Nullable Node next;

        Node(double value, @Nullable Node next) {
            this.value = value;
            this.next = next;
        }
    }

    private record Pair(double one, double other) {}

    static double list(double[] x) {
        return fold(make(x, 0));
    }

    private static @Nullable Node make(double[] x, int from) {
        return from == x.length ? null : new Node(x[from] * x[from], make(x, from + 1));
    }

    private static double fold(@Nullable Node list) {
        return list == null ? 1 : Math.sin(list.value) + 0.5 * fold(list.next) * list.value;
    }

    /** The calls change the objects. */
    static double scaled(double[] x) {
        Node list = null;
        for (double each : x) {
            list = new Node(each, list);
        }
        scale(list, 1 + x[0]);
        scale(list, 1 + x[x.length - 1]);
        return fold(list);
    }

    private static void scale(@Nullable Node list, double factor) {
        if (list != null) {
            list.value *= factor;
            scale(list.next, factor * 0.5 + list.value);
        }
    }

    static double pairs(double[] x) {
        Pair pair = pair(x, x.length - 1);
        return pair.one() * pair.other() + pair.one();
    }

    private static Pair pair(double[] x, int at) {
        if (at < 0) {
            return new Pair(1, 0.5);
        }
        Pair below = pair(x, at - 1);
        return new Pair(below.one() * x[at] + below.other(), Math.cos(below.one()) * x[at]);
    }

    private static final class Cell {
        double value;

        Cell(double value) {
            this.value = value;
        }
    }

    private static <T> void each(List<T> list, Consumer<T> action, int from) {
        if (from < list.size()) {
            action.accept(list.get(from));
            each(list, action, from + 1);
        }
    }

    /** Its second derivatives are so large that they are cut into pieces, which share the new objects. */
    static double walked(double[] x) {
        double[] sum = {1};
        List<Cell> cells = new ArrayList<>();
        for (double number : x) {
            cells.add(new Cell(number));
        }
        each(cells, cell -> sum[0] = sum[0] * cell.value + cell.value, 0);
        each(cells, cell -> cell.value *= sum[0], 0);
        return cells.get(1).value * sum[0];
    }

    private static final double[] TABLE = {1.5, 0.5, 2, 0.25};

    private static final class Parts {
        double[] own;
        double[] constant;
        double sum = 1;

        Parts(double[] own, double[] constant) {
            this.own = own;
            this.constant = constant;
        }
    }

    private static double[] gather(Parts parts, int from) {
        if (from == parts.own.length) {
            return parts.constant;
        }
        double[] copy = parts.constant.clone();
        copy[from] *= parts.own[from] + parts.sum;
        parts.sum += copy[from] * copy[from];
        double[] rest = gather(parts, from + 1);
        parts.sum *= rest[from];
        return from % 2 == 0 ? parts.own : copy;
    }

    /** Objects with shadows hold arrays without. */
    static double constantParts(double[] x) {
        Parts parts = new Parts(x.clone(), TABLE);
        double[] first = gather(parts, 0);
        double[] second = gather(new Parts(TABLE, first), 0);
        return parts.sum * first[1] * second[0] + gather(parts, x.length)[1];
    }

    private static final double[][] ROWS = {{1.25, 0.5}, {0.75, 2.0}};

    private static Double applied(List<Function<Double, Double>> functions, Double number, int index) {
        return index == functions.size()
                ? number
                : applied(functions, functions.get(index).apply(number), index + 1);
    }

    /** Boxed functions that capture rows of a constant table. */
    static double boxedFunctions(double[] x) {
        List<Function<Double, Double>> functions = new ArrayList<>();
        for (double[] row : ROWS) {
            functions.add(number -> number * number * row[0] + row[1] * x[1]);
        }
        Double number = x[0];
        for (Function<Double, Double> function : functions) {
            number = function.apply(number);
        }
        return number * applied(functions, x[2], 0) + x[3];
    }

    /** As {@link #boxedFunctions}, put together. */
    static double joinedFunctions(double[] x) {
        Function<Double, Double> all = number -> number * x[3];
        for (double[] row : ROWS) {
            all = all.andThen(number -> number * number * row[0] + row[1] * x[2]);
        }
        return all.apply(x[0]) * x[1];
    }

    /** So do lambdas. */
    static double constantsInLambdas(double[] x) {
        double[] table = TABLE;
        List<Consumer<double[]>> steps = new ArrayList<>();
        steps.add(state -> state[0] *= table[1] + state[1] * x[0]);
        steps.add(state -> state[1] += Math.sin(state[0] * table[2]));
        double[] state = {x[0] * x[1], x[2]};
        each(steps, step -> step.accept(state), 0);
        each(steps, step -> step.accept(state), 0);
        return state[0] * state[1];
    }

    private static class Point implements Cloneable {
        double value;
        double[] held;

        Point(double value, double[] held) {
            this.value = value;
            this.held = held;
        }

        @Override
        public Point clone() {
            try {
                return (Point) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class Weighted extends Point {
        double weight = 1;

        Weighted(double value, double[] held) {
            super(value, held);
        }

        @Override
        public Weighted clone() {
            Weighted copy = (Weighted) super.clone();
            copy.weight *= value;
            copy.held = held.clone();
            return copy;
        }
    }

    private static double spread(Point point, int depth) {
        if (depth == 0) {
            return point.value * point.held[1] * (point instanceof Weighted weighted ? weighted.weight : 1);
        }
        Point copy = point.clone();
        copy.value *= copy.held[0] + depth;
        copy.held[1] += point.value * point.value;
        return spread(copy, depth - 1) + point.value * point.held[1];
    }

    /** The calls copy objects, of a class that the copy decides. */
    static double copied(double[] x) {
        double shared = spread(new Point(x[0], x.clone()), 3);
        return shared * spread(new Weighted(x[1], x.clone()), 3) + new Point(x[2], x).clone().value * x[0];
    }
}
