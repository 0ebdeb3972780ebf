package dev.jacobi.conformance.groups;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
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

    @Case("[0.7, 1.3, -0.4, 0.9]")
    @Case("[]")
    static double flattened(double[] x) {
        return items(x).stream()
                        .flatMap(item -> Stream.of(item.value(), item.weight()))
                        .mapToDouble(v -> v)
                        .reduce(0.5, (a, b) -> a * 0.7 + b * b)
                + IntStream.range(0, x.length)
                        .flatMap(i -> IntStream.rangeClosed(0, i))
                        .mapToDouble(j -> x[j] * x[j])
                        .sum()
                + Arrays.stream(x)
                        .flatMap(a ->
                                Arrays.stream(x).filter(b -> b > a).flatMap(b -> DoubleStream.of(a * b, Math.sin(b))))
                        .sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double flattenedToNumbers(double[] x) {
        return Stream.of(x, new double[] {x[0] * x[1]})
                        .flatMapToDouble(Arrays::stream)
                        .map(v -> v * v)
                        .sum()
                + items(x).stream()
                        .flatMapToDouble(item -> DoubleStream.of(item.value(), item.weight()))
                        .reduce(1, (a, b) -> a * 0.5 + b);
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double flattenedLists(double[] x) {
        List<List<Item>> groups = List.of(items(x).subList(0, 1), items(x).subList(1, 4));
        return folded(groups.stream()
                        .flatMap(List::stream)
                        .map(Item::value)
                        .skip(1)
                        .limit(2)
                        .collect(Collectors.toList()))
                + groups.stream()
                        .flatMap(group -> group.stream().sorted(Comparator.comparingDouble(Item::weight)))
                        .map(item -> item.value() * item.weight())
                        .findFirst()
                        .orElseThrow()
                + folded(items(x).stream()
                        .collect(Collectors.flatMapping(
                                item -> Stream.of(item.value(), item.weight() * 2), Collectors.toList())));
    }

    @Case("1.3; 6")
    static double iterated(double x, int n) {
        return DoubleStream.iterate(x, v -> Math.sin(v) + 0.5).limit(n).sum() * x
                + Stream.iterate(x, v -> v < 30, v -> v * v + 0.1)
                        .mapToDouble(v -> v * x)
                        .sum()
                + DoubleStream.iterate(x, v -> v * 0.5).takeWhile(v -> v > 0.3).reduce(1, (a, b) -> a * b)
                + Stream.iterate(new Item("a", x, x * x), item -> new Item("b", item.value(), item.weight() * x))
                        .skip(2)
                        .findFirst()
                        .orElseThrow()
                        .value();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double generated(double[] x) {
        int[] next = {0};
        double[] state = {x[0]};
        return DoubleStream.generate(() -> x[next[0]++] * 2).limit(3).reduce(1, (a, b) -> a * b)
                + Stream.generate(() -> state[0] = state[0] * x[1] + 0.2)
                        .limit(4)
                        .mapToDouble(v -> v * v)
                        .sum();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double partitioned(double[] x) {
        Map<Boolean, List<Item>> parts = items(x).stream().collect(Collectors.partitioningBy(i -> i.weight() > 0));
        Map<Boolean, Double> sums = items(x).stream()
                .collect(Collectors.partitioningBy(i -> i.value() > 0.6, Collectors.summingDouble(Item::weight)));
        return parts.get(true).getFirst().value() * parts.get(false).getFirst().weight()
                + sums.get(true) * sums.get(false) * parts.size();
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double byIterator(double[] x) {
        PrimitiveIterator.OfDouble each = Arrays.stream(x).filter(v -> v > 0).iterator();
        double sum = 0;
        while (each.hasNext()) {
            sum = sum * 0.5 + each.nextDouble() * x[0];
        }
        for (Iterator<Item> item = items(x).stream().skip(1).iterator(); item.hasNext(); ) {
            sum += item.next().value() * sum;
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double prefixes(double[] x) {
        double[] sums = Arrays.stream(x).map(v -> v * v).toArray();
        Arrays.parallelPrefix(sums, Double::sum);
        double[] products = x.clone();
        Arrays.parallelPrefix(products, 1, 4, (a, b) -> a * b + 0.1);
        Double[] boxed = Arrays.stream(x).boxed().toArray(Double[]::new);
        Arrays.parallelPrefix(boxed, (a, b) -> a * 0.5 + b * b);
        Arrays.setAll(boxed, i -> boxed[i] * x[i]);
        return sums[3] * products[2] + products[3] + boxed[3] + boxed[1];
    }

    @Case("[0.7, 1.3, -0.4, 0.9]")
    static double fewElements(double[] x) {
        return DoubleStream.of(x[0]).map(v -> v * v).sum()
                + Stream.of(x[1]).mapToDouble(v -> v * x[2]).sum()
                + Stream.<Double>empty().mapToDouble(v -> v).sum()
                + Optional.of(x[3]).stream().map(v -> v * 3).findFirst().orElse(1.0);
    }
}
