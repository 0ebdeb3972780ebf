package dev.jacobi.runtime.library;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for methods of {@link Collectors} where their parts are called by loops that streams became, with the arithmetic of the JDK. Combiners are never
 * called then.
 */
@SuppressWarnings("unchecked")
public final class CollectorsMethods {
    private CollectorsMethods() {}

    private static Collector<?, ?, ?> folding(
            Supplier<?> supplier, BiConsumer<?, ?> accumulator, Function<?, ?> finisher) {
        return new Folding(
                (Supplier<@Nullable Object>) supplier,
                (BiConsumer<@Nullable Object, @Nullable Object>) accumulator,
                (Function<@Nullable Object, @Nullable Object>) finisher);
    }

    private static Collector<Object, Object, Object> known(Collector<?, ?, ?> collector) {
        return (Collector<Object, Object, Object>) collector;
    }

    public static Collector<?, ?, ?> toList() {
        return folding(
                () -> new ArrayList<@Nullable Object>(),
                (List<@Nullable Object> list, @Nullable Object element) -> list.add(element),
                list -> list);
    }

    public static Collector<?, ?, ?> toUnmodifiableList() {
        return folding(
                () -> new ArrayList<>(),
                (List<Object> list, Object element) -> list.add(Objects.requireNonNull(element)),
                (List<Object> list) -> Collections.unmodifiableList(list));
    }

    public static Collector<?, ?, ?> toSet() {
        return folding(
                () -> new HashSet<@Nullable Object>(),
                (Set<@Nullable Object> set, @Nullable Object element) -> set.add(element),
                set -> set);
    }

    public static Collector<?, ?, ?> toCollection(Supplier<Collection<Object>> factory) {
        return folding(
                factory, (Collection<@Nullable Object> all, @Nullable Object element) -> all.add(element), all -> all);
    }

    public static Collector<?, ?, ?> mapping(Function<Object, Object> mapper, Collector<?, ?, ?> downstream) {
        Collector<Object, Object, Object> then = known(downstream);
        return folding(
                then.supplier(),
                (Object container, Object element) -> then.accumulator().accept(container, mapper.apply(element)),
                then.finisher());
    }

    public static Collector<?, ?, ?> filtering(Predicate<Object> predicate, Collector<?, ?, ?> downstream) {
        Collector<Object, Object, Object> then = known(downstream);
        return folding(
                then.supplier(),
                (Object container, Object element) -> {
                    if (predicate.test(element)) {
                        then.accumulator().accept(container, element);
                    }
                },
                then.finisher());
    }

    public static Collector<?, ?, ?> collectingAndThen(
            Collector<?, ?, ?> downstream, Function<Object, Object> finisher) {
        Collector<Object, Object, Object> before = known(downstream);
        return folding(
                before.supplier(),
                before.accumulator(),
                (Object container) -> finisher.apply(before.finisher().apply(container)));
    }

    public static Collector<?, ?, ?> counting() {
        return folding(() -> new long[1], (long[] count, Object _) -> count[0]++, (long[] count) -> (Object) count[0]);
    }

    public static Collector<?, ?, ?> summingDouble(ToDoubleFunction<Object> mapper) {
        return folding(
                () -> new double[3],
                (double[] sums, Object element) -> add(sums, mapper.applyAsDouble(element)),
                (double[] sums) -> (Object) sum(sums));
    }

    public static Collector<?, ?, ?> averagingDouble(ToDoubleFunction<Object> mapper) {
        return folding(
                () -> new double[4],
                (double[] sums, Object element) -> {
                    add(sums, mapper.applyAsDouble(element));
                    sums[3]++;
                },
                (double[] sums) -> (Object) (sums[3] == 0 ? 0.0d : sum(sums) / sums[3]));
    }

    public static Collector<?, ?, ?> summarizingDouble(ToDoubleFunction<Object> mapper) {
        return folding(
                () -> new DoubleSummaryStatistics(),
                (DoubleSummaryStatistics statistics, Object element) ->
                        statistics.accept(mapper.applyAsDouble(element)),
                statistics -> statistics);
    }

    public static Collector<?, ?, ?> summarizingInt(ToIntFunction<Object> mapper) {
        return folding(
                () -> new IntSummaryStatistics(),
                (IntSummaryStatistics statistics, Object element) -> statistics.accept(mapper.applyAsInt(element)),
                statistics -> statistics);
    }

    public static Collector<?, ?, ?> summarizingLong(ToLongFunction<Object> mapper) {
        return folding(
                () -> new LongSummaryStatistics(),
                (LongSummaryStatistics statistics, Object element) -> statistics.accept(mapper.applyAsLong(element)),
                statistics -> statistics);
    }

    public static Collector<?, ?, ?> summingInt(ToIntFunction<Object> mapper) {
        return folding(
                () -> new int[1], (int[] sum, Object element) -> sum[0] += mapper.applyAsInt(element), (int[] sum) ->
                        (Object) sum[0]);
    }

    public static Collector<?, ?, ?> summingLong(ToLongFunction<Object> mapper) {
        return folding(
                () -> new long[1],
                (long[] sum, Object element) -> sum[0] += mapper.applyAsLong(element),
                (long[] sum) -> (Object) sum[0]);
    }

    public static Collector<?, ?, ?> averagingInt(ToIntFunction<Object> mapper) {
        return averagingLong(mapper::applyAsInt);
    }

    public static Collector<?, ?, ?> averagingLong(ToLongFunction<Object> mapper) {
        return folding(
                () -> new long[2],
                (long[] sums, Object element) -> {
                    sums[0] += mapper.applyAsLong(element);
                    sums[1]++;
                },
                (long[] sums) -> (Object) (sums[1] == 0 ? 0.0d : (double) sums[0] / sums[1]));
    }

    /** The sum, what compensates for its rounding, and the plain sum, as the JDK keeps them. */
    private static void add(double[] sums, double value) {
        double corrected = value - sums[1];
        double sum = sums[0];
        double next = sum + corrected;
        sums[1] = (next - sum) - corrected;
        sums[0] = next;
        sums[2] += value;
    }

    private static double sum(double[] sums) {
        double sum = sums[0] - sums[1];
        double simple = sums[2];
        return Double.isNaN(sum) && Double.isInfinite(simple) ? simple : sum;
    }

    public static Collector<?, ?, ?> reducing(@Nullable Object identity, BinaryOperator<@Nullable Object> operator) {
        return folding(
                () -> new @Nullable Object[] {identity},
                (@Nullable Object[] kept, @Nullable Object element) -> kept[0] = operator.apply(kept[0], element),
                (@Nullable Object[] kept) -> kept[0]);
    }

    public static Collector<?, ?, ?> reducing(
            @Nullable Object identity,
            Function<@Nullable Object, @Nullable Object> mapper,
            BinaryOperator<@Nullable Object> operator) {
        return folding(
                () -> new @Nullable Object[] {identity},
                (@Nullable Object[] kept, @Nullable Object element) ->
                        kept[0] = operator.apply(kept[0], mapper.apply(element)),
                (@Nullable Object[] kept) -> kept[0]);
    }

    public static Collector<?, ?, ?> reducing(BinaryOperator<@Nullable Object> operator) {
        return folding(
                () -> new @Nullable Object[2],
                (@Nullable Object[] kept, @Nullable Object element) -> {
                    kept[0] = kept[1] == null ? element : operator.apply(kept[0], element);
                    kept[1] = "there is one";
                },
                (@Nullable Object[] kept) -> Optional.ofNullable(kept[0]));
    }

    public static Collector<?, ?, ?> minBy(Comparator<@Nullable Object> order) {
        return reducing((one, other) -> order.compare(one, other) <= 0 ? one : other);
    }

    public static Collector<?, ?, ?> maxBy(Comparator<@Nullable Object> order) {
        return reducing((one, other) -> order.compare(one, other) >= 0 ? one : other);
    }

    public static Collector<?, ?, ?> groupingBy(Function<Object, Object> key) {
        return groupingBy(key, toList());
    }

    public static Collector<?, ?, ?> groupingBy(Function<Object, Object> key, Collector<?, ?, ?> downstream) {
        return groupingBy(key, () -> new HashMap<>(), downstream);
    }

    public static Collector<?, ?, ?> groupingBy(
            Function<Object, Object> key, Supplier<Map<Object, Object>> factory, Collector<?, ?, ?> downstream) {
        Collector<Object, Object, Object> then = known(downstream);
        return folding(
                factory,
                (Map<Object, Object> groups, Object element) -> then.accumulator()
                        .accept(
                                groups.computeIfAbsent(
                                        Objects.requireNonNull(
                                                key.apply(element), "element cannot be mapped to a null key"),
                                        _ -> then.supplier().get()),
                                element),
                (Map<Object, Object> groups) -> {
                    groups.replaceAll((_, container) -> then.finisher().apply(container));
                    return groups;
                });
    }

    public static Collector<?, ?, ?> partitioningBy(Predicate<Object> predicate) {
        return partitioningBy(predicate, toList());
    }

    public static Collector<?, ?, ?> partitioningBy(Predicate<Object> predicate, Collector<?, ?, ?> downstream) {
        Collector<Object, Object, Object> then = known(downstream);
        return folding(
                () -> {
                    Map<Object, Object> parts = new LinkedHashMap<>();
                    parts.put(false, then.supplier().get());
                    parts.put(true, then.supplier().get());
                    return parts;
                },
                (Map<Object, Object> parts, Object element) ->
                        then.accumulator().accept(parts.get(predicate.test(element)), element),
                (Map<Object, Object> parts) -> {
                    parts.replaceAll((_, container) -> then.finisher().apply(container));
                    return Collections.unmodifiableMap(parts);
                });
    }

    public static Collector<?, ?, ?> flatMapping(Function<Object, Stream<?>> mapper, Collector<?, ?, ?> downstream) {
        Collector<Object, Object, Object> then = known(downstream);
        return folding(
                then.supplier(),
                (Object container, Object element) -> Stream.of(element)
                        .flatMap(mapper)
                        .forEach(each -> then.accumulator().accept(container, each)),
                then.finisher());
    }

    public static Collector<?, ?, ?> toMap(Function<Object, Object> key, Function<Object, Object> value) {
        return folding(
                () -> new HashMap<>(),
                (Map<Object, Object> map, Object element) -> {
                    Object place = key.apply(element);
                    Object put = Objects.requireNonNull(value.apply(element));
                    Object before = map.putIfAbsent(place, put);
                    if (before != null) {
                        throw new IllegalStateException(String.format(
                                "Duplicate key %s (attempted merging values %s and %s)", place, before, put));
                    }
                },
                map -> map);
    }

    public static Collector<?, ?, ?> toMap(
            Function<Object, Object> key, Function<Object, Object> value, BinaryOperator<Object> merge) {
        return toMap(key, value, merge, () -> new HashMap<>());
    }

    public static Collector<?, ?, ?> toMap(
            Function<Object, Object> key,
            Function<Object, Object> value,
            BinaryOperator<Object> merge,
            Supplier<Map<Object, Object>> factory) {
        return folding(
                factory,
                (Map<Object, Object> map, Object element) -> map.merge(key.apply(element), value.apply(element), merge),
                map -> map);
    }

    public static Collector<?, ?, ?> teeing(
            Collector<?, ?, ?> one, Collector<?, ?, ?> other, BiFunction<Object, Object, Object> merger) {
        Collector<Object, Object, Object> first = known(one);
        Collector<Object, Object, Object> second = known(other);
        return folding(
                () -> new Object[] {first.supplier().get(), second.supplier().get()},
                (Object[] both, Object element) -> {
                    first.accumulator().accept(both[0], element);
                    second.accumulator().accept(both[1], element);
                },
                (Object[] both) -> merger.apply(
                        first.finisher().apply(both[0]), second.finisher().apply(both[1])));
    }
}
