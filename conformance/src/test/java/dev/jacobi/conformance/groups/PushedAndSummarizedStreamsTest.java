package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Streams whose functions push elements, statistics of streams, reductions to another type. */
class PushedAndSummarizedStreamsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    private record Pair(double a, double b) {}

    @Case(POINT)
    @Case("[]")
    static double pushedNumbers(double[] x) {
        return Arrays.stream(x)
                .mapMulti((v, sink) -> {
                    sink.accept(v * v);
                    if (v > 0.5) {
                        sink.accept(Math.sin(v));
                    }
                })
                .filter(v -> v > 0.2)
                .sum();
    }

    @Case(POINT)
    static double pushedObjects(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .<Pair>mapMulti((v, sink) -> {
                    sink.accept(new Pair(v, 1));
                    if (v > 0.5) {
                        sink.accept(new Pair(v * v, v));
                    }
                })
                .mapToDouble(pair -> pair.a() * pair.b())
                .sum();
    }

    @Case(POINT)
    static double pushedElementsOfLists(double[] x) {
        List<List<Double>> lists = List.of(List.of(x[0], x[1]), List.of(), List.of(x[2]));
        return lists.stream()
                .<Double>mapMulti(List::forEach)
                .mapToDouble(v -> v * v)
                .reduce(1, (a, b) -> a * b + a);
    }

    @Case(POINT)
    static double pushedByObjectsAndIntegers(double[] x) {
        double triangle = IntStream.range(0, x.length)
                .boxed()
                .mapMultiToDouble((i, sink) -> {
                    for (int j = 0; j <= i; j++) {
                        sink.accept(x[j] * i);
                    }
                })
                .map(Math::sin)
                .sum();
        return triangle
                + IntStream.range(0, x.length)
                        .mapMulti((i, sink) -> {
                            sink.accept(i);
                            sink.accept((i + 1) % x.length);
                        })
                        .mapToDouble(i -> x[i])
                        .reduce(1, (a, b) -> a * b + 0.1);
    }

    @Case(POINT)
    static double exceptionAfterPushing(double[] x) {
        double[] seen = {1};
        try {
            return Arrays.stream(x)
                    .mapMulti((v, sink) -> {
                        sink.accept(v * v);
                        if (v < 0.5) {
                            throw new IllegalStateException();
                        }
                    })
                    .peek(v -> seen[0] *= 1 + v)
                    .sum();
        } catch (IllegalStateException e) {
            return seen[0];
        }
    }

    /** What the function reads between two elements may have been written by what comes after. */
    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double pushedWhatIsWritten(double[] x) {
        double[] last = {1};
        Arrays.stream(x)
                .mapMulti((v, sink) -> {
                    sink.accept(v * last[0]);
                    sink.accept(v * last[0]);
                })
                .forEach(v -> last[0] = v + 1);
        return last[0];
    }

    @Case(POINT)
    static double statistics(double[] x) {
        DoubleSummaryStatistics all = Arrays.stream(x).map(v -> v * v).summaryStatistics();
        return all.getMax() * all.getAverage() + all.getSum() - all.getMin() * all.getCount();
    }

    @Case(POINT)
    static double statisticsOfNothing(double[] x) {
        DoubleSummaryStatistics all = Arrays.stream(x).skip(5).summaryStatistics();
        return all.getAverage() + x[0] * (Double.isInfinite(all.getMin()) ? 2 : 3);
    }

    private static double normalized(DoubleSummaryStatistics all, double v) {
        return (v - all.getMin()) / (all.getMax() - all.getMin());
    }

    @Case(POINT)
    static double statisticsPassedOn(double[] x) {
        DoubleSummaryStatistics all = Arrays.stream(x).summaryStatistics();
        return Arrays.stream(x).map(v -> normalized(all, v)).map(v -> v * v).sum();
    }

    @Case(POINT)
    @SuppressWarnings("UnnecessaryMethodReference") // both ways are written
    static double statisticsByHand(double[] x) {
        DoubleSummaryStatistics squares = new DoubleSummaryStatistics();
        for (double v : x) {
            squares.accept(v * v);
        }
        DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();
        Arrays.stream(x).forEach(numbers);
        Arrays.stream(x).map(Math::exp).forEach(numbers::accept);
        numbers.combine(squares);
        return numbers.getSum() * squares.getAverage() + numbers.getMax();
    }

    @Case(POINT)
    static double statisticsOfCollectors(double[] x) {
        return Arrays.stream(x)
                        .boxed()
                        .collect(Collectors.summarizingDouble(v -> v * v))
                        .getAverage()
                * Arrays.stream(x)
                        .boxed()
                        .collect(Collectors.teeing(
                                Collectors.summarizingDouble(v -> Math.sin(v)), Collectors.counting(), (all, n) -> {
                                    all.accept(n);
                                    return all.getSum() * all.getMin();
                                }));
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double statisticsInMaps(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .collect(Collectors.groupingBy(v -> v > 0.5, Collectors.summarizingDouble(v -> v * v)))
                .get(true)
                .getSum();
    }

    @Case(POINT)
    static double statisticsOfIntegers(double[] x) {
        IntSummaryStatistics ints = IntStream.of(1, 2, 3).summaryStatistics();
        return x[0] * LongStream.range(0, 4).summaryStatistics().getSum()
                + x[1] * ints.getAverage()
                + x[2] * ints.getMax()
                + x[0] * Stream.of(1, 2, 4).collect(Collectors.averagingInt(i -> i))
                + x[1] * Stream.of(1, 2, 4).collect(Collectors.summingLong(i -> i));
    }

    @Case(POINT)
    @Case("[]")
    static double rangesOfLongs(double[] x) {
        double state = 1;
        for (int round = 0; round < 2; round++) {
            double before = state;
            state = LongStream.range(0, x.length)
                            .mapToDouble(i -> Math.sin(x[(int) i] * before) * i)
                            .sum()
                    + LongStream.rangeClosed(1, x.length)
                            .filter(i -> i != 2)
                            .mapToDouble(i -> x[(int) (i - 1)] * x[(int) (x.length - i)])
                            .reduce(before, (sum, v) -> sum * 0.5 + v);
        }
        return state;
    }

    @Case(POINT)
    static double nestedCollectors(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .collect(Collectors.mapping(
                        v -> v * v,
                        Collectors.filtering(
                                v -> v > 0.2,
                                Collectors.mapping(v -> v + x[0], Collectors.summingDouble(v -> v * v)))));
    }

    @Case(POINT)
    static double reducedToAnotherType(double[] x) {
        return Stream.of(0, 1, 2).reduce(1.0, (sum, i) -> sum * x[i] + i, (a, b) -> a * b)
                * Stream.of(x[0], x[1], x[2]).reduce(0.5, (a, b) -> a * b + b, Double::sum);
    }

    @Case(POINT)
    @Case("[0.9, 0.6]")
    static double dropped(double[] x) {
        return Arrays.stream(x).dropWhile(v -> v > 0.5).map(v -> v * v).sum() * x[0]
                + Arrays.stream(x)
                        .boxed()
                        .dropWhile(v -> v > 0.8)
                        .skip(1)
                        .mapToDouble(v -> v)
                        .sum();
    }
}
