package dev.jacobi.conformance.groups;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Streams of collections and of objects, from their sources to what they are collected in. */
@SuppressWarnings("BoxingComparator") // code as users write it
class StreamsTest extends GroupTest {

    private record Item(String name, double weight, double value) {}

    private static List<Item> items(double[] x) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            items.add(new Item("n" + i % 2, Math.sin(3 * x[i]), x[i] * x[i]));
        }
        return items;
    }

    private static double folded(Iterable<Double> numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum = sum * 0.7 + number * number;
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    @Case("[]")
    static double sums(double[] x) {
        return items(x).stream().mapToDouble(Item::value).sum()
                + items(x).parallelStream()
                        .filter(item -> item.weight() > 0)
                        .mapToDouble(Item::weight)
                        .sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double lists(double[] x) {
        List<Double> mapped =
                items(x).stream().map(item -> item.value() * item.weight()).toList();
        List<Double> collected =
                mapped.stream().filter(v -> v > 0).map(Math::sin).collect(Collectors.toList());
        collected.add(x[0] * x[1]);
        return folded(mapped) * collected.size() + folded(collected);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double arrays(double[] x) {
        Double[] boxed = items(x).stream().map(Item::value).toArray(Double[]::new);
        double[] positive = Arrays.stream(x).filter(v -> v > 0).map(v -> v * v).toArray();
        double[] all = items(x).stream().mapToDouble(Item::weight).toArray();
        int[] places = IntStream.range(0, 4).filter(i -> x[i] > 0).toArray();
        return boxed[0] * positive[2]
                + all[3] * x[places[1]]
                + Arrays.stream(x, 1, 3).sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double reductions(double[] x) {
        return Stream.of(x[0], x[1], x[2]).reduce(1.0, (a, b) -> a * b)
                + List.of(x[1], x[2], x[3]).stream().reduce(0.0, Double::sum) * x[0]
                + items(x).stream()
                        .map(Item::value)
                        .reduce((a, b) -> a * 0.5 + b)
                        .get();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double greatestAndFirst(double[] x) {
        return items(x).stream()
                        .max(Comparator.comparingDouble(Item::weight))
                        .map(Item::value)
                        .orElse(0.0)
                + items(x).stream()
                        .min(Comparator.comparing(Item::value))
                        .orElseThrow()
                        .weight()
                + items(x).stream().mapToDouble(Item::value).max().getAsDouble() * x[2]
                + Arrays.stream(x).boxed().filter(v -> v > 0.8).findFirst().get() * x[0]
                + Arrays.stream(x).filter(v -> v > 5).findAny().orElse(x[3]);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double sorted(double[] x) {
        return items(x).stream()
                        .sorted(Comparator.comparing(Item::name)
                                .thenComparing(
                                        Comparator.comparingDouble(Item::weight).reversed()))
                        .map(Item::value)
                        .reduce(0.0, (a, b) -> a * 0.5 + b)
                + DoubleStream.of(x).sorted().limit(2).sum() * x[0]
                + folded(items(x).stream().map(Item::weight).sorted().toList())
                + IntStream.range(0, 4)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> x[i]))
                        .mapToDouble(i -> x[i])
                        .reduce(0, (a, b) -> a * 0.5 + b * b);
    }

    @Case("[0.7, 1.3, -0.4, 0.9, 0.2]")
    static double parts(double[] x) {
        return items(x).stream().skip(1).limit(2).mapToDouble(Item::value).sum() * x[0]
                + items(x).stream().limit(3).skip(2).mapToDouble(Item::weight).sum()
                + items(x).stream()
                                .takeWhile(item -> item.weight() > -0.9)
                                .mapToDouble(Item::value)
                                .sum()
                        * x[1]
                + items(x).stream().limit(0).mapToDouble(Item::value).sum()
                + Stream.of(x[0], x[1] * x[1], x[2])
                        .distinct()
                        .mapToDouble(v -> v)
                        .sum()
                + (items(x).stream().anyMatch(item -> item.value() > 1) ? x[3] : x[4]);
    }

    @Case(value = "[0.7, 1.3]; -1", throwing = IllegalArgumentException.class)
    @Case("[0.7, 1.3]; 1")
    static double limited(double[] x, int n) {
        return items(x).stream().limit(n).mapToDouble(Item::value).sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double counted(double[] x) {
        return items(x).stream().count() * x[0]
                + items(x).stream().filter(item -> item.weight() > 0).count() * x[1];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double summaries(double[] x) {
        return items(x).stream().collect(Collectors.averagingDouble(Item::value)) * x[0]
                + items(x).stream().collect(Collectors.summingDouble(Item::weight))
                + items(x).stream()
                        .collect(Collectors.teeing(
                                Collectors.summingDouble(Item::value), Collectors.counting(), (sum, n) -> sum / n))
                + items(x).stream().map(Item::value).collect(Collectors.reducing(1.0, (a, b) -> a * b))
                + items(x).stream()
                        .collect(Collectors.maxBy(Comparator.comparingDouble(Item::weight)))
                        .get()
                        .value();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double grouped(double[] x) {
        Map<String, List<Item>> groups = items(x).stream().collect(Collectors.groupingBy(Item::name));
        Map<String, Double> sums =
                items(x).stream().collect(Collectors.groupingBy(Item::name, Collectors.summingDouble(Item::value)));
        double sum = sums.get("n0") * sums.get("n1");
        for (Map.Entry<String, List<Item>> group : groups.entrySet()) {
            sum += group.getValue().getFirst().value() * group.getKey().length();
        }
        return sum
                + groups.values().stream()
                        .mapToDouble(group ->
                                group.stream().mapToDouble(Item::value).max().orElse(0))
                        .sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double maps(double[] x) {
        Map<String, Double> merged =
                items(x).stream().collect(Collectors.toMap(Item::name, Item::value, (a, b) -> a * b));
        Map<Double, Double> own = items(new double[] {x[0], x[1]}).stream()
                .collect(Collectors.toMap(item -> item.name().equals("n0") ? 1.0 : 2.0, Item::weight));
        Map<String, Double> ordered = new LinkedHashMap<>(new TreeMap<>(merged));
        return ordered.values().stream().mapToDouble(v -> v).sum() * folded(own.values())
                + ordered.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("n1"))
                        .mapToDouble(entry -> entry.getValue())
                        .sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double collectedByParts(double[] x) {
        return folded(items(x).stream().map(Item::value).collect(ArrayList::new, ArrayList::add, ArrayList::addAll));
    }

    private static double total(Stream<Double> numbers) {
        return numbers.mapToDouble(v -> v * v).sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double passedOn(double[] x) {
        return total(items(x).stream().map(Item::value)) * x[0];
    }

    private static double halved(List<Item> items, int n) {
        return n == 0
                ? 0
                : items.stream().mapToDouble(Item::value).sum() * 0.5
                        + halved(items.stream().skip(1).toList(), n - 1);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double inRecursion(double[] x) {
        return halved(items(x), 3);
    }
}
