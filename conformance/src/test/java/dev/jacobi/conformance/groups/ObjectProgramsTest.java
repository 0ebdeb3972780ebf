package dev.jacobi.conformance.groups;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** Small programs in the style of Java: objects, collections, recursion over structures. */
@SuppressWarnings("StringSplitter") // code as users write it
class ObjectProgramsTest extends GroupTest {

    record Complex(double re, double im) {
        Complex plus(Complex other) {
            return new Complex(re + other.re, im + other.im);
        }

        Complex minus(Complex other) {
            return new Complex(re - other.re, im - other.im);
        }

        Complex times(Complex other) {
            return new Complex(re * other.re - im * other.im, re * other.im + im * other.re);
        }

        double squaredNorm() {
            return re * re + im * im;
        }
    }

    private static Complex[] transform(Complex[] signal) {
        int n = signal.length;
        if (n == 1) {
            return new Complex[] {signal[0]};
        }
        Complex[] even = new Complex[n / 2];
        Complex[] odd = new Complex[n / 2];
        for (int i = 0; i < n / 2; i++) {
            even[i] = signal[2 * i];
            odd[i] = signal[2 * i + 1];
        }
        Complex[] e = transform(even);
        Complex[] o = transform(odd);
        Complex[] result = new Complex[n];
        for (int k = 0; k < n / 2; k++) {
            double angle = -2 * Math.PI * k / n;
            Complex turned = new Complex(Math.cos(angle), Math.sin(angle)).times(o[k]);
            result[k] = e[k].plus(turned);
            result[k + n / 2] = e[k].minus(turned);
        }
        return result;
    }

    @Case("[0.7, 0.4, 0.9, -0.3, 1.2, 0.1, -0.8, 0.5]")
    static double recursiveFourierTransform(double[] x) {
        Complex[] signal = new Complex[x.length];
        for (int i = 0; i < x.length; i++) {
            signal[i] = new Complex(x[i] * (i + 1), Math.sin(x[i]));
        }
        double sum = 0;
        int i = 0;
        for (Complex each : transform(signal)) {
            sum += each.squaredNorm() * i++;
        }
        return sum;
    }

    private static final class Matrix {
        private final int n;
        private final double[] elements;

        Matrix(int n) {
            this.n = n;
            elements = new double[n * n];
        }

        double get(int i, int j) {
            return elements[i * n + j];
        }

        void set(int i, int j, double value) {
            elements[i * n + j] = value;
        }

        Matrix times(Matrix other) {
            Matrix product = new Matrix(n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int k = 0; k < n; k++) {
                        sum += get(i, k) * other.get(k, j);
                    }
                    product.set(i, j, sum);
                }
            }
            return product;
        }

        Matrix power(int exponent) {
            Matrix power = new Matrix(n);
            for (int i = 0; i < n; i++) {
                power.set(i, i, 1);
            }
            Matrix square = this;
            for (int left = exponent; left > 0; left >>= 1) {
                if ((left & 1) == 1) {
                    power = power.times(square);
                }
                square = square.times(square);
            }
            return power;
        }
    }

    @Case("0.7; 0.4; 0.9; 5")
    static double powerOfMatrix(double a, double b, double c, int exponent) {
        Matrix matrix = new Matrix(2);
        matrix.set(0, 0, a);
        matrix.set(0, 1, b);
        matrix.set(1, 0, c * 0.5);
        matrix.set(1, 1, 0.3);
        Matrix power = matrix.power(exponent);
        return power.get(0, 0) + power.get(1, 1);
    }

    /** Reads a formula: what is text is the same for all numbers. */
    private static final class Parser {
        private final String text;
        private final double[] variables;
        private int position;

        Parser(String text, double[] variables) {
            this.text = text;
            this.variables = variables;
        }

        double sum() {
            double sum = product();
            while (position < text.length() && (text.charAt(position) == '+' || text.charAt(position) == '-')) {
                char sign = text.charAt(position++);
                double next = product();
                sum = sign == '+' ? sum + next : sum - next;
            }
            return sum;
        }

        private double product() {
            double product = factor();
            while (position < text.length() && text.charAt(position) == '*') {
                position++;
                product *= factor();
            }
            return product;
        }

        private double factor() {
            char symbol = text.charAt(position++);
            if (symbol != '(' && symbol != 's') {
                return variables[symbol - 'x'];
            }
            position += symbol == 's' ? 1 : 0;
            double inner = sum();
            position++;
            return symbol == 's' ? Math.sin(inner) : inner;
        }
    }

    @Case("[0.7, 0.4, 0.9]")
    static double parsedFormula(double[] x) {
        return new Parser("x*y+s(x*z-y)*(z+x*x)", x).sum();
    }

    sealed interface Expression permits Literal, Variable, Sum, Product {}

    record Literal(double value) implements Expression {}

    record Variable(int index) implements Expression {}

    record Sum(Expression left, Expression right) implements Expression {}

    record Product(Expression left, Expression right) implements Expression {}

    private static double valueOf(Expression expression, double[] x) {
        return switch (expression) {
            case Literal(double value) -> value;
            case Variable(int index) -> x[index];
            case Sum(Expression left, Expression right) -> valueOf(left, x) + valueOf(right, x);
            case Product(Literal(double factor), Expression right) -> factor * valueOf(right, x);
            case Product(Expression left, Expression right) -> valueOf(left, x) * valueOf(right, x);
        };
    }

    @Case("[0.7, 0.4, 0.9]")
    static double patternsOfRecords(double[] x) {
        Expression first = new Product(new Literal(x[0] * 3), new Variable(1));
        Expression second = new Product(new Variable(2), new Sum(new Variable(0), new Literal(2)));
        return valueOf(new Sum(first, second), x);
    }

    private static double remembered(int n, double[] values, boolean[] known, double[] x) {
        if (n < 2) {
            return x[n];
        }
        if (!known[n]) {
            values[n] =
                    remembered(n - 1, values, known, x) * 0.7 + remembered(n - 2, values, known, x) * x[n % x.length];
            known[n] = true;
        }
        return values[n];
    }

    @Case("[0.7, 0.4, 0.9]; 12")
    static double recursionWithMemory(double[] x, int n) {
        return remembered(n, new double[n + 1], new boolean[n + 1], x);
    }

    private static final class RunningSums implements Iterator<Double> {
        private final double[] x;
        private int next;
        private double sum;

        RunningSums(double[] x) {
            this.x = x;
        }

        @Override
        public boolean hasNext() {
            return next < x.length;
        }

        @Override
        public Double next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            sum += x[next] * x[next];
            next++;
            return sum;
        }
    }

    @Case("[0.7, 0.4, 0.9]")
    static double iteratorWithState(double[] x) {
        double sum = 0;
        for (Iterator<Double> sums = new RunningSums(x); sums.hasNext(); ) {
            sum = sum * 0.5 + sums.next();
        }
        return sum;
    }

    private static <T extends Comparable<T>> T larger(T a, T b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Case("[0.7, 0.4, 0.9]")
    static double comparableBoxes(double[] x) {
        Double best = x[0] * 2;
        for (int i = 1; i < x.length; i++) {
            best = larger(best, x[i] * x[i]);
        }
        return best * x[1];
    }

    record Edge(int to, double length) {}

    @Case("[0.7, 0.4, 0.9]")
    @Case("[0.1, 1.4, 0.2]")
    static double shortestPath(double[] x) {
        List<List<Edge>> edges = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            edges.add(new ArrayList<>());
        }
        edges.get(0).add(new Edge(1, x[0] * x[0]));
        edges.get(0).add(new Edge(2, x[1] + 1));
        edges.get(1).add(new Edge(3, x[2] * 2));
        edges.get(2).add(new Edge(3, Math.exp(x[0])));
        double[] distance = {0, 1e9, 1e9, 1e9};
        boolean[] done = new boolean[4];
        for (int round = 0; round < 4; round++) {
            int nearest = -1;
            for (int i = 0; i < 4; i++) {
                if (!done[i] && (nearest < 0 || distance[i] < distance[nearest])) {
                    nearest = i;
                }
            }
            done[nearest] = true;
            for (Edge edge : edges.get(nearest)) {
                distance[edge.to()] = Math.min(distance[edge.to()], distance[nearest] + edge.length());
            }
        }
        return distance[3];
    }

    private static final class Builder {
        private double a;
        private double b;
        private final double[] c = new double[2];

        Builder a(double value) {
            a = value;
            return this;
        }

        Builder b(double value) {
            b = value;
            return this;
        }

        Builder c(int index, double value) {
            c[index] = value;
            return this;
        }

        double build() {
            return a * b + c[0] * c[1];
        }
    }

    @Case("0.7; 0.4; 0.9")
    static double builder(double x, double y, double z) {
        return new Builder().a(x).b(y * z).c(0, x).c(1, Math.cos(y)).build();
    }

    @Case("[0.7, 0.4, 0.9]")
    static double stackMachine(double[] x) {
        Deque<Double> stack = new ArrayDeque<>();
        for (String word : "x y * z + x *".split(" ")) {
            switch (word) {
                case "*" -> stack.push(stack.pop() * stack.pop());
                case "+" -> stack.push(stack.pop() + stack.pop());
                default -> stack.push(x[word.charAt(0) - 'x']);
            }
        }
        return stack.pop();
    }

    @Case("0.7; 0.4; 0.9")
    static double writesThroughAList(double x, double y, double z) {
        Double[] boxes = {x, y, z};
        List<Double> list = Arrays.asList(boxes);
        list.set(1, x * z);
        return boxes[1] * list.get(0) + list.get(2);
    }

    interface Visitor<R> {
        R leaf(double value);

        R node(Tree left, Tree right);
    }

    interface Tree {
        <R> R accept(Visitor<R> visitor);
    }

    record Leaf(double value) implements Tree {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.leaf(value);
        }
    }

    record Node(Tree left, Tree right) implements Tree {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.node(left, right);
        }
    }

    private static final class Evaluation implements Visitor<Double> {
        @Override
        public Double leaf(double value) {
            return value * value;
        }

        @Override
        public Double node(Tree left, Tree right) {
            return left.accept(this) * right.accept(this) + 1;
        }
    }

    @Case("0.7; 0.4; 0.9")
    static double visitor(double x, double y, double z) {
        return new Node(new Leaf(x), new Node(new Leaf(y), new Leaf(z))).accept(new Evaluation());
    }

    private final class Scaled {
        private final double factor;

        Scaled(double factor) {
            this.factor = factor;
        }

        double value() {
            return factor * base;
        }
    }

    private double base;

    @Case("0.7; 0.4; 0.9")
    static double innerClassSeesItsOuterObject(double x, double y, double z) {
        ObjectProgramsTest outer = new ObjectProgramsTest();
        outer.base = x * y;
        Scaled inner = outer.new Scaled(z);
        outer.base += 1;
        return inner.value();
    }

    record Checked(double value, double slope) {
        Checked {
            if (Double.isNaN(value)) {
                throw new IllegalArgumentException("no number");
            }
        }

        Checked times(Checked other) {
            return new Checked(value * other.value, value * other.slope + slope * other.value);
        }
    }

    @Case("0.7; 0.4; 0.9")
    static double recordsThatCheckTheirNumbersInAnArray(double x, double y, double z) {
        Checked[] factors = {new Checked(x, y), new Checked(z, 1)};
        Checked product = factors[0];
        for (int i = 1; i < factors.length; i++) {
            product = product.times(factors[i]);
        }
        return product.slope() + product.value();
    }

    record Layer(Map<String, Double> weights, List<double[]> rows, Double bias) {
        Layer {
            weights = Map.copyOf(weights);
            rows = List.copyOf(rows);
            if (rows.isEmpty() || weights.size() != 1 || !Double.isFinite(bias)) {
                throw new IllegalArgumentException("nothing to do");
            }
        }

        double value() {
            double sum = bias;
            for (double[] row : rows) {
                for (double v : row) {
                    sum += v * weights.get("w");
                }
            }
            return sum;
        }
    }

    @Case("[0.7, 0.4, 0.9]")
    static double recordsThatKeepCopiesOfCollections(double[] x) {
        Map<String, Double> weights = new HashMap<>();
        weights.put("w", x[0]);
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer(weights, List.of(x.clone(), new double[] {x[1]}), x[2]));
        weights.put("w", 5.0);
        double sum = 0;
        for (Layer layer : layers) {
            sum += layer.value() * layer.bias();
        }
        return sum + x[1];
    }

    @Case("[0.7, 0.4, 0.9]")
    static double emptyCollectionsWhereThereIsNothing(double[] x) {
        Map<String, List<Double>> rows = new HashMap<>();
        rows.put("a", List.of(x[0], x[1]));
        Map<String, Double> scale = x[0] > 5 ? Map.of() : Map.of("a", x[2]);
        double sum = 0;
        for (String key : List.of("a", "b")) {
            for (double v : rows.getOrDefault(key, Collections.emptyList())) {
                sum += v * v * scale.getOrDefault(key, 1.0);
            }
        }
        return sum;
    }

    @Case("[0.7, 0.4, 0.9]")
    static double numbersReadOutOfTextThatHoldsNone(double[] x) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            text.append(i).append(',');
        }
        double sum = 0;
        for (String part : text.toString().split(",")) {
            sum += x[Integer.parseInt(part)] * Double.parseDouble("1." + part);
        }
        return sum;
    }
}
