package dev.jacobi.optimize.streams;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.OpCode;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.testing.Transformed;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubstituteStreamsTest {
    private static Transformed transformed(String method) {
        return Transformed.of(
                MethodHandles.lookup(),
                method,
                (function, check) -> Pipeline.forDifferentiation(SubstituteStreamsTest.class, _ -> false)
                        .run(function, (stage, after, _) -> check.accept(stage, after)));
    }

    /** Arrays of all sizes with ordinary, huge and tiny numbers, some of them with infinities and NaN. */
    private static List<double[]> inputs() {
        Random random = new Random(20_251_121);
        double[] special = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.0, Double.MAX_VALUE
        };
        List<double[]> inputs = new ArrayList<>();
        inputs.add(new double[] {});
        inputs.add(new double[] {-0.0});
        inputs.add(new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1});
        inputs.add(new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY});
        inputs.add(new double[] {Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE});
        for (int round = 0; round < 60; round++) {
            double[] input = new double[random.nextInt(40)];
            for (int index = 0; index < input.length; index++) {
                input[index] = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
                if (round % 3 == 0 && random.nextInt(12) == 0) {
                    input[index] = special[random.nextInt(special.length)];
                }
            }
            inputs.add(input);
        }
        return inputs;
    }

    static double sum(double[] x) {
        return Arrays.stream(x).sum();
    }

    static double sumOfSquaresOfPositive(double[] x) {
        return DoubleStream.of(x).filter(v -> v > 0).map(v -> v * v).sum();
    }

    static double average(double[] x) {
        return Arrays.stream(x).average().orElse(-1);
    }

    static double averageOrThrow(double[] x) {
        return Arrays.stream(x).map(v -> v + 1).average().getAsDouble();
    }

    static double minimum(double[] x) {
        return Arrays.stream(x).min().orElseThrow();
    }

    static double maximum(double[] x) {
        return Arrays.stream(x).max().orElse(Double.NaN);
    }

    static double dotProduct(double[] x) {
        return IntStream.range(0, x.length)
                .mapToDouble(i -> x[i] * x[x.length - 1 - i])
                .sum();
    }

    static double reduced(double[] x) {
        return Arrays.stream(x).reduce(1, (a, b) -> a * 0.5 + b);
    }

    static double reducedWithoutIdentity(double[] x) {
        return Arrays.stream(x).reduce((a, b) -> a * 0.5 - b).orElse(7);
    }

    static boolean isAnyPresent(double[] x) {
        return Arrays.stream(x).reduce(Math::max).isPresent();
    }

    static double boxed(double[] x) {
        return Arrays.stream(x).boxed().map(v -> v * 2).reduce(0.0, Double::sum);
    }

    static double objects(double[] x) {
        return IntStream.range(0, x.length)
                .mapToObj(i -> x[i])
                .mapToDouble(v -> v)
                .sum();
    }

    static int countAbove(double[] x) {
        return (int) Arrays.stream(x).filter(v -> v > 1).count();
    }

    static long countWithoutLooking(double[] x) {
        return Arrays.stream(x).map(v -> x[-1]).count();
    }

    static boolean any(double[] x) {
        return Arrays.stream(x).anyMatch(v -> v > 3);
    }

    static boolean all(double[] x) {
        return Arrays.stream(x).allMatch(v -> v < 3);
    }

    static boolean none(double[] x) {
        return Arrays.stream(x).noneMatch(v -> v == 0);
    }

    static double[] mapped(double[] x) {
        return Arrays.stream(x).map(v -> 1 / v).toArray();
    }

    static void inPlace(double[] x) {
        IntStream.range(0, x.length).forEach(i -> x[i] = 3 * x[i] + i);
    }

    static double integers(double[] x) {
        int sum = IntStream.rangeClosed(-3, x.length).map(i -> i * i).sum();
        double average = IntStream.range(0, x.length).asLongStream().average().orElse(0.25);
        long product = LongStream.of(3, 4, 5).filter(v -> v != 4).reduce(1, (a, b) -> a * b);
        int least = IntStream.of(9, 4, 7).min().getAsInt();
        return sum
                + average
                + product
                + least
                + IntStream.range(2, 5).asDoubleStream().sum();
    }

    static double collected(double[] x) {
        double[] sums = Arrays.stream(x).collect(() -> new double[2], (s, v) -> s[0] += v, (a, b) -> a[0] += b[0]);
        return sums[0];
    }

    static double peeked(double[] x) {
        double[] seen = new double[1];
        return Arrays.stream(x).peek(v -> seen[0]++).filter(v -> v > 0).sum() + seen[0];
    }

    static double nested(double[] x) {
        return IntStream.range(0, x.length)
                .mapToDouble(
                        i -> IntStream.rangeClosed(0, i).mapToDouble(j -> x[j]).sum() * x[i])
                .sum();
    }

    static double caught(double[] x) {
        try {
            return IntStream.range(0, x.length + 1).mapToDouble(i -> x[i]).sum();
        } catch (ArrayIndexOutOfBoundsException _) {
            return -1;
        }
    }

    static double flat(double[] x) {
        return IntStream.range(0, x.length)
                .boxed()
                .flatMap(i -> Arrays.stream(x, 0, i).boxed().filter(v -> v > 0))
                .reduce(0.5, (a, b) -> a * 0.7 + b);
    }

    static double flatOfNumbers(double[] x) {
        return IntStream.range(0, x.length)
                .flatMap(i -> IntStream.rangeClosed(0, i))
                .filter(j -> j % 3 != 1)
                .mapToDouble(j -> x[j])
                .flatMap(v -> DoubleStream.of(v, v * v))
                .reduce(0, (a, b) -> a * 0.7 + b);
    }

    static double flatToNumbers(double[] x) {
        return Stream.of(x, new double[] {1, 2}).flatMapToDouble(Arrays::stream).sum()
                + Stream.of(1, 2).flatMapToInt(i -> IntStream.range(0, i)).sum();
    }

    static double flatNested(double[] x) {
        return Arrays.stream(x)
                .flatMap(a -> Arrays.stream(x).filter(b -> b > a).flatMap(b -> DoubleStream.of(a, b, a * b)))
                .limit(40)
                .sum();
    }

    static double flatUntilFound(double[] x) {
        double[] seen = new double[2];
        double found = Arrays.stream(x)
                .peek(v -> seen[0]++)
                .flatMap(v -> DoubleStream.iterate(v, w -> w + 0.5).limit(5).peek(w -> seen[1]++))
                .filter(w -> w > 1)
                .findFirst()
                .orElse(-3);
        return found + seen[0] * 10 + seen[1] * 100;
    }

    static double flatInParts(double[] x) {
        return Arrays.stream(x)
                        .skip(1)
                        .limit(3)
                        .flatMap(v -> DoubleStream.of(v, 2 * v, 3 * v).skip(1))
                        .skip(1)
                        .limit(3)
                        .filter(v -> v > 0)
                        .sum()
                + Arrays.stream(x)
                        .boxed()
                        .limit(2)
                        .flatMap(v -> Stream.of(v))
                        .takeWhile(v -> v < 2)
                        .mapToDouble(v -> v)
                        .sum();
    }

    static double flatWithNull(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .flatMap(v -> Stream.ofNullable(v).sorted())
                .flatMap(v -> Stream.<Double>empty())
                .count();
    }

    static double iterated(double[] x) {
        return Stream.iterate(1.0, v -> v / 2)
                        .limit(x.length)
                        .mapToDouble(v -> v)
                        .sum()
                + DoubleStream.iterate(x.length, v -> v < 40, v -> v * 1.5 + 1).sum()
                + IntStream.iterate(1, i -> 2 * i).takeWhile(i -> i < 100).sum()
                + IntStream.iterate(0, i -> i < x.length, i -> i + 2)
                        .mapToDouble(i -> x[i])
                        .max()
                        .orElse(0);
    }

    static double iteratedCarefully(double[] x) {
        int[] calls = new int[1];
        double sum = Stream.iterate(1.0, v -> {
                    calls[0]++;
                    return v / 2;
                })
                .limit(x.length)
                .mapToDouble(v -> v)
                .sum();
        return sum + calls[0];
    }

    static double generated(double[] x) {
        int[] next = {0};
        return DoubleStream.generate(() -> x[next[0]++]).limit(x.length).sum() + next[0];
    }

    static double oneAndNone(double[] x) {
        return DoubleStream.of(x.length).map(v -> v * 2).sum()
                + DoubleStream.empty().sum()
                + Stream.of("a").count()
                + Optional.of(2.0).stream().mapToDouble(v -> v * x.length).sum();
    }

    static double byIterator(double[] x) {
        PrimitiveIterator.OfDouble each = Arrays.stream(x).filter(v -> v > 0).iterator();
        double sum = 0;
        while (each.hasNext()) {
            double v = each.nextDouble();
            if (v > 1000) {
                break;
            }
            if (v < 0.1) {
                continue;
            }
            sum = sum * 0.5 + v;
        }
        return sum;
    }

    static double iteratorInLoop(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            Iterator<Double> each = Arrays.stream(x).limit(i).boxed().iterator();
            while (each.hasNext()) {
                sum = sum * 0.5 + each.next();
            }
        }
        return sum;
    }

    static double parallelObjects(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .parallel()
                .flatMap(v -> Stream.of(v, -v).sequential().sorted())
                .unordered()
                .mapToDouble(v -> v)
                .max()
                .orElse(1);
    }

    static double flatCaught(double[] x) {
        try {
            return IntStream.range(0, x.length + 1)
                    .mapToObj(i -> i)
                    .flatMap(i -> IntStream.range(0, i).mapToObj(j -> x[j + 1]))
                    .mapToDouble(v -> v)
                    .sum();
        } catch (ArrayIndexOutOfBoundsException _) {
            return -1;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flat",
                "flatOfNumbers",
                "flatNested",
                "flatToNumbers",
                "flatUntilFound",
                "flatInParts",
                "flatWithNull",
                "flatCaught",
                "parallelObjects",
                "iterated",
                "iteratedCarefully",
                "generated",
                "oneAndNone",
                "byIterator",
                "iteratorInLoop",
                "sum",
                "sumOfSquaresOfPositive",
                "average",
                "averageOrThrow",
                "minimum",
                "maximum",
                "dotProduct",
                "reduced",
                "reducedWithoutIdentity",
                "isAnyPresent",
                "boxed",
                "objects",
                "countAbove",
                "countWithoutLooking",
                "any",
                "all",
                "none",
                "mapped",
                "inPlace",
                "integers",
                "collected",
                "peeked",
                "nested",
                "caught"
            })
    void loopGivesTheBitsOfTheStream(String method) {
        Transformed transformed = transformed(method);
        assertFalse(transformed.all(OpCode.INVOKE_INTERFACE).stream()
                .anyMatch(call -> call.method().owner().displayName().contains("Stream")));
        inputs().forEach(transformed::agreesOn);
    }

    static double toTheGreatestInt(int from) {
        return IntStream.rangeClosed(from, Integer.MAX_VALUE)
                .mapToDouble(i -> 1.0 / i)
                .sum();
    }

    @Test
    void closedRangeEndsAtTheGreatestInt() {
        transformed("toTheGreatestInt").hasNoCalls().agreesOn(Integer.MAX_VALUE).agreesOn(Integer.MAX_VALUE - 2);
    }

    static double closed(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToDouble(i -> i).sum();
    }

    @Test
    void closedRangeOfUnknownEnd() {
        transformed("closed").hasNoCalls().agreesOn(2, 1).agreesOn(1, 1).agreesOn(-2, 5);
    }

    static double[] tooLong(int from, int to) {
        return IntStream.range(from, to).mapToDouble(i -> i).toArray();
    }

    @Test
    void arrayOfImpossibleLengthIsRefusedAtOnce() {
        Transformed transformed = transformed("tooLong").agreesOn(3, 5).agreesOn(5, 3);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Interpreter(MethodHandles.lookup())
                        .call(transformed.function(), List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)));
    }

    static double parallel(double[] x) {
        return Arrays.stream(x).parallel().map(v -> v * v).max().orElse(0);
    }

    static double parallelForEach(double[] x) {
        double[] squares = new double[x.length];
        IntStream.range(0, x.length).parallel().forEach(i -> squares[i] = x[i] * x[i]);
        return IntStream.range(0, x.length).mapToDouble(i -> squares[i]).sum();
    }

    static double parallelSetAll(double[] x) {
        double[] squares = new double[x.length];
        Arrays.parallelSetAll(squares, i -> x[i] * x[i]);
        return Arrays.stream(squares).parallel().sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parallel", "parallelForEach", "parallelSetAll"})
    void parallelStreamBecomesASequentialLoop(String method) {
        transformed(method).hasNoCalls().agreesOn(new double[] {3, 1, 2});
    }

    static double sorted(double[] x) {
        return Arrays.stream(x).sorted().reduce(0, (a, b) -> a / 2 + b);
    }

    static double thisOrThat(double[] x) {
        return Arrays.stream(x)
                .boxed()
                .flatMap(v -> v > 0 ? Stream.of(v) : Stream.of(-v, v))
                .mapToDouble(v -> v)
                .sum();
    }

    static double putTogetherInLoop(double[] x) {
        DoubleStream stream = Arrays.stream(x);
        for (int i = 0; i < x.length; i++) {
            stream = stream.map(v -> v / 2);
        }
        return stream.sum();
    }

    @Test
    void sortedStreamIsCutIntoLoops() {
        Transformed transformed = transformed("sorted").agreesOn(new double[] {3, 1, 2});
        assertTrue(transformed.all(OpCode.INVOKE_INTERFACE).isEmpty());
    }

    @Test
    void unsupportedStreamStaysAStream() {
        Transformed transformed = transformed("putTogetherInLoop");
        assertFalse(transformed.all(OpCode.INVOKE_INTERFACE).isEmpty());
        transformed.agreesOn(new double[] {3, 1, 2});
    }

    @Test
    void chosenStreamsBecomeLoops() {
        Transformed transformed = transformed("thisOrThat").agreesOn(new double[] {3, -1, 2});
        // What becomes of the list of elements depends on whether java.util is open.
        assertTrue(transformed.all(OpCode.INVOKE_INTERFACE).stream()
                .noneMatch(call -> call.method().owner().packageName().equals("java.util.stream")));
    }

    static double consumedHereOrThere(double[] x) {
        DoubleStream stream = Arrays.stream(x);
        return x.length > 1 ? stream.sum() : stream.max().orElse(0);
    }

    @Test
    void streamConsumedHereOrThereBecomesLoops() {
        Transformed transformed =
                transformed("consumedHereOrThere").agreesOn(new double[] {1, 2}).agreesOn(new double[] {1});
        assertTrue(transformed.all(OpCode.INVOKE_INTERFACE).isEmpty());
    }

    static double ofIntegers(int[] x) {
        return Arrays.stream(x).average().orElse(0);
    }

    @Test
    void integersAreAveragedExactly() {
        transformed("ofIntegers")
                .hasNoCalls()
                .agreesOn(new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 1})
                .agreesOn(new int[] {});
    }
}
