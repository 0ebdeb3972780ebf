package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Objects that carry derivatives hold constant memory too, and are passed to calls that are not inlined. */
class ConstantPartsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]; [1.5, 2.5, -0.5]";
    private static final String ACTIVE = "[0.7, 0.4, 0.9]";

    private static final double[] TABLE = {1.25, 0.5, 2.0};
    private static final double[][] ROWS = {{1, 2}, {3, 4}};
    private static final List<Double> NUMBERS = List.of(1.5, 2.0, 0.25);

    record Model(double[] weights, double[] data) {}

    private static double loss(Model model, int i) {
        if (i == model.weights.length) {
            return 0;
        }
        double residual = Math.sin(model.weights[i]) - model.data[i];
        return residual * residual + loss(model, i + 1);
    }

    @Case(value = POINT, constant = 1)
    static double dataBesideWeights(double[] w, double[] data) {
        return loss(new Model(w, data), 0);
    }

    @Case(value = POINT, constant = 1)
    static double bothOrders(double[] w, double[] data) {
        return loss(new Model(w, data), 0) * loss(new Model(data, w), 0) + loss(new Model(w, w), 1);
    }

    private static double[] pick(Model model, int depth) {
        return depth == 0 ? model.data : depth == 1 ? model.weights : pick(model, depth - 2);
    }

    @Case(value = POINT, constant = 1)
    static double returned(double[] w, double[] data) {
        Model model = new Model(w.clone(), data);
        double[] weights = pick(model, 5);
        double[] constant = pick(model, 6);
        weights[0] *= constant[1];
        return weights[0] * weights[0] * constant[0] + pick(model, 3)[0] * w[0];
    }

    static final class Box {
        double[] held;
        Box next;
        double number = 1;
        Object any;

        Box(double[] held) {
            this.held = held;
        }
    }

    private static final Box CONSTANT = new Box(new double[] {3, 0.5});

    private static void swap(Box box, double[] x, int depth) {
        if (depth == 0) {
            box.held = TABLE;
            return;
        }
        swap(box, x, depth - 1);
        if (depth == 1) {
            box.number *= box.held[1] * x[0];
        } else if (depth == 2) {
            box.held = x;
        } else {
            box.number += box.held[1] * x[2];
            box.held = CONSTANT.held;
        }
    }

    @Case(ACTIVE)
    static double storedByACall(double[] x) {
        Box box = new Box(x);
        swap(box, x, 1);
        double first = box.number * box.held[2] * x[1];
        swap(box, x, 2);
        double second = box.number * box.held[2] * x[1];
        swap(box, x, 3);
        return first + second * box.number * box.held[0];
    }

    private static double chain(Box box, int depth) {
        if (box == null || depth == 0) {
            return 1;
        }
        double sum = box.number;
        for (double each : box.held) {
            sum = sum * 0.5 + each;
        }
        return sum * chain(box.next, depth - 1);
    }

    @Case(ACTIVE)
    static double constantObjectsInAList(double[] x) {
        Box first = new Box(x);
        first.next = CONSTANT;
        first.number = x[1] * x[2];
        Box zeroth = new Box(TABLE);
        zeroth.next = first;
        zeroth.number = x[0];
        return chain(zeroth, 4);
    }

    private static void count(Box box, double[] x, int depth) {
        box.any = TABLE;
        double[] scratch = new double[2];
        scratch[0] = x[0];
        double[] copy = box.held.clone();
        copy[0] *= x[1] + scratch[0];
        box.number += copy[0] + Arrays.copyOf(box.held, 5)[1];
        if (depth > 0) {
            count(box, copy, depth - 1);
        }
    }

    @Case(ACTIVE)
    static double copiesOfConstants(double[] x) {
        Box constant = new Box(TABLE);
        Box active = new Box(x);
        count(constant, x, 2);
        count(active, x, 2);
        return constant.number * active.number;
    }

    record Grid(double[][] rows) {}

    private static double walk(Grid grid, int i) {
        if (i == grid.rows.length) {
            return 1;
        }
        double[][] copy = grid.rows.clone();
        double[][] longer = Arrays.copyOf(grid.rows, 7);
        double[][] part = Arrays.copyOfRange(grid.rows, i, grid.rows.length);
        return part[0][0] * copy[i][1] * longer[i][1] + 0.5 * walk(grid, i + 1);
    }

    @Case(ACTIVE)
    static double rows(double[] x) {
        return walk(new Grid(new double[][] {x, ROWS[1], x.clone(), TABLE}), 0) * walk(new Grid(ROWS), 0) * x[1];
    }

    private static double total(Map<String, List<Double>> all, List<double[]> arrays, int depth) {
        if (depth == 0) {
            return 0;
        }
        double sum = 0;
        for (double each : all.get("constant")) {
            sum += each;
        }
        for (double each : all.get("active")) {
            sum *= each;
        }
        for (double[] array : arrays) {
            sum += array[0] * array[1];
        }
        return sum + total(all, arrays, depth - 1) * sum;
    }

    @Case(ACTIVE)
    static double collections(double[] x) {
        Map<String, List<Double>> all = new HashMap<>();
        all.put("constant", NUMBERS);
        List<Double> active = new ArrayList<>();
        for (double each : x) {
            active.add(each * x[0]);
        }
        all.put("active", active);
        return total(all, List.of(x, TABLE, x.clone(), CONSTANT.held), 3);
    }

    interface Term {
        double value(double t);
    }

    record Scaled(double[] by, int at, Term inner) implements Term {
        @Override
        public double value(double t) {
            return by[at] * inner.value(t * by[at]);
        }
    }

    record Wave(double[] phase) implements Term {
        @Override
        public double value(double t) {
            return Math.sin(t + phase[0]) + phase[1];
        }
    }

    record Twice(Term one, Term other) implements Term {
        @Override
        public double value(double t) {
            return one.value(t) * other.value(t);
        }
    }

    @Case(value = POINT, constant = 1)
    static double dispatched(double[] x, double[] data) {
        Term[] terms = {
            new Scaled(data, 0, new Wave(x)),
            new Twice(new Wave(TABLE), new Scaled(x, 2, new Wave(data))),
            new Scaled(x, 1, new Wave(x))
        };
        double sum = 0;
        for (Term term : terms) {
            sum += term.value(x[2]);
        }
        return sum;
    }

    @Case(value = POINT, constant = 1)
    static double lambdas(double[] x, double[] data) {
        List<DoubleUnaryOperator> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int at = i;
            steps.add(t -> t * data[at] + x[at]);
            steps.add(t -> Math.sin(t * TABLE[at]));
        }
        DoubleUnaryOperator all = DoubleUnaryOperator.identity();
        for (DoubleUnaryOperator step : steps) {
            all = all.andThen(step);
        }
        return all.applyAsDouble(x[0]);
    }

    private static double visit(List<ToDoubleFunction<double[]>> visitors, double[] state, int depth) {
        return depth == 0
                ? state[0]
                : visitors.get(depth % visitors.size()).applyAsDouble(state) * visit(visitors, state, depth - 1);
    }

    @Case(value = POINT, constant = 1)
    static double lambdasInARecursion(double[] x, double[] data) {
        double[] state = {x[0] * x[1], x[2]};
        return visit(List.of(s -> s[0] * data[0] + s[1], s -> s[1] *= data[2] * x[0], s -> TABLE[1] + x[1]), state, 5);
    }

    private static void store(Box box, double[] x, int depth) {
        if (depth > 0) {
            store(box, x, depth - 1);
        } else {
            box.held[0] = x[0] * x[1];
        }
    }

    @Case(ACTIVE)
    static double storeIntoWhatHasAShadow(double[] x) {
        Box box = new Box(x.clone());
        Box other = new Box(TABLE);
        box.next = other;
        other.next = box;
        store(box, x, 2);
        return box.held[0] * x[2] + other.held[1];
    }

    @Case(value = ACTIVE, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double storeIntoAConstant(double[] x) {
        Box box = new Box(x.clone());
        Box other = new Box(TABLE);
        box.next = other;
        other.next = box;
        store(other, x, 2);
        return box.held[0] * x[2] + other.held[1];
    }

    private static void trace(double[] a, double[] written, double v, int depth) {
        if (depth >= 0) {
            if (written != null) {
                written[depth] = v;
            }
            a[depth] += v * a[depth];
            trace(a, written, v, depth - 1);
        }
    }

    @Case(ACTIVE)
    static double nothingToStoreInto(double[] x) {
        double[] a = x.clone();
        trace(a, null, x[0], 2);
        return a[0] * a[1];
    }

    @Case(ACTIVE)
    static double nothingOnce(double[] x) {
        double[] a = x.clone();
        double[] b = x.clone();
        trace(a, null, x[0], 2);
        trace(a, b, x[1], 2);
        return a[0] * b[1];
    }

    @Case(value = ACTIVE, throwing = NullPointerException.class)
    static double storedIntoNothing(double[] x) {
        Box box = new Box(x.clone());
        fill(box.next, x[0] * x[1], 2);
        return box.held[0];
    }

    private static void fill(Box box, double v, int depth) {
        if (depth > 0) {
            fill(box, v * 1.1, depth - 1);
        } else {
            box.number = v;
        }
    }

    @Case(value = ACTIVE, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double aConstantToStoreInto(double[] x) {
        double[] a = x.clone();
        trace(a, TABLE, x[0], 2);
        return a[0] * TABLE[1];
    }

    @Case(value = POINT, constant = 1, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double aConstantArgumentToStoreInto(double[] x, double[] data) {
        double[] a = x.clone();
        trace(a, data, x[0], 2);
        return a[0] * data[1];
    }

    static final class Chain {
        private double value;
        private Chain next;

        Chain(double value, Chain next) {
            this.value = value;
            this.next = next;
        }

        void scale(double factor) {
            value *= factor;
            if (next != null) {
                next.scale(factor + 0.1);
            }
        }

        double product(double start) {
            return next == null ? start * value : value * next.product(start) + start;
        }
    }

    @Case(ACTIVE)
    static double noNeighbour(double[] x) {
        Chain found = null;
        double factor = x[1];
        for (int i = 5; i >= 0; i--) {
            try {
                found = new Chain(x[i] * factor, null);
                break;
            } catch (ArrayIndexOutOfBoundsException _) {
                factor = Math.sin(factor * (1 + i));
            }
        }
        found.scale(x[0]);
        return found.product(2) * factor;
    }

    private static void link(Box box, Box added, int depth) {
        if (depth > 0) {
            link(box, added, depth - 1);
        } else {
            box.next = added;
        }
    }

    @Case(value = ACTIVE, refused = Refusal.ACTIVE_TO_CONSTANT_MEMORY)
    static double linkFromAConstant(double[] x) {
        Box active = new Box(x);
        active.next = CONSTANT;
        link(active.next, active, 2);
        double value = chain(active, 2);
        CONSTANT.next = null;
        return value;
    }

    private static void collect(Box box, List<double[]> into, int depth) {
        if (depth > 0) {
            into.add(box.held);
            collect(box.next, into, depth - 1);
        }
    }

    @Case(ACTIVE)
    static double collected(double[] x) {
        Box active = new Box(x);
        active.next = new Box(TABLE);
        active.next.next = active;
        List<double[]> into = new ArrayList<>();
        collect(active, into, 4);
        double product = 1;
        for (double[] each : into) {
            product = product * each[1] + each[0];
        }
        return product;
    }

    private static Iterable<double[]> each(double[][] rows) {
        return () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < rows.length;
            }

            @Override
            public double[] next() {
                return rows[next++];
            }
        };
    }

    @Case(ACTIVE)
    static double iterableLambda(double[] x) {
        double sum = 0;
        for (double[] row : each(new double[][] {x, ROWS[0], {x[1], x[2]}})) {
            sum = sum * 0.9 + row[0] * row[1];
        }
        return sum * x[2];
    }
}
