package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;

/** Numbers in lists, sets, maps and optionals, by all their methods. */
@SuppressWarnings({"EnumOrdinal", "JdkObsolete", "OptionalUsedAsFieldOrParameterType"}) // code as users write it
class CollectionsTest extends GroupTest {

    private static List<Double> list(double[] x) {
        List<Double> list = new ArrayList<>();
        for (double number : x) {
            list.add(number * number + number);
        }
        return list;
    }

    private static Map<String, Double> map(double[] x) {
        Map<String, Double> map = new LinkedHashMap<>();
        for (int i = 0; i < x.length; i++) {
            map.put("k" + i, x[i] * x[i]);
        }
        return map;
    }

    private static double folded(Iterable<Double> numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum = sum * 0.7 + number * number;
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double removedAndReplaced(double[] x) {
        List<Double> list = list(x);
        list.removeIf(number -> number < 0);
        list.replaceAll(number -> number * number);
        list.remove(list.get(1));
        return folded(list);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double iterators(double[] x) {
        List<Double> list = list(x);
        for (Iterator<Double> each = list.iterator(); each.hasNext(); ) {
            if (each.next() < 0) {
                each.remove();
            }
        }
        ListIterator<Double> each = list.listIterator(1);
        each.set(each.next() * x[0]);
        each.add(x[2]);
        return folded(list) + each.previous() * x[1];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double toArrays(double[] x) {
        List<Double> list = list(x);
        Double[] numbers = list.toArray(new Double[0]);
        Double[] longer = list.toArray(new Double[6]);
        Object[] objects = list.toArray();
        Double[] made = list.toArray(Double[]::new);
        return numbers[0] * numbers[1] + (Double) objects[3] * longer[2] + (longer[4] == null ? made[1] : 0);
    }

    @SuppressWarnings("ModifyingCollectionWithItself") // doubles it
    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double copiesAndViews(double[] x) {
        List<Double> fixed = List.of(x[0], x[1], x[2], x[3], x[0] * x[1]);
        List<Double> list = new ArrayList<>(fixed);
        list.addAll(fixed.subList(1, 3));
        list.addAll(1, fixed);
        list.addAll(list);
        list.addAll(2, list);
        Collections.swap(list, 0, 3);
        Collections.reverse(list);
        List<Double> view = Collections.unmodifiableList(list);
        list.set(0, x[3] * x[3]);
        return folded(view) + view.reversed().get(2) * view.getLast();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double filledWithCopies(double[] x) {
        List<Double> list = new ArrayList<>(Collections.nCopies(4, x[0]));
        for (int i = 0; i < 4; i++) {
            list.set(i, list.get(i) + x[i] * x[i]);
        }
        return folded(list);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double stacksAndVectors(double[] x) {
        Stack<Double> stack = new Stack<>();
        Vector<Double> vector = new Vector<>();
        for (double number : x) {
            vector.add(stack.push(number * number) * 2);
        }
        return stack.pop() * stack.peek() + vector.elementAt(1) * vector.firstElement();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double slidingWindow(double[] x) {
        Deque<Double> window = new ArrayDeque<>();
        double sum = 0;
        for (double number : x) {
            window.offerLast(number);
            if (window.size() > 2) {
                sum += window.pollFirst() * window.peekLast();
            }
        }
        return sum + folded(window);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double lookedAt(double[] x) {
        List<Double> list = list(x);
        return list.contains(x[0]) ? 0 : (list.indexOf(list.get(1)) + list.size()) * list.get(2);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double mapsChangedByFunctions(double[] x) {
        Map<String, Double> map = map(x);
        map.compute("k0", (_, value) -> value == null ? 1 : value * 2);
        map.computeIfPresent("k1", (_, value) -> value * value);
        map.merge("k2", x[0], (a, b) -> a * b);
        map.putIfAbsent("k9", x[2]);
        map.replaceAll((key, value) -> value * key.length() + value * value);
        map.remove("k3");
        return folded(map.values()) + map.getOrDefault("k3", x[3]) * map.getOrDefault("k0", 0.0);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double keysRemovedThroughViews(double[] x) {
        Map<String, Double> map = map(x);
        map.keySet().remove("k0");
        map.entrySet().removeIf(entry -> entry.getValue() < 0.2);
        map.values().removeIf(value -> value > 1.5);
        map.entrySet().forEach(entry -> entry.setValue(entry.getValue() * x[1]));
        Map<String, Double> copy = new TreeMap<>(map);
        Map<String, Double> more = new HashMap<>(Map.of("k0", x[1]));
        more.putAll(map);
        return folded(copy.values()) + more.getOrDefault("k0", x[2]) * map.getOrDefault("k0", x[2]);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double groups(double[] x) {
        Map<Integer, List<Double>> groups = new HashMap<>();
        for (int i = 0; i < x.length; i++) {
            groups.computeIfAbsent(i % 2, _ -> new ArrayList<>()).add(x[i] * x[i]);
        }
        double[] product = {1};
        groups.forEach((key, group) -> product[0] *= folded(group) + key);
        return product[0];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double sortedMaps(double[] x) {
        TreeMap<Double, Double> map = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            map.put((double) i, x[i] * x[i]);
        }
        Map.Entry<Double, Double> before = map.floorEntry(1.5);
        map.put(1.0, x[3]);
        double sum = before.getValue()
                * map.firstEntry().getValue()
                * map.lastEntry().getValue();
        sum += folded(map.headMap(2.5).values()) + folded(map.descendingMap().values());
        return sum * map.pollFirstEntry().getValue() + map.firstEntry().getValue() * map.get(x[0] < 1 ? 1.0 : 2.0);
    }

    /** Between two points of a table. */
    @Case("[0.7, 1.3, 0.4, 0.9]; 1.3")
    @Case("[0.7, 1.3, 0.4, 0.9]; 7")
    static double interpolated(double[] x, double at) {
        TreeMap<Double, Double> table = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            table.put((double) i, x[i]);
        }
        Map.Entry<Double, Double> low = table.floorEntry(at);
        Map.Entry<Double, Double> high = table.higherEntry(at);
        if (high == null) {
            return low.getValue();
        }
        double part = (at - low.getKey()) / (high.getKey() - low.getKey());
        return low.getValue() * (1 - part) + high.getValue() * part;
    }

    private enum Kind {
        A,
        B,
        C
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double mapsOfOtherKinds(double[] x) {
        Map<Kind, Double> byKind = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            byKind.put(kind, x[kind.ordinal()] * x[0]);
        }
        Map<String, Double> fixed = Map.of("a", x[0], "b", x[1] * x[3]);
        return byKind.get(Kind.A) * byKind.get(Kind.C) + folded(byKind.values()) * fixed.get("b") * fixed.get("a");
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double setsOfKeys(double[] x) {
        Set<Integer> seen = new HashSet<>();
        Set<String> names = new LinkedHashSet<>(List.of("b", "a", "c"));
        Set<Integer> places = new TreeSet<>(List.of(3, 1, 2, 0));
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if (seen.add(i % 3)) {
                sum += x[i] * x[i];
            }
        }
        for (String name : names) {
            sum = sum * x[name.charAt(0) - 'a'] + 1;
        }
        for (int place : places) {
            sum = sum * x[place] + 1;
        }
        return sum;
    }

    private record Point(double x, double y) {}

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double setsOfNumbers(double[] x) {
        Set<Double> numbers = new LinkedHashSet<>();
        Set<Point> points = new LinkedHashSet<>();
        for (double number : x) {
            numbers.add(number * number);
            points.add(new Point(number, number * number));
        }
        points.add(new Point(x[0], x[0] * x[0]));
        points.remove(new Point(x[1], x[1] * x[1]));
        double sum = folded(numbers);
        for (Point point : new ArrayList<>(points)) {
            sum += point.x() * point.y();
        }
        return sum * points.iterator().next().x() * (numbers.contains(x[3] * x[3]) ? x[1] : x[2]);
    }

    private static Optional<Double> find(double[] x, double above) {
        for (double number : x) {
            if (number > above) {
                return Optional.of(number * number);
            }
        }
        return Optional.empty();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double optionals(double[] x) {
        double sum = find(x, 1).orElseGet(() -> x[0] * x[1]) + find(x, 5).orElseGet(() -> x[2] * x[3]);
        sum += find(x, 0).map(v -> v * v).filter(v -> v > 0).orElse(x[1]) * x[1];
        sum += find(x, 5).or(() -> find(x, 1)).flatMap(v -> find(x, v - 1)).orElseThrow();
        double[] found = {1};
        find(x, 1).ifPresent(v -> found[0] *= v * x[3]);
        find(x, 5).ifPresentOrElse(v -> found[0] = v, () -> found[0] += x[2] * x[2]);
        return sum * found[0];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double greatestSoFar(double[] x) {
        Optional<Double> greatest = Optional.empty();
        OptionalDouble least = OptionalDouble.empty();
        for (double number : x) {
            if (greatest.isEmpty() || greatest.get() < number) {
                greatest = Optional.of(number);
            }
            if (!least.isPresent() || least.getAsDouble() > number) {
                least = OptionalDouble.of(number * number * number);
            }
        }
        return greatest.get() * least.getAsDouble() + least.orElse(0);
    }

    @Case(value = "[0.7, 1.3, -0.4, 0.9]", throwing = java.util.NoSuchElementException.class)
    static double emptyOptional(double[] x) {
        return find(x, 5).get();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double arraysAsLists(double[] x) {
        Double[] numbers = {x[0], x[1] * x[2], x[3]};
        List<Double> list = Arrays.asList(numbers);
        list.set(0, x[1]);
        numbers[2] = x[2] * x[0];
        return folded(list) + numbers[0];
    }

    /** What is stored through an entry in a list is stored in its map. */
    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double entriesInLists(double[] x) {
        Map<String, Double> map = new LinkedHashMap<>();
        map.put("a", 1.0);
        map.put("b", 2.0);
        List<Map.Entry<String, Double>> entries = new ArrayList<>(map.entrySet());
        entries.get(0).setValue(x[0] * x[1]);
        entries.sort(Map.Entry.comparingByValue());
        double sum = map.get("a") * 3 + entries.get(0).getValue() * x[3];
        return sum * map.get("a");
    }

    @Case("[0.7, 1.3, -0.4, 0.9]; true")
    @Case("[0.7, 1.3, -0.4, 0.9]; false")
    static double constantsBesideNumbers(double[] x, boolean constant) {
        double[] sorted = constant ? new double[] {3, 1, 2} : x.clone();
        Arrays.sort(sorted);
        List<Double> mixed = new ArrayList<>(List.of(1.0, x[0], 0.5, x[1] * x[0]));
        mixed.sort(null);
        return sorted[0] * x[0] + sorted[2] + folded(mixed);
    }

    private static <T extends Number> double squares(List<T> numbers) {
        double sum = 0;
        for (T number : numbers) {
            sum = sum * 0.5 + number.doubleValue() * number.doubleValue();
        }
        return sum;
    }

    @Case(value = "[1.3, 0.4, 0.9]", floats = true)
    static double numbersOfAnyKind(double[] x) {
        Number one = x[0] > 0 ? (Number) Double.valueOf(x[0] * x[1]) : (Number) Float.valueOf((float) x[2]);
        List<Number> mixed = new ArrayList<>();
        for (double element : x) {
            mixed.add(element * element);
        }
        mixed.add(3);
        mixed.add((float) x[1]);
        return one.doubleValue() * squares(mixed)
                + squares(List.of(x[0], x[1])) * mixed.get(0).floatValue()
                + mixed.get(1).intValue() * x[0];
    }

    /** Not even Jacobi knows what other numbers are made of. */
    private static final class Halves extends Number {
        private static final long serialVersionUID = 1;
        private final double twice;

        Halves(double twice) {
            this.twice = twice;
        }

        @Override
        public double doubleValue() {
            return twice / 2;
        }

        @Override
        public float floatValue() {
            return (float) doubleValue();
        }

        @Override
        public int intValue() {
            return (int) doubleValue();
        }

        @Override
        public long longValue() {
            return (long) doubleValue();
        }
    }

    @Case(value = "[1.3, 0.4]", refused = Refusal.UNSUPPORTED_CALL)
    static double numberOfAnotherClass(double[] x) {
        List<Number> numbers = new ArrayList<>();
        numbers.add(new Halves(x[0]));
        numbers.add(x[1]);
        try {
            return numbers.get(0).doubleValue() * numbers.get(1).doubleValue();
        } catch (RuntimeException _) {
            return x[0];
        }
    }
}
