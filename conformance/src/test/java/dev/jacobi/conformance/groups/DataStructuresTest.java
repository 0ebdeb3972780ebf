package dev.jacobi.conformance.groups;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Numbers in fields, records, boxes and collections. */
@SuppressWarnings({"JdkObsolete", "EffectivelyPrivate", "ClassCanBeStatic"}) // code as users write it
class DataStructuresTest extends GroupTest {

    private record Vector(double x, double y) {
        Vector plus(Vector other) {
            return new Vector(x + other.x, y + other.y);
        }

        Vector times(double factor) {
            return new Vector(x * factor, y * factor);
        }

        double dot(Vector other) {
            return x * other.x + y * other.y;
        }
    }

    @Case("1.3; 0.4")
    static double records(double x, double y) {
        Vector v = new Vector(x, y);
        return v.plus(v.times(x)).dot(v);
    }

    @Case("1.3; 0.4; 5")
    static double recordsInLoop(double x, double y, int n) {
        Vector v = new Vector(x, y);
        Vector sum = new Vector(0, 1);
        for (int i = 0; i < n; i++) {
            sum = sum.times(0.5).plus(v);
            v = new Vector(v.y(), Math.sin(v.x()));
        }
        return sum.dot(v);
    }

    private static final class Account {
        double balance;
        int bookings;
        final String name;

        Account(String name, double balance) {
            this.name = name;
            this.balance = balance;
        }

        void book(double amount) {
            balance += amount;
            bookings++;
        }
    }

    @Case("1.3; 0.4")
    static double mutableFields(double x, double y) {
        Account account = new Account("a", x);
        account.book(y * y);
        account.book(account.balance * x);
        return account.balance * account.bookings + account.name.length();
    }

    @Case("1.3; 0.4; 4")
    static double mutableFieldsInLoop(double x, double y, int n) {
        Account account = new Account("a", x);
        for (int i = 0; i < n; i++) {
            account.book(Math.sin(account.balance) * y);
        }
        return account.balance / account.bookings;
    }

    private record Segment(Vector from, Vector to, int kind) {
        double length() {
            return Math.hypot(to.x - from.x, to.y - from.y);
        }
    }

    @Case("1.3; 0.4")
    static double nestedRecords(double x, double y) {
        Segment segment = new Segment(new Vector(x, y), new Vector(y * y, x + 2), 3);
        return segment.length() * segment.kind() + segment.from().dot(segment.to());
    }

    private sealed interface Shape permits Disc, Box {}

    private record Disc(double radius) implements Shape {}

    private record Box(double width, double height) implements Shape {}

    private static double area(Shape shape) {
        return switch (shape) {
            case Disc(double radius) -> Math.PI * radius * radius;
            case Box(double width, double height) -> width * height;
        };
    }

    @Case("1.3; 0.4")
    static double sealedTypesKnown(double x, double y) {
        return area(new Disc(x)) * area(new Box(x, y));
    }

    @Case("1.3; 0.4; true")
    @Case("1.3; 0.4; false")
    static double sealedTypesChosen(double x, double y, boolean disc) {
        Shape shape = disc ? new Disc(x * y) : new Box(x, y);
        return area(shape) * x;
    }

    @Case("1.3; 0.4; 5")
    static double shapesInArray(double x, double y, int n) {
        Shape[] shapes = new Shape[n];
        for (int i = 0; i < n; i++) {
            shapes[i] = i % 2 == 0 ? new Disc(x * i) : new Box(x + i, y);
        }
        double sum = 0;
        for (Shape shape : shapes) {
            sum += area(shape) * y;
        }
        return sum;
    }

    private enum Unit {
        METRE(1),
        MILE(1609.344);

        final double factor;

        Unit(double factor) {
            this.factor = factor;
        }
    }

    @Case("1.3; 0.4")
    static double enumsWithNumbers(double x, double y) {
        return x * Unit.MILE.factor * 0.001 + y * y * Unit.METRE.factor;
    }

    @Case("1.3")
    static double boxed(double x) {
        Double box = x;
        Double product = box * box;
        return product + box;
    }

    @Case("1.3; 4")
    static double boxedInLoop(double x, int n) {
        Double sum = 0.0;
        for (int i = 0; i < n; i++) {
            sum = sum * x + i;
        }
        return sum;
    }

    @Case("1.3; 4")
    static double arrayOfBoxes(double x, int n) {
        Double[] boxes = new Double[n];
        for (int i = 0; i < n; i++) {
            boxes[i] = x * i;
        }
        double sum = 0;
        for (Double box : boxes) {
            sum += box * box;
        }
        return sum;
    }

    @Case("1.3; 4")
    static double arrayOfRecords(double x, int n) {
        Vector[] vectors = new Vector[n];
        for (int i = 0; i < n; i++) {
            vectors[i] = new Vector(x * i, x + i);
        }
        double sum = 0;
        for (int i = 1; i < n; i++) {
            sum += vectors[i].dot(vectors[i - 1]);
        }
        return sum;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double arrayList(double[] x) {
        List<Double> list = new ArrayList<>();
        for (double element : x) {
            list.add(element * element);
        }
        double product = 1;
        for (double element : list) {
            product *= element + 1;
        }
        return product * list.get(1);
    }

    @Case("[1.3, 0.4]")
    static double immutableList(double[] x) {
        List<Double> list = List.of(x[0] * x[1], x[1]);
        return list.get(0) * list.get(1);
    }

    @Case("1.3; 0.4")
    static double listOfRecords(double x, double y) {
        List<Vector> list = new ArrayList<>();
        list.add(new Vector(x, y));
        list.add(list.get(0).times(y));
        list.set(0, list.get(1).plus(list.get(0)));
        return list.get(0).dot(list.get(1));
    }

    @Case("1.3; 0.4")
    static double hashMap(double x, double y) {
        Map<String, Double> map = new HashMap<>();
        map.put("x", x * x);
        map.put("y", y);
        map.put("x", map.get("x") + y);
        return map.get("x") * map.getOrDefault("y", 1.0) + map.getOrDefault("z", 2.0);
    }

    @Case("1.3; 0.4")
    static double mapsInOrder(double x, double y) {
        Map<Integer, Double> linked = new LinkedHashMap<>();
        Map<Integer, Double> sorted = new TreeMap<>();
        for (int i = 3; i > 0; i--) {
            linked.put(i, x * i);
            sorted.put(i, y + i);
        }
        double product = 1;
        for (Map.Entry<Integer, Double> entry : linked.entrySet()) {
            product = product * entry.getValue() + entry.getKey();
        }
        for (double value : sorted.values()) {
            product = product * value + 1;
        }
        return product;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double stackAndQueue(double[] x) {
        Deque<Double> deque = new ArrayDeque<>();
        for (double element : x) {
            deque.push(element * x[0]);
        }
        double y = 1;
        while (!deque.isEmpty()) {
            y = y * deque.pop() + 1;
        }
        return y;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double linkedListOfLibrary(double[] x) {
        List<Double> list = new LinkedList<>();
        for (double element : x) {
            list.add(element * element);
        }
        double y = 1;
        for (double element : list) {
            y = y * element + 1;
        }
        return y;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double sortedCollections(double[] x) {
        List<Double> list = new ArrayList<>();
        PriorityQueue<Double> queue = new PriorityQueue<>();
        for (double element : x) {
            list.add(element);
            queue.add(element * element);
        }
        Collections.sort(list);
        double y = 0;
        for (int i = 0; i < list.size(); i++) {
            y += (i + 1) * list.get(i) + (i + 2) * queue.remove();
        }
        return y;
    }

    @Case("[1.3, 0.4, 0.9]")
    static double streamSum(double[] x) {
        return DoubleStream.of(x).map(element -> element * element).sum();
    }

    @Case("[1.3, 0.4, 0.9]; 3")
    static double streamOverRange(double[] x, int n) {
        return IntStream.range(0, n).mapToDouble(i -> x[i] * i + x[0]).sum();
    }

    @Case("1.3; 0.4")
    static double optional(double x, double y) {
        Optional<Double> some = Optional.of(x * y);
        return some.map(v -> v * v).orElse(y) + OptionalDouble.of(x).orElse(3);
    }

    @Case("1.3")
    static double supplier(double x) {
        Supplier<Vector> supplier = () -> new Vector(x, x * x);
        return supplier.get().dot(supplier.get());
    }

    private static final class Counter {
        private double total;
        private final double[] history = new double[8];
        private int count;

        void add(double value) {
            history[count++] = value;
            total += value;
        }

        double mean() {
            return total / count;
        }

        double variance() {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (history[i] - mean()) * (history[i] - mean());
            }
            return sum / count;
        }
    }

    @Case("[1.3, 0.4, 0.9]")
    static double numbersAndArraysInOneObject(double[] x) {
        Counter counter = new Counter();
        for (double element : x) {
            counter.add(element * element);
        }
        return counter.mean() * counter.variance();
    }

    private static class Base {
        protected double a;

        double value() {
            return a;
        }
    }

    private static final class Derived extends Base {
        double b;

        @Override
        double value() {
            return super.value() * b;
        }
    }

    @Case("1.3; 0.4")
    static double inheritedFields(double x, double y) {
        Derived derived = new Derived();
        derived.a = x * x;
        derived.b = y;
        derived.a *= derived.value();
        return derived.value();
    }

    private final class Inner {
        double value(double x) {
            return x * x;
        }
    }

    @Case("1.3")
    static double innerClass(double x) {
        return new DataStructuresTest().new Inner().value(x);
    }

    private record Pair<A, B>(A first, B second) {}

    @Case("1.3; 0.4")
    static double genericRecord(double x, double y) {
        Pair<Double, Vector> pair = new Pair<>(x * y, new Vector(x, y));
        return pair.first() * pair.second().dot(pair.second());
    }

    private record Complex(double re, double im) {
        Complex times(Complex o) {
            return new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
        }

        Complex plus(Complex o) {
            return new Complex(re + o.re, im + o.im);
        }
    }

    @Case("0.3; 0.4; 6")
    static double mandelbrotIteration(double re, double im, int n) {
        Complex c = new Complex(re, im);
        Complex z = new Complex(0, 0);
        for (int i = 0; i < n; i++) {
            z = z.times(z).plus(c);
        }
        return z.re() * z.re() + z.im() * z.im();
    }

    @Case("1.25; 0.5")
    static double mixedWidths(double x, float y) {
        record Mixed(float f, double d, long l, String s, int[] is) {}
        Mixed mixed = new Mixed(y, x * x, 3, "four", new int[] {5});
        return mixed.f() * mixed.d() + mixed.l() * mixed.d() + mixed.s().length() * mixed.f() + mixed.is()[0] * x;
    }

    @Case("1.3")
    static double sameObjectTwice(double x) {
        Account one = new Account("a", x);
        Account other = one;
        other.book(x * x);
        one.balance *= other.balance;
        return other.balance;
    }

    @Case("1.3; true")
    @Case("1.3; false")
    static double eitherOfTwoObjects(double x, boolean first) {
        Account one = new Account("a", x);
        Account other = new Account("b", x * x);
        Account chosen = first ? one : other;
        chosen.book(x * 3);
        return one.balance * other.balance;
    }

    @Case("1.3")
    static double withText(double x) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            text.append(i);
        }
        return x * text.length() * x;
    }
}
