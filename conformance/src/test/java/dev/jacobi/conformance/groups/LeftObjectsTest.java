package dev.jacobi.conformance.groups;

import java.util.ArrayList;
import java.util.List;

/** Calls that are not inlined leave new objects and arrays in memory of the caller. */
class LeftObjectsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    record Amount(double value) {}

    private static void fill(Amount[] out, double v, int depth) {
        if (depth == 0) {
            out[0] = new Amount(v * v);
        } else {
            fill(out, v * 1.1, depth - 1);
        }
    }

    @Case(POINT)
    static double inAnArrayOfObjects(double[] x) {
        Amount[] out = new Amount[1];
        fill(out, x[0], 3);
        return out[0].value * x[1];
    }

    private static void fillAny(Object[] out, double[] x, int depth) {
        if (depth == 0) {
            out[0] = new Amount(x[0] * x[1]);
        } else {
            fillAny(out, x, depth - 1);
        }
    }

    @Case(POINT)
    static double inAnArrayOfAnything(double[] x) {
        Object[] out = new Object[1];
        fillAny(out, x, 3);
        return ((Amount) out[0]).value * x[1];
    }

    private static void fillRows(double[][] out, double[] v, int depth) {
        if (depth == 0) {
            out[1] = v;
            out[0] = new double[] {v[0] * v[1]};
        } else {
            fillRows(out, v, depth - 1);
            v[0] *= 1.1;
        }
    }

    @Case(POINT)
    static double rows(double[] x) {
        double[][] out = new double[2][];
        fillRows(out, x, 3);
        double first = out[0][0];
        out[1][0] *= 2;
        return first * x[0];
    }

    @Case(POINT)
    static double rowsInThePlaceOfOthers(double[] x) {
        double[][] out = new double[2][1];
        double[] other = {x[2], x[1]};
        fillRows(out, other, 3);
        fillRows(out, out[1], 2);
        return out[0][0] * other[0];
    }

    private static final class Node {
        private Amount number;
        private Node next;
    }

    private static void append(Node node, double v, int depth) {
        if (depth == 0) {
            node.number = new Amount(v * v);
            node.next = new Node();
            node.next.number = new Amount(v);
        } else {
            append(node, v * 1.1, depth - 1);
        }
    }

    @Case(POINT)
    static double inFields(double[] x) {
        Node[] nodes = new Node[2];
        nodes[1] = new Node();
        append(nodes[1], x[0], 3);
        nodes[0] = nodes[1].next;
        append(nodes[0], x[2], 3);
        return nodes[0].number.value * x[1] * nodes[1].next.next.number.value;
    }

    interface Put {
        void put(Object[] out, double v);
    }

    record PutNumber() implements Put {
        @Override
        public void put(Object[] out, double v) {
            out[0] = new Amount(v * v);
        }
    }

    record PutArray() implements Put {
        @Override
        public void put(Object[] out, double v) {
            out[0] = new double[] {v * v * v};
        }
    }

    record PutField() implements Put {
        @Override
        public void put(Object[] out, double v) {
            ((Node) out[1]).number = new Amount(v * 3);
            out[0] = new Amount(v);
        }
    }

    private static final Put[] PUTS = {new PutNumber(), new PutArray(), new PutField()};

    @Case(POINT)
    static double byMethodsThatCallNothing(double[] x) {
        Object[] out = {null, new Node()};
        double sum = 0;
        for (int k = 0; k < 6; k++) {
            PUTS[k % 3].put(out, x[k % 3] + k);
            sum += out[0] instanceof Amount number ? number.value * x[1] : ((double[]) out[0])[0];
        }
        return sum * ((Node) out[1]).number.value;
    }

    private static void addRows(List<double[]> out, int depth) {
        if (depth > 0) {
            out.add(new double[3]);
            addRows(out, depth - 1);
        }
    }

    @Case(POINT)
    static double zerosThatTheCallerFills(double[] x) {
        List<double[]> rows = new ArrayList<>();
        rows.add(x.clone());
        addRows(rows, 3);
        double sum = 0;
        for (double[] row : rows) {
            for (int i = 0; i < 3; i++) {
                row[i] += x[i] * x[(i + 1) % 3];
            }
            sum += row[0] * row[1];
        }
        return sum;
    }

    private static final class Cell {
        private double value;
        private double[] weights;
        private Cell next;
    }

    private static void extend(Cell cell, int depth) {
        if (depth > 0) {
            cell.next = new Cell();
            cell.next.weights = new double[2];
            extend(cell.next, depth - 1);
        }
    }

    @Case(POINT)
    static double objectsWithoutNumbersThatTheCallerFills(double[] x) {
        Cell first = new Cell();
        extend(first, 3);
        double sum = 0;
        int k = 0;
        for (Cell cell = first.next; cell != null; cell = cell.next) {
            cell.weights[0] = x[k++ % 3] * sum + x[0];
            cell.value = cell.weights[0] * x[1];
            sum += cell.value;
        }
        return sum;
    }
}
