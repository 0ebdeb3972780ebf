package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Streams that conditions put together. */
class ChosenStreamsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";
    private static final String OTHER = "[0.3, 0.6, 0.2]";

    @Case(POINT)
    @Case(OTHER)
    static double oneOfTwo(double[] x) {
        List<Double> two = List.of(x[0], x[1]);
        List<Double> one = List.of(x[2]);
        return (x[0] > 0.5 ? two.stream() : one.stream())
                .mapToDouble(v -> v * v)
                .sum();
    }

    @Case(POINT)
    @Case(OTHER)
    static double stagesIf(double[] x) {
        DoubleStream numbers = Arrays.stream(x).map(v -> v * v);
        if (x[0] > 0.5) {
            numbers = numbers.filter(v -> v > 0.2);
        }
        if (x[1] < 0.5) {
            numbers = numbers.map(Math::sin);
        }
        return numbers.sum();
    }

    @Case(POINT)
    @Case(OTHER)
    static double sortedAndLimitedIf(double[] x) {
        Stream<Double> numbers = Arrays.stream(x).boxed();
        if (x[0] > 0.5) {
            numbers = numbers.sorted(Comparator.reverseOrder());
        }
        if (x[1] > 0.5) {
            numbers = numbers.limit(2);
        }
        if (x[2] > 0.5) {
            numbers = numbers.map(v -> v * x[0]);
        }
        return numbers.reduce(1.0, (a, b) -> a * b + b);
    }

    @Case(POINT)
    @Case(OTHER)
    static double oneOfThree(double[] x) {
        Stream<double[]> arrays = switch ((int) (x[0] * 10 + 0.5)) {
            case 7 -> Stream.of(x, new double[] {x[1]});
            case 6 -> Stream.empty();
            default -> Stream.of(x);
        };
        return arrays.mapToDouble(a -> a[0] * a.length).sum();
    }

    @Case(POINT)
    static double chosenInLoop(double[] x) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            DoubleStream numbers = i % 2 == 0 ? Arrays.stream(x, 0, i + 1) : DoubleStream.of(x[i], x[0] * i);
            sum += numbers.map(v -> v * v).sum() * (i + 1);
        }
        return sum;
    }

    @Case(POINT)
    @Case(OTHER)
    static double consumedByOneOfTwo(double[] x) {
        DoubleStream numbers = Arrays.stream(x);
        boolean greatest = x[0] > 0.5;
        return greatest ? numbers.max().getAsDouble() * x[1] : numbers.min().getAsDouble();
    }

    private static DoubleStream weights(double[] x, String kind) {
        if (kind.equals("squares")) {
            return Arrays.stream(x).map(v -> v * v);
        }
        if (kind.equals("sines")) {
            return Arrays.stream(x).map(Math::sin);
        }
        return Arrays.stream(x);
    }

    @Case(POINT)
    @Case(OTHER)
    static double chosenInMethod(double[] x) {
        String kind = x[0] > 0.5 ? "squares" : "sines";
        return weights(x, kind).sum() * weights(x, "none").average().orElse(0);
    }

    @Case(POINT)
    @Case(OTHER)
    static double closed(double[] x) {
        try (DoubleStream numbers = x[0] > 0.5 ? Arrays.stream(x) : DoubleStream.of(x[1])) {
            return numbers.map(v -> v * v).sum();
        }
    }

    private static List<Double> positive(double v) {
        if (v < 0) {
            throw new IllegalArgumentException();
        }
        return List.of(v, v * v);
    }

    @Case(POINT)
    @Case("[-0.7, 0.4, 0.9]")
    static double exceptionWhileChoosing(double[] x) {
        try {
            List<Double> numbers = positive(x[0]);
            Stream<Double> chosen = numbers.get(0) > 3 ? Stream.of(x[1]) : numbers.stream();
            return chosen.mapToDouble(v -> v * v).sum();
        } catch (IllegalArgumentException e) {
            return x[2] * x[2];
        }
    }

    @Case(POINT)
    @Case(OTHER)
    static double integersAndMaps(double[] x) {
        Stream<Integer> places = x[0] > 0.5 ? Stream.iterate(0, i -> i + 1).limit(3) : Stream.of(1);
        Map<Integer, Double> numbers = places.collect(Collectors.toMap(i -> i, i -> x[i] * i));
        IntStream indices = x[0] > 0.5 ? IntStream.range(0, 3) : IntStream.of(2, 1);
        if (x[1] > 0.3) {
            indices = indices.parallel();
        }
        return numbers.values().stream().mapToDouble(v -> v).sum()
                + indices.mapToDouble(i -> x[i] * (i + 1)).sum();
    }

    @Case(POINT)
    @Case(OTHER)
    static double firstOfChosen(double[] x) {
        Optional<Double> first = (x[0] > 0.5 ? Stream.of(x[0], x[1]) : Stream.<Double>of())
                .map(v -> v * x[2])
                .findFirst();
        return first.orElse(x[1]);
    }

    @Case(POINT)
    @Case(OTHER)
    static double chosenForEachElement(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .flatMap(v -> v > 0.5 ? Stream.of(v, v * v) : Stream.empty())
                .mapToDouble(v -> v)
                .sum();
    }

    @Case(POINT)
    static double chosenSourcesForEachElement(double[] x) {
        List<List<Double>> lists = List.of(List.of(x[0], x[1]), List.of(x[2]));
        return lists.stream()
                        .flatMap(a -> a.size() > 1 ? a.stream().map(v -> v * v) : Stream.of(3.0, a.get(0)))
                        .mapToDouble(v -> v)
                        .map(Math::sin)
                        .sum()
                + IntStream.range(0, 3)
                        .boxed()
                        .flatMapToDouble(i -> {
                            if (i == 0) {
                                return DoubleStream.empty();
                            }
                            if (i == 1) {
                                return Arrays.stream(x).map(v -> v * i);
                            }
                            return IntStream.range(0, i).mapToDouble(j -> x[j]);
                        })
                        .reduce(1, (a, b) -> a * b + 1);
    }

    @Case(POINT)
    static double effectsOfChosenElements(double[] x) {
        double[] sum = {1};
        Arrays.stream(x)
                .boxed()
                .flatMap(v -> v > 0.5 ? Stream.of(v, sum[0]) : Stream.empty())
                .forEach(v -> sum[0] += v * v);
        return sum[0];
    }

    /** The function of the inner stream reads what was written after the element before. */
    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double chosenElementsMeetEffects(double[] x) {
        double[] sum = {1};
        Arrays.stream(x)
                .boxed()
                .flatMap(v -> v > 0.5 ? Stream.of(v, v).map(w -> w * sum[0]) : Stream.empty())
                .forEach(v -> sum[0] += v * v);
        return sum[0];
    }

    /** The JDK throws an exception, which must not get lost. */
    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double usedTwice(double[] x) {
        DoubleStream numbers = Arrays.stream(x);
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            try {
                sum += numbers.sum();
            } catch (IllegalStateException e) {
                sum *= x[1];
            }
        }
        return sum;
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double putTogetherInLoop(double[] x) {
        DoubleStream numbers = Arrays.stream(x);
        for (int i = 0; i < x.length; i++) {
            numbers = numbers.map(v -> v * v);
        }
        return numbers.sum();
    }
}
