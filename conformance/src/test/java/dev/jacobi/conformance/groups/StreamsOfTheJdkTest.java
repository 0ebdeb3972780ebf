package dev.jacobi.conformance.groups;

import java.util.BitSet;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Streams whose elements come from classes of the JDK that carry no derivatives, with functions that do; and maps for several threads. */
class StreamsOfTheJdkTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    @Case(POINT)
    static double randomNumbers(double[] x) {
        return new Random(3)
                        .doubles(5)
                        .map(u -> Math.sin(u * x[0]) + x[1])
                        .average()
                        .orElse(0)
                * new SplittableRandom(4).doubles(4).boxed().collect(Collectors.summingDouble(u -> u * x[0] * x[1]));
    }

    /** As many numbers are taken as by the JDK: the next ones are the same. */
    @Case(POINT)
    static double randomNumbersAsWanted(double[] x) {
        Random random = new Random(3);
        double sum = random.ints(0, 3)
                .filter(i -> i != 1)
                .limit(3)
                .mapToDouble(i -> x[i])
                .sum();
        double first = random.doubles()
                .map(u -> u * x[1])
                .filter(v -> v > 0.1)
                .findFirst()
                .getAsDouble();
        return sum * first + random.nextDouble() * x[2];
    }

    @Case(POINT)
    static double characters(double[] x) {
        return "abcab".chars().mapToDouble(c -> x[c - 'a'] * (c - 90)).sum();
    }

    @Case(POINT)
    static double bits(double[] x) {
        BitSet bits = new BitSet();
        bits.set(0);
        bits.set(2);
        return bits.stream().mapToDouble(i -> x[i] * x[i]).sum() * x[1];
    }

    @Case(POINT)
    static double piecesOfText(double[] x) {
        return Pattern.compile(",")
                .splitAsStream("1,2,0.5")
                .mapToDouble(Double::parseDouble)
                .map(v -> v * x[0])
                .sum();
    }

    private record Sample(double weight, double value) {}

    @Case(POINT)
    static double samples(double[] x) {
        return new Random(3)
                .doubles(8)
                .mapToObj(u -> new Sample(u, x[0] * u))
                .filter(sample -> sample.weight() > 0.3)
                .sorted(Comparator.comparingDouble(Sample::value))
                .skip(1)
                .mapToDouble(sample -> sample.value() * sample.weight())
                .sum();
    }

    @Case(POINT)
    static double concatenated(double[] x) {
        return Stream.concat(new Random(3).doubles(2).boxed(), Stream.of(x[0], x[1]))
                .mapToDouble(v -> v * x[2])
                .sum();
    }

    @Case(POINT)
    static double notTouched(double[] x) {
        return new Random(3).doubles(3).sum() * x[0]
                + new Random(2).ints(4).count() * x[1]
                + "ab".lines().count() * x[2];
    }

    @Case(POINT)
    @SuppressWarnings("UnnecessaryAsync") // its methods are what is looked at
    static double concurrentMaps(double[] x) {
        Map<String, Double> numbers = new ConcurrentHashMap<>();
        numbers.put("a", x[0]);
        numbers.merge("a", x[1], (a, b) -> a * b);
        numbers.putIfAbsent("b", x[2]);
        numbers.compute("b", (_, v) -> v == null ? 1.0 : v * 2);
        numbers.computeIfAbsent("c", _ -> x[0] * 3);
        double sum = 0;
        for (Map.Entry<String, Double> entry : numbers.entrySet()) {
            sum += entry.getValue() * entry.getKey().charAt(0);
        }
        return numbers.get("a") + numbers.get("b") + sum;
    }
}
