package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Jacobi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streams that {@code concat} puts together. */
class ConcatenatedStreamsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    @Case(POINT)
    static double arrays(double[] x) {
        return DoubleStream.concat(Arrays.stream(x), DoubleStream.of(x[0] * x[1], 2))
                .map(v -> v * v)
                .sum();
    }

    @Case(POINT)
    static double withStagesOfTheirOwn(double[] x) {
        return DoubleStream.concat(
                        Arrays.stream(x).filter(v -> v > 0.5).map(v -> v * x[1]),
                        IntStream.range(0, x.length)
                                .mapToDouble(i -> x[i] * x[i])
                                .skip(1))
                .map(Math::sin)
                .sum();
    }

    @Case(POINT)
    static double limitedBothWays(double[] x) {
        return DoubleStream.concat(
                        Arrays.stream(x).filter(v -> v > 0.5).limit(1),
                        DoubleStream.iterate(x[2], v -> v * x[0]).limit(3))
                .skip(1)
                .limit(2)
                .map(v -> v * x[1])
                .sum();
    }

    @Case(POINT)
    static double lists(double[] x) {
        List<Double> numbers = new ArrayList<>(List.of(x[0], x[1]));
        return Stream.concat(
                        numbers.stream(),
                        Stream.concat(Stream.of(x[2]), numbers.stream().skip(1)))
                .mapToDouble(v -> v * v)
                .reduce(1, (a, b) -> a * 0.5 + b);
    }

    @Case(POINT)
    static double ofFunctionsOfElements(double[] x) {
        return DoubleStream.concat(
                        IntStream.range(0, 3).mapToObj(i -> x[i]).flatMapToDouble(v -> DoubleStream.of(v, v * v)),
                        Arrays.stream(x))
                .boxed()
                .collect(Collectors.averagingDouble(v -> v * x[0]));
    }

    @Case(POINT)
    static double collected(double[] x) {
        double[] all = DoubleStream.concat(Arrays.stream(x), Arrays.stream(x).map(v -> v * v))
                .toArray();
        List<Double> list =
                Stream.concat(Arrays.stream(x).boxed(), Stream.of(x[0] * x[1])).toList();
        return all[0] * all[4] + all.length * all[5] + list.get(3) * list.size();
    }

    @Case(POINT)
    static double sorted(double[] x) {
        return DoubleStream.concat(Arrays.stream(x), Arrays.stream(x).map(v -> v * v))
                .sorted()
                .skip(1)
                .findFirst()
                .orElse(5);
    }

    @Case(POINT)
    static double found(double[] x) {
        double first = DoubleStream.concat(
                        Arrays.stream(x).filter(v -> v > 5), Arrays.stream(x).map(v -> v * x[0]))
                .filter(v -> v < 0.4)
                .findFirst()
                .orElse(3);
        boolean any = DoubleStream.concat(Arrays.stream(x), DoubleStream.of(3)).anyMatch(v -> v > 2);
        double greatest = DoubleStream.concat(DoubleStream.empty(), Arrays.stream(x))
                .max()
                .orElse(0);
        return any ? first * greatest : first;
    }

    @Case(POINT)
    static double counted(double[] x) {
        return x[0]
                        * DoubleStream.concat(Arrays.stream(x), Arrays.stream(x).map(v -> v * v))
                                .count()
                + x[1]
                        * Stream.concat(Arrays.stream(x).boxed(), Stream.of(x[0]))
                                .distinct()
                                .mapToDouble(v -> v)
                                .sum();
    }

    private static final StringBuilder CALLS = new StringBuilder();

    private static double said(String what, double v) {
        CALLS.append(what);
        return v;
    }

    static double inOrder(double[] x) {
        return DoubleStream.concat(
                        Arrays.stream(x).map(v -> said("a", v)),
                        Arrays.stream(x).map(v -> said("b", v)).limit(2))
                .map(v -> said("c", v))
                .limit(4)
                .map(v -> said("d", v * v))
                .sum();
    }

    @Test
    void functionsAreCalledInTheSameOrder() {
        double[] x = {0.7, 0.4, 0.9};
        CALLS.setLength(0);
        inOrder(x);
        String original = CALLS.toString();
        CALLS.setLength(0);
        double[] gradient = Jacobi.gradient(ConcatenatedStreamsTest::inOrder).at(x);
        assertEquals(original, CALLS.toString());
        assertEquals(4 * x[0], gradient[0], 1e-15);
    }
}
