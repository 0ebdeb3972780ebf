package dev.jacobi.autodiff.objects;

import java.util.Arrays;

/** Methods that keep numbers in objects which live on: in arrays, lists, trees, loops. */
@SuppressWarnings({"unused", "UnusedVariable"})
final class ObjectSamples {
    private ObjectSamples() {}

    record Vec(double x, double y) {
        Vec plus(Vec other) {
            return new Vec(x + other.x, y + other.y);
        }

        double dot(Vec other) {
            return x * other.x + y * other.y;
        }
    }

    static double arrayOfRecords(double[] x) {
        Vec[] points = new Vec[x.length];
        for (int i = 0; i < x.length; i++) {
            points[i] = new Vec(x[i], Math.sin(x[i]));
        }
        double sum = 0;
        for (int i = 1; i < points.length; i++) {
            sum += points[i].dot(points[i - 1]);
        }
        return sum + points[0].dot(points[0]);
    }

    static double loopCarriedRecord(double[] x) {
        Vec sum = new Vec(1, 2);
        for (double each : x) {
            sum = each > 0.5 ? sum.plus(new Vec(each, each * each)) : new Vec(sum.y() * each, sum.x());
        }
        return sum.dot(sum);
    }

    /** A node that never changes, with a number, and one that does not matter. */
    static final class Node {
        final double value;
        final Node next;
        final int index;

        Node(double value, Node next, int index) {
            this.value = value;
            this.next = next;
            this.index = index;
        }
    }

    static double linkedList(double[] x) {
        Node head = null;
        for (int i = 0; i < x.length; i++) {
            head = new Node(x[i] * x[i], head, i);
        }
        double sum = 0;
        for (Node node = head; node != null; node = node.next) {
            sum += Math.sin(node.value) * (node.index + 1);
        }
        return sum;
    }

    /** A node that changes. */
    static class Cell {
        double value;
        Cell next;

        Cell(double value) {
            this.value = value;
        }
    }

    static double insertionSort(double[] x) {
        Cell head = null;
        for (double each : x) {
            Cell cell = new Cell(each);
            if (head == null || head.value >= each) {
                cell.next = head;
                head = cell;
            } else {
                Cell at = head;
                while (at.next != null && at.next.value < each) {
                    at = at.next;
                }
                cell.next = at.next;
                at.next = cell;
            }
        }
        double sum = 0;
        double weight = 1;
        for (Cell cell = head; cell != null; cell = cell.next) {
            sum += weight * cell.value * cell.value;
            weight *= cell.value;
        }
        return sum;
    }

    static double overwrittenFields(double[] x) {
        Cell a = new Cell(x[0]);
        Cell[] both = {a, new Cell(2)};
        for (int i = 1; i < x.length; i++) {
            Cell cell = both[i % 2];
            cell.value = cell.value * x[i] + Math.exp(both[(i + 1) % 2].value * 0.1);
        }
        return both[0].value * both[1].value;
    }

    /** A search tree. */
    static final class Tree {
        Tree left;
        Tree right;
        double key;
        int count;

        Tree(double key) {
            this.key = key;
            this.count = 1;
        }
    }

    static double binaryTree(double[] x) {
        Tree root = new Tree(x[0]);
        for (int i = 1; i < x.length; i++) {
            Tree at = root;
            while (true) {
                at.count++;
                Tree next = x[i] < at.key ? at.left : at.right;
                if (next == null) {
                    break;
                }
                at = next;
            }
            Tree made = new Tree(x[i] * at.key);
            if (x[i] < at.key) {
                at.left = made;
            } else {
                at.right = made;
            }
        }
        double sum = 0;
        Tree[] stack = new Tree[x.length + 1];
        int top = 0;
        stack[top++] = root;
        while (top > 0) {
            Tree tree = stack[--top];
            sum += tree.key * tree.key * tree.count;
            if (tree.left != null) {
                stack[top++] = tree.left;
            }
            if (tree.right != null) {
                stack[top++] = tree.right;
            }
        }
        return sum;
    }

    sealed interface Shape permits Circle, Square, Unit {}

    record Circle(double radius) implements Shape {}

    record Square(double side, String name) implements Shape {}

    enum Unit implements Shape {
        ONE
    }

    static double sealedShapes(double[] x) {
        Shape[] shapes = new Shape[x.length];
        for (int i = 0; i < x.length; i++) {
            shapes[i] = i % 3 == 0 ? new Circle(x[i]) : i % 3 == 1 ? new Square(x[i], "s") : Unit.ONE;
        }
        double area = 0;
        for (Shape shape : shapes) {
            area += switch (shape) {
                case Circle circle -> Math.PI * circle.radius() * circle.radius();
                case Square(double side, String _) -> side * side;
                case Unit _ -> 1;
            };
        }
        return area * area;
    }

    static double instanceOf(double[] x) {
        Object[] things = new Object[x.length];
        for (int i = 0; i < x.length; i++) {
            things[i] = i % 2 == 0 ? new Circle(x[i]) : (Object) "text";
        }
        double sum = 0;
        for (Object thing : things) {
            if (thing instanceof Circle circle) {
                sum += Math.sin(circle.radius());
            }
        }
        return sum;
    }

    static class Base {
        final double scale;
        double weight;

        Base(double scale) {
            this.scale = scale * scale;
            this.weight = scale;
        }
    }

    static class Derived extends Base {
        final double[] data;
        final Vec offset;

        Derived(double scale, double[] data) {
            super(Math.sin(scale));
            this.data = data.clone();
            this.offset = new Vec(scale, 1);
        }
    }

    static double inheritance(double[] x) {
        Base[] all = new Base[x.length];
        for (int i = 0; i < x.length; i++) {
            all[i] = i % 2 == 0 ? new Derived(x[i], x) : new Base(x[i]);
        }
        double sum = 0;
        for (Base base : all) {
            sum += base.scale * base.weight;
            if (base instanceof Derived derived) {
                sum += derived.data[0] * derived.offset.x();
            }
        }
        return sum;
    }

    static class Grid {
        final int size;
        final double[] cells;
        final double[][] rows;
        private double total;

        Grid(int size, double first) {
            if (size < 1) {
                throw new IllegalArgumentException("size " + size);
            }
            this.size = size;
            this.cells = new double[size];
            this.rows = new double[2][];
            rows[0] = cells;
            cells[0] = first;
            for (int i = 1; i < size; i++) {
                cells[i] = first * i;
            }
            total = first;
        }
    }

    static double arraysOfConstructors(double[] x) {
        Grid[] grids = new Grid[2];
        grids[0] = new Grid(3, x[0]);
        grids[1] = new Grid(x.length + 1, 2);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            Grid grid = grids[i % 2];
            grid.cells[1] += x[i] * grid.cells[0];
            grid.total += grid.cells[1];
        }
        for (Grid grid : grids) {
            sum += grid.total * grid.rows[0][1];
        }
        return sum;
    }

    static double boxes(double[] x) {
        Object[] boxed = new Object[x.length + 1];
        for (int i = 0; i < x.length; i++) {
            boxed[i] = x[i] * 2;
        }
        boxed[x.length] = 3;
        double sum = 0;
        for (Object each : boxed) {
            if (each instanceof Double number) {
                sum += number * number;
            } else if (each instanceof Integer number) {
                sum *= number;
            }
        }
        return sum;
    }

    static double arrayOfDoubles(double[] x) {
        Double[] boxed = new Double[x.length];
        Arrays.setAll(boxed, i -> x[i]);
        Double product = 1.0;
        for (Double each : boxed.clone()) {
            product = product * each;
        }
        return product;
    }

    static class Pair<A, B> {
        A first;
        B second;

        Pair(A first, B second) {
            this.first = first;
            this.second = second;
        }
    }

    static double generics(double[] x) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Pair<Double, Vec>[] pairs = new Pair[x.length];
        for (int i = 0; i < x.length; i++) {
            pairs[i] = new Pair<>(x[i], new Vec(x[i], 1));
        }
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            Pair<Double, Vec> pair = pairs[(i + 1) % x.length];
            sum += pair.first * pair.second.x() * x[i];
        }
        return sum;
    }

    static double nestedArrays(double[] x) {
        Vec[][] grid = new Vec[2][x.length];
        for (int i = 0; i < x.length; i++) {
            grid[0][i] = new Vec(x[i], 0);
            grid[1][x.length - 1 - i] = grid[0][i];
        }
        Vec[][] swapped = {grid[1], grid[0]};
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += swapped[0][i].x() * swapped[1][i].x() * (i + 1);
        }
        return sum;
    }

    static double sharedAndCompared(double[] x) {
        Cell one = new Cell(x[0]);
        Cell[] cells = {one, one, new Cell(x[x.length - 1])};
        double sum = 0;
        for (int i = 0; i < cells.length; i++) {
            cells[i].value *= 2;
            sum += cells[i] == one ? cells[i].value : 3 * cells[i].value;
        }
        return sum * one.value;
    }

    static double nullsAndConstants(double[] x) {
        Vec[] all = new Vec[3];
        all[0] = new Vec(x[0], 1);
        all[1] = CONSTANT;
        double sum = 0;
        for (Vec each : all) {
            sum += each == null ? 1 : each.x() * x[0];
        }
        return sum;
    }

    private static final Vec CONSTANT = new Vec(3, 4);

    static double copiedArrays(double[] x) {
        Vec[] all = new Vec[x.length];
        for (int i = 0; i < x.length; i++) {
            all[i] = new Vec(x[i], x[i]);
        }
        Vec[] more = Arrays.copyOf(all, x.length + 2);
        System.arraycopy(all, 0, more, 1, x.length);
        more[x.length + 1] = more[0];
        double sum = 0;
        for (Vec each : more) {
            sum = sum * 0.5 + each.x() * each.y();
        }
        return sum;
    }

    static double catches(double[] x) {
        Vec[] all = new Vec[2];
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            try {
                all[i] = new Vec(x[i], 2);
                sum += all[i].dot(all[0]);
            } catch (ArrayIndexOutOfBoundsException e) {
                sum += all[1].x() * x[i];
            }
        }
        return sum;
    }
}
